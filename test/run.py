# SPDX-License-Identifier: GPL-2.0-or-later
"""./roam test: everything there is to test, or the parts that are named.

style    pytest: format, spelling and plain words, Doxygen and Sphinx without warnings, what the
         rooms may include and call
core     the engines with plain cc, then once more under AddressSanitizer and UBSan; then tshark
         reads what the SCTP engine has sent in these tests
suites   ns-3's test runner with this module's suites
stats    pytest: roam-stats against published examples and against known truths
campaigns  pytest: sweeps, figures and the page, with a stand-in for the simulator
worlds   pytest: roam-sim, whole scenarios
command  pytest: everything together, by ./roam
host     the engine on real sockets: two stacks on loopback, roam-sctp between namespaces, and
         roam-sctp against a peer made of bytes
interop  pytest: our SCTP against usrsctp, between two network namespaces
slurm    pytest: campaigns on a Slurm of four nodes on loopback, and against one that is a script
fuzz     libFuzzer on core/sctp, 20 seconds for each target, and 5 where a corpus has grown before
         (longer: ./roam fuzz)

and two that run only when they are named:

soak     a campaign of 2,000 runs, undisturbed and then killed ten times: some minutes
linux    pytest: our SCTP against that of a Linux kernel, which is booted in qemu: two minutes

"--ns3 TREE" is a job of its own: roam in an unpacked tree of another release of ns-3
(releases.py), from ten minutes to an hour.

A part that has passed is not run again until something that it depends on changes (unchanged.py),
unless it is named or --again is said; its tests count all the same.

What runs is printed; the last line is "N passed, N failed", then ", N skipped" if any were. The
parts run in two lanes at once, because those with sockets wait more than they compute; what the
second lane has to say is printed when a part of it has ended.
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import unchanged

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ.get("ROAM_BUILD", ROOT / "build"))
LANES = (("core", "suites", "worlds", "command", "campaigns", "stats"),
         ("style", "host", "interop", "slurm", "fuzz"))
PARTS = tuple(part for lane in LANES for part in lane)
NAMED = ("soak", "linux")  # those that run only when they are named


class Counts:
    def __init__(self, passed=0, failed=0, skipped=0):
        self.passed, self.failed, self.skipped = passed, failed, skipped

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


class Lane(threading.local):
    """Where a lane's words go: at once, or kept until a part has ended."""

    kept = None


LANE = Lane()
BUILDING = threading.Lock()  # both lanes want what is built


def put(text):
    if LANE.kept is None:
        print(text, end="", flush=True)
    else:
        LANE.kept.append(text)


def say(text):
    put(f"{text}\n")


def stream(args, **options):
    """Runs a command, shows its output as it comes, and gives (status, output)."""
    process = subprocess.Popen([str(a) for a in args], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, errors="replace", **options)
    lines = []
    for line in process.stdout:
        put(line)
        lines.append(line)
    return process.wait(), "".join(lines)


def build():
    """Is everything built? The second lane to ask waits for the first, and finds it done."""
    with BUILDING:
        say("\n=== build")
        return stream([ROOT / "roam", "build"])[0] == 0


def make(folder, out, *targets):
    """Runs make in a folder of test/ and builds into out. make takes no path with a space in it, and
    the way to the checkout may have some: from the folder on it has none."""
    return stream(["make", "-s", "-C", folder, f"out={os.path.relpath(out, folder)}", *targets])


def summed(pattern, text):
    return sum(int(n) for n in re.findall(pattern, text, re.MULTILINE))


def lines(pattern, text):
    return len(re.findall(pattern, text, re.MULTILINE))


def cmocka_counts(status, text):
    counts = Counts(summed(r"\[  PASSED  \] (\d+) test", text),
                    summed(r"\[  FAILED  \] (\d+) test", text),
                    summed(r"\[  SKIPPED \] (\d+) test", text))
    if status and not counts.failed:
        counts.failed = 1  # it did not build, or died
    return counts


def test_core():
    total = Counts()
    for title, arguments in (("plain cc", []), ("AddressSanitizer and UBSan", ["SANITIZE=1"])):
        say(f"\n=== core, {title}")
        status, text = stream(["make", "-s", "-C", ROOT / "test" / "core",
                               f"-j{os.cpu_count()}", *arguments])
        counts = cmocka_counts(status, text)
        if not status and not counts.passed:
            say("no test ran: that is a failure")
            counts.failed = 1
        say(f"core, {title}: {counts}")
        total.add(counts)
    total.add(test_wire())
    return total


