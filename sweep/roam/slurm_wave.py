# SPDX-License-Identifier: GPL-2.0-or-later
"""One array of tasks, as files that a driver which was killed leaves to the next one.

    work/slurm/roam-NAME-TOKEN/    the array's job has this name, and there is no other of that name
        N.txt      the runs of task N, one a line, written before anything is submitted
        job.sh     the script of every task
        submitted  the job's number, once Slurm has taken it
        N.log      what task N said, and what Slurm said of it
        N.end      its exit status; not there when it was killed
        N.lost     the run at which it ended without a result

A task whose list is not there ends at once: to give up an array that nobody knows whether Slurm has
taken, its directory is renamed.
"""

import os
import pathlib
import re
import secrets
import shlex
import shutil

SCRIPT = """#!/bin/sh
# The runs of one task of a campaign; ./roam sweep --slurm made this
wave={wave}
task=$SLURM_ARRAY_TASK_ID
[ -f "$wave/$task.txt" ] || exit 0 # this array was given up
rm -f "$wave/$task.end"
{command} "$wave/$task.txt"
status=$?
echo $status >"$wave/$task.end.part" && mv "$wave/$task.end.part" "$wave/$task.end"
exit $status
"""


class Wave:
    """tasks: {index: runs} of those that have not ended; losses: the runs at which tasks of this array
    have ended."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.name = self.directory.name
        self.tasks = {int(path.stem): path.read_text(encoding="utf-8").split()
                      for path in sorted(self.directory.glob("*.txt"))}
        self.losses = []
        for path in self.directory.glob("*.lost"):
            self.tasks.pop(int(path.stem), None)
            self.losses += path.read_text(encoding="utf-8").split()
        submitted = self._read("submitted")
        self.submitted = submitted is not None
        self.job = (submitted or "").strip()

    @classmethod
    def write(cls, base, label, chunks, command):
        """Everything that the array needs. command: the shell's words that do the runs which a file
        lists, but for the file's name."""
        label = re.sub(r"[^A-Za-z0-9._-]", "_", label)[:24]
        name = f"roam-{label}-{secrets.token_hex(4)}"
        part = base / f".part-{name}"
        part.mkdir(parents=True)
        for index, runs in enumerate(chunks):
            (part / f"{index}.txt").write_text("".join(f"{run}\n" for run in runs))
        (part / "job.sh").write_text(SCRIPT.format(
            wave=shlex.quote(str(base / name)), command=command))
        os.rename(part, base / name)
        return cls(base / name)

    @property
    def script(self):
        return self.directory / "job.sh"

    def log(self, index="%a"):
        """The log of a task; or of any, as sbatch wants it."""
        folder = str(self.directory)
        return f"{folder.replace('%', '%%') if index == '%a' else folder}/{index}.log"

    def taken(self, job):
        """Slurm has it."""
        self.job, self.submitted = job, True
        part = self.directory / "submitted.part"
        part.write_text(f"{job}\n")
        os.replace(part, self.directory / "submitted")

    def give_up(self):
        """A task that has not started yet will do nothing. Gives where the directory is now."""
        aside = self.directory.with_name(f".given-up-{self.name}")
        os.rename(self.directory, aside)
        return aside

    def status(self, index):
        """The exit status that a task has written down, or None."""
        text = self._read(f"{index}.end")
        return int(text) if text and text.strip().isdigit() else None

    def words(self, index):
        """What a task has said, its last 64 KiB."""
        try:
            with open(self.log(index), "rb") as file:
                file.seek(max(0, os.path.getsize(file.fileno()) - 65536))
                return file.read().decode(errors="replace")
        except OSError:
            return ""

    def lose(self, index, run):
        """A task has ended at this run and is not waited for any more."""
        part = self.directory / f"{index}.lost.part"
        part.write_text(f"{run}\n")
        os.replace(part, self.directory / f"{index}.lost")
        self.losses.append(run)
        del self.tasks[index]

    def close(self, index):
        """A task has done all its runs."""
        del self.tasks[index]

    def forget(self, queued):
        """What became of all tasks but these was not their runs' fault. The logs stay, to be looked
        at."""
        for path in self.directory.glob("*.txt"):
            if int(path.stem) not in queued:
                path.with_suffix(".lost").unlink(missing_ok=True)
                path.unlink()

    def remove_if_done(self):
        if not self.tasks and not self.losses:
            shutil.rmtree(self.directory, ignore_errors=True)

    def _read(self, name):
        try:
            return (self.directory / name).read_text(encoding="utf-8")
        except OSError:
            return None


def open_all(base):
    """The arrays that a driver before us has left; what it had not finished writing is removed."""
    found = []
    for path in sorted(base.iterdir()) if base.is_dir() else []:
        if path.name.startswith("roam-"):
            found.append(Wave(path))
        elif path.name.startswith("."):
            shutil.rmtree(path, ignore_errors=True)
    return found
