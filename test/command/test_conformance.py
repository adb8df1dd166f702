# SPDX-License-Identifier: GPL-2.0-or-later
"""doc/sctp-conformance.md names tests and functions: each of them is there."""

import pathlib
import re

ROOT = pathlib.Path(__file__).parents[2]
ROOMS = ("core/*/*.[ch]", "host/*.[ch]", "test/core/*.c", "test/host/*", "test/blackbox/*.py",
         "test/interop/*.py", "test/suites/*.cc", "test/command/*.py")


def test_each_name_in_the_table_is_that_of_something():
    text = (ROOT / "doc/sctp-conformance.md").read_text(encoding="utf-8")
    names = set(re.findall(r"`([a-z0-9_]{6,})(?:\(\))?`", text))
    sources = "".join(path.read_text(encoding="utf-8") for pattern in ROOMS
                      for path in ROOT.glob(pattern) if path.is_file())
    assert len(names) > 200
    assert {name for name in names if name not in sources} == set()
