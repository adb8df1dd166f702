# SPDX-License-Identifier: GPL-2.0-or-later
"""Two hosts with two links between them, a program on each, and what went over the links.

Host "a" (ours) and host "z" (usrsctp) are network namespaces. Link 1 and link 2 are veth pairs, or,
when the wire is bad, two veth pairs each with the program `wire` between them in a third namespace.
Both links carry IPv4 and IPv6.
"""

import itertools
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from namespaces import ip  # noqa: E402

PROTOCOL_PORT = {"a": 4000, "z": 5000}
ENCAPS = {"a": 9900, "z": 9899}
_serial = itertools.count()

# What tshark warns of that is no fault of the bytes: the wire lost or reordered, a reader was slow.
ABOUT_THE_FLOW = ("Retransmitted TSN", "This TSN was retransmitted", "This TSN was acked prior",
                  "More than 100 TSNs", "Zero Advertised Receiver Window")


# Packets of more than DATA or a SACK without gaps: the first chunk comes behind 20 or 40 bytes of IP
# and 12 of SCTP, and control chunks come before DATA.
CONTROL = ("(ip proto 132 and ip[32] != 0 and not (ip[32] = 3 and ip[2:2] <= 48)) or "
           "(ip6[6] = 132 and ip6[52] != 0 and not (ip6[52] = 3 and ip6[4:2] <= 28))")


def address(host, link, family):
    last = {"a": 1, "z": 2}[host]
    return f"10.61.{link}.{last}" if family == 4 else f"fd61:{link}::{last}"


def silence_icmp(namespace):
    """A namespace sends no ICMP from here on.

    When a raw socket's buffer is full (usrsctp's is small), Linux says Protocol Unreachable, and
    when a program has died, too; RFC 9260 section 10 has the other side take it for an ABORT.
    Neighbour discovery goes its own way. (By number: the names are in a file that a small machine
    does not have.)
    """
    ip("-n", namespace, "rule", "add", "ipproto", "1", "blackhole")
    ip("-n", namespace, "-6", "rule", "add", "ipproto", "58", "blackhole")


class Peer:
    """One of the two programs: commands go in, events come out as lines."""

    def __init__(self, name):
        self.name, self.lines, self._unread = name, [], []
        self._changed = threading.Condition()

    def hear(self, line):
        """Takes a line of the program's, or "(end)"."""
        with self._changed:
            self.lines.append(line)
            self._unread.append(line)
            self._changed.notify_all()

    def _write(self, text):
        raise NotImplementedError

    def end(self):
        """The peer's association hears nothing of it."""
        raise NotImplementedError

    def tell(self, *commands):
        for command in commands:
            with self._changed:
                self.lines.append(f"< {command}")
            self._write(command + "\n")

    def wait(self, pattern, seconds=10):
        """The first event that matches and was not waited for before."""
        until = time.monotonic() + seconds
        with self._changed:
            while True:
                for at, line in enumerate(self._unread):
                    if match := re.fullmatch(pattern + ".*", line):
                        del self._unread[at]
                        return match
                left = until - time.monotonic()
                if left <= 0 or self._unread[-1:] == ["(end)"]:
                    raise AssertionError(f"{self.name} did not say '{pattern}' in {seconds} s:\n"
                                         + self.story())
                self._changed.wait(left)

    def seen(self, pattern):
        """Events so far that match, read or not."""
        with self._changed:
            return [line for line in self.lines if re.fullmatch(pattern + ".*", line)]

    def story(self):
        told = [line for line in self.lines if "status" not in line]
        return "\n".join(f"  {self.name}: {line}" for line in told[-40:])

    def status(self):
        """The answer to `status` as a dictionary."""
        self.tell("status")
        words = self.wait("status ").group().split()
        return {"state": words[1], **dict(zip(words[2::2], words[3::2]))}

    def status_until(self, fits, seconds=10):
        until = time.monotonic() + seconds
        while not fits(status := self.status()):
            assert time.monotonic() < until, f"{self.name} stays at {status}:\n{self.story()}"
            time.sleep(0.02)


