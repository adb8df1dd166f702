# SPDX-License-Identifier: GPL-2.0-or-later
"""doc/sctp-conformance.md names tests and functions, doc/sctp.md files and tests: they are there."""

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


def test_each_file_of_the_engine_has_its_row_and_its_tests():
    text = (ROOT / "doc/sctp.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `sctp-")]
    rows = [row for row in rows if len(row) == 5 and re.search(r"^ `[a-z-]+`", row[3])]
    files = {name for row in rows for name in re.findall(r"`(sctp-[a-z-]+\.c)`", row[1])}
    tests = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row[3])}
    assert files == {path.name for path in (ROOT / "core/sctp").glob("*.c")}
    assert all((ROOT / f"test/core/test-sctp-{name}.c").is_file() for name in tests)
