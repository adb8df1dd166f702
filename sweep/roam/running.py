# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of roam-sim from a program."""

import numbers
import pathlib
import subprocess
import tempfile

from .errors import Error
from .places import build_directory
from .records import Run
from .simulator import arguments, complaint_of


def text_of(key, value):
    """A value as a scenario would have it on the command line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        return repr(float(value))
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(text_of(key, one) for one in value)}]"
    raise Error(f"{key}: found {value!r}; expected a text, a number, True, False or a list")


def run(world, *, out=None, force=False, pcap=False, ladder=False, **keys):
    """Run a world (the path of a scenario) once and return its Run.

    A key is any of `roam-sim --print-schema`, or `scheme` or `seed`; a double underscore stands for
    the point: client__radios=1 is client.radios. Its value is a text as in a scenario ("20ms"), a
    number, True or False, or a list.

    The files go to the directory `out`, under the same rules as `./roam run --out`; `force`, `pcap`
    and `ladder` are its options. Without `out` they last as long as the Run that is returned.
    Raises Error with the line that ./roam run prints, without the program's name before it."""
    program = build_directory() / "roam-sim"
    if not program.is_file():
        raise Error(f"{program} is not built; ./roam build says why")
    settings = [(name, text_of(name, value)) for name, value in
                ((key.replace("__", "."), value) for key, value in keys.items())]
    kept = None if out else tempfile.TemporaryDirectory(prefix="roam-")
    directory = pathlib.Path(out) if out else pathlib.Path(kept.name) / "run"
    options = [f"--{name}" for name, wanted in (("force", force), ("pcap", pcap), ("ladder", ladder))
               if wanted]
    done = subprocess.run([*arguments(program, world, settings), *options, "--out", str(directory)],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Error(complaint_of(done))
    made = Run(directory)
    made.kept = kept  # removes the files when the Run is forgotten
    return made
