# SPDX-License-Identifier: GPL-2.0-or-later
"""Format, spelling and plain words."""

import re

import pytest

from conftest import ROOT, files, run, short, tool

CODE = (".c", ".h", ".cc")
PROSE = (".md", ".rst")
SCRIPTS = (".py", ".toml", ".gp", ".sh")

# What codespell takes for a mistake: lengths of addresses, explicit congestion notification,
# neighbour discovery, "to and fro", and a name of usrsctp's.
RIGHT = "tolen,ect,nd,fro,upto"

# Words that hide who does what (left), and what is meant (right).
PLAIN = [
    (r"(?:/\*+|//|\"\"\"|#) Whether\b", "True if"),
    (r"\bat hand\b", "available"),
    (r"\ballowed is\b", "expected"),
    (r"'s to say\b", "decides"),
]


def version_of(name):
    return int(re.search(r"version (\d+)", run(name, "--version").stdout)[1])


def test_code_is_formatted():
    clang_format = tool("clang-format-14", "clang-format")
    if version_of(clang_format) != 14:
        pytest.skip("clang-format is not version 14, and others format otherwise")
    done = run(clang_format, "--dry-run", "--Werror", *files(*CODE))
    assert done.returncode == 0, done.stderr


def test_words_are_spelled_right():
    done = run(tool("codespell"), f"--ignore-words-list={RIGHT}",
               *files(*CODE, *PROSE, *SCRIPTS, ".cff", ".html"))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("pattern, better", PLAIN)
def test_words_are_plain(pattern, better):
    found = [f"{short(path)}:{number}: {line.strip()}"
             for path in files(*CODE, *PROSE, ".py") if path.name != "test_text.py"
             for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
             if re.search(pattern, line)]
    assert not found, f"better: {better}\n" + "\n".join(found)


def test_prose_fits_100_columns():
    """Tables, code and addresses may be longer."""
    def may_be_long(line):
        return line.startswith(("|", "    ", "..", "`", "[")) or "://" in line

    found = [f"{short(path)}:{number}: {len(line)} columns"
             for path in files(*PROSE)
             for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
             if len(line) > 100 and not may_be_long(line)]
    assert not found, "\n".join(found)


def test_lines_end_as_editorconfig_says():
    config = (ROOT / ".editorconfig").read_text()
    assert "end_of_line = lf" in config and "trim_trailing_whitespace = true" in config
    wrong = []
    for path in files(*CODE, *PROSE, *SCRIPTS, ".cff", "CMakeLists.txt", "wscript", "Makefile"):
        data = path.read_bytes()
        if b"\r" in data or re.search(rb"[ \t]\n", data) or not data.endswith(b"\n"):
            wrong.append(short(path))
    assert not wrong
