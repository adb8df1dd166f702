# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole campaign, killed again and again: the results are those of an undisturbed one.

    ./roam test soak
    test/soak.py [CAMPAIGN.toml] [--kills N] [--seeds N] [--seed N] [--jobs N] [--keep DIR]

First the campaign runs undisturbed, then into another directory, where the whole process tree gets
SIGKILL at random moments, ten of them, and is begun again each time; once more as its tables are
written. In the end every file but those under work/ has the same bytes, and no run was begun more
often than once and once more for each kill that caught it under way.

It counts simulations by putting itself between ./roam sweep and roam-sim: a script that notes which
run is begun, and then becomes the simulator. Where SOAK_CAMPAIGN, SOAK_KILLS or SOAK_SEEDS is set,
that is what ./roam test soak takes.
"""

import argparse
import collections
import os
import pathlib
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ.get("ROAM_BUILD", ROOT / "build")).resolve()
CAMPAIGN = ROOT / "scenarios/campaigns/overlap.toml"
WAIT = 3600  # s: without a run in that time something hangs

COUNTING = """#!/bin/sh
for word; do
    [ "$before" != --out ] || echo "$word" >>{calls}
    before=$word
done
exec {simulator} "$@"
"""


class Failure(Exception):
    """What the soak found, in one line."""


def counting_build(folder):
    """A build directory whose simulator notes each run in folder/calls."""
    build = folder / "build"
    build.mkdir(parents=True)
    for path in [BUILD / "roam-stats", *BUILD.glob("libroam*.so")]:
        (build / path.name).symlink_to(path)
    program = build / "roam-sim"
    program.write_text(COUNTING.format(calls=shlex.quote(str(folder / "calls")),
                                       simulator=shlex.quote(str(BUILD / "roam-sim"))))
    program.chmod(0o755)
    return build


def results(out):
    """Every file of a campaign but what is under way: {name: bytes}."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*"))
            if path.is_file() and path.relative_to(out).parts[0] != "work"}


def begun(calls):
    """How often each run was begun, by its identity: .../work/HOST-PID/IDENTITY/run."""
    lines = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
    return collections.Counter(pathlib.Path(line).parent.name for line in lines)


def count_done(out):
    try:
        return len(os.listdir(out / "runs"))
    except FileNotFoundError:
        return 0