def complaints(pcap):
    """What tshark holds against the packets of a file: malformed, a warning or worse, a bad sum.

    Each file holds many short sessions with the same ports and tags, so what tshark thinks of
    TSNs from one packet to the next means nothing (sctp.tsn_analysis). Nor is it a fault that a
    SACK acknowledges more than 100 TSNs in its gaps: that is what happens behind a lost packet
    when the window is large; and a reader that does not read closes its window.
    """
    done = subprocess.run(
        ["tshark", "-n", "-r", str(pcap), "-o", "sctp.checksum:CRC 32c",
         "-o", "sctp.tsn_analysis:FALSE",
         "-Y", "_ws.malformed or sctp.checksum.status == 0 or !sctp or "
               "_ws.expert.severity >= 0x600000",
         "-T", "fields", "-Eaggregator=|", "-e", "frame.number", "-e", "_ws.expert.message"],
        text=True, capture_output=True, check=False)
    if done.returncode:
        return [done.stderr]
    flow = ("More than 100 TSNs", "Zero Advertised Receiver Window")
    lines_of = (line.partition("\t") for line in done.stdout.splitlines())
    return [f"packet {number}: {words}" for number, _, words in lines_of
            if not all(word.startswith(flow) for word in words.split("|"))]


def test_wire():
    say("\n=== what the core tests send, read by tshark")
    if not shutil.which("tshark"):
        say("SKIP wire: there is no tshark")
        return Counts(skipped=1)
    total = Counts()
    programs = sorted((ROOT / "build" / "test-core" / "plain").glob("test-sctp-*"))
    with tempfile.TemporaryDirectory() as scratch:
        for program in (p for p in programs if not p.suffix):
            pcap = pathlib.Path(scratch) / f"{program.name}.pcap"
            done = subprocess.run([program], env={**os.environ, "ROAM_TEST_PCAP": str(pcap)},
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  check=False)
            if not pcap.exists():
                continue  # it has no network
            size = pcap.stat().st_size
            found = complaints(pcap) if not done.returncode else ["the test itself fails"]
            pcap.unlink()
            say(f"{'FAIL' if found else 'PASS'} wire {program.name}: {size / 1e6:.1f} MB")
            for complaint in found[:10]:
                say(f"  {complaint}")
            total.add(Counts(passed=not found, failed=bool(found)))
    if not total.passed:
        total.failed = total.failed or 1
    say(f"wire: {total}")
    return total


