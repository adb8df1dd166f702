# SPDX-License-Identifier: GPL-2.0-or-later
"""The directory of a campaign: what is done, what failed, what is under way.

    plan.csv campaign.json   what there is to do
    runs/ID/                 a run that is whole and has been looked at
    failed/ID/               a run that failed: error, log, command
    work/HOST-PID-*/         of one process: the runs under way, and times.csv

Nothing is locked. A run is made in the process's own folder and takes its name by rename(), which
is one step on every file system, NFS too; of two processes that make the same run the first wins.
"""

import contextlib
import os
import pathlib
import shutil
import time

from .files import is_of_this_machine, is_running_here, process_name, write_whole

LOG_BYTES = 65536  # of a failed run's output that are kept
OLD = 3600  # s


def _names(directory):
    try:
        with os.scandir(directory) as entries:
            return {entry.name for entry in entries}
    except FileNotFoundError:
        return set()


def _is_old(path):
    try:
        return time.time() - path.stat().st_mtime > OLD
    except FileNotFoundError:
        return False


class Store:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.runs = self.directory / "runs"
        self.failed = self.directory / "failed"
        self.work = self.directory / "work"
        # the last part is for machines that share a name, as containers may
        self.own = self.work / f"{process_name()}-{os.urandom(3).hex()}"

    def make(self):
        for path in (self.runs, self.failed, self.work):
            path.mkdir(parents=True, exist_ok=True)

    def done(self):
        """The identities of all runs that are whole."""
        return _names(self.runs)

    def failures(self):
        return {name for name in _names(self.failed) if "." not in name}

    def is_settled(self, identity):
        return (self.runs / identity).is_dir() or (self.failed / identity).is_dir()

    def error_of(self, identity):
        try:
            return (self.failed / identity / "error").read_text(encoding="utf-8").strip()
        except OSError:
            return "it failed, and its error could not be read"

    def begin(self, identity):
        """A folder for a run under way."""
        folder = self.own / identity
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def keep(self, identity, directory):
        """A run that is whole takes its name; False when it had been there."""
        try:
            os.rename(directory, self.runs / identity)
            return True
        except OSError:
            if not (self.runs / identity).is_dir():
                raise
            return False

    def fail(self, identity, error, log, command):
        """Records a failure: the error in one line, the end of its output, how to run it again."""
        part = self.failed / f"{identity}.{self.own.name}"
        part.mkdir(exist_ok=True)
        write_whole(part / "error", error + "\n")
        write_whole(part / "log", log)
        write_whole(part / "command", command)
        try:
            os.rename(part, self.failed / identity)
        except OSError:
            shutil.rmtree(part, ignore_errors=True)
            if not (self.failed / identity).is_dir():
                raise

    def forget_failures(self, identities):
        for identity in identities:
            shutil.rmtree(self.failed / identity, ignore_errors=True)

    def end(self, identity):
        shutil.rmtree(self.own / identity, ignore_errors=True)

    def note_time(self, identity, seconds):
        """One line in one write, in a file that no other process writes."""
        with contextlib.suppress(OSError):
            with open(self.own / "times.csv", "a", encoding="utf-8") as file:
                file.write(f"{identity},{seconds:.4f}\n")

    def times(self):
        """Seconds of the machine by identity, of the runs that were measured here."""
        found = {}
        for path in sorted(self.work.glob("*/times.csv")):
            with contextlib.suppress(OSError):
                for line in path.read_text(encoding="utf-8").splitlines():
                    identity, _, seconds = line.partition(",")
                    with contextlib.suppress(ValueError):
                        found[identity] = float(seconds)
        return found

    def clean(self, finished=False):
        """Removes what processes of this machine left under way that are there no more; of a
        campaign that is finished, what those of other machines left, too: runs, which nobody needs
        any more, and files that nobody has written to for an hour."""
        for folder in self.work.glob("*-[0-9]*-[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]"):
            process = folder.name.rpartition("-")[0]
            if (finished or is_of_this_machine(process)) and not is_running_here(process):
                for left in folder.iterdir():
                    if left.is_dir():
                        shutil.rmtree(left, ignore_errors=True)
        if finished:
            for kind in (".part-", ".rows-"):
                for path in self.directory.glob(f"*{kind}*"):
                    process = path.name.rpartition(kind)[2]
                    if (is_of_this_machine(process) or _is_old(path)) and not is_running_here(process):
                        path.unlink(missing_ok=True)


def tail_of(log):
    """The end of a run's output."""
    try:
        with open(log, "rb") as file:
            file.seek(max(0, os.path.getsize(log) - LOG_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
