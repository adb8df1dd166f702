# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes wrong with runs, with the machine and with ./roam sweep itself: each is told by name, the
campaign goes on, and nothing wrong enters the tables."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest

from conftest import ROOT, THREE, run, sweep, write_campaign
from test_sweep import calls, read

PLAIN = "[sweep]\nseed = { from = 1, to = 6 }\n"


def statuses(out):
    return {row["seed"]: row["status"] for row in read(out / "runs.csv")}


def tables(out):
    """Every result of a campaign: what stands in work/ and failed/ is none."""
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*"))
            if p.is_file() and p.relative_to(out).parts[0] not in ("work", "failed")}


BAD = [
    ("fail", "it was not to be"),
    ("die", "roam-sim died of SIGSEGV. half a word"),
    ("half", "its files are not whole: JSONDecodeError: "),
    ("short", "timeline.csv.gz: it ends in the middle"),
    ("junk", "its files are not whole: Error: field larger than field limit"),
    ("hang", "killed after 1 s, its limit was 1 s"),
]


@pytest.mark.parametrize("kind, error", BAD, ids=[b[0] for b in BAD])
def test_a_run_that_goes_wrong_is_named_and_kept_out(house, kind, error):
    result = sweep(house, write_campaign(house, PLAIN + f"fake.{kind} = ['3']\n"), "--limit", "1s")
    assert result.returncode == 1
    assert f"failed: all seed 3: {error}" in result.stderr
    out = house / "out/c"
    assert statuses(out) == {**dict.fromkeys("12456", "done"), "3": "failed"}
    assert [row["seed"] for row in read(out / "handovers.csv")] == list("12456")
    (failed,) = (out / "failed").iterdir()
    assert failed.name == next(r["run"] for r in read(out / "runs.csv") if r["seed"] == "3")
    assert not (out / "runs" / failed.name).exists()
    assert (failed / "error").read_text().startswith(error)
    assert not list((out / "work").glob("*/*/")), "nothing is left under way"


def test_a_failed_run_keeps_its_log_and_the_line_for_a_debugger(house):
    write_campaign(house, PLAIN + "fake.die = ['3']\n'x.y' = ['a b']\n")
    sweep(house, "c.toml")
    (failed,) = (house / "out/c/failed").iterdir()
    assert (failed / "log").read_text() == "half a word\n"
    command = (failed / "command").read_text()
    assert command.startswith("gdb -ex run --args ") and command.count("\n") == 1
    # the same without gdb, wherever one is: what it runs is the run, and it ends as it did
    line = command.replace("gdb -ex run --args ", "")
    assert "--set 'x.y=a b'" in line and "--seed 3" in line
    died = subprocess.run(f"{line.strip()} --out {house}/again", shell=True, capture_output=True,
                          cwd="/", env={**os.environ, "FAKE_CALLS": str(house / "calls")}, check=False)
    assert died.returncode in (-signal.SIGSEGV, 128 + signal.SIGSEGV)


@pytest.mark.parametrize("kind, error", [
    ("full", "roam-sim: --out: there: found no way to write"),
    ("stop", "roam-sim: stopped by a signal"),
    ("lie", "its world is another than was planned: "),
])
def test_what_the_machine_is_to_blame_for_is_made_again_without_being_asked(house, kind, error):
    """roam-sim found no room, or got the Ctrl-C that was meant for all, or read a file that is not
    the planned one any more: no fault of the run's."""
    path = write_campaign(house, PLAIN + f"fake.{kind} = ['3']\n")
    result = sweep(house, path)
    assert result.returncode == 1
    assert f"failed: all seed 3: {error}" in result.stderr
    assert statuses(house / "out/c")["3"] == "missing"
    assert not list((house / "out/c/failed").iterdir())
    before = calls(house)
    sweep(house, path)
    assert calls(house) == before + 1


