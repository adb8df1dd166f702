# SPDX-License-Identifier: GPL-2.0-or-later
"""What the command tells its user instead of going on."""


class CampaignError(Exception):
    """One line: where, what was found, what is allowed. The command ends with status 2."""


def run_label(case, seed):
    """How a message names a run; without a seed of its own it has the scenario's."""
    return f"{case} seed {seed}" if seed else f"{case} with the scenario's seed"
