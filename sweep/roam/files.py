# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that are there complete or not at all."""

import contextlib
import csv
import hashlib
import json
import os
import pathlib
import socket
import tempfile

from .errors import CampaignError


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def rows_of_csv(path):
    """The same one by one, for tables that are long."""
    with open(path, newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def read_json(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))


def hash_of(path):
    """SHA-256 of a file's bytes, as hex digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def naming(path):
    """An error of writing does not know of which file it is, as that of a full disk."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def process_name():
    """This process's, also where machines share a directory."""
    return f"{socket.gethostname()}-{os.getpid()}"


def is_of_this_machine(process):
    return process.rpartition("-")[0] == socket.gethostname()


def is_running_here(process):
    """True if the process of that name is one of this machine that is there."""
    number = process.rpartition("-")[2]
    return (is_of_this_machine(process) and number.isdecimal()
            and pathlib.Path("/proc", number).exists())


def under_way(path, kind="part"):
    """The name of a file while this process writes it."""
    return path.with_name(f"{path.name}.{kind}-{process_name()}")


@contextlib.contextmanager
def whole(path, mode="w"):
    """Opens a file for writing that takes its name when all is written. Two that write the same
    file at once do not meet: the name before that is the process's own."""
    path = pathlib.Path(path)
    temporary = under_way(path)
    options = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    try:
        with naming(path), open(temporary, mode, **options) as file:
            yield file
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_whole(path, data):
    with whole(path, "w" if isinstance(data, str) else "wb") as file:
        file.write(data)


def make_directory(path):
    """A directory that can be written to, or one line that says why not."""
    try:
        os.makedirs(path, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise CampaignError(f"{path}: {error.strerror}") from None
