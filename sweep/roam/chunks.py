# SPDX-License-Identifier: GPL-2.0-or-later
"""Which runs make up one task of a cluster: sized to the run times that were measured.

A task costs about a second before its first run, so it should last much longer; and the last tasks
should end together, so the sizes fall towards the end: each task takes a part of what is left,
never more than the time asked for and never less than LEAST.
"""

LEAST = 5.0  # seconds; below this a task is mostly its own start
SHARE = 0.75  # of what is left for one processor, goes into the next task
PROBES = 16  # runs that are tried before anything is known


def estimate(runs, series, times):
    """{run: seconds}: the mean of those measured of its series, or of all where there is none."""
    groups = {}
    for run, seconds in times.items():
        groups.setdefault(series.get(run), []).append(seconds)
    every = [seconds for group in groups.values() for seconds in group] or [1.0]
    overall = sum(every) / len(every)
    means = {name: sum(group) / len(group) for name, group in groups.items()}
    return {run: means.get(series[run], overall) for run in runs}


def probes(runs, series, tasks):
    """One run of each series, at most PROBES, dealt out over so many tasks (0: each has its own)."""
    first = {}
    for run in runs:
        first.setdefault(series[run], run)
    chosen = list(first.values())[:PROBES]
    tasks = min(tasks, len(chosen)) or len(chosen)
    return [chosen[at::tasks] for at in range(tasks)]


def pack(seconds, chunk_time, processors):
    """Lists of runs, one for each task, in the order given: {run: seconds} and the processors that
    are free (0: none is, then all tasks last chunk_time). A run that takes longer than a task
    should is a task of its own."""
    left = sum(seconds.values())
    chunks, filled, size = [], 0.0, 0.0
    for run, duration in seconds.items():
        if not chunks or filled + duration / 2 > size:
            chunks.append([])
            filled = 0.0
            size = chunk_time
            if processors:
                size = min(chunk_time, max(LEAST, SHARE * left / processors))
        chunks[-1].append(run)
        filled += duration
        left -= duration
    return chunks
