# SPDX-License-Identifier: GPL-2.0-or-later
"""roam for programs and notebooks (doc/python.md): results as tables, and single runs.

The other modules of this package are what `./roam sweep`, `compare`, `plot` and `report` are made
of; they may change with each version."""

from .errors import Error
from .records import Campaign, Run, measure_table
from .running import run

__all__ = ["Campaign", "Error", "Run", "measure_table", "run"]
