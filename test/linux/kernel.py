# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's kernel and an initramfs for it: brought, unpacked and made in the build directory.

Nothing of it is installed. A folder that is whole is used again.
"""

import lzma
import os
import pathlib
import re
import shutil
import struct
import subprocess

META = "linux-image-amd64"
# What the guest loads, in this order, with what each depends on; sctp when lo is up.
EARLY = ("virtio_pci", "virtio_net", "sch_netem")
LATE = ("sctp",)
TOO_NEW = "crc32c-intel"  # wants an instruction that the emulation may not have


class NoKernel(Exception):
    pass


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], check=False, capture_output=True,
                          text=True, timeout=240, **options)
    if done.returncode:
        raise NoKernel(f"{words[0]} {words[1]} failed: {done.stderr.strip()[-300:]}")
    return done.stdout


def unpacked(folder):
    """The folder of the newest kernel of Debian, unpacked."""
    found = re.search(r"Depends: (linux-image-\S+)", run("apt-cache", "depends", META))
    if not found:
        raise NoKernel(f"apt knows no {META}: apt-get update brings the lists of packages")
    package = found[1]
    place = folder / package
    if not (place / "whole").exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        run("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", package, cwd=place)
        archive = next(place.glob("*.deb"))
        run("dpkg", "-x", archive, place / "tree")
        archive.unlink()
        run("depmod", "-b", place / "tree", release_of(place))
        (place / "whole").touch()
    return place


def release_of(place):
    return next((place / "tree" / "lib" / "modules").iterdir()).name


def vmlinux(place):
    """The uncompressed kernel: by its PVH entry it boots seconds sooner than the bzImage, whose XZ
    would be unpacked in emulation. Where its payload lies is in the setup header
    (Documentation/x86/boot.rst of the kernel)."""
    out = place / "vmlinux"
    if not out.exists():
        image = (place / "tree" / "boot" / f"vmlinuz-{release_of(place)}").read_bytes()
        sectors = image[0x1f1] or 4
        offset, length = struct.unpack_from("<II", image, 0x248)
        begin = (sectors + 1) * 512 + offset
        out.write_bytes(lzma.LZMADecompressor().decompress(image[begin:begin + length]))
    return out


def modules(place, names):
    """Their files, in the order in which they load."""
    listed = []
    for name in names:
        for line in run("modprobe", "-S", release_of(place), "-d", place / "tree",
                        "--show-depends", name).splitlines():
            path = pathlib.Path(line.removeprefix("insmod ").strip())
            if path not in listed and path.stem != TOO_NEW:
                listed.append(path)
    return listed


def with_libraries(program):
    """A program and the libraries that it is linked with."""
    return [program, *re.findall(r"(/\S+) \(0x", run("ldd", program))]


def initramfs(place, program, init):
    """Busybox, the modules, tc, our program, and init as /init."""
    root = place / "root"
    shutil.rmtree(root, ignore_errors=True)
    for folder in ("bin", "dev", "proc", "sys", "modules", "run"):
        (root / folder).mkdir(parents=True)
    shutil.copy(shutil.which("busybox"), root / "bin" / "busybox")
    (root / "bin" / "sh").symlink_to("busybox")
    shutil.copy(program, root / "bin" / "linux-peer")
    for path in with_libraries(shutil.which("tc")):
        target = root / "bin" / "tc" if path.endswith("/tc") else root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for stage, names in (("early", EARLY), ("late", LATE)):
        files = modules(place, names)
        for path in files:
            shutil.copy(path, root / "modules" / path.name)
        (root / "modules" / stage).write_text("".join(f"{path.name}\n" for path in files))
    shutil.copy(init, root / "init")
    os.chmod(root / "init", 0o755)
    out = place / "initramfs"
    everything = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
    with out.open("wb") as archive:
        subprocess.run(["cpio", "--quiet", "-o", "-H", "newc"], input=everything.encode(),
                       stdout=archive, cwd=root, check=True, timeout=60)
    return out
