# SPDX-License-Identifier: GPL-2.0-or-later
"""Has gnuplot draw: NAME.dat and NAME.gp make NAME.svg, NAME.pdf and NAME.png.

NAME.gp is whole: `gnuplot NAME.gp` beside NAME.dat draws the figure again without roam, and
`gnuplot -e "out='x.eps'" NAME.gp` draws it in another format."""

import contextlib
import contextvars
import dataclasses
import math
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from . import own
from .errors import CampaignError
from .files import write_whole
from .places import PLOTS

FORMATS = ("svg", "pdf", "png")
FURTHER = ("eps", "tex")  # when they are asked for
FONT = "DejaVu Sans"
LONGEST = 44  # letters of a name in a legend: a paper's column holds no more
IN_TEX = {**{c: "\\" + c for c in "&%$#_{}"}, "\\": r"\textbackslash{}", "~": r"\textasciitilde{}",
          "^": r"\textasciicircum{}", "<": r"$<$", ">": r"$>$", "|": r"$|$", "…": r"\ldots{}"}
CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


@dataclasses.dataclass(frozen=True)
class Paper:
    """How the figures are wanted: further formats, the font, and whether none may be wider than a
    column."""

    formats: tuple = ()
    font: str = FONT
    column: bool = False

    @property
    def endings(self):
        return FORMATS + self.formats

    def files_of(self, name):
        """{ending: the files that gnuplot writes for it}. TeX has a drawing beside it, so it has another
        name, or the drawing would replace the figure's PDF."""
        return {ending: [f"{name}-tex.tex", f"{name}-tex.pdf"] if ending == "tex" else
                [f"{name}.{ending}"] for ending in self.endings}


PAPER = contextvars.ContextVar("paper", default=Paper())


@contextlib.contextmanager
def drawing_for(paper):
    """What is drawn inside is drawn so."""
    token = PAPER.set(paper)
    try:
        yield
    finally:
        PAPER.reset(token)


def text(value):
    """A string in which gnuplot finds nothing to expand; a new line is one."""
    lines = [CONTROLS.sub(" ", line).replace("'", "''") for line in str(value).split("\n")]
    return '."\\n".'.join(f"'{line}'" for line in lines)


def value_of(value):
    return text(value) if isinstance(value, str) else repr(value)


def in_tex(value):
    """Texts as TeX wants them; numbers as they are."""
    if isinstance(value, (list, tuple)):
        return [in_tex(v) for v in value]
    return "".join(IN_TEX.get(c, c) for c in value) if isinstance(value, str) else value


def settings_of(settings):
    """The variables of a script. Those whose text TeX would not read as it is are there once more, for
    TeX."""
    plain = "".join(setting(key, value) for key, value in settings.items())
    other = "".join("    " + setting(key, in_tex(value)) for key, value in settings.items()
                    if key != "colour" and in_tex(value) != value)
    return plain + (f"if (out[strlen(out) - 3:] eq '.tex') {{\n{other}}}\n" if other else "")


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


def part_name(name, part):
    """Of a figure in several parts; the first, 0, has the plain name."""
    return f"{name}-{part + 1}" if part else name


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


def undated(drawing):
    """A PDF or EPS without the day on which it was made; no byte of it moves."""
    drawing = re.sub(rb"/CreationDate \(D:[^)]*\)",
                     lambda found: b"/CreationDate (D:19700101000000Z)".ljust(len(found[0])), drawing)
    return re.sub(rb"(?m)^%%CreationDate: .*$", b"%%CreationDate: Thu Jan  1 00:00:00 1970", drawing)


def run(directory, name, paper):
    """All formats in one process, in a folder elsewhere until each is whole."""
    with tempfile.TemporaryDirectory(prefix="roam-") as scratch:
        args = ["gnuplot"]
        for ending in ("dat", "gp"):
            shutil.copy(directory / f"{name}.{ending}", scratch)
        for files in paper.files_of(name).values():
            args += ["-e", "reset session", "-e", f"out = '{files[0]}'", f"{name}.gp"]
        try:
            done = subprocess.run(args, cwd=scratch, capture_output=True, text=True, check=False,
                                  env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"})
        except FileNotFoundError:
            raise CampaignError("gnuplot is not installed") from None
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
            raise CampaignError(f"gnuplot: {name}: {said[-1]}")
        for file in (file for files in paper.files_of(name).values() for file in files):
            drawing = (pathlib.Path(scratch) / file).read_bytes()
            write_whole(directory / file, undated(drawing) if file.endswith((".pdf", ".eps"))
                        else drawing)


def draw(directory, name, script, data, settings, commands=""):
    """Writes NAME.dat, NAME.gp and the drawings. Gives the path of the SVG. script: a file of plots/,
    which runs after style.gp; settings: the variables that it reads, lists become arrays; commands:
    gnuplot's, before it."""
    directory = pathlib.Path(directory)
    paper = PAPER.get()
    directory.mkdir(parents=True, exist_ok=True)
    head = "".join(f"if (!exists('{key}')) {setting(key, value)}" for key, value in (
        ("out", f"{name}.svg"), ("font", paper.font), ("column", int(paper.column))))
    files = [file for files in paper.files_of(name).values() for file in files]
    with own.writing(directory, [f"{name}.dat", f"{name}.gp", *files]):
        write_whole(directory / f"{name}.dat", data)
        write_whole(directory / f"{name}.gp",
                    head + setting("data", f"{name}.dat") + settings_of(settings) +
                    (PLOTS / "style.gp").read_text(encoding="utf-8") + commands +
                    (PLOTS / script).read_text(encoding="utf-8") + "set output\n")
        run(directory, name, paper)
    return directory / f"{name}.svg"
