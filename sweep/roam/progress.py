# SPDX-License-Identifier: GPL-2.0-or-later
"""Progress of a campaign: a bar on a terminal, plain lines elsewhere. Both say how many runs are
done, how many failed, how many come in a second, and how long the rest takes."""

import collections
import sys
import time

EVERY = 10.0  # s between two plain lines
TOLD = 10     # failures that are told one by one; of the others only how many


def duration(seconds):
    """ "42 s", "3 min 20 s", "2 h 5 min" """
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


class Progress:
    """Use with "with"; done() is called once for each run, from one thread."""

    def __init__(self, title, total, found=0, stream=None):
        """total: all runs; found: those of them that are there already."""
        self.title = title
        self.total = total
        self.found = found
        self.stream = stream or sys.stderr
        self.count = found
        self.failed = 0
        self.bar = None
        self.task = None
        self.begun = self.said = time.monotonic()
        self.recent = collections.deque(maxlen=200)  # when the last runs ended
        self.untold = 0

    def __enter__(self):
        if self.stream.isatty():
            from rich import console, progress
            self.bar = progress.Progress(
                progress.TextColumn("{task.description}", markup=False), progress.BarColumn(),
                progress.MofNCompleteColumn(), progress.TextColumn("{task.fields[note]}"),
                console=console.Console(file=self.stream))
            self.bar.start()
            self.task = self.bar.add_task(self.title, total=self.total, completed=self.found, note="")
        else:
            self.say(f"{self.title}: {self.total} runs" +
                     (f", {self.found} of them found" if self.found else ""))
        return self

    def __exit__(self, *exception):
        if self.untold:
            self.say(f"failed: {self.untold} more")
        if self.bar:
            self.bar.stop()
        elif self.count > self.found or not self.total:
            self.say(self.state())

    def rate(self):
        """Runs a second, of late."""
        now = time.monotonic()
        if not self.recent:
            return 0.0
        span = now - (self.recent[0] if len(self.recent) == self.recent.maxlen else self.begun)
        return len(self.recent) / max(span, 1e-3)

    def note(self):
        rate = self.rate()
        left = (self.total - self.count) / rate if rate else 0.0
        speed = f"{rate:.1f} a second" if rate >= 1 else f"{60 * rate:.1f} a minute"
        return f"{self.failed} failed, {speed}" + (f", {duration(left)} left" if left else "")

    def state(self):
        return f"{self.count} of {self.total} done, {self.found} of them found, {self.note()}"

    def known_failure(self, outcome):
        """One that failed before, and is counted among those found."""
        self.failed += 1
        if self.failed <= TOLD:
            self.say(f"failed before: {outcome.run.label()}: {outcome.error} (--retry-failed tries "
                     "again)")
        else:
            self.untold += 1

    def done(self, outcome):
        self.count += 1
        self.failed += bool(outcome.error)
        self.recent.append(time.monotonic())
        if outcome.error and self.failed <= TOLD:
            self.say(f"failed: {outcome.run.label()}: {outcome.error}")
        elif outcome.error:
            self.untold += 1
        if self.bar:
            self.bar.update(self.task, completed=self.count, note=self.note())
        elif self.count < self.total and time.monotonic() - self.said > EVERY:
            self.said = time.monotonic()
            self.say(self.state())

    def say(self, text):
        if self.bar:
            self.bar.console.print(text, highlight=False, markup=False, soft_wrap=True)
        else:
            print(text, file=self.stream, flush=True)
