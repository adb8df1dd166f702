# SPDX-License-Identifier: GPL-2.0-or-later
"""Put small faults into the core, one at a time, and name those that no test notices.

A fault is one operator, one constant, one negation, one call left out. A fault is noticed when a
test fails, dies, or takes far longer than it does without the fault; what the plain tests let pass
goes to the same tests under AddressSanitizer, LeakSanitizer and UBSan. A fault that does not
compile, or that changes no instruction, is none, and another is drawn in its place.

Which faults are drawn depends on the sources, the number and the seed alone. The sources are never
written to: a fault lives in a copy in the build directory.

    make -C test/core mutants                     130 faults
    make -C test/core mutants number=500 seed=2
    make -C test/core mutants files='sctp-sack.c sctp-send.c'
    make -C test/core mutants at=sctp-sack.c:154  every fault of one line
"""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
Fault = collections.namedtuple("Fault", "path line start end old new")
Judge = collections.namedtuple("Judge", "name out cc cflags libs tests seconds")

OTHER = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||",
         "||": "&&", "+": "-", "-": "+", "+=": "-=", "-=": "+=", "++": "--", "--": "++",
         "|=": "&=", "&": "|", "true": "false", "false": "true"}
TOKEN = re.compile(r"""
    (?P<skip>/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|^[ ]*\#(?:\\\n|[^\n])*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<number>0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*)
  | (?P<sign>->|\.\.\.|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|\+=|-=|\*=|/=|\|=|&=|[^\s\w])
""", re.VERBOSE | re.DOTALL | re.MULTILINE)
TYPES = re.compile(r"\b(?:u?int\d+_t|char|void|bool|size_t|struct\s+\w+|roam_time|enum\s+\w+)$")
# Calls that do nothing a test could see are no faults when they are left out.
SILENT = {"assert", "static_assert", "sctp_wipe"}


def tokens_of(text):
    return [(m.lastgroup, m.group(), m.start(), m.end()) for m in TOKEN.finditer(text)
            if m.lastgroup != "skip"]


def is_binary(tokens, i):
    """True if the sign at i has an operand on its left."""
    kind, word = tokens[i - 1][:2]
    if kind == "word":
        return word not in ("return", "case", "sizeof")
    return kind == "number" or word in (")", "]")


def is_type(text, end):
    return bool(TYPES.search(text[:end].rstrip()))


def call_at(tokens, i):
    """Where the statement ends that is nothing but a call and begins at token i, or None."""
    if i == 0 or tokens[i][0] != "word" or tokens[i - 1][1] not in ("{", "}", ";"):
        return None
    if i + 1 >= len(tokens) or tokens[i + 1][1] != "(" or tokens[i][1] in SILENT:
        return None
    depth = 0
    for k in range(i + 1, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[k][1], 0)
        if depth == 0:
            ends = k + 1 < len(tokens) and tokens[k + 1][1] == ";"
            return tokens[k + 1][3] if ends else None
    return None


def changes(text):
    """(start, end, new) of every fault that a text can have, by position."""
    tokens = tokens_of(text)
    body = 0  # depth of braces: what is outside of functions is left alone
    for i, (kind, word, start, end) in enumerate(tokens):
        body += {"{": 1, "}": -1}.get(word, 0)
        if body < 1:
            continue
        if kind == "number":
            digits = re.match(r"0[xX][0-9a-fA-F]+|\d+", word).group()
            yield start, start + len(digits), str(int(digits, 0) + 1)
        elif word in ("true", "false"):
            yield start, end, OTHER[word]
        elif word == "!":
            yield start, end, ""
        elif word in ("+", "-", "&"):
            if is_binary(tokens, i) and not is_type(text, start):
                yield start, end, OTHER[word]
        elif kind == "sign" and word in OTHER:
            yield start, end, OTHER[word]
        stop = call_at(tokens, i)
        if stop:
            yield start, stop, ";"


def faults_of(path):
    text = path.read_text()
    return [Fault(path, text.count("\n", 0, start) + 1, start, end, text[start:end], new)
            for start, end, new in changes(text)]


def shown(fault):
    old = " ".join(fault.old.split())
    what = f"{old} left out" if fault.new == ";" else f"{old} -> {fault.new or 'nothing'}"
    return f"{fault.path.name}:{fault.line}: {what}"


def run(args, seconds=None):
    """0 or another status; 124 when it took too long."""
    try:
        return subprocess.run(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              stdin=subprocess.DEVNULL, timeout=seconds, check=False,
                              cwd=HERE).returncode
    except subprocess.TimeoutExpired:
        return 124


def object_of(judge, root, path):
    return judge.out / path.relative_to(root).with_suffix(".o")


def make_judge(name, arguments):
    """The tests as make has built them, each with the time that it takes."""
    out = pathlib.Path(arguments.out).resolve() / name
    make = ["make", "-s", "--no-print-directory", "-C", str(HERE), f"out={out}",
            f"-j{os.cpu_count()}"]
    if name != "plain":
        make.append("SANITIZE=1")
    built = subprocess.run([*make, "all"], text=True, capture_output=True, check=False)
    if built.returncode:
        sys.exit(f"mutants: the tests do not build without a fault\n{built.stderr}")
    told = subprocess.run([*make, "flags"], text=True, capture_output=True, check=True)
    cc, cflags, libs = told.stdout.splitlines()[-3:]
    seconds = {}
    for source in sorted(HERE.glob("test-*.c")):
        begun = time.monotonic()
        status = run([str(out / source.stem)], 300)
        if status:
            sys.exit(f"mutants: {source.stem} fails without a fault")
        seconds[source.stem] = time.monotonic() - begun
    return Judge(name, out, *map(shlex.split, (cc, cflags, libs)),
                 sorted(seconds, key=seconds.get), seconds)


