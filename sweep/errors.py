# SPDX-License-Identifier: GPL-2.0-or-later
"""What the command tells its user instead of going on."""


class CampaignError(Exception):
    """One line: where, what was found, what is allowed. The command ends with status 2."""
