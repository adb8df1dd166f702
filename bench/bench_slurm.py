# SPDX-License-Identifier: GPL-2.0-or-later
"""What a campaign costs on Slurm besides its runs: the part of ./roam bench sweep --slurm.

The cluster is the one that sbatch knows here; where there is none, one on loopback with a node for
each processor of this machine (that needs root, and Debian's slurm-wlm and munge).
"""

import contextlib
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test" / "slurm"))

import cluster  # noqa: E402
from roam.store import Store  # noqa: E402


def processors():
    """Those of the cluster that are idle, or None where there is no cluster."""
    try:
        done = subprocess.run(["sinfo", "-h", "-o", "%C"], capture_output=True, text=True,
                              check=False)
    except FileNotFoundError:
        return None
    idle = re.findall(r"^\d+/(\d+)/", done.stdout, re.MULTILINE)
    return None if done.returncode else sum(int(count) for count in idle)


@contextlib.contextmanager
def some_cluster():
    """Gives the number of its processors. Raises cluster.CannotRun where there can be none."""
    idle = processors()
    if idle:
        yield idle
        return
    with cluster.Cluster(nodes=os.cpu_count()) as own:
        before = dict(os.environ)
        os.environ.update(own.env)
        try:
            yield os.cpu_count()
        finally:
            os.environ.clear()
            os.environ.update(before)


def overhead(sweep, path, out):
    """Runs the campaign of a file on the cluster; sweep(path, out, options...) does it and gives its
    wall clock (s) first. Prints one line, and gives the seconds of a processor that a run has cost
    besides its own."""
    with some_cluster() as count:
        wall = sweep(path, out, "--yes", "--slurm")[0]
    times = Store(out).times()
    own = sum(times.values())
    each = (wall * count - own) / len(times)
    print(f"slurm:    {len(times)} runs of {own / len(times):.3f} s on {count} processors: "
          f"{wall:.1f} s, {1000 * each:.1f} ms a run besides")
    return each