def one_suite(runner, suite, **options):
    begun = time.monotonic()
    done = subprocess.run([runner, f"--suite={suite}", "--verbose"], text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    cases = re.findall(r"^\s+(?:PASS|FAIL)\b", done.stdout, re.MULTILINE)
    return done, len(cases), time.monotonic() - begun


def test_suites():
    if not build():
        return Counts(failed=1)
    say("\n=== ns-3 suites")
    runner = BUILD / "roam-test-runner"
    listed = subprocess.run([runner, "--print-test-name-list"], text=True, capture_output=True,
                            check=False)
    suites = listed.stdout.split()
    if listed.returncode or not suites:
        say(f"{runner} lists no suites: that is a failure\n{listed.stderr}")
        return Counts(failed=1)
    total = Counts()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for suite, (done, cases, seconds) in zip(suites, pool.map(
                lambda suite: one_suite(runner, suite), suites)):
            good = done.returncode == 0
            total.add(Counts(passed=good, failed=not good))
            say(f"{'PASS' if good else 'FAIL'} {suite}: {cases} cases, {seconds:.1f} s")
            if not good:
                say(done.stdout)
    say(f"suites: {total}")
    return total


def pytest_in(folder, workers, together="load", files=()):
    """A folder's tests, or those of some files in it, by so many processes; with "loadfile" a
    file's tests stay together."""
    status, text = stream([sys.executable, "-m", "pytest", "-v", "-rs", "--tb=short",
                           "-p", "no:cacheprovider", "-n", str(workers), "--dist", together,
                           *(files or [ROOT / "test" / folder])], cwd=ROOT)
    last = text.rstrip().rsplit("\n", 1)[-1]
    counts = Counts(summed(r"(\d+) passed", last),
                    summed(r"(\d+) failed", last) + summed(r"(\d+) error", last),
                    summed(r"(\d+) skipped", last))
    if status and not counts.failed:
        counts.failed = 1
    return counts


# The files of test/command that are a part of their own; the rest is the part "command".
FILES = {
    "stats": ("test_stats*",),
    "campaigns": ("test_axes*", "test_campaign.py", "test_figures*", "test_precision*",
                  "test_report*", "test_sweep*"),
    "worlds": ("test_roam_sim*",),
}


def command_files(part):
    folder = ROOT / "test" / "command"
    of = {name: {path for pattern in patterns for path in folder.glob(pattern)}
          for name, patterns in FILES.items()}
    rest = set(folder.glob("test_*.py")).difference(*of.values())
    return sorted(of.get(part, rest))


def by_command(part, together="loadfile"):
    if not build():
        return Counts(failed=1)
    say(f"\n=== {part}")
    return pytest_in("command", 2, together, command_files(part))


def test_stats():
    return by_command("stats")


def test_campaigns():
    return by_command("campaigns")


def test_worlds():
    return by_command("worlds", "load")


def test_command():
    return by_command("command")


def test_style():
    say("\n=== style")
    return pytest_in("style", 2)


def test_host():
    say("\n=== host")
    out = BUILD / "test-host"
    status, text = make(ROOT / "test" / "host", out, "all")
    tests = [] if status else sorted((ROOT / "test" / "host").glob("test-*.c"))
    total = cmocka_counts(status, text) if status else Counts()
    for test in tests:
        total.add(cmocka_counts(*stream([out / test.stem])))
    os.environ["ROAM_SCTP"] = str(out / "host" / "roam-sctp")
    total.add(pytest_in("host", 3))
    say("\n=== blackbox")
    total.add(pytest_in("blackbox", 3))
    return total


def test_interop():
    say("\n=== interop")
    out = BUILD / "test-interop"
    status, _ = make(ROOT / "test" / "interop", out)
    return Counts(failed=1) if status else pytest_in("interop", 3)


def test_linux():
    say("\n=== linux")
    return pytest_in("linux", 1)  # one guest for all


def test_slurm():
    if not build():
        return Counts(failed=1)
    say("\n=== slurm")
    return pytest_in("slurm", 4)


def has_libfuzzer():
    """None if clang is there and can link -fsanitize=fuzzer, or why not."""
    try:
        tried = subprocess.run(["clang", "-fsanitize=fuzzer,address", "-x", "c", "-", "-o",
                                "/dev/null"], text=True, capture_output=True, check=False,
                               input="int LLVMFuzzerTestOneInput(const char* d, unsigned long n)"
                                     "{ return d[n - 1] > 9; }")
    except FileNotFoundError:
        return "there is no clang"
    return None if tried.returncode == 0 else "clang has no libFuzzer here"


def test_fuzz():
    say("\n=== fuzz")
    lacking = has_libfuzzer()
    if lacking:
        say(f"SKIP fuzz: {lacking}")
        return Counts(skipped=1)
    grown = (BUILD / "fuzz" / "corpus").is_dir()  # all of it is tried before anything new
    status, text = stream([ROOT / "test" / "fuzz" / "run.sh", "--time", "5" if grown else "20"],
                          env={**os.environ, "ROAM_BUILD": str(BUILD)})
    counts = Counts(lines(r"^PASS fuzz", text), lines(r"^FAIL fuzz", text))
    if status and not counts.failed:
        counts.failed = 1  # it did not build
    return counts


def test_soak():
    if not build():
        return Counts(failed=1)
    say("\n=== soak")
    status, text = stream([sys.executable, ROOT / "test" / "soak.py"],
                          env={**os.environ, "ROAM_BUILD": str(BUILD)})
    return Counts(lines(r"^PASS soak", text), 1 if status else 0)


def run_part(part, again):
    if part not in unchanged.INPUTS:
        return globals()[f"test_{part}"]()
    passed = unchanged.Passed(BUILD / "test-passed")
    state = unchanged.state_of(part)
    known = None if again else passed.recall(part, state)
    if known is not None:
        say(f"{part}: {known} passed, and nothing that they depend on has changed")
        return Counts(known)
    passed.forget(part)
    counts = globals()[f"test_{part}"]()
    if not counts.failed and not counts.skipped:
        passed.keep(part, state, counts.passed)
    return counts


def run_lane(lane, wanted, again):
    total = Counts()
    chosen = [part for part in lane if part in wanted]
    alone = len({part in LANES[0] for part in wanted}) == 1
    for part in chosen:
        LANE.kept = None if alone or lane is not LANES[1] else []
        begun = time.monotonic()
        total.add(run_part(part, again))
        say(f"{part}: {time.monotonic() - begun:.0f} s")
        if LANE.kept is not None:
            print("".join(LANE.kept), end="", flush=True)
    return total


def main():
    if sys.argv[1:2] == ["--ns3"]:
        import releases  # which needs what is above
        try:
            return releases.main(sys.argv[2:])
        except releases.NotATree as why:
            print(f"roam: {why}", file=sys.stderr)
            return 2
    named = [word for word in sys.argv[1:] if word != "--again"]
    wanted = named or PARTS
    again = len(sys.argv) > 1
    for part in wanted:
        if part not in PARTS + NAMED:
            print(f"roam: unknown part '{part}' of the tests: {', '.join(PARTS + NAMED)}",
                  file=sys.stderr)
            return 2
    begun = time.monotonic()
    total = Counts()
    with concurrent.futures.ThreadPoolExecutor(len(LANES)) as pool:
        for counts in pool.map(lambda lane: run_lane(lane, wanted, again), LANES):
            total.add(counts)
    total.add(run_lane(NAMED, wanted, again))  # alone on the machine
    say(f"\n{time.monotonic() - begun:.0f} s")
    say(str(total))
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