class Process(Peer):
    """A peer that is a process in one of the namespaces."""

    def __init__(self, program, namespace, name):
        super().__init__(name)
        self.process = subprocess.Popen(["ip", "netns", "exec", namespace, str(program)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.STDOUT)
        self._reader = threading.Thread(target=self._follow, daemon=True)
        self._reader.start()
        self.wait("ready")

    def _follow(self):
        for line in itertools.chain(self.process.stdout, ["(end)"]):
            self.hear(line.rstrip("\n"))

    def _write(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def end(self):
        """SIGKILL: the peer's association hears nothing of it."""
        self.process.kill()
        self.process.wait(5)
        self._reader.join(5)
        self.process.stdin.close()
        self.process.stdout.close()


class World:
    def __init__(self, programs, loss=0, reorder=0, seed=1):
        self.programs = pathlib.Path(programs)
        self.names = {host: f"interop-{os.getpid()}-{next(_serial)}{host}" for host in "azm"}
        self.peers, self._wires, self._capture, self.capture_file = [], [], None, None
        self._bad = (loss, reorder, seed) if loss or reorder else None
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    def _build(self):
        hosts = "azm" if self._bad else "az"
        for host in hosts:
            ip("netns", "add", self.names[host])
            self._inside(host, "sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0",
                         "net.ipv4.conf.default.rp_filter=0")
            ip("-n", self.names[host], "link", "set", "lo", "up")
        for link in (1, 2):
            if self._bad:
                for host in "az":
                    self._pair(host, f"l{link}", "m", f"{host}{link}")
            else:
                self._pair("a", f"l{link}", "z", f"l{link}")
            for host in "az":
                for family, prefix in ((4, "/24"), (6, "/64")):
                    ip("-n", self.names[host], "addr", "add",
                       address(host, link, family) + prefix, "dev", f"l{link}")
            if self._bad:
                self._start_wire(link)
        silence_icmp(self.names["z"])

    def _pair(self, one, one_end, other, other_end):
        ip("link", "add", one_end, "netns", self.names[one], "type", "veth",
           "peer", "name", other_end, "netns", self.names[other])
        for host, end in ((one, one_end), (other, other_end)):
            # A host that asks for a neighbour from another link's address needs a link-local one,
            # and until duplicate address detection has passed that, it does not ask at all.
            self._inside(host, "sysctl", "-qw", f"net.ipv4.conf.{end}.rp_filter=0",
                         f"net.ipv6.conf.{end}.accept_dad=0")
            ip("-n", self.names[host], "link", "set", end, "up")

    def _start_wire(self, link):
        loss, reorder, seed = self._bad
        wire = subprocess.Popen(["ip", "netns", "exec", self.names["m"],
                                 str(self.programs / "wire"), f"a{link}", f"z{link}",
                                 str(loss), str(reorder), str(seed + link)],
                                stdout=subprocess.PIPE, text=True)
        self._wires.append(wire)
        assert wire.stdout.readline() == "wire\n"

    def _inside(self, host, *command):
        subprocess.run(["ip", "netns", "exec", self.names[host], *command], check=True,
                       capture_output=True, timeout=10)

    def send_from(self, host, link):
        """Lets the host's kernel take the source address of this link towards both links, over
        IPv6; None: of each link towards itself.

        usrsctp leaves the source of its IPv6 packets to the kernel. (On IPv4 it writes the header.)
        """
        for to in (1, 2):
            ip("-n", self.names[host], "-6", "route", "replace", f"fd61:{to}::/64", "dev",
               f"l{to}", "proto", "kernel", "metric", "256", "src", address(host, link or to, 6))

    def peer(self, host, kind=None):
        kind = kind or {"a": os.environ.get("INTEROP_A", "roam"), "z": "usrsctp"}[host]
        peer = Process(self.programs / f"{kind}-peer", self.names[host], f"{host} ({kind})")
        self.peers.append(peer)
        return peer

    def capture(self, path, packets, only="sctp or udp"):
        """Captures whole packets on both of a's links, the first so many."""
        self.capture_file = path
        self._capture = subprocess.Popen(
            ["ip", "netns", "exec", self.names["a"], "dumpcap", "-q", "-f", only,
             "-i", "l1", "-i", "l2", "-B", "16", "-c", str(packets), "-w", str(path)],
            stderr=subprocess.PIPE, text=True)
        for line in self._capture.stderr:
            if line.startswith("File:"):
                return
        raise AssertionError("dumpcap does not start")

    def end_capture(self):
        """Gives what tshark finds wrong with the packets that came from a; [] is good."""
        if self._capture.poll() is None:
            time.sleep(0.3)  # dumpcap writes what it has a few times a second
            self._capture.terminate()
        self._capture.wait(10)
        self._capture.stderr.close()
        self._capture = None
        own = " or ".join(f"{field} == {address('a', link, family)}" for link in (1, 2)
                          for family, field in ((4, "ip.src"), (6, "ipv6.src")))
        found = tshark(self.capture_file,
                       f"({own}) and not icmp and not icmpv6 and "  # they quote us, cut
                       "(_ws.malformed or sctp.checksum.status == 0 or "
                       "_ws.expert.severity >= 0x600000)",  # a warning or worse
                       "frame.number", "_ws.expert.message")
        return [(frame, message) for frame, messages in found for message in messages.split("|")
                if not message.startswith(ABOUT_THE_FLOW)]

    def captured(self, display_filter, *fields):
        return tshark(self.capture_file, display_filter, *(fields or ("frame.number",)))

    def close(self):
        if self._capture:
            time.sleep(0.3)  # a failed test: let dumpcap write what it has
        for peer in self.peers:
            peer.end()
        for process in self._wires + ([self._capture] if self._capture else []):
            process.terminate()
            process.wait(5)
            (process.stdout or process.stderr).close()
        self._remove()

    def _remove(self):
        for name in self.names.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def tshark(path, display_filter, *fields):
    """The fields of the packets that pass, a list for each."""
    ports = [f"-dudp.port=={port},sctp" for port in ENCAPS.values()]
    done = subprocess.run(["tshark", "-n", "-r", str(path), "-o", "sctp.checksum:CRC 32c", *ports,
                           "-Y", display_filter, "-T", "fields", "-Eaggregator=|",
                           *itertools.chain.from_iterable(("-e", f) for f in fields)],
                          check=True, capture_output=True, text=True, timeout=60)
    return [line.split("\t") for line in done.stdout.splitlines()]