class Soak:
    """One campaign, in a folder of its own."""

    def __init__(self, args, folder):
        self.args = args
        self.folder = folder
        self.build = counting_build(folder)
        self.calls = folder / "calls"
        self.quiet, self.killed = folder / "undisturbed", folder / "killed"
        self.random = random.Random(args.seed)
        self.caught = collections.Counter()  # how often a run was under way as a kill came
        self.kills = 0

    def start(self, out):
        options = ["--report", "-j", str(self.args.jobs), "--out", str(out)]
        if self.args.seeds:
            options += ["--seeds", str(self.args.seeds)]
        with open(self.folder / "said", "ab") as said:
            return subprocess.Popen(
                [sys.executable, str(ROOT / "sweep"), "sweep", str(self.args.campaign), *options],
                env={**os.environ, "ROAM_BUILD": str(self.build)}, stdin=subprocess.DEVNULL,
                stdout=said, stderr=said, start_new_session=True)

    def finish(self, out):
        """Lets it come to its end."""
        process = self.start(out)
        try:
            status = process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        if status:
            said = (self.folder / "said").read_text(encoding="utf-8").splitlines()
            raise Failure(f"the campaign ended with {status}: {' | '.join(said[-3:])}")

    def kill_when(self, count, delay):
        """Starts it, waits for so many complete runs and a little longer, kills the whole tree, and
        notes what was under way. Returns True if it was still there to be killed."""
        process = self.start(self.killed)
        end = time.monotonic() + WAIT
        try:
            while count_done(self.killed) < count and process.poll() is None:
                if time.monotonic() > end:
                    raise Failure(f"{count_done(self.killed)} runs after {WAIT} s")
                time.sleep(0.01)
            time.sleep(delay)
            alive = process.poll() is None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.kills += alive
        under_way = {path.name for path in (self.killed / "work").glob("*/*/")}
        if len(under_way) > self.args.jobs:
            raise Failure(f"{len(under_way)} runs were under way in {self.args.jobs} processes")
        self.caught.update(under_way)
        print(f"  kill {self.kills}: {count_done(self.killed)} runs complete, {len(under_way)} under "
              f"way{'' if alive else '; it had ended before'}", flush=True)
        return alive

    def disturb(self, total):
        """The kills, at moments that the seed decides, then the rest."""
        last = max(1, total - 4 * self.args.jobs)
        for count in sorted(self.random.randrange(last) for _ in range(self.args.kills)):
            if not self.kill_when(count, self.random.uniform(0, 0.5)):
                raise Failure(f"no kill came: it had ended with {count_done(self.killed)} runs")
        self.kill_when(total, self.random.uniform(0, 0.2))
        self.finish(self.killed)

    def run(self):
        began = time.monotonic()
        self.finish(self.quiet)
        total = count_done(self.quiet)
        undisturbed = begun(self.calls)
        self.calls.unlink()
        print(f"undisturbed: {total} runs, {sum(undisturbed.values())} simulations, "
              f"{time.monotonic() - began:.0f} s", flush=True)
        if set(undisturbed.values()) != {1} or len(undisturbed) != total:
            raise Failure("undisturbed, a run was made twice")
        began = time.monotonic()
        self.disturb(total)
        self.check(total, time.monotonic() - began)

    def check(self, total, seconds):
        counts = begun(self.calls)
        again = sum(counts.values()) - total
        print(f"killed {self.kills} times: {count_done(self.killed)} runs, {sum(counts.values())} "
              f"simulations, {sum(self.caught.values())} caught under way, {seconds:.0f} s", flush=True)
        for run, count in counts.items():
            if count > 1 + self.caught[run]:
                raise Failure(f"run {run} was begun {count} times, and caught {self.caught[run]} times")
        if again > sum(self.caught.values()):
            raise Failure(f"{again} simulations more than runs")
        first, second = results(self.quiet), results(self.killed)
        differ = [name for name in sorted(first.keys() | second.keys())
                  if first.get(name) != second.get(name)]
        if differ:
            raise Failure(f"{len(differ)} files differ, the first is {differ[0]}")
        print(f"the same bytes: {len(first)} files, {sum(map(len, first.values())) / 1e6:.1f} MB, "
              f"{again} simulations made again", flush=True)


def whole(text):
    if not text.isdecimal() or not 0 < int(text) < 10 ** 9:
        raise argparse.ArgumentTypeError(f"found {text}; expected a whole number above 0")
    return int(text)


def arguments():
    get = os.environ.get
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("campaign", nargs="?", type=pathlib.Path, default=get("SOAK_CAMPAIGN", CAMPAIGN))
    parser.add_argument("--kills", type=whole, default=get("SOAK_KILLS", "10"))
    parser.add_argument("--seeds", type=whole, default=get("SOAK_SEEDS"), help="the first N only")
    parser.add_argument("--seed", type=whole, default="1", help="decides the moments")
    parser.add_argument("--jobs", type=whole, default=str(os.cpu_count() or 1))
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR",
                        help="where everything stays (else it is removed)")
    return parser.parse_args()


def main():
    args = arguments()
    if args.keep and args.keep.exists() and any(args.keep.iterdir()):
        print(f"soak: --keep: {args.keep} is not empty", file=sys.stderr)
        return 2
    folder = args.keep or pathlib.Path(tempfile.mkdtemp(prefix="roam-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        Soak(args, folder.resolve()).run()
    except Failure as failure:
        print(f"FAIL soak: {failure}")
        return 1
    finally:
        if not args.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"PASS soak: {args.campaign.stem}, {args.kills} kills")
    return 0


if __name__ == "__main__":
    sys.exit(main())
