# SPDX-License-Identifier: GPL-2.0-or-later
"""A Slurm cluster on loopback, for a test: munged, slurmctld and some slurmd, without systemd.

    with cluster.Cluster(nodes=4) as slurm:
        subprocess.run(["sinfo"], env=slurm.env)

Everything is in one scratch directory: the key, the sockets, the configuration, the state and the
logs. There is no accounting database. Each node has one CPU, and four of them may share the two
processors of a small machine (config_overrides believes what slurm.conf says). Whatever happens
inside "with", at its end nothing is left running and the directory is gone.

It needs root, because slurmd becomes the user of a job, and the packages slurm-wlm and munge.
Called as a program it starts a cluster and a shell in it.
"""

import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "sinfo")
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1

# A killed slurmd is noticed after SlurmdTimeout; a task that has ended makes room for the next one
# at once (batch_sched_delay, sched_min_interval), and the main loop looks every second.
CONFIG = """
ClusterName=roam
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort={controller}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={scratch}/munge/socket
SlurmctldParameters=config_overrides
SlurmdParameters=config_overrides
StateSaveLocation={scratch}/state
SlurmdSpoolDir={scratch}/spool.%n
SlurmctldPidFile={scratch}/slurmctld.pid
SlurmdPidFile={scratch}/slurmd.%n.pid
SlurmctldLogFile={scratch}/slurmctld.log
SlurmdLogFile={scratch}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
SlurmdTimeout=2
SlurmctldTimeout=30
MessageTimeout=5
InactiveLimit=0
KillWait=1
ReturnToService=2
MaxArraySize={max_array}
{nodes}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


class CannotRun(Exception):
    """Why there is no Slurm here, for a test that is skipped."""


def check():
    """Raises CannotRun unless a cluster can be started here."""
    if os.geteuid() != 0:
        raise CannotRun("slurmd has to run as root")
    lacking = [name for name in PROGRAMS if not shutil.which(name, path=PATH)]
    if lacking:
        raise CannotRun(f"not installed: {', '.join(lacking)} (packages slurm-wlm and munge)")


def free_ports(count):
    """Ports that nothing listens on. Held all at once, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for held in sockets:
            held.bind(("127.0.0.1", 0))
        return [held.getsockname()[1] for held in sockets]
    finally:
        for held in sockets:
            held.close()


def die_with_parent():
    """Between fork() and exec(): even when the test itself is killed, nothing stays."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def processes():
    """{pid: (parent, what is known of it)} of all that runs here: its environment, and for a
    slurmstepd, which writes its title over that, the files that it has open."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name, rest = (entry / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
                text = (entry / "environ").read_bytes().split(b"\0")
                if name.startswith("slurmstepd"):
                    text += [os.readlink(link).encode() for link in (entry / "fd").iterdir()]
            except (OSError, ValueError):
                continue  # it has ended
            found[int(entry.name)] = (int(rest.split()[1]), text)
    return found


