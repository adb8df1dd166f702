# SPDX-License-Identifier: GPL-2.0-or-later
"""./roam test --ns3 TREE: roam as contrib/roam of an unpacked release of ns-3.

The tree itself is only read. A copy of it in BUILD/ns3/RELEASE gets a copy of this module, is
configured with roam and the modules that roam needs, and built in ns-3's profile "default", with
-O1 because that compiles fastest. Then roam's suites and examples run, and figure1 of the copy's
roam-sim is compared with that of the stand-alone build, file by file and byte by byte. The copy
stays, so that another run compiles only what has changed; it takes about 1 GB.

The last lines are the row of README's table and "N passed, N failed". Each of these is a check:
configuring, building, no warning about roam's files, C compiled with optimisation, each suite,
each example, and figure1 with each scheme that is roam's own engine. ns-3's TCP differs between
releases; what it does is printed and not judged.
"""

import ast
import datetime
import filecmp
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import run

RELEASES = range(36, 49)  # those that CMake builds
KEPT = {"build", "cmake-cache", "contrib"}  # of a copy, what the tree does not give
NOT_OURS = {"build", "out", ".git", "__pycache__", ".pytest_cache"}
JUDGED = ("msctp", "sctp")
SEEN = ("tcp",)
PROFILE = "default"


class NotATree(Exception):
    """Why something is no tree that can be tried."""


def release_of(tree):
    """The release of an unpacked tree, "3.41" or "3.36.1"."""
    if not tree.is_dir():
        raise NotATree(f"{tree}: found no folder; expected an unpacked tree of ns-3")
    if not ((tree / "src" / "core").is_dir() and (tree / "VERSION").is_file()):
        inside = sorted(path.name for path in tree.glob("ns-3.*") if (path / "src").is_dir())
        hint = f"; {inside[0]} in it is one" if inside else ""
        raise NotATree(f"{tree}: found no VERSION and src/core; expected a tree of ns-3{hint}")
    version = (tree / "VERSION").read_text().strip()
    found = re.fullmatch(r"3\.(\d+)(\.\d+)?", version)
    if not found or int(found[1]) not in RELEASES:
        raise NotATree(f"{tree}: found release '{version}'; expected 3.{RELEASES[0]} to "
                       f"3.{RELEASES[-1]}")
    return version


def mirror(source, copy, left_out):
    """Makes copy's files those of source; what left_out names at the top stays as it is."""
    there = set()
    for folder, folders, names in os.walk(source, followlinks=True):
        at = pathlib.Path(folder).relative_to(source)
        folders[:] = [name for name in folders
                      if name != "__pycache__" and (at.parts or name not in left_out)]
        (copy / at).mkdir(parents=True, exist_ok=True)
        for name in names:
            ours, theirs = copy / at / name, source / at / name
            if theirs.is_file():  # a link may lead nowhere
                there.add(ours)
                if not (ours.is_file() and same_file(ours, theirs)):
                    shutil.copy2(theirs, ours)
    for folder, folders, names in os.walk(copy):
        at = pathlib.Path(folder)
        if at == copy:  # where ns-3 has files of its own
            folders[:] = [name for name in folders if name not in left_out]
        else:
            for path in {at / name for name in names} - there:
                path.unlink()


def same_file(one, other):
    a, b = one.stat(), other.stat()
    return a.st_size == b.st_size and a.st_mtime_ns == b.st_mtime_ns


class Judge:
    """Counts, and what the row of the table says."""

    def __init__(self):
        self.counts = run.Counts()
        self.failed = []

    def say(self, good, what):
        self.counts.add(run.Counts(passed=bool(good), failed=not good))
        if not good:
            self.failed.append(what.split(":")[0])
        run.say(f"{'PASS' if good else 'FAIL'} {what}")
        return good


def called(args, log, **options):
    """Runs a command with its output in a log; the status."""
    with open(log, "ab") as out:
        out.write(("\n$ " + " ".join(map(str, args)) + "\n").encode())
        out.flush()
        return subprocess.run([str(a) for a in args], stdout=out, stderr=subprocess.STDOUT,
                              check=False, **options).returncode


