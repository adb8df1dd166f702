# SPDX-License-Identifier: GPL-2.0-or-later
"""./roam sweep --slurm when things go wrong: tasks that end early, a driver that is killed, a
controller that does not answer. Against a Slurm that is a script."""

import os
import signal
import subprocess
import threading
import time

import pytest

from roam import slurm
from roam import slurm_wave
from roam.slurm_client import SlurmError


def kill(house, run, times):
    house.set(f"kill-{run.setting('scheme')}-{run.setting('seed')}", times)


def killed_driver(house, until):
    """A driver in a process of its own, killed as soon as until() is true."""
    child = os.fork()
    if child == 0:
        try:
            house.sweep()
        finally:
            os._exit(1)
    end = time.monotonic() + 20
    while not until():
        assert time.monotonic() < end
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


# --- Tasks that end early --------------------------------------------------------------------------


def test_only_what_is_missing_is_submitted_again(house):
    kill(house, house.runs[10], 1)
    house.sweep()
    assert house.done() == house.simulations() == 20  # the one that was killed did not count itself
    assert [job["size"] for job in house.jobs()] == [2, 1, 2]  # alone, and what was behind it


def test_a_task_that_never_gives_a_result_is_a_failure_with_its_log(house):
    culprit = house.runs[10]
    kill(house, culprit, 1000)
    house.sweep()
    assert house.done() == house.simulations() == 19
    assert house.store.error_of(culprit.identity) == (
        "its task on Slurm ended 3 times without a result")
    folder = house.store.failed / culprit.identity
    assert "Killed" in (folder / "log").read_text()
    assert "--seed 6" in (folder / "command").read_text()
    assert int((house.slurm / "kill-msctp-6").read_text()) == 997
    assert "failed: msctp case seed 6: its task on Slurm ended 3 times" in house.said.getvalue()


def test_how_often_a_task_ended_at_a_run_is_remembered(house, monkeypatch):
    culprit = house.runs[10]
    kill(house, culprit, 1000)
    lose = slurm.Driver._lose

    def lose_and_die(driver, wave, index, run):
        lose(driver, wave, index, run)
        raise KeyboardInterrupt
    monkeypatch.setattr(slurm.Driver, "_lose", lose_and_die)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            house.sweep()
    monkeypatch.undo()
    assert house.store.failures() == {culprit.identity}
    assert int((house.slurm / "kill-msctp-6").read_text()) == 997


def test_tasks_that_can_not_work_end_the_sweep_soon(make_house):
    house = make_house(40)
    with open(house.path / "build" / "roam-sim", "a") as program:
        program.write("# another build\n")
    with pytest.raises(SlurmError) as error:
        house.sweep(chunk_time=1e-6)
    assert "the tasks on Slurm do not work: roam: " in str(error.value)
    assert "another build than that of the campaign" in str(error.value)
    assert sum(job["size"] for job in house.jobs()) < 40
    assert house.store.failures() == set()


def test_when_the_tasks_work_again_nothing_is_held_against_the_runs(house):
    plain = (house.path / "build" / "roam-sim").read_text()
    (house.path / "build" / "roam-sim").write_text(plain + "# another build\n")
    with pytest.raises(SlurmError):
        house.sweep()
    (house.path / "build" / "roam-sim").write_text(plain)
    before = len(house.jobs())
    house.sweep()
    assert house.done() == 20
    assert [job["size"] for job in house.jobs()[before:]] == [2, 1]


def test_a_directory_that_the_nodes_do_not_see_is_guessed(house, monkeypatch):
    monkeypatch.setattr(slurm_wave, "SCRIPT", "#!/bin/sh\n# {wave} {command}\n")
    with pytest.raises(SlurmError, match="leave no log: .* on a file system that the nodes have"):
        house.sweep()


def test_a_slow_file_system_is_waited_for(house, monkeypatch):
    """The task has ended and said that all is well, and its results are not to be seen yet."""
    house.sweep()
    hidden = house.store.runs.rename(house.path / "hidden")
    house.store.runs.mkdir()
    simulations = house.simulations()
    waves = []

    def appear():
        while not any(wave.status(0) == 0 for wave in waves):
            waves[:] = slurm_wave.open_all(house.store.work / "slurm")
            time.sleep(0.05)
        time.sleep(1.5)  # much longer than SETTLE
        for path in hidden.iterdir():
            if not (house.store.runs / path.name).exists():
                path.rename(house.store.runs / path.name)
    # the tasks find what is hidden, so they have nothing to do
    monkeypatch.setattr(slurm_wave, "SCRIPT", slurm_wave.SCRIPT.replace("{command}", "true #{command}"))
    thread = threading.Thread(target=appear)
    thread.start()
    house.sweep()
    thread.join()
    assert house.done() == 20 and house.simulations() == simulations
    assert len(house.jobs()) == 3  # one more than the first sweep's two, and none after it


# --- A driver that is killed -----------------------------------------------------------------------


def test_a_driver_that_was_killed_finds_its_tasks(house):
    house.set("hold")
    killed_driver(house, lambda: list(house.store.work.glob("slurm/roam-*/submitted")))
    (house.slurm / "hold").unlink()
    house.sweep()
    assert "2 tasks are in Slurm already; they go on" in house.said.getvalue()
    assert house.done() == house.simulations() == 20
    assert [job["size"] for job in house.jobs()] == [2, 1]


def test_a_driver_that_was_killed_before_it_heard_from_slurm_finds_its_tasks(house):
    house.set("hold")
    killed_driver(house, lambda: list(house.store.work.glob("slurm/roam-*/submitted")))
    for path in house.store.work.glob("slurm/roam-*/submitted"):
        path.unlink()
    (house.slurm / "hold").unlink()
    house.sweep()
    assert house.simulations() == 20 and len(house.jobs()) == 2


def test_an_array_that_slurm_does_not_know_is_given_up_for_good(house):
    house.set("hold")
    killed_driver(house, lambda: list(house.store.work.glob("slurm/roam-*/submitted")))
    late = next(house.store.work.glob("slurm/roam-*"))
    script = late / "job.sh"
    kept = house.path / "late.sh"
    kept.write_text(script.read_text())
    (late / "submitted").unlink()
    next((house.slurm / "jobs").iterdir()).unlink()
    (house.slurm / "hold").unlink()
    house.sweep()
    assert house.simulations() == 20
    for path in list(house.store.runs.iterdir())[:5]:
        path.rename(house.path / path.name)
    done = subprocess.run(["sh", kept], env={**os.environ, "SLURM_ARRAY_TASK_ID": "0"}, check=False)
    assert done.returncode == 0 and house.simulations() == 20  # it comes too late


# --- A controller that does not answer -------------------------------------------------------------


def test_a_controller_that_is_away_is_waited_for(house):
    house.set("down")
    threading.Timer(2.0, (house.slurm / "down").unlink).start()
    house.sweep(patience=60)
    said = house.said.getvalue()
    assert said.count("Slurm does not answer") == 1
    assert "Unable to contact slurm controller (connect failure)): waiting, 60 s at most" in said
    assert "Slurm answers again, after" in said
    assert house.simulations() == 20


def test_a_controller_that_stays_away_is_one_line(house):
    house.set("down")
    with pytest.raises(SlurmError, match="Slurm has not answered for . s .*picks them up"):
        house.sweep(patience=2)


def test_without_slurm_there_is_one_line(house, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SlurmError, match="there is no scontrol here"):
        house.sweep()
