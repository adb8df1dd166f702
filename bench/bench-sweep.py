# SPDX-License-Identifier: GPL-2.0-or-later
"""./roam bench sweep: what a campaign costs besides its runs.

overhead   the wall clock of so many short runs on two processes, against the sum of their own times
           halved: 1.00 would be a campaign that costs nothing
collect    the tables of so many runs that are there: seconds, and the most memory
resume     the same campaign once more, with nothing to do
slurm      with --slurm: the same short runs on a cluster, for each run the time of a processor
           that was not its own

The runs to collect are made of copies of a real one, by hard links, in a scratch directory.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ.get("ROAM_BUILD", ROOT / "build"))
sys.path.insert(0, str(ROOT / "sweep"))
sys.dont_write_bytecode = True

from roam import plan as plans  # noqa: E402
from roam.store import Store  # noqa: E402

LINKS = 10_000  # to a file; ext4 has 65,000

CAMPAIGN = """[campaign]
scenario = "{scenario}"
measures = ["latency", "interruption", "goodput"]
[sweep]
scheme = ["msctp", "udp"]
"cell.delay" = {{ from = "1ms", to = "{cases}ms", step = "1ms" }}
seed = {{ from = 1, to = {seeds} }}
"""


def campaign(folder, runs, cases=5):
    path = folder / f"bench-{runs}.toml"
    path.write_text(CAMPAIGN.format(scenario=ROOT / "scenarios/figure1.toml", cases=cases,
                                    seeds=max(1, runs // (2 * cases))))
    return path


def sweep(path, out, *args):
    """Runs ./roam sweep. Gives its wall clock (s) and the most memory that it had (MiB)."""
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, str(ROOT / "sweep"), "sweep", str(path), "--out",
                                str(out), *args], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True,
                               env={**os.environ, "ROAM_BUILD": str(BUILD)})
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"roam: ./roam sweep ended with {os.waitstatus_to_exitcode(status)}: {said}")
    return time.monotonic() - begun, usage.ru_maxrss / 1024


def overhead(folder, runs, jobs=2):
    out = folder / "overhead"
    wall, _ = sweep(campaign(folder, runs), out, "-j", str(jobs), "--yes")
    times = Store(out).times()
    own = sum(times.values())
    print(f"overhead: {len(times)} runs of {own / len(times):.3f} s on {jobs} processes: "
          f"{wall:.1f} s against {own / jobs:.1f} s: {wall / (own / jobs):.3f}")
    return out


def fill(out, model):
    """Every run of a plan that is not there, as hard links to copies of a real one."""
    store = Store(out)
    missing = {run.identity for run in plans.read(out / "plan.csv")} - store.done()
    for n, identity in enumerate(sorted(missing)):
        if n % LINKS == 0:
            copy = shutil.copytree(model, out.parent / f"model-{n}")
            names = [path.name for path in copy.iterdir()]
        directory = store.runs / identity
        directory.mkdir()
        for name in names:
            os.link(copy / name, directory / name)


def collect(folder, runs, model):
    path = campaign(folder, runs, cases=100)
    out = folder / "collect"
    begun = time.monotonic()
    subprocess.run([sys.executable, str(ROOT / "sweep"), "sweep", str(path), "--out", str(out),
                    "--tasks", "--yes"], stdout=subprocess.DEVNULL, check=True,
                   env={**os.environ, "ROAM_BUILD": str(BUILD)})
    print(f"plan:     {runs} runs in {time.monotonic() - begun:.1f} s")
    fill(out, model)
    for what in ("collect", "resume"):
        wall, memory = sweep(path, out, "--yes")
        print(f"{what + ':':<9} {runs} runs in {wall:.1f} s, at most {memory:.0f} MiB")


def main():
    parser = argparse.ArgumentParser(prog="./roam bench sweep", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000, help="short ones, to be made (1000)")
    parser.add_argument("--slurm", action="store_true",
                        help="the short ones also on Slurm: the cluster that sbatch knows, or one of "
                             "our own on loopback")
    parser.add_argument("--collect", type=int, default=100_000, help="to be collected (100000)")
    args = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-sweep-", dir=BUILD))
    try:
        out = overhead(folder, args.runs)
        model = next(iter(sorted((out / "runs").iterdir())))
        if args.slurm:
            import bench_slurm
            bench_slurm.overhead(sweep, campaign(folder, args.runs), folder / "slurm")
        collect(folder, args.collect, model)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
