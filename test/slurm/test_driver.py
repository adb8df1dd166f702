# SPDX-License-Identifier: GPL-2.0-or-later
"""./roam sweep --slurm against a Slurm that is a script: what it submits, and when."""

import os
import pathlib
import subprocess
import sys

import pytest

from roam import slurm
from roam.slurm_client import SlurmError

ROOT = pathlib.Path(__file__).resolve().parents[2]
ONE_EACH = 1e-6  # seconds: a task for each run


def test_a_campaign_runs_and_leaves_nothing_behind(house):
    house.sweep()
    assert house.done() == house.simulations() == 20
    assert not (house.store.work / "slurm").exists()
    probe, rest = house.jobs()
    assert probe["size"] == 2  # one run of each series
    assert rest["size"] == 1  # the others are too short for more than one task
    assert all("--no-requeue" in job["args"] for job in (probe, rest))
    assert "20 of 20 done" in house.said.getvalue()


def test_what_has_been_measured_is_not_tried_again(make_house):
    house = make_house(4)
    house.sweep()
    house.runs += house.plan(["msctp 99", "udp 99"])
    house.sweep()
    assert house.done() == 6
    assert [job["size"] for job in house.jobs()] == [2, 1, 1]


def test_arrays_stay_within_what_slurm_allows(make_house):
    house = make_house(10)
    house.set("config", "MaxArraySize = 3\nMaxJobCount = 10000")
    house.sweep(chunk_time=ONE_EACH)
    assert [job["size"] for job in house.jobs()] == [2, 3, 3, 2]
    assert house.simulations() == 10


def test_no_more_tasks_wait_than_half_of_what_slurm_holds(make_house):
    house = make_house(10)
    house.set("config", "MaxArraySize = 1001\nMaxJobCount = 6")
    house.sweep(chunk_time=ONE_EACH)
    assert [job["size"] for job in house.jobs()] == [2, 3, 3, 2]
    assert house.simulations() == 10


def test_without_arrays_there_is_one_line(house):
    house.set("config", "MaxArraySize = 0")
    with pytest.raises(SlurmError, match="no job arrays .MaxArraySize is 0."):
        house.sweep()


def test_max_tasks_is_a_throttle(make_house):
    house = make_house(10)
    house.sweep(chunk_time=ONE_EACH, max_tasks=3)
    probe, rest = house.jobs()
    assert (probe["size"], probe["throttle"]) == (2, None)
    assert (rest["size"], rest["throttle"]) == (8, 3)


def test_options_for_sbatch_are_handed_on_after_ours(make_house):
    house = make_house(2)
    house.sweep(arguments=("--partition=long", "--requeue"))
    args = house.jobs()[0]["args"]
    assert args[-3:-1] == ["--partition=long", "--requeue"]
    assert args.index("--no-requeue") < args.index("--requeue")


def test_a_job_that_is_refused_is_one_line_and_nothing_stays(house):
    house.set("refuse", "Invalid partition name specified")
    with pytest.raises(SlurmError) as error:
        house.sweep()
    assert str(error.value) == ("sbatch: Batch job submission failed: "
                                "Invalid partition name specified")
    assert list((house.store.work / "slurm").iterdir()) == []
    assert house.simulations() == 0


def test_where_fewer_tasks_are_allowed_fewer_are_submitted(make_house):
    house = make_house(10)
    house.set("most", 3)
    house.sweep(chunk_time=ONE_EACH)
    assert max(job["size"] for job in house.jobs()) <= 3
    assert house.simulations() == 10


def test_one_task_more_than_allowed_is_an_error(house):
    house.set("most", 0)
    with pytest.raises(SlurmError, match="sbatch: Batch job submission failed: Job violates"):
        house.sweep()


def test_an_answer_that_is_lost_does_not_submit_twice(house, monkeypatch):
    house.set("lost")
    house.set("hold")
    monkeypatch.setattr(slurm.Driver, "_pause", lambda *_: (house.slurm / "hold").unlink(True) or 0.5)
    house.sweep()
    assert len(house.jobs()) == 2
    assert house.simulations() == 20


def test_runs_that_fail_are_told_and_not_made_again(house):
    house.runs[5:6] = house.plan(["udp 3"], ("fake.fail", "3"))
    house.sweep()
    assert house.done() == 19 and house.store.failures() == {house.runs[5].identity}
    assert "failed: udp case seed 3: it was not to be" in house.said.getvalue()
    assert "20 of 20 done, 0 of them found, 1 failed" in house.said.getvalue()
    assert len(house.jobs()) == 2


def test_an_interrupt_leaves_the_tasks_and_says_how_to_end_them(house, monkeypatch):
    house.set("hold")

    submit = slurm.Driver._submit

    def submit_and_stop(driver):
        submit(driver)
        raise KeyboardInterrupt
    monkeypatch.setattr(slurm.Driver, "_submit", submit_and_stop)
    with pytest.raises(KeyboardInterrupt):
        house.sweep()
    assert ("2 tasks go on in Slurm, and the same command picks them up; scancel 1 ends them"
            in house.said.getvalue())
    assert house.jobs()[0]["tasks"] == [0, 1]


def test_tasks_that_the_last_answer_could_not_hold_are_not_taken_for_ended(house, monkeypatch):
    """In a long campaign squeue is asked rarely, and what was submitted since is not in its answer."""
    monkeypatch.setattr(slurm.Driver, "_pause",
                        lambda _, part, least, most: 3.0 if part == slurm.QUEUE_PART else 0.1)
    house.sweep()
    assert house.simulations() == 20
    assert [job["size"] for job in house.jobs()] == [2, 1]


def test_an_account_that_is_full_is_not_asked_again_and_again(make_house):
    """Three tasks in the queue are all that this account may have."""
    house = make_house(10)
    house.set("account", 3)
    house.set("pace", 1)
    house.sweep(chunk_time=ONE_EACH)
    assert house.simulations() == 10
    calls = (house.slurm / "calls").read_text().splitlines()
    refused = sum(call.startswith("sbatch") for call in calls) - len(house.jobs())
    assert refused <= len(house.jobs()) + 3


@pytest.mark.parametrize("option", ["--max-tasks=3", "--chunk-time=60", "--slurm-arg=-pshort"])
def test_what_means_nothing_without_slurm_is_refused(make_house, option):
    house = make_house(2)
    (house.path / "c.toml").write_text('[campaign]\nscenario = "world.toml"\n[sweep]\nseed = [1]\n')
    done = subprocess.run([sys.executable, ROOT / "sweep", "sweep", house.path / "c.toml", option],
                          env={**os.environ, "ROAM_BUILD": str(house.path / "build")}, text=True,
                          capture_output=True, cwd=house.path, check=False)
    assert done.returncode == 2
    assert done.stderr == f"roam: {option.partition('=')[0]}: only together with --slurm\n"
    assert not (house.path / "out").exists()
