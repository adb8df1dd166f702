# SPDX-License-Identifier: GPL-2.0-or-later
"""Put small faults into the core, one at a time, and name those that no test notices.

A fault is one operator, one constant, one negation, one call left out. A fault is noticed when a
test fails, dies, or takes far longer than it does without the fault; what the plain tests let pass
goes to the same tests under AddressSanitizer, LeakSanitizer and UBSan. A fault that does not
compile, or that changes no instruction, is none, and another is drawn in its place.

One run of all tests with gcov, at the beginning, says which tests reach a line: only these are run,
those that are named for the file first, then those that reach little else, those of many worlds
last and the random ones with few seeds. A fault in a line that no test reaches survives at once.

Which faults are drawn, and what becomes of each, depends on the sources, the number and the seed
alone. The sources are copied into the build directory first and are never written to, so that they
may be worked on meanwhile. Verdicts are kept there too: the same command goes on where it was
stopped, as long as neither the core nor its tests have changed.

    make -C test/core mutants                     130 faults
    make -C test/core mutants number=500 seed=2 jobs=1
    make -C test/core mutants files='sctp-sack.c sctp-send.c'
    make -C test/core mutants at=sctp-sack.c:154  every fault of one line
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
Fault = collections.namedtuple("Fault", "path line start end old new")
Judge = collections.namedtuple("Judge", "name out cc cflags libs seconds good")

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
# Tests of many worlds each, which take seconds: they come last.
SLOW = ("-random", "-loss", "-bounds")
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
                              env={**os.environ, "ROAM_SEEDS": "10"}).returncode
    except subprocess.TimeoutExpired:
        return 124


def copied(out):
    """A copy of the core and its tests, and what names their contents."""
    tree = out / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    for part in ("core", "test/core", "test/data"):
        shutil.copytree(ROOT / part, tree / part)
    contents = hashlib.sha256()
    for part in ("core", "test/core"):
        for path in sorted((tree / part).rglob("*.[ch]")):
            contents.update(f"{path.relative_to(tree)}\0".encode() + path.read_bytes())
    return tree, contents.hexdigest()[:16]


def built(name, out, tree, cflags, *variables):
    """Builds all tests; the command line of make that did."""
    make = ["make", "-s", "--no-print-directory", "-C", str(tree / "test/core"),
            f"out={out / name}", f"CFLAGS={cflags}", *variables]
    done = subprocess.run([*make, f"-j{os.cpu_count()}", "all"], text=True, capture_output=True,
                          check=False)
    if done.returncode:
        sys.exit(f"mutants: the tests do not build without a fault\n{done.stderr}")
    return make


def tests_of(tree):
    return [source.stem for source in sorted((tree / "test/core").glob("test-*.c"))]


def make_judge(name, out, tree, contents, *variables):
    """The tests as make has built them, each with the time that it takes."""
    make = built(name, out, tree, "-O1", *variables)
    told = subprocess.run([*make, "flags"], text=True, capture_output=True, check=True)
    cc, cflags, libs = told.stdout.splitlines()[-3:]
    kept = out / f"seconds-{name}-{contents}.json"
    seconds = json.loads(kept.read_text()) if kept.exists() else {}
    for test in tests_of(tree) if not seconds else ():
        begun = time.monotonic()
        if run([str(out / name / test)], 300):
            sys.exit(f"mutants: {test} fails without a fault")
        seconds[test] = time.monotonic() - begun
    kept.write_text(json.dumps(seconds))
    return Judge(name, out / name, *map(shlex.split, (cc, cflags, libs)), seconds, {})


def reached(out, tree, contents):
    """{file: {line: tests}}, as gcov counts them; a line without code is not in it."""
    kept = out / f"reached-{contents}.json"
    if kept.exists():
        return json.loads(kept.read_text())
    built("gcov", out, tree, "-O0 --coverage")
    lines = collections.defaultdict(lambda: collections.defaultdict(list))
    for test in tests_of(tree):
        for old in (out / "gcov").rglob("*.gcda"):
            old.unlink()
        run([str(out / "gcov" / test)], 300)
        counts = sorted(map(str, (out / "gcov" / "core").rglob("*.gcda")))
        told = subprocess.run(["gcov", "--json-format", "--stdout", *counts], text=True,
                              capture_output=True, check=True, cwd=out).stdout
        for report in filter(None, told.splitlines()):
            for file in json.loads(report)["files"]:
                name = pathlib.Path(file["file"]).name
                for line in file["lines"]:
                    tests = lines[name][str(line["line_number"])]
                    if line["count"] and test not in tests:
                        tests.append(test)
    for name in [name for name in lines if not name.endswith(".c")]:
        del lines[name]
    written = kept.with_suffix(".new")
    written.write_text(json.dumps(lines))
    written.replace(kept)
    return lines


def breadths(lines):
    """How many lines each test reaches."""
    return collections.Counter(test for file in lines.values() for tests in file.values()
                               for test in tests)


def in_order(lines, breadth, fault):
    """The tests that reach a fault, the best judge first."""
    of_file = lines.get(fault.path.name, {})
    line = fault.line
    while str(line) not in of_file and line > 0:  # it continues a statement that begins above
        line -= 1
    tests = of_file.get(str(line), [])
    near = f"test-{fault.path.stem}"
    return sorted(tests, key=lambda test: (test.endswith(SLOW), not test.startswith(near),
                                           breadth[test], test))


def compiled(judge, fault, tree, folder):
    """The object file of a fault; None when it does not compile or changes nothing."""
    good = fault.path.read_text()
    bad = good[:fault.start] + fault.new + good[fault.end:]

    def object_of(name, text):
        source = folder / f"{name}.c"
        # its own lines in asserts are those of the file that it is a copy of
        source.write_text(f'#line 1 "{fault.path}"\n{text}')
        target = folder / f"{name}.o"
        flags = [f for f in judge.cflags if f != "-Werror"]
        status = run([*judge.cc, *flags, "-I", str(fault.path.parent), "-c", "-o", str(target),
                      str(source)])
        return None if status else target

    if fault.path not in judge.good:
        judge.good[fault.path] = object_of("good", good).read_bytes()
    faulty = object_of("fault", bad)
    return faulty if faulty and faulty.read_bytes() != judge.good[fault.path] else None


def is_noticed(judge, fault, faulty, tests, tree, folder):
    """The test that notices a fault, or None."""
    objects = [judge.out / p.relative_to(tree).with_suffix(".o")
               for p in sorted((tree / "core").glob("*/*.c")) if p != fault.path]
    objects += [judge.out / f"{p.stem}.o" for p in sorted((tree / "test/core").glob("*.c"))
                if not p.name.startswith("test-")]
    program = folder / "test"
    for test in tests:
        if run([*judge.cc, *judge.cflags, "-o", str(program), str(judge.out / f"{test}.o"),
                str(faulty), *map(str, objects), *judge.libs]):
            sys.exit(f"mutants: {test} does not link with {shown(fault)}")
        if run([str(program)], 5 * judge.seconds[test] + 5):
            return test
    return None


def judged(judges, fault, tests, tree):
    """What noticed it, "nothing", "unreached", or "none" when it is no fault."""
    with tempfile.TemporaryDirectory(dir=judges[0].out) as scratch:
        folder = pathlib.Path(scratch)
        for judge in judges:
            faulty = compiled(judge, fault, tree, folder)
            if not faulty and judge is judges[0]:
                return "none"
            test = faulty and is_noticed(judge, fault, faulty, tests, tree, folder)
            if test:
                return f"{judge.name}: {test}"
    return "nothing" if tests else "unreached"


def drawn(arguments, tree):
    """The faults to try, in the order of trying."""
    sources = sorted((tree / "core").glob("*/*.c"))
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


def verdicts(faults, judge_one, log, jobs):
    """(fault, verdict) in the order of the faults, each kept in the log as it comes."""
    kept = {}
    if log.exists():
        for line in log.read_text().splitlines():
            key, found, by = line.partition("\t")
            kept[key] = by if found else None
    with log.open("a") as written, concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        def judge(fault, key):
            by = judge_one(fault)
            written.write(f"{key}\t{by}\n")
            written.flush()
            return by

        waiting = collections.deque()
        rest = iter(faults)
        try:
            while True:
                for fault in rest:
                    key = f"{shown(fault)} @{fault.start}"
                    waiting.append((fault, kept.get(key) or pool.submit(judge, fault, key)))
                    if len(waiting) >= 64:  # a slow verdict holds up no other
                        break
                if not waiting:
                    return
                fault, by = waiting.popleft()
                yield fault, by if isinstance(by, str) else by.result()
        finally:
            pool.shutdown(cancel_futures=True)


def main():
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True, help="a build directory of its own")
    parser.add_argument("--number", type=int, default=130, help="of faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", default="", help="names of the core's files; all")
    parser.add_argument("--at", default="", help="FILE:LINE ...: every fault of these lines")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="faults at a time")
    arguments = parser.parse_args()
    out = pathlib.Path(arguments.out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    tree, contents = copied(out)
    lines = reached(out, tree, contents)
    judges = [make_judge("plain", out, tree, contents),
              make_judge("sanitized", out, tree, contents, "SANITIZE=1")]
    faults = drawn(arguments, tree)
    number = len(faults) if arguments.at else arguments.number
    counts = collections.Counter()
    breadth = breadths(lines)
    found = verdicts(faults,
                     lambda fault: judged(judges, fault, in_order(lines, breadth, fault), tree),
                     out / f"verdicts-{contents}.log", arguments.jobs)
    for fault, by in found:
        if by == "none":
            continue
        counts[by.split(":")[0]] += 1
        lives = by in ("nothing", "unreached")
        print(f"{'SURVIVED' if lives else 'noticed '} {shown(fault)} ({by})", flush=True)
        if sum(counts.values()) >= number:
            break
    found.close()
    tried, noticed = sum(counts.values()), counts["plain"] + counts["sanitized"]
    share = f", {100 * noticed / tried:.1f} %" if tried else ""
    print(f"{tried} faults: {counts['plain']} noticed by the tests, {counts['sanitized']} by the "
          f"sanitizers alone, {counts['nothing']} by nothing, {counts['unreached']} in lines that "
          f"no test reaches{share}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