def test_many_failures_are_not_a_flood_of_lines(house):
    result = sweep(house, write_campaign(
        house, "[sweep]\nseed = { from = 1, to = 40 }\n[[case]]\nname = 'x'\n'fake.sleep' = 'none'\n"))
    lines = [line for line in result.stderr.splitlines() if line.startswith("failed")]
    assert len(lines) == 11 and lines[-1] == "failed: 30 more"


def test_the_same_run_twice_in_a_plan_is_made_once(house):
    sweep(house, write_campaign(house, "[sweep]\nseed = [1, 2]\ncell.delay = ['20ms', '0.02s']\n"))
    assert calls(house) == 2
    rows = read(house / "out/c/runs.csv")
    assert [r["cell.delay"] for r in rows] == ["20ms", "20ms", "0.02s", "0.02s"]
    assert rows[0]["run"] == rows[2]["run"]


def in_small_room(house, script):
    """Runs a shell script where house/small is a file system of 2 MiB of its own."""
    (house / "small").mkdir()
    done = run("timeout", "60", "unshare", "-m", "sh", "-c",
               f"mount -t tmpfs -o size=2m none {house}/small || exit 99\n{script}",
               env={**os.environ, "ROAM_BUILD": str(house / "build"),
                    "FAKE_CALLS": str(house / "calls"), "PYTHONDONTWRITEBYTECODE": "1"}, cwd=house)
    if done.returncode == 99 or "unshare failed" in done.stderr:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    return done


def test_a_disk_that_fills_up(house):
    """The runs that had no room are named; when there is room again, only they are made."""
    path = write_campaign(house, "[sweep]\nseed = { from = 1, to = 20 }\n")
    command = f"{sys.executable} '{ROOT}/sweep' sweep {path} --out {house}/small/out"
    done = in_small_room(house, f"""
head -c 1950000 /dev/zero >small/ballast
{command} 2>first; echo $? >>first
ls small/out/runs | wc -l >first-runs
rm small/ballast
{command} 2>second; echo $? >>second
cp -r small/out kept
""")
    assert done.returncode == 0, done.stderr
    first, second = (house / "first").read_text(), (house / "second").read_text()
    made = int((house / "first-runs").read_text())
    assert made < 20, first
    assert "No space left on device" in first
    assert not first.rstrip().endswith("\n0") and "Traceback" not in first
    assert f"20 runs, {made} of them found" in second or made == 0
    assert second.splitlines()[-1] == "0", second
    sweep(house, path, "--out", house / "whole")
    assert tables(house / "kept") == tables(house / "whole")


@pytest.mark.parametrize("what", ["small", "small/out/runs"])
def test_a_directory_that_cannot_be_written_to_is_one_line(house, what):
    """The whole, or only where the runs go: nothing is simulated for nothing."""
    path = write_campaign(house, PLAIN)
    command = f"{sys.executable} '{ROOT}/sweep' sweep {path} --out {house}/small/out"
    done = in_small_room(house, f"""
mkdir -p small/out/runs
mount --bind {what} {what}
mount -o remount,bind,ro {what}
cd {house}
{command} 2>said; echo $? >>said
""")
    assert done.returncode == 0, done.stderr
    name = "small/out" if what == "small" else what
    assert (house / "said").read_text() == f"roam: {house}/{name}: Read-only file system\n2\n"
    assert calls(house) == 0


def test_the_case_that_others_are_compared_with_may_have_no_run(house):
    path = write_campaign(house, """
[sweep]
seed = [1, 2]
scheme = ["msctp"]
[[case]]
name = "none"
"fake.fail" = 1
"fake.hang" = 2
[[case]]
name = "some"
[[case]]
name = "others"
"client.radios" = 1
""")
    result = sweep(house, path, "--limit", "1s")
    assert result.returncode == 1 and "roam: " not in result.stderr, result.stderr
    rows = {row["case"]: row for row in read(house / "out/c/summary.csv")}
    assert rows["some"]["n"] == rows["others"]["n"] == "2"
    assert all(row["n"] == "0" for row in read(house / "out/c/paired.csv"))
    page = sweep(house, "out/c", command="report")
    assert page.returncode == 0, page.stderr


