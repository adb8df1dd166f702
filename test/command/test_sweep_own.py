# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing of a user's is lost: what roam did not write, or what was changed since, stays without --force."""

import pathlib

import pytest

from roam import own
from conftest import THREE, one_line, run, sweep, write_campaign


def bytes_of(directory):
    return {str(path.relative_to(directory)): path.read_bytes()
            for path in sorted(directory.rglob("*")) if path.is_file()}


@pytest.fixture
def made(house):
    """A campaign with its figures and its page."""
    result = sweep(house, write_campaign(house, THREE), "--report")
    assert result.returncode == 0, result.stderr
    return house / "out/c"


def refused(result, path):
    assert result.returncode == 2, result.stdout + result.stderr
    line = result.stderr.splitlines()[-1]
    assert line.startswith(f"roam: {path}: roam did not write this, or it was changed since"), line
    assert line.endswith("or give --force")


SCRIPT = "figures/distribution-interruption.gp"


@pytest.mark.parametrize("command", ["plot", "report"])
def test_a_figure_script_that_its_user_changed_is_kept(house, made, command):
    """doc/figures.md invites to change them."""
    with open(made / SCRIPT, "a", encoding="utf-8") as file:
        file.write("# my own legend\n")
    before = bytes_of(made)
    refused(sweep(house, "out/c", command=command), f"out/c/{SCRIPT}")
    assert bytes_of(made) == before
    result = sweep(house, "out/c", "--force", command=command)
    assert result.returncode == 0, result.stderr
    assert "my own legend" not in (made / SCRIPT).read_text()
    assert sweep(house, "out/c", command=command).returncode == 0, "and is roam's again"


def test_the_other_figures_are_drawn_and_all_that_are_kept_are_named(house, made):
    for name in ("distribution-interruption.gp", "boxes-interruption.pdf"):
        (made / "figures" / name).write_text("mine")
    (made / "figures/phases.svg").unlink()
    refused(sweep(house, "out/c", command="plot"),
            "out/c/figures/distribution-interruption.gp, boxes-interruption.pdf")
    assert (made / "figures/phases.svg").is_file()


def test_a_renamed_script_and_what_it_draws_are_nobodys_business(house, made):
    (made / "figures/mine.gp").write_bytes((made / SCRIPT).read_bytes())
    (made / "figures/mine.svg").write_text("<svg/>")
    for command in ("plot", "report"):
        assert sweep(house, "out/c", command=command).returncode == 0
    assert (made / "figures/mine.svg").read_text() == "<svg/>"


def test_a_page_with_remarks_is_kept(house, made):
    with open(made / "report.html", "a", encoding="utf-8") as file:
        file.write("<p>remarks of the referee</p>")
    before = bytes_of(made)
    refused(sweep(house, "out/c", command="report"), "out/c/report.html")
    assert bytes_of(made) == before
    assert sweep(house, "out/c", "--force", command="report").returncode == 0
    assert "referee" not in (made / "report.html").read_text()


@pytest.mark.parametrize("name", ["runs.csv", "summary.csv", "plan.csv", "campaign.json"])
def test_a_table_that_was_changed_is_kept(house, made, name):
    (made / name).write_text("corrected by hand\n")
    before = bytes_of(made)
    refused(sweep(house, house / "c.toml"), f"out/c/{name}")
    assert bytes_of(made) == before
    result = sweep(house, house / "c.toml", "--force")
    assert result.returncode == 0, result.stderr
    assert (made / name).read_text() != "corrected by hand\n"


@pytest.mark.parametrize("command, name", [("sweep", "runs.csv"), ("sweep", "campaign.sqlite"),
                                           ("compare", "handovers.csv")])
def test_files_of_somebody_else_are_not_overwritten(house, command, name):
    (house / "mine").mkdir()
    (house / "mine" / name).write_text("of another program\n")
    what = write_campaign(house, THREE) if command == "sweep" else house / "world.toml"
    refused(sweep(house, what, "--out", "mine", command=command), f"mine/{name}")
    assert bytes_of(house / "mine") == {name: b"of another program\n"}


def test_somebodys_folder_of_work_is_left_alone(house):
    """work/HOST-PID-HEX is a process's, and what dead processes left is removed; other names are not."""
    notes = house / "out/c/work/thesis-chapter-two/draft"
    notes.mkdir(parents=True)
    assert sweep(house, write_campaign(house, THREE)).returncode == 0
    assert notes.is_dir()


def test_what_a_killed_process_left_half_written_is_roams(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    with pytest.raises(own.Foreign):
        own.check(tmp_path, ["a.csv"])
    own.adopt([tmp_path / "a.csv"])
    (tmp_path / "a.csv").write_text("half")  # killed here
    with own.writing(tmp_path, ["a.csv", "b.csv"]):
        (tmp_path / "a.csv").write_text("whole")
    own.check(tmp_path, ["a.csv", "b.csv"])
    assert set(own.read(tmp_path)) == {"a.csv"}, "a file that is not there is not listed"
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(own.Foreign):
        with own.writing(tmp_path, ["a.csv"]):
            raise AssertionError("nothing is written")


def test_a_run_its_figures_and_its_page_are_replaced_together(roam_sim, house, tmp_path):
    """roam-sim knows what ./roam plot and ./roam report wrote, and the other way round."""
    scenario = pathlib.Path(__file__).parents[2] / "scenarios/figure1.toml"
    out = tmp_path / "one"
    for _ in range(2):
        assert run(roam_sim, scenario, "--ladder", "--out", out).returncode == 0
        assert not (out / "report.html").exists()
        result = sweep(house, out, command="report")
        assert result.returncode == 0, result.stderr
    with open(out / "figures/ladder.gp", "a", encoding="utf-8") as file:
        file.write("# mine\n")
    done = run(roam_sim, scenario, "--out", out)
    assert done.returncode == 2
    assert "holds figures/ladder.gp" in one_line(done.stderr)
    assert (out / "figures/ladder.gp").read_text().endswith("# mine\n")