class Cluster:
    """One cluster. env is what a process needs that talks to it; nodes are named node1, node2, ..."""

    def __init__(self, nodes=4, max_array=1001):
        check()
        self.names = [f"node{n}" for n in range(1, nodes + 1)]
        self.max_array = max_array
        self.scratch = None
        self.env = None
        self.munged = self.controller = None
        self.nodes = {}

    def __enter__(self):
        # slurmd and munge want a path that others can pass and not write to
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="roam-slurm-", dir="/tmp"))
        self.scratch.chmod(0o755)
        self.env = {**os.environ, "PATH": PATH, "SLURM_CONF": str(self.scratch / "slurm.conf")}
        try:
            self._configure()
            self._start_munge()
            self.start_controller()
            for name in self.names:
                self.start_node(name)
            self.wait_idle()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        for process in [*self.nodes.values(), self.controller, self.munged]:
            if process and process.poll() is None:
                process.kill()
        self._end_orphans()
        for process in [*self.nodes.values(), self.controller, self.munged]:
            if process:
                process.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _configure(self):
        ports = free_ports(len(self.names) + 1)
        nodes = "\n".join(f"NodeName={name} NodeHostname=localhost NodeAddr=127.0.0.1 Port={port} "
                          "CPUs=1 State=UNKNOWN" for name, port in zip(self.names, ports[1:]))
        (self.scratch / "state").mkdir()
        (self.scratch / "slurm.conf").write_text(CONFIG.format(
            scratch=self.scratch, controller=ports[0], nodes=nodes, max_array=self.max_array))

    def _spawn(self, name, *args, **options):
        with open(self.scratch / f"{name}.out", "ab") as out:
            return subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                    cwd="/", start_new_session=True, preexec_fn=die_with_parent,
                                    **options)

    def _start_munge(self):
        """Our own munged, with our own key, on our own socket; it runs as the user that we are."""
        home = self.scratch / "munge"
        home.mkdir(mode=0o755)
        key = home / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        self.munged = self._spawn(
            "munged", shutil.which("munged", path=PATH), "--foreground", f"--key-file={key}",
            f"--socket={home}/socket", f"--pid-file={home}/pid", f"--log-file={home}/log",
            f"--seed-file={home}/seed", "--num-threads=4")
        self._wait("munged", lambda: (home / "socket").exists(), self.munged)

    def start_controller(self):
        self.controller = self._spawn("slurmctld", shutil.which("slurmctld", path=PATH), "-D",
                                      env=self.env)
        self._wait("slurmctld", lambda: self.ask("scontrol", "ping").returncode == 0,
                   self.controller)

    def stop_controller(self):
        """As for an upgrade: it writes down what it knows. (Killed, it may start jobs a second time
        that it has forgotten, and its nodes then drain themselves.)"""
        self.controller.terminate()
        self.controller.wait()

    def start_node(self, name):
        self.nodes[name] = self._spawn(f"slurmd.{name}", shutil.which("slurmd", path=PATH), "-D",
                                       "-N", name, env=self.env)

    def busy_nodes(self):
        """The nodes that are at work by what runs on them: Slurm hears of it later."""
        return [name for name in self.names if len(self._of_node(name)) > 1]

    def kill_node(self, name):
        """As when a machine loses power: slurmd is gone, and all that it had started."""
        mine = self._of_node(name)
        self.nodes[name].kill()
        self.nodes[name].wait()
        self._kill(mine | self._of_node(name))
        return len(mine)

    def wait_idle(self, seconds=30):
        """All nodes are up and idle."""
        def idle():
            states = self.ask("sinfo", "-h", "-N", "-o", "%T").stdout.split()
            return states == ["idle"] * len(self.names)
        self._wait("the nodes", idle, self.controller, seconds)

    def ask(self, *args):
        """A finished Slurm command."""
        return subprocess.run(args, env=self.env, text=True, capture_output=True, check=False,
                              timeout=60)

    def _wait(self, what, condition, process, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{what}: not ready after {seconds} s\n{self.logs()}")
            time.sleep(0.05)

    def logs(self):
        """The last lines of every log, for a test that has failed."""
        texts = []
        for path in sorted([*self.scratch.glob("*.log"), *self.scratch.glob("*.out"),
                            *self.scratch.glob("munge/log")]):
            lines = path.read_text(errors="replace").splitlines()[-15:]
            texts += [f"--- {path.name}", *lines] if lines else []
        return "\n".join(texts)

    # --- What slurmd has started: it is in sessions of its own, and its parent may be gone --------

    def _of_node(self, name):
        """The pids of what a node runs, without its slurmd."""
        table = processes()
        ours = f"SLURM_CONF={self.scratch}/slurm.conf".encode()
        node = f"SLURMD_NODENAME={name}".encode()
        log = f"{self.scratch}/slurmd.{name}.log".encode()
        found = {pid for pid, (_, known) in table.items()
                 if (ours in known and node in known) or log in known}
        return self._with_children(found, table) - {self.nodes[name].pid}

    def _with_children(self, found, table):
        while True:
            more = {pid for pid, (parent, _) in table.items() if parent in found} - found
            if not more:
                return found
            found = found | more

    def _kill(self, pids):
        for pid in pids - {os.getpid(), 1}:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def _end_orphans(self):
        """Until a look finds nothing: a slurmstepd may start something while we look."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            left = set().union(*(self._of_node(name) for name in self.nodes), set())
            if not left:
                return
            self._kill(left)
            time.sleep(0.05)
        print(f"{self.scratch}: these do not end: {sorted(left)}", file=sys.stderr)


if __name__ == "__main__":
    with Cluster() as started:
        subprocess.run([os.environ.get("SHELL", "/bin/sh")], env=started.env, check=False)