@pytest.mark.parametrize("name", ["world.toml", "build/roam-sim"])
def test_what_changes_under_a_campaign_makes_no_runs_of_the_old_name(house, name):
    """The user edits the scenario, or builds, while runs are made: the plan's names are of before."""
    path = write_campaign(house, '[sweep]\nseed = [1, 2, 3, 4]\n"fake.sleep" = [1]\n')
    driver = subprocess.Popen([sys.executable, ROOT / "sweep", "sweep", path, "-j", "1"], cwd=house,
                              env={**os.environ, "ROAM_BUILD": str(house / "build"),
                                   "FAKE_CALLS": str(house / "calls")},
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not list(house.glob("out/c/runs/*")):
        time.sleep(0.05)
    with open(house / name, "a") as file:
        file.write("# a change\n")
    made = calls(house)
    said = driver.communicate()[1]
    assert driver.returncode == 1
    assert f"{name} has changed since the campaign was planned" in said
    assert len(list(house.glob("out/c/runs/*"))) <= made < 4
    assert calls(house) <= made + 1 and not list(house.glob("out/c/failed/*"))
    assert sweep(house, path).returncode == 0
    assert statuses(house / "out/c") == dict.fromkeys("1234", "done")


@pytest.mark.parametrize("seeds, name", [(60, "runs.csv"), (300, "plan.csv")])
def test_a_file_for_which_there_is_no_room_is_named(house, seeds, name):
    """No file may be larger than the plan of 60 runs, which says as much as a disk that is full."""
    path = write_campaign(house, "[sweep]\nseed = { from = 1, to = 300 }\n'fake.sleep' = [0]\n")
    sweep(house, path, "--seeds", "60")
    out = house / "out/c"
    room = max((out / n).stat().st_size for n in ("plan.csv", "campaign.json")) + 200
    (out / "runs.csv").unlink()
    env = {**os.environ, "ROAM_BUILD": str(house / "build"), "FAKE_CALLS": str(house / "calls")}
    result = run("prlimit", f"--fsize={room}", sys.executable, ROOT / "sweep", "sweep", path, "--seeds",
                 seeds, env=env, cwd=house)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == f"roam: out/c/{name}: File too large"
    assert not list(out.glob("*.part-*")) and not list(out.glob("*.rows-*"))


NO_LOCKS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#define WITHOUT_LOCKS(NAME) \\
    int NAME(int fd, int what, ...) \\
    { \\
        va_list rest; \\
        va_start(rest, what); \\
        void *arg = va_arg(rest, void *); \\
        va_end(rest); \\
        int (*real)(int, int, ...) = dlsym(RTLD_NEXT, #NAME); \\
        if (what != F_SETLK && what != F_SETLKW) \\
            return real(fd, what, arg); \\
        errno = ENOLCK; \\
        return -1; \\
    }
WITHOUT_LOCKS(fcntl)
WITHOUT_LOCKS(fcntl64)
"""


def test_a_file_system_without_locks_is_no_trouble(house, monkeypatch):
    """As NFS without a lock daemon."""
    path = write_campaign(house, PLAIN)
    (house / "locks.c").write_text(NO_LOCKS)
    made = run("cc", "-shared", "-fPIC", "-o", house / "locks.so", house / "locks.c", "-ldl")
    assert made.returncode == 0, made.stderr
    monkeypatch.setenv("LD_PRELOAD", str(house / "locks.so"))
    result = sweep(house, path)
    assert result.returncode == 0, result.stderr
    monkeypatch.delenv("LD_PRELOAD")
    sweep(house, path, "--out", house / "locks")
    assert tables(house / "out/c") == tables(house / "locks")


def kill_tree(process):
    """SIGKILL to a process group at once, if it has not ended before."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_at_any_moment_and_begun_again_it_comes_to_the_same(house):
    path = write_campaign(house, THREE.replace("to = 4", "to = 12"))
    sweep(house, path, "--out", house / "undisturbed")
    assert calls(house) == 36
    env = {**os.environ, "ROAM_BUILD": str(house / "build"), "FAKE_CALLS": str(house / "calls")}
    args = [sys.executable, str(ROOT / "sweep"), "sweep", str(path), "-j", "2", "--out",
            str(house / "killed")]
    kills = 0
    for moment in (0.15, 0.5, 0.8, 1.1, 0.6, 0.9):
        process = subprocess.Popen(args, env=env, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(moment)
        kills += process.poll() is None
        kill_tree(process)
    assert kills >= 2
    result = sweep(house, path, "-j", "2", "--out", house / "killed")
    assert result.returncode == 0, result.stderr
    assert tables(house / "killed") == tables(house / "undisturbed")
    assert calls(house) <= 36 + 36 + 2 * kills, "only what was under way is made twice"
    assert not list((house / "killed/work").glob("*/*/"))
    assert not [p for p in (house / "killed").iterdir() if ".part" in p.name or ".rows" in p.name]


def test_what_a_dead_machine_left_goes_when_the_campaign_is_finished(house):
    path = write_campaign(house, PLAIN)
    left = house / "out/c/work/elsewhere-1-0a1b2c/0123"
    left.mkdir(parents=True)
    old, new = (house / f"out/c/runs.csv.{kind}-elsewhere-1" for kind in ("rows", "part"))
    old.write_text("x")
    new.write_text("x")
    os.utime(old, (time.time() - 7200,) * 2)
    assert sweep(house, path).returncode == 0
    assert not left.exists() and left.parent.exists()
    assert not old.exists() and new.exists(), "who wrote just now may be alive"


def test_what_another_process_is_writing_is_left_to_it(house):
    """Two that drive the same campaign: the first to end does not take the other's files."""
    path = write_campaign(house, PLAIN)
    mine = f"{socket.gethostname()}-{os.getpid()}"
    run, table = house / f"out/c/work/{mine}-0a1b2c/0123", house / f"out/c/runs.csv.part-{mine}"
    run.mkdir(parents=True)
    table.write_text("x")
    assert sweep(house, path).returncode == 0
    assert run.exists() and table.exists()


def test_a_plan_that_another_campaign_left_is_not_taken_for_ones_own(house):
    """The file is changed, planned, and changed back before anything was collected."""
    first = '[sweep]\nseed = [1, 2]\n"cell.delay" = ["20ms", "30ms"]\n'
    path = write_campaign(house, first)
    sweep(house, path)
    undisturbed = tables(house / "out/c")
    write_campaign(house, first.replace("20ms", "40ms"))
    assert sweep(house, path, "--tasks").returncode == 0
    assert tables(house / "out/c") != undisturbed
    write_campaign(house, first)
    assert sweep(house, path).returncode == 0
    assert tables(house / "out/c") == undisturbed


def test_tables_that_another_campaign_began_to_write_are_written_again(house):
    """A collection ends after its first table, as by kill -9, and the file is changed back."""
    path = write_campaign(house, THREE)
    sweep(house, path)
    undisturbed = tables(house / "out/c")
    second = house / "out/c/handovers.csv"
    second.rename(house / "kept")
    second.mkdir()
    assert sweep(house, path, "--seeds", "2").returncode == 1
    assert len(read(house / "out/c/runs.csv")) == 6
    second.rmdir()
    (house / "kept").rename(second)
    assert sweep(house, path).returncode == 0
    assert tables(house / "out/c") == undisturbed


def test_a_run_directory_that_is_damaged_later_is_named(house):
    path = write_campaign(house, PLAIN)
    sweep(house, path)
    one = next((house / "out/c/runs").iterdir())
    (one / "result.json").write_text("{")
    (house / "out/c/runs.csv").unlink()
    result = sweep(house, path)
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1].startswith(f"roam: out/c/runs/{one.name}: not a whole run: ")
    shutil.rmtree(one)
    assert sweep(house, path).returncode == 0
