# SPDX-License-Identifier: GPL-2.0-or-later
"""Two hosts with two links between them: "a" is a network namespace with our SCTP in it, "z" is
Linux in qemu. The links are tap devices in the namespace, and the guest's two network cards.

The guest is booted once; each test has a program of its own in it, and the links as they were.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time

import interop_world
import kernel
import namespaces
from namespaces import ip

MEMORY, BOOT = "256", 120  # MB; seconds, on a machine with much else to do


def why_none():
    """None, or why this machine can have no guest."""
    for program, package in (("qemu-system-x86_64", "qemu-system-x86"), ("cpio", "cpio"),
                             ("busybox", "busybox-static"), ("depmod", "kmod"),
                             ("apt-get", "apt"), ("tc", "iproute2")):
        if not shutil.which(program):
            return f"there is no {program} (Debian: {package})"
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return "no tap devices here: /dev/net/tun is not there, or not ours to open"
    return namespaces.why_none()


class GuestPeer(interop_world.Peer):
    """The program in the guest, behind the second serial line."""

    def __init__(self, machine):
        super().__init__("z (linux)")
        self.machine = machine

    def _write(self, text):
        self.machine.serial.sendall(text.encode())

    def end(self):
        """The kernel ends the association of a program that ends; its ABORT is lost."""
        if self.machine.peer is self:
            self.lose("100%")
            self.machine.next_peer()
            self.machine.peer.lose(None)

    def run(self, command, seconds=10):
        """Has the guest's shell run it."""
        self.tell(f"run {command}")
        assert self.wait(r"ran (-?\d+)", seconds)[1] == "0", f"{command} failed in the guest"

    def lose(self, share):
        """Has the guest lose that share of what it sends, on both links; None: nothing."""
        what = f"replace dev $link root netem loss {share}" if share else "del dev $link root"
        self.run(f"for link in l1 l2; do /bin/tc qdisc {what} || exit; done")


class Machine:
    """The guest, and the namespace with its links."""

    def __init__(self, place, image, initramfs):
        self.namespace = f"linux-{os.getpid()}a"
        self.scratch = tempfile.TemporaryDirectory(prefix="roam-linux-")
        self.console = place / "console"
        self.serial = self.qemu = None
        self.peer = GuestPeer(self)
        try:
            self._make_links()
            self._boot(image, initramfs)
        except BaseException:
            self.close()
            raise

    def _make_links(self):
        ip("netns", "add", self.namespace)
        inside = ("ip", "netns", "exec", self.namespace)
        subprocess.run([*inside, "sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0",
                        "net.ipv4.conf.default.rp_filter=0", "net.ipv6.conf.default.accept_dad=0"],
                       check=True, timeout=10)
        ip("-n", self.namespace, "link", "set", "lo", "up")
        for link in (1, 2):
            ip("-n", self.namespace, "tuntap", "add", f"l{link}", "mode", "tap")
            ip("-n", self.namespace, "link", "set", f"l{link}", "up")
            for family, prefix in ((4, "/24"), (6, "/64")):
                ip("-n", self.namespace, "addr", "add",
                   interop_world.address("a", link, family) + prefix, "dev", f"l{link}")
        interop_world.silence_icmp(self.namespace)

    def _socket(self, name):
        return f"{self.scratch.name}/{name}"

    def _boot(self, image, initramfs):
        cards = [word for link in (1, 2) for word in (
            "-netdev", f"tap,id=l{link},ifname=l{link},script=no,downscript=no",
            "-device", f"virtio-net-pci,id=card{link},netdev=l{link},mac=52:54:00:61:00:0{link},"
                       "csum=off,gso=off,addr={}".format(3 + link))]
        self.qemu = subprocess.Popen(
            ["ip", "netns", "exec", self.namespace, "qemu-system-x86_64", "-accel", "tcg",
             "-cpu", "max", "-M", "q35", "-m", MEMORY, "-smp", "1", "-nodefaults",
             "-no-user-config", "-display", "none", "-no-reboot", "-kernel", str(image),
             "-initrd", str(initramfs),
             "-append", "console=ttyS0 quiet panic=-1 mitigations=off",
             "-serial", f"file:{self.console}",
             "-chardev", f"socket,id=line,path={self._socket('line')},server=on,wait=off",
             "-serial", "chardev:line",
             "-qmp", f"unix:{self._socket('qmp')},server=on,wait=off", *cards],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.serial = self._connected("line")
        threading.Thread(target=self._follow, daemon=True).start()
        self.monitor = self._connected("qmp").makefile("rw")
        self._answer()
        self._execute("qmp_capabilities")
        self.peer.wait("ready", BOOT)

    def _connected(self, name):
        until = time.monotonic() + 30
        while True:
            try:
                one = socket.socket(socket.AF_UNIX)
                one.connect(self._socket(name))
                return one
            except OSError:
                one.close()
                if self.qemu.poll() is not None:
                    raise AssertionError(f"qemu ended: {self.qemu.stdout.read()}") from None
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def _follow(self):
        with self.serial.makefile("r", errors="replace") as lines:
            for line in lines:
                self.peer.hear(line.rstrip("\r\n"))
        self.peer.hear("(end)")

    def _answer(self):
        while "event" in (said := json.loads(self.monitor.readline())):
            pass
        assert "error" not in said, said
        return said

    def _execute(self, command, **arguments):
        self.monitor.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.monitor.flush()
        return self._answer()

    def set_link(self, link, up):
        """What a cable does that is pulled or put back in, at the guest's card."""
        self._execute("set_link", name=f"card{link}", up=up)

    def set_links(self, up):
        for link in (1, 2):
            self.set_link(link, up)

    def next_peer(self):
        """Ends the program in the guest; the next one is ready."""
        before, self.peer = self.peer, GuestPeer(self)
        before.tell("quit")
        self.peer.wait("ready", 30)

    def close(self):
        if self.qemu:
            self.qemu.kill()
            self.qemu.wait(10)
            self.qemu.stdout.close()
        if self.serial:
            self.serial.close()
        subprocess.run(["ip", "netns", "del", self.namespace], capture_output=True, check=False)
        self.scratch.cleanup()


def boot(folder, program, init):
    place = kernel.unpacked(folder)
    return Machine(place, kernel.vmlinux(place), kernel.initramfs(place, program, init))


class LinuxWorld(interop_world.World):
    """What one test has of it, in the words of the interop tests."""

    def __init__(self, programs, machine):
        self.machine = machine
        super().__init__(programs)

    def _build(self):
        self.names = dict.fromkeys("az", self.machine.namespace)

    def _remove(self):
        """The machine stays, with its links as they were."""
        self.machine.set_links(True)

    def send_from(self, host, link):
        """Linux takes source addresses from what is bound."""

    def peer(self, host, kind=None):
        if host == "a":
            return super().peer(host, kind)
        self.machine.next_peer()
        self.peers.append(self.machine.peer)
        return self.machine.peer
