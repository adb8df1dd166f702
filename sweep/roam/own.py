# SPDX-License-Identifier: GPL-2.0-or-later
"""Which files roam wrote, and whether somebody has changed them since: those are not overwritten.

A directory that roam writes to holds a list of its files, .made-by-roam, in the form of sha256sum:
the SHA-256 of a file, two spaces, its name. roam-sim (sim/file-manifest.h) writes and reads the
same list. "-" in place of the SHA-256 marks a file that is being written: whatever is there, if the
process was killed, is roam's.
"""

import contextlib
import fcntl
import os
import pathlib

from .errors import CampaignError
from .files import hash_of, write_whole

NAME = ".made-by-roam"
UNDER_WAY = "-"
MOST_NAMED = 4  # files that a message names


class Foreign(CampaignError):
    """Files that would be overwritten, and are not roam's as it wrote them."""

    def __init__(self, paths):
        self.paths = list(paths)
        folder = self.paths[0].parent
        names = [path.name for path in self.paths if path.parent == folder]
        more = len(self.paths) - len(names[:MOST_NAMED])
        super().__init__(
            f"{folder / ', '.join(names[:MOST_NAMED])}{f' and {more} more' if more else ''}: roam did "
            "not write this, or it was changed since; move or rename what you want to keep, or give "
            "--force")


def read(directory):
    """{name: SHA-256, or UNDER_WAY}"""
    try:
        lines = (pathlib.Path(directory) / NAME).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}


def foreign(directory, names):
    """Those of the files that are there and not as roam wrote them, as paths."""
    listed = read(directory)
    return [path for path in (pathlib.Path(directory) / name for name in names)
            if path.is_file() and listed.get(path.name) not in (UNDER_WAY, hash_of(path))]


def check(directory, names, force=False):
    found = [] if force else foreign(directory, names)
    if found:
        raise Foreign(found)


@contextlib.contextmanager
def _only_one(directory):
    """Keeps two processes from writing the list at once, where the file system can."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _note(directory, found):
    """found: {name: SHA-256, or UNDER_WAY, or None for a file that is not there}"""
    with _only_one(directory):
        before = read(directory)
        listed = {name: sha256 for name, sha256 in {**before, **found}.items() if sha256}
        if listed != before:
            write_whole(pathlib.Path(directory) / NAME, "".join(
                f"{sha256}  {name}\n" for name, sha256 in sorted(listed.items())))


def adopt(paths):
    """Makes files roam's own, whatever they hold: its user said --force."""
    for path in paths:
        _note(path.parent, {path.name: UNDER_WAY})


@contextlib.contextmanager
def writing(directory, names, force=False):
    """Around the writing of files of a directory; names is a list. Raises Foreign before anything is written when one
    of them is not roam's; with force they become its own."""
    check(directory, names, force)
    _note(directory, dict.fromkeys(names, UNDER_WAY))
    absent = UNDER_WAY
    try:
        yield
        absent = None
    finally:
        paths = [pathlib.Path(directory) / name for name in names]
        _note(directory, {path.name: hash_of(path) if path.is_file() else absent for path in paths})