class CMakeTree:
    """3.36 and later."""

    def __init__(self, copy, version, log):
        self.copy, self.version, self.log = copy, version, log
        self.cache = copy / "cmake-cache"

    def configure(self):
        # What "./ns3 configure --enable-tests --enable-examples --enable-modules=roam" gives.
        return called(["cmake", "-S", self.copy, "-B", self.cache, "-G", "Ninja",
                       f"-DCMAKE_BUILD_TYPE={PROFILE}", "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1",
                       "-DNS3_ASSERT=ON", "-DNS3_LOG=ON", "-DNS3_WARNINGS_AS_ERRORS=OFF",
                       "-DNS3_NATIVE_OPTIMIZATIONS=OFF", "-DNS3_TESTS=ON", "-DNS3_EXAMPLES=ON",
                       "-DNS3_ENABLED_MODULES=roam"], self.log) == 0

    def build(self):
        # roam's objects are made anew, or their warnings would not be seen again; ccache helps.
        for path in (self.cache / "contrib" / "roam").rglob("*.o"):
            path.unlink()
        return called(["ninja", "-C", self.cache, "-k", "0", "-j", os.cpu_count(),
                       "contrib/roam/all", "roam-test-runner"], self.log) == 0

    def runner(self):
        return self.copy / "build" / "contrib" / "roam" / "roam-test-runner"

    def program(self, name, folder=""):
        return (self.copy / "build" / "contrib" / "roam" / folder /
                f"ns{self.version}-{name}-{PROFILE}")

    def environment(self):
        return os.environ

    def c_commands(self):
        return [entry["command"]
                for entry in json.loads((self.cache / "compile_commands.json").read_text())
                if re.search(r"/contrib/roam/core/.*\.c$", entry["file"])]


def warnings_about_us(log):
    """Those in roam's files, and those in macros of ns-3 that roam's files have used."""
    found = set()
    for text in re.split(r"^(?=\S+: warning: )", log.read_text(errors="replace"), flags=re.MULTILINE):
        what = re.match(r"(\S+): (warning: .*)", text)
        used = re.search(r"^\S*contrib/roam/(\S+?): note: in expansion", text, re.MULTILINE)
        if what and "contrib/roam/" in what[1]:
            found.add(f"{what[1].split('contrib/roam/')[1]}: {what[2]}")
        elif what and used:
            found.add(f"{used[1]}: {what[2]}")
    return sorted(found)


def try_suites(tree, judge):
    listed = subprocess.run([tree.runner(), "--print-test-name-list"], text=True,
                            capture_output=True, check=False, env=tree.environment())
    suites = [name for name in listed.stdout.split() if name.startswith("roam-")]
    judge.say(listed.returncode == 0 and suites, f"suites: {len(suites)} are there")
    for suite in suites:
        done, cases, seconds = run.one_suite(tree.runner(), suite, cwd=tree.copy,
                                             env=tree.environment())
        if not judge.say(done.returncode == 0, f"{suite}: {cases} cases, {seconds:.1f} s"):
            run.say(done.stdout)
    return len(suites)


def examples_to_run(copy):
    """The commands of test/examples-to-run.py: (program, arguments)."""
    tree = ast.parse((copy / "contrib" / "roam" / "test" / "examples-to-run.py").read_text())
    lists = {node.targets[0].id: ast.literal_eval(node.value)
             for node in tree.body if isinstance(node, ast.Assign)}
    return [line[0].split() for line in lists["cpp_examples"]]


def try_examples(tree, judge):
    commands = examples_to_run(tree.copy)
    for name, *arguments in commands:
        done = subprocess.run([tree.program(name, "examples"), *arguments], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=tree.copy,
                              env=tree.environment())
        if not judge.say(done.returncode == 0, f"example {' '.join([name, *arguments])}"):
            run.say(done.stdout)
    return len({name for name, *_ in commands})


