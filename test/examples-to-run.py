#! /usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What ns-3's test.py runs of the examples in an ns-3 tree: (command, do_run, do_valgrind_run)."""

cpp_examples = [
    ("onoff-handover", "True", "True"),
    ("onoff-handover --radios=1", "True", "True"),
    ("roam-first-handover", "True", "True"),
    ("sctp-bulk", "True", "True"),
]

python_examples = []
