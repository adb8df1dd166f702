# SPDX-License-Identifier: GPL-2.0-or-later
"""True if network namespaces can be made here: tried with what the tests do with them."""

import os
import shutil
import subprocess


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True, timeout=10)


def why_none():
    """None, or why there can be none. A container may make one and yet not enter it."""
    if not shutil.which("ip"):
        return "there is no ip command (Debian: iproute2)"
    name = f"roam-try-{os.getpid()}"
    try:
        ip("netns", "add", name)
        ip("-n", name, "link", "add", "try0", "type", "veth", "peer", "name", "try1")
        ip("-n", name, "addr", "add", "10.1.0.1/24", "dev", "try0")
        ip("-n", name, "addr", "add", "fd00:1::1/64", "dev", "try0", "nodad")
        ip("-n", name, "link", "set", "try0", "up")
        ip("netns", "exec", name, "true")
    except subprocess.CalledProcessError as failed:
        return f"no network namespaces here: {failed.stderr.strip()}"
    except subprocess.TimeoutExpired as failed:
        return f"no network namespaces here: {failed}"
    finally:
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return None