def figure1(program, scheme, out, environment):
    scenario = run.ROOT / "scenarios" / "figure1.toml"
    done = subprocess.run([program, scenario, "--scheme", scheme, "--seed", "1", "--pcap",
                           "--ladder", "--out", out], text=True, capture_output=True,
                          check=False, env=environment)
    if done.returncode:
        run.say(done.stderr)
    result = out / "result.json"
    if result.is_file():  # it names ns-3's release, and the manifest has its hash
        result.write_text(re.sub(r'"ns3": "[^"]*"', '"ns3": ""', result.read_text()))
        (out / ".made-by-roam").unlink(missing_ok=True)
    return done.returncode == 0


def differing(one, other):
    """The names of files that are in one of two folders only, or differ."""
    names = {path.relative_to(top) for top in (one, other) for path in top.rglob("*")
             if path.is_file()}
    return sorted(str(name) for name in names
                  if not ((one / name).is_file() and (other / name).is_file()
                          and filecmp.cmp(one / name, other / name, shallow=False)))


def try_figure1(tree, judge):
    """Gives the schemes whose files are the same, and those whose files are not."""
    same, other = [], []
    for scheme in JUDGED + SEEN:
        with tempfile.TemporaryDirectory() as scratch:
            mine, theirs = pathlib.Path(scratch, "alone"), pathlib.Path(scratch, "tree")
            ran = (figure1(run.BUILD / "roam-sim", scheme, mine, os.environ) and
                   figure1(tree.program("roam-sim"), scheme, theirs, tree.environment()))
            differ = differing(mine, theirs) if ran else ["nothing to compare"]
        (other if differ else same).append(scheme)
        words = ("the same bytes as the stand-alone build's" if not differ
                 else f"differs in {', '.join(differ)}")
        if scheme in JUDGED or not ran:
            judge.say(not differ, f"figure1 {scheme}: {words}")
        else:
            run.say(f"     figure1 {scheme}: {words}")
    return same, other


def row(version, judge, suites, examples, same, other):
    found = [f"{suites} suites, {examples} examples"] if suites else []
    if same:
        found.append(f"figure1 with {', '.join(same)}: the same bytes"
                     + (f"; {', '.join(other)} differs" if other else ""))
    if judge.failed:
        found.append("FAILED: " + ", ".join(judge.failed))
    return f"| {version} | {datetime.date.today()} | {'; '.join(found)} |"


def try_tree(tree, version):
    judge = Judge()
    copy = run.BUILD / "ns3" / version
    log = run.BUILD / "ns3" / f"{version}.log"
    run.say(f"\n=== ns-3.{version[2:]}: {tree} is copied to {copy} and stays as it is")
    mirror(tree, copy, KEPT)
    mirror(run.ROOT, copy / "contrib" / "roam", NOT_OURS)
    log.unlink(missing_ok=True)
    made = CMakeTree(copy, version, log)
    suites = examples = 0
    same, other = [], []
    if (judge.say(made.configure(), f"configured: {log} has the output") and
            judge.say(made.build(), f"built: {log} has the output")):
        warnings = warnings_about_us(log)
        judge.say(not warnings, f"warnings: {len(warnings)} about roam's files")
        for warning in warnings[:10]:
            run.say(f"  {warning}")
        slow = [command for command in made.c_commands() if not re.search(r" -O[123s]\b", command)]
        judge.say(made.c_commands() and not slow, "C: the core is compiled with optimisation")
        suites = try_suites(made, judge)
        examples = try_examples(made, judge)
        same, other = try_figure1(made, judge)
    run.say("\n" + row(version, judge, suites, examples, same, other))
    run.say(str(judge.counts))
    return 1 if judge.counts.failed else 0


def main(words):
    if len(words) != 1:
        raise NotATree("--ns3: found no tree; expected ./roam test --ns3 TREE" if not words else
                       f"--ns3: found {len(words)} words after it; expected one tree")
    tree = pathlib.Path(words[0]).resolve()
    version = release_of(tree)
    if run.stream([run.ROOT / "roam", "build", "roam-sim"])[0]:
        return 1
    return try_tree(tree, version)
