# SPDX-License-Identifier: GPL-2.0-or-later
"""What is asked of Slurm: sbatch, squeue, scontrol and sinfo, and nothing that needs a database.

A controller that does not answer is waited for, within bounds; a submission that is refused is
said in one line.
"""

import re
import subprocess
import time

from .errors import CampaignError

PATIENCE = 600  # seconds without an answer before we give up
# What the commands say when it is the controller, not the request, that is at fault
SILENCE = ("Unable to contact slurm controller", "Socket timed out", "Connection refused",
           "Connection timed out", "Zero Bytes were transmitted", "Communication connection failure",
           "in standby mode")
# What sbatch says when it would take fewer tasks, or some later
CROWDED = re.compile("limit|Job array size|temporarily unavailable|too many", re.IGNORECASE)


class SlurmError(CampaignError):
    """Slurm does not do what it is asked. One line for the user."""


class Refused(SlurmError):
    """sbatch did not take the job, and said why. crowded: it might take fewer tasks, or later."""

    @property
    def crowded(self):
        return bool(CROWDED.search(str(self)))


class Silent(SlurmError):
    """The controller did not answer in time."""


def last_words(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


class Slurm:
    """A cluster as its users see it. say(text) tells what is waited for."""

    def __init__(self, say, patience=PATIENCE, arguments=()):
        self.say = say
        self.patience = patience
        self.arguments = list(arguments)

    def _once(self, *args):
        """(status, output, errors) of a command; raises Silent when the controller is away."""
        try:
            done = subprocess.run(args, capture_output=True, text=True, errors="replace",
                                  stdin=subprocess.DEVNULL, timeout=120, check=False)
        except FileNotFoundError:
            raise SlurmError(f"there is no {args[0]} here: is this a machine of a Slurm cluster?"
                             ) from None
        except subprocess.TimeoutExpired:
            raise Silent(f"{args[0]} had no answer in 120 s") from None
        if done.returncode and any(words in done.stderr for words in SILENCE):
            raise Silent(last_words(done.stderr))
        return done.returncode, done.stdout, done.stderr

    def _patiently(self, action):
        """The action's result, tried again while the controller is away."""
        begun, pause = time.monotonic(), 1.0
        while True:
            try:
                result = action()
            except Silent as silence:
                waited = time.monotonic() - begun
                if waited + pause > self.patience:
                    raise SlurmError(f"Slurm has not answered for {waited:.0f} s ({silence}); "
                                     "its tasks may go on, and the same command picks them up"
                                     ) from None
                if pause == 1.0:
                    self.say(f"Slurm does not answer ({silence}): waiting, {self.patience:.0f} s "
                             "at most")
                time.sleep(pause)
                pause = min(pause * 1.5, 15.0)
                continue
            if pause > 1.0:
                self.say(f"Slurm answers again, after {time.monotonic() - begun:.0f} s")
            return result

    def _ask(self, *args):
        def action():
            status, out, errors = self._once(*args)
            if status:
                raise SlurmError(f"{args[0]}: {last_words(errors) or f'status {status}'}")
            return out
        return self._patiently(action)

    def limits(self):
        """(indices that an array may have, tasks that we should have in the queue at once)."""
        config = dict(re.findall(r"^(\w+)\s*=\s*(\S+)", self._ask("scontrol", "show", "config"),
                                 re.MULTILINE))
        indices = int(config.get("MaxArraySize", 1001))
        jobs = int(config.get("MaxJobCount", 10000))
        if indices < 2:
            raise SlurmError(f"this Slurm has no job arrays (MaxArraySize is {indices})")
        return indices, max(1, min(jobs // 2, 5000))

    def free_processors(self):
        """How many processors are idle, in the partition if --slurm-arg names one."""
        words = " ".join(self.arguments)
        partition = re.search(r"(?:--partition[= ]|-p *)(\S+)", words)
        where = ["-p", partition.group(1)] if partition else []
        counts = re.findall(r"^\s*\d+/(\d+)/\d+/\d+\s*$",
                            self._ask("sinfo", "-h", "-o", "%C", *where), re.MULTILINE)
        return sum(int(count) for count in counts)

    def queued(self, names):
        """{(name, index): (state, job)} of the tasks of these jobs that have not ended."""
        if not names:
            return {}
        text = self._ask("squeue", "--me", "-h", "-r", "-n", ",".join(names), "-o", "%j|%K|%T|%F")
        found = {}
        for line in text.splitlines():
            name, index, state, job = line.strip().rsplit("|", 3)
            if index.isdigit():
                found[name, int(index)] = (state, job)
        return found

    def cancel(self, name):
        self._ask("scancel", "-n", name)

    def submit(self, name, script, count, log, throttle=None):
        """Submits an array of tasks 0 to count - 1, and gives its number. An answer that was lost
        on the way is no reason to submit twice: the job's name says whether it is there."""
        array = f"0-{count - 1}" + (f"%{throttle}" if throttle else "")
        args = ["sbatch", "--parsable", f"--job-name={name}", f"--array={array}",
                "--no-requeue", "--nodes=1", "--ntasks=1", f"--output={log}",
                "--open-mode=append", *self.arguments, str(script)]
        tried = False

        def action():
            nonlocal tried
            if tried:
                for _, job in self.queued([name]).values():
                    return job
            tried = True
            status, out, errors = self._once(*args)
            if status:
                raise Refused(f"sbatch: {last_words(errors) or f'status {status}'}"
                              .replace("sbatch: error: ", ""))
            return out.strip().split(";")[0]
        return self._patiently(action)
