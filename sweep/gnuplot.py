# SPDX-License-Identifier: GPL-2.0-or-later
"""Has gnuplot draw: NAME.dat and NAME.gp make NAME.svg, NAME.pdf and NAME.png.

NAME.gp is whole: `gnuplot NAME.gp` beside NAME.dat draws the figure again without roam, and
`gnuplot -e "out='x.pdf'" NAME.gp` draws it in another format."""

import math
import os
import pathlib
import re
import subprocess

import own
from errors import CampaignError
from files import write_whole

PLOTS = pathlib.Path(__file__).resolve().parents[1] / "plots"
FORMATS = ("svg", "pdf", "png")
LONGEST = 44  # letters of a name in a legend: a paper's column holds no more
CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


def text(value):
    """A string in which gnuplot finds nothing to expand; a new line is one."""
    lines = [CONTROLS.sub(" ", line).replace("'", "''") for line in str(value).split("\n")]
    return '."\\n".'.join(f"'{line}'" for line in lines)


def value_of(value):
    return text(value) if isinstance(value, str) else repr(value)


def setting(key, value):
    if isinstance(value, (list, tuple)):
        values = ", ".join(value_of(v) for v in value)
        return f"array {key}[{len(value)}] = [{values}]\n"
    return f"{key} = {value_of(value)}\n"


def short(names, most=LONGEST):
    """Names that fit, still different: what is cut out of the middle of one is marked so."""
    found = []
    for name in names:
        cut = name if len(name) <= most else name[:most - most // 2 - 1] + "…" + name[-(most // 2):]
        number = 2
        while cut in found:
            cut = f"{cut[:most - 5]}… {number}"
            number += 1
        found.append(cut)
    return found


def wrapped(name, width=26):
    """On at most two lines, cut at a space where there is one."""
    if len(name) <= width:
        return name
    at = max(name.rfind(" ", len(name) - width - 1, width + 1), name.rfind(" ", 0, width + 1))
    first, rest = (name[:at], name[at + 1:]) if at > 0 else (name[:width], name[width:])
    return first + "\n" + short([rest], width)[0]


def legend(names, styles):
    """What style.gp's legend needs: the name and the style of each curve."""
    return {"titles": short(names), "colour": [style.colour for style in styles],
            "dash": [style.dash for style in styles], "marker": [style.marker for style in styles]}


def field(value):
    if isinstance(value, str):
        return '"%s"' % CONTROLS.sub(" ", value).replace("\\", "/").replace('"', "'")
    return "NaN" if not math.isfinite(value) else f"{value:.9g}"


def blocks(parts, names=(), width=2):
    """gnuplot's blocks of rows, with a name above each where there is one. A block without rows
    keeps its place with a row that is not drawn."""
    found = []
    for i, part in enumerate(parts):
        head = f"# {i}: {CONTROLS.sub(' ', names[i])}\n" if names else ""
        rows = part or [(math.nan,) * width]
        found.append(head + "".join(" ".join(map(field, row)) + "\n" for row in rows) + "\n\n")
    return "".join(found)


def undated(pdf):
    """A PDF without the day on which it was made; no byte of it moves."""
    return re.sub(rb"/CreationDate \(D:[^)]*\)",
                  lambda found: b"/CreationDate (D:19700101000000Z)".ljust(len(found[0])), pdf)


def run(directory, name):
    """All formats in one process, under other names until each is whole."""
    args = ["gnuplot"]
    for ending in FORMATS:
        args += ["-e", "reset session", "-e", f"out = '{name}.part.{ending}'", f"{name}.gp"]
    try:
        done = subprocess.run(args, cwd=directory, capture_output=True, text=True, check=False,
                              env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"})
    except FileNotFoundError:
        raise CampaignError("gnuplot is not installed") from None
    if done.returncode:
        for ending in FORMATS:
            (directory / f"{name}.part.{ending}").unlink(missing_ok=True)
        said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        raise CampaignError(f"gnuplot: {name}: {said[-1]}")
    for ending in FORMATS:
        part = directory / f"{name}.part.{ending}"
        if ending == "pdf":
            part.write_bytes(undated(part.read_bytes()))
        os.replace(part, directory / f"{name}.{ending}")


def draw(directory, name, script, data, settings, commands=""):
    """Writes NAME.dat, NAME.gp and the drawings. Gives the path of the SVG. script: a file of plots/,
    which runs after style.gp; settings: the variables that it reads, lists become arrays; commands:
    gnuplot's, before it."""
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    head = f"if (!exists('out')) out = '{name}.svg'\n" + setting("data", f"{name}.dat")
    with own.writing(directory, [f"{name}.{ending}" for ending in ("dat", "gp", *FORMATS)]):
        write_whole(directory / f"{name}.dat", data)
        write_whole(directory / f"{name}.gp",
                    head + "".join(setting(key, value) for key, value in settings.items()) +
                    (PLOTS / "style.gp").read_text(encoding="utf-8") + commands +
                    (PLOTS / script).read_text(encoding="utf-8") + "set output\n")
        run(directory, name)
    return directory / f"{name}.svg"
