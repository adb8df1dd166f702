# SPDX-License-Identifier: GPL-2.0-or-later
"""How many runs make up a task."""

import pytest

from roam import chunks


def seconds_of(tasks, seconds):
    return [sum(seconds[run] for run in task) for task in tasks]


@pytest.mark.parametrize("processors", [0, 1, 2, 4, 64])
@pytest.mark.parametrize("each", [0.01, 0.2, 7.0, 400.0])
def test_every_run_is_in_one_task_and_none_lasts_too_long(each, processors):
    seconds = {f"r{n}": each * (1 + n % 3) for n in range(1000)}
    tasks = chunks.pack(seconds, 300, processors)
    assert [run for task in tasks for run in task] == list(seconds)
    assert all(task for task in tasks)
    longest = max(seconds_of(tasks, seconds))
    assert longest <= max(300 + 1.5 * each, 3 * each)


def test_with_no_processor_free_all_tasks_last_what_was_asked():
    tasks = chunks.pack({f"r{n}": 1.0 for n in range(1000)}, 100, 0)
    assert {len(task) for task in tasks[:-1]} <= {100, 101}


def test_there_are_enough_tasks_for_the_processors_and_the_last_are_short():
    seconds = {f"r{n}": 1.0 for n in range(1000)}
    tasks = chunks.pack(seconds, 3600, 8)
    lasting = seconds_of(tasks, seconds)
    assert len(tasks) > 8
    assert lasting == sorted(lasting, reverse=True) or lasting[:-1] == sorted(lasting[:-1],
                                                                              reverse=True)
    assert lasting[0] < 1000 / 8
    assert lasting[-1] <= 2 * chunks.LEAST


def test_short_runs_are_not_spread_thinner_than_a_task_is_worth():
    tasks = chunks.pack({f"r{n}": 0.01 for n in range(400)}, 300, 16)
    assert len(tasks) == 1


def test_a_run_that_was_not_measured_takes_what_its_series_takes():
    series = {"a1": "a", "a2": "a", "b1": "b", "b2": "b", "c1": "c"}
    found = chunks.estimate(["a2", "b2", "c1"], series, {"a1": 2.0, "b1": 4.0})
    assert found == {"a2": 2.0, "b2": 4.0, "c1": 3.0}
    assert chunks.estimate(["c1"], series, {"another": 5.0}) == {"c1": 5.0}
    assert chunks.estimate(["c1"], series, {}) == {"c1": 1.0}


def test_one_run_of_each_series_is_tried_first():
    series = {f"{name}{n}": name for name in "abc" for n in range(10)}
    assert chunks.probes(list(series), series, 2) == [["a0", "c0"], ["b0"]]
    assert chunks.probes(list(series), series, 0) == [["a0"], ["b0"], ["c0"]]
    assert chunks.probes([], series, 2) == []
    many = {f"r{n}": f"s{n}" for n in range(100)}
    assert sum(len(task) for task in chunks.probes(list(many), many, 4)) == chunks.PROBES
