# SPDX-License-Identifier: GPL-2.0-or-later
"""A stand-in for Slurm's commands, for tests of what asks them: sbatch, squeue, scontrol, sinfo and
scancel, whichever name it is called by. Nothing runs in the background: each squeue lets waiting
tasks run, one after the other, to their end. The directory FAKE_SLURM holds its state,

    jobs/N.json   a job: its name, script, log and the tasks that have not run
    calls         a line for each command

and what a test may put there:

    config        what scontrol show config says
    down          nothing answers
    hold          tasks wait
    refuse        what sbatch says instead of taking a job
    lost          sbatch takes one job, and its answer is lost
    most          sbatch takes no array of more tasks than this
    account       and no more tasks than this at once
    pace          tasks that run for each squeue (all)
"""

import json
import os
import pathlib
import re
import subprocess
import sys

HOME = pathlib.Path(os.environ["FAKE_SLURM"])
CONTACT = "Unable to contact slurm controller (connect failure)"


def said(name):
    path = HOME / name
    return path.read_text().strip() if path.exists() else None


def option(args, name):
    return next((a.split("=", 1)[1] for a in args if a.startswith(f"--{name}=")), None)


def sbatch(args):
    if said("refuse"):
        sys.exit(f"sbatch: error: Batch job submission failed: {said('refuse')}")
    first, last, throttle = re.fullmatch(r"(\d+)-(\d+)(?:%(\d+))?", option(args, "array")).groups()
    most = min(int(said("most") or 1000000),
               int(said("account") or 1000000) - sum(len(job["tasks"]) for _, job in jobs()))
    if int(last) >= most:
        sys.exit("sbatch: error: QOSMaxSubmitJobPerUserLimit\n"
                 "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy "
                 "(job submit limit, user's size and/or time limits)")
    number = 1 + len(list((HOME / "jobs").iterdir()))
    job = {"name": option(args, "job-name"), "script": args[-1], "log": option(args, "output"),
           "size": int(last) + 1, "throttle": throttle and int(throttle), "args": args,
           "tasks": list(range(int(first), int(last) + 1))}
    (HOME / "jobs" / f"{number}.json").write_text(json.dumps(job))
    if said("lost") is not None:
        (HOME / "lost").unlink()
        sys.exit("sbatch: error: Batch job submission failed: Socket timed out on send/recv operation")
    print(number)


def jobs():
    for path in sorted((HOME / "jobs").iterdir(), key=lambda p: int(p.stem)):
        yield path, json.loads(path.read_text())


def run_some():
    left = int(said("pace") or 1000000) if said("hold") is None else 0
    for path, job in jobs():
        while job["tasks"] and left:
            left -= 1
            index = job["tasks"].pop(0)
            log = job["log"].replace("%a", str(index))
            if os.path.isdir(os.path.dirname(log)):
                with open(log, "ab") as out:
                    subprocess.run(["sh", job["script"]], stdout=out, stderr=out, check=False,
                                   env={**os.environ, "SLURM_ARRAY_TASK_ID": str(index)})
            path.write_text(json.dumps(job))


def squeue(args):
    names = args[args.index("-n") + 1].split(",")
    for path, job in jobs():
        if job["name"] in names:
            for index in job["tasks"]:
                print(f"{job['name']}|{index}|PENDING|{path.stem}")
    sys.stdout.flush()
    run_some()  # what has been listed may have ended by the time that it is read


def scancel(args):
    for path, job in jobs():
        if job["name"] == args[args.index("-n") + 1]:
            path.write_text(json.dumps({**job, "tasks": []}))


def main():
    name = pathlib.Path(sys.argv[0]).name
    with open(HOME / "calls", "a") as calls:
        calls.write(f"{name} {' '.join(sys.argv[1:])}\n")
    if said("down") is not None:
        sys.exit(f"{name}: error: {CONTACT}")
    if name == "scontrol":
        print("Configuration data as of 2026-11-21T12:00:00\n" +
              (said("config") or "MaxArraySize            = 1001\nMaxJobCount             = 10000"))
    elif name == "sinfo":
        print("0/4/0/4")
    else:
        {"sbatch": sbatch, "squeue": squeue, "scancel": scancel}[name](sys.argv[1:])


main()
