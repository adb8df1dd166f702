# SPDX-License-Identifier: GPL-2.0-or-later
"""Progress of a campaign: a bar on a terminal, plain lines elsewhere."""

import sys
import time


class Progress:
    """Use with "with"; done() is called once for each run, from one thread."""

    def __init__(self, title, total, stream=None):
        self.title = title
        self.total = total
        self.stream = stream or sys.stderr
        self.count = 0
        self.found = 0
        self.failed = 0
        self.bar = None
        self.task = None
        self.said = time.monotonic()

    def __enter__(self):
        if self.stream.isatty():
            from rich import console, progress
            self.bar = progress.Progress(
                progress.TextColumn("{task.description}"), progress.BarColumn(),
                progress.MofNCompleteColumn(), progress.TimeRemainingColumn(),
                progress.TextColumn("{task.fields[note]}"),
                console=console.Console(file=self.stream))
            self.bar.start()
            self.task = self.bar.add_task(self.title, total=self.total, note="")
        else:
            self._say(f"{self.title}: {self.total} runs")
        return self

    def __exit__(self, *exception):
        if self.bar:
            self.bar.stop()

    def done(self, outcome):
        self.count += 1
        self.found += outcome.found
        self.failed += bool(outcome.error)
        if outcome.error:
            self._say(f"failed: {outcome.run.label()}: {outcome.error}")
        if self.bar:
            self.bar.update(self.task, advance=1, note=outcome.run.label())
        elif self.count == self.total or time.monotonic() - self.said > 10:
            self.said = time.monotonic()
            self._say(f"{self.count} of {self.total} done, {self.found} of them found, "
                      f"{self.failed} failed")

    def _say(self, text):
        if self.bar:
            self.bar.console.print(text, highlight=False, markup=False, soft_wrap=True)
        else:
            print(text, file=self.stream, flush=True)
