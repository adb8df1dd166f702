# SPDX-License-Identifier: GPL-2.0-or-later
"""roam-sim of one build directory: which build it is, what a run's arguments are, and running it."""

import hashlib
import pathlib
import re
import shlex
import signal
import subprocess
import threading
import time

from .errors import CampaignError
from .files import hash_of


class Watched:
    """A file that must stay as it is while runs are made."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.seen = self._look()
        self.hash = hash_of(self.path)

    def _look(self):
        found = self.path.stat()
        return found.st_mtime_ns, found.st_size, found.st_ino

    def has_changed(self):
        """Other bytes, or none; one that was only written again has not changed."""
        try:
            seen = self._look()
            if seen != self.seen:
                if hash_of(self.path) != self.hash:
                    return True
                self.seen = seen
            return False
        except OSError:
            return True


def ns3_libraries(program):
    """Those that the loader will give it, by their names; none for a script."""
    with open(program, "rb") as file:
        if file.read(4) != b"\x7fELF":
            return []
    done = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CampaignError(f"ldd {program}: {last_line(done.stderr) or how_ended(done.returncode)}; "
                            "without it the build of ns-3 is not known")
    return sorted(map(pathlib.Path, re.findall(r"=> (/.*/libns3.*) \(0x", done.stdout)),
                  key=lambda p: p.name)


def arguments(program, scenario, settings):
    """The command line of a run; settings: (key, text) of each."""
    args = [str(program), str(scenario)]
    for key, text in settings:
        args += [f"--{key}", text] if key in ("scheme", "seed") else ["--set", f"{key}={text}"]
    return args


class Simulator:
    """Its processes end with stop(), and each at its limit."""

    def __init__(self, build):
        self.program = pathlib.Path(build).resolve() / "roam-sim"
        if not self.program.is_file():
            raise CampaignError(f"{self.program} is not built; ./roam build says why")
        self.watched = []
        self.build = self._build_hash(self.program.parent)
        self._deadlines = {}  # by process: when it is to be killed
        self._overdue = set()
        self._lock = threading.Lock()
        self._watch = None
        self.stopped = False

    def _build_hash(self, build):
        """The program, the module's library and those of ns-3 are what decides; the time of building
        and where they lie are not."""
        digest = hashlib.sha256()
        for path in [self.program, *sorted(build.glob("libroam*.so")), *ns3_libraries(self.program)]:
            digest.update(self.watch(path).hash.encode())
        return digest.hexdigest()[:16]

    def watch(self, path):
        """Has changed() look at it too."""
        self.watched.append(Watched(path))
        return self.watched[-1]

    def changed(self):
        """The file that is not what the campaign was planned with, or None."""
        return next((file.path for file in self.watched if file.has_changed()), None)

    def resolve(self, scenario, settings_of_runs):
        """For each run the hash of its resolved scenario, or "! " and what is wrong with it."""
        lines = ("\t".join(f"{key}={text}" for key, text in settings)
                 for settings in settings_of_runs)
        done = subprocess.run([str(self.program), str(scenario), "--resolve-list"],
                              input="".join(f"{line}\n" for line in lines), capture_output=True,
                              text=True, check=False)
        if done.returncode:
            raise CampaignError(complaint_of(done))
        return done.stdout.splitlines()

    def arguments(self, scenario, settings):
        return arguments(self.program, scenario, settings)

    def debug_command(self, scenario, settings):
        """One line for a shell, in whatever directory: the same run under gdb, writing nothing."""
        args = self.arguments(pathlib.Path(scenario).resolve(), settings)
        return f"gdb -ex run --args {shlex.join(args)}\n"

    def simulate(self, scenario, settings, directory, log, limit):
        """Runs it into a directory, with what it says in the file log. Gives (status, seconds);
        the status is None when it was killed at its limit (s)."""
        args = [*self.arguments(scenario, settings), "--ladder", "--out", str(directory)]
        with open(log, "wb") as said:
            begun = time.monotonic()
            with self._lock:
                if self.stopped:
                    return -signal.SIGTERM, 0.0
                process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=said,
                                           stderr=subprocess.STDOUT)
                self._deadlines[process] = begun + limit
                if self._watch is None:
                    self._watch = threading.Thread(target=self._kill_overdue, daemon=True)
                    self._watch.start()
            try:
                status = process.wait()
            finally:
                with self._lock:
                    del self._deadlines[process]
        seconds = time.monotonic() - begun
        if process in self._overdue:
            self._overdue.remove(process)
            return None, seconds
        return status, seconds

    def _kill_overdue(self):
        while True:
            time.sleep(0.1)
            now = time.monotonic()
            with self._lock:
                for process, deadline in self._deadlines.items():
                    if now > deadline and process not in self._overdue:
                        self._overdue.add(process)
                        process.kill()

    def stop(self):
        """Ends what runs and lets nothing more start."""
        with self._lock:
            self.stopped = True
            for process in self._deadlines:
                process.terminate()


def how_ended(status):
    if status >= 0:
        return f"ended with {status}"
    try:
        return f"died of {signal.Signals(-status).name}"
    except ValueError:
        return f"died of signal {-status}"


def complaint_of(done):
    """What a process of roam-sim that ended with an error has printed, without its name before each
    line; or how it ended, if nothing."""
    lines = (line.removeprefix("roam-sim: ").strip() for line in done.stderr.splitlines())
    return "\n".join(filter(None, lines)) or f"roam-sim {how_ended(done.returncode)}"


def last_line(text):
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