def in_order(judge, path):
    """The tests that are named for a file first, then the quick ones."""
    near = [test for test in judge.tests if test.startswith(f"test-{path.stem}")]
    room = path.parent.name  # what belongs to other rooms comes last
    rest = [test for test in judge.tests if test not in near]
    return near + sorted(rest, key=lambda test: not test.startswith(f"test-{room}"))


def code_of(object_file):
    """What a processor would see of an object file: no debugging information."""
    bare = object_file.with_suffix(".bare")
    subprocess.run(["objcopy", "--strip-debug", "--remove-section=.note.gnu.property",
                    str(object_file), str(bare)], check=True)
    return bare.read_bytes()


def compiled(judge, fault, root, folder):
    """The object file of a fault; None when it does not compile or changes nothing."""
    text = fault.path.read_text()
    text = text[:fault.start] + fault.new + text[fault.end:]
    objects = []
    for name, content in (("fault", text), ("good", fault.path.read_text())):
        source = folder / f"{name}.c"
        # its own lines in asserts are those of the file that it is a copy of
        source.write_text(f'#line 1 "{fault.path}"\n{content}')
        flags = [f for f in judge.cflags if f != "-Werror"]
        target = folder / f"{name}.o"
        if run([*judge.cc, *flags, "-I", str(fault.path.parent), "-c", "-o", str(target),
                str(source)]):
            return None
        objects.append(target)
    return objects[0] if code_of(objects[0]) != code_of(objects[1]) else None


def is_noticed(judge, fault, faulty, root, folder):
    """The test that notices a fault, or None."""
    objects = [object_of(judge, root, p) for p in sorted((root / "core").glob("*/*.c"))
               if p != fault.path]
    objects += [judge.out / p.with_suffix(".o").name for p in sorted(HERE.glob("*.c"))
                if not p.name.startswith("test-")]
    for test in in_order(judge, fault.path):
        program = folder / "test"
        if run([*judge.cc, *judge.cflags, "-o", str(program), str(judge.out / f"{test}.o"),
                str(faulty), *map(str, objects), *judge.libs]):
            sys.exit(f"mutants: {test} does not link with {shown(fault)}")
        if run([str(program)], 10 * judge.seconds[test] + 10):
            return test
    return None


def judged(judges, fault, root):
    """(what noticed it, or None), or "none" when it is no fault."""
    with tempfile.TemporaryDirectory(dir=judges[0].out) as scratch:
        for judge in judges:
            folder = pathlib.Path(scratch)
            faulty = compiled(judge, fault, root, folder)
            if not faulty:
                if judge is judges[0]:
                    return "none"
                continue
            test = is_noticed(judge, fault, faulty, root, folder)
            if test:
                return f"{judge.name}: {test}"
    return None


def drawn(arguments, root):
    """The faults to try, in the order of trying."""
    sources = sorted((root / "core").glob("*/*.c"))
    if arguments.files:
        wanted = set(arguments.files.split())
        unknown = wanted - {path.name for path in sources}
        if unknown:
            sys.exit(f"mutants: core has no file {', '.join(sorted(unknown))}")
        sources = [path for path in sources if path.name in wanted]
    faults = [fault for path in sources for fault in faults_of(path)]
    if arguments.at:
        places = set(arguments.at.split())
        return [f for f in faults if f"{f.path.name}:{f.line}" in places]
    random.Random(arguments.seed).shuffle(faults)
    return faults


def main():
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True, help="a build directory of its own")
    parser.add_argument("--number", type=int, default=130, help="of faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", default="", help="names of the core's files; all")
    parser.add_argument("--at", default="", help="FILE:LINE ...: every fault of these lines")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parents[2]
    judges = [make_judge("plain", arguments), make_judge("sanitized", arguments)]
    faults = drawn(arguments, root)
    number = len(faults) if arguments.at else arguments.number
    counts = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        waiting = collections.deque()
        rest = iter(faults)
        tried = 0
        while tried < number:
            for fault in rest:
                waiting.append((fault, pool.submit(judged, judges, fault, root)))
                if len(waiting) >= 2 * arguments.jobs:
                    break
            if not waiting:
                break
            fault, verdict = waiting.popleft()
            by = verdict.result()
            if by == "none":
                continue
            tried += 1
            counts[by.split(":")[0] if by else "survived"] += 1
            print(f"{'noticed ' if by else 'SURVIVED'} {shown(fault)}{f' ({by})' if by else ''}",
                  flush=True)
        pool.shutdown(cancel_futures=True)
    noticed = counts["plain"] + counts["sanitized"]
    share = f", {100 * noticed / tried:.1f} %" if tried else ""
    print(f"{tried} faults: {counts['plain']} noticed by the tests, {counts['sanitized']} by the "
          f"sanitizers alone, {counts['survived']} by nothing{share}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
