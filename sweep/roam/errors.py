# SPDX-License-Identifier: GPL-2.0-or-later
"""What the command tells its user instead of going on."""

import contextlib

MOST_LINES = 20  # that are printed


class Error(Exception):
    """One line: where, what is wrong, what was expected."""


class CampaignError(Error):
    """A line for each mistake: where, what is wrong, what was expected. The command ends with
    status 2."""

    def lines(self):
        found = str(self).splitlines()
        more = len(found) - MOST_LINES
        return found if more <= 0 else [*found[:MOST_LINES], f"and {more} more"]


class Mistakes:
    """Those of a file, to be reported together."""

    def __init__(self):
        self.found = []

    @contextlib.contextmanager
    def noting(self):
        """A CampaignError inside is noted, and what follows goes on."""
        try:
            yield
        except CampaignError as error:
            self.found += str(error).splitlines()

    def report(self):
        if self.found:
            raise CampaignError("\n".join(dict.fromkeys(self.found)))


def run_label(case, seed):
    """How a message names a run; without a seed of its own it has the scenario's."""
    return f"{case} seed {seed}" if seed else f"{case} with the scenario's seed"
