# SPDX-License-Identifier: GPL-2.0-or-later
"""import roam, with pandas and without, and the page about it."""

import csv
import importlib.util
import json
import os
import re
import subprocess
import sys

import pytest

from conftest import BUILD, ROOT, program, run

PAGE = (ROOT / "doc/python.md").read_text(encoding="utf-8")
CODES = re.findall(r"```python\n(.*?)```", PAGE, re.S)
WITHOUT_PANDAS = "import sys; sys.modules['pandas'] = None\n"
needs_pandas = pytest.mark.skipif(not importlib.util.find_spec("pandas"),
                                  reason="python3-pandas is not installed")


def python(code, path=ROOT / "sweep", cwd=ROOT, build=BUILD):
    """What a program prints that imports roam."""
    others = filter(None, [os.environ.get("PYTHONPATH")])  # as where pandas may be
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(path), *others]),
           "PYTHONDONTWRITEBYTECODE": "1"}
    env.pop("ROAM_BUILD", None)
    if build:
        env["ROAM_BUILD"] = str(build)
    done = run(sys.executable, "-c", code, cwd=cwd, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask(expression, **options):
    """The value of an expression without pandas, through JSON."""
    return json.loads(python(WITHOUT_PANDAS + "import json, roam\n"
                             f"print(json.dumps({expression}))", **options))


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    """The directory of the campaign that the page names."""
    program("roam-sim")
    folder = tmp_path_factory.mktemp("python")
    command = re.search(r"^    ./roam (compare .*)$", PAGE, re.MULTILINE)[1].split()
    done = run(ROOT / "roam", *command, "--out", folder / "out/compare-figure1", cwd=ROOT,
               env={**os.environ, "ROAM_BUILD": str(BUILD)})
    assert done.returncode == 0, done.stderr
    return folder / "out/compare-figure1"


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def same(value, text):
    """True if a typed value is that of a field."""
    return value is None if not text else (value == text if isinstance(value, str)
                                           else value == float(text))


# --- The page ------------------------------------------------------------------------------------

@pytest.mark.parametrize("first", ["", WITHOUT_PANDAS], ids=["as it is", "without pandas"])
def test_the_example_prints_what_the_page_says(first, roam_sim):
    said = re.search(r"```text\n(.*?)```", PAGE, re.S)[1]
    assert python(first + CODES[0]) == said


@needs_pandas
def test_the_campaign_of_the_page(campaign):
    printed = python(CODES[1], cwd=campaign.parents[1])
    assert printed.startswith("msctp 0.0 0.0 0.0\nsctp nan nan nan\n")
    assert "scheme\nmsctp    0.0\n" in printed and "Name: value, dtype: float64\n" in printed


# --- Tables --------------------------------------------------------------------------------------

@pytest.mark.parametrize("table", ["runs", "handovers", "summary", "paired"])
def test_tables_of_a_campaign_are_those_of_its_files(campaign, table):
    found = ask(f"roam.Campaign({str(campaign)!r}).{table}()")
    rows = rows_of(campaign / f"{table}.csv")
    assert len(found) == len(rows) > 0
    for values, texts in zip(found, rows):
        assert list(values) == list(texts)
        assert all(same(values[name], text) for name, text in texts.items()), values


def test_values_are_typed_by_their_column(campaign):
    for row in ask(f"roam.Campaign({str(campaign)!r}).handovers()"):
        assert isinstance(row["run"], str) and isinstance(row["from_address"], str)
        assert isinstance(row["seed"], int) and isinstance(row["lost"], int)
        assert isinstance(row["t_open"], float)
        if row["scheme"] == "sctp":
            assert row["t_first_new"] is None
            assert row["interruption"] > 10 and row["interruption_censored"] == 1
        else:
            assert row["interruption_censored"] == 0


def test_a_name_that_looks_like_a_number_stays_a_name(tmp_path):
    (tmp_path / "a.csv").write_text("run,text,n,x\n12e5,1,1,1\n77,b,,.5\n")
    assert ask(f"roam.records.read_table(__import__('pathlib').Path({str(tmp_path / 'a.csv')!r}))") \
        == [{"run": "12e5", "text": "1", "n": 1, "x": 1.0},
            {"run": "77", "text": "b", "n": None, "x": 0.5}]


def test_flows_and_timelines_of_a_campaign(campaign):
    found = ask(f"[roam.Campaign({str(campaign)!r}).flows(), "
                f"[len(c.timeline(r['run'])) for c in [roam.Campaign({str(campaign)!r})] "
                "for r in c.runs()]]")
    runs = rows_of(campaign / "runs.csv")
    assert [(row["run"], row["flow"]) for row in found[0]] == [
        (row["run"], flow) for row in runs for flow in ("down", "up")]
    for flow, row in zip(found[0][::2], runs):
        assert flow["delivered"] == int(row["delivered"]) and flow["scheme"] == row["scheme"]
    assert len(found[1]) == 6 and min(found[1]) > 1000


def test_a_failed_run_has_a_row_and_no_flow(campaign, tmp_path):
    copied = tmp_path / "copy"
    subprocess.run(["cp", "-r", campaign, copied], check=True)
    text = (copied / "runs.csv").read_text().split("\n")
    head = text[0].split(",")
    fields = text[1].split(",")
    fields[head.index("status")] = "failed"
    (copied / "runs.csv").write_text("\n".join([text[0], ",".join(fields), *text[2:]]))
    assert len(ask(f"roam.Campaign({str(copied)!r}).flows()")) == 10


def test_measures_have_the_units_of_the_columns():
    units = {(row["table"], row["column"]): row["unit"] for row in ask("roam.measure_table()")}
    assert units["handovers", "interruption"] == "s" and units["runs", "goodput"] == "bit/s"
    assert units["handovers", "signalling_bytes"] == "B" and units["handovers", "lost"] is None


@needs_pandas
def test_with_pandas_what_is_empty_is_nan(campaign):
    printed = python("import roam\n"
                     f"t = roam.Campaign({str(campaign)!r}).handovers()\n"
                     "print(t['interruption'].dtype, t['lost'].dtype, t['t_first_new'].isna().sum())")
    assert printed == "float64 int64 3\n"


# --- Single runs ---------------------------------------------------------------------------------

def test_a_run_is_that_of_the_command(roam_sim, tmp_path):
    done = run(roam_sim, ROOT / "scenarios/figure1.toml", "--scheme", "msctp", "--seed", 4, "--set",
               "client.radios=1", "--set", "address.dad=false", "--set", "cell.loss=0.01", "--set",
               "handover.cell_costs=[1, 2]", "--out", tmp_path / "command")
    assert done.returncode == 0, done.stderr
    python(WITHOUT_PANDAS + "import roam\n"
           "roam.run('scenarios/figure1.toml', scheme='msctp', seed=4, client__radios=1, "
           "address__dad=False, cell__loss=0.01, handover__cell_costs=[1, 2], "
           f"out={str(tmp_path / 'python')!r})")
    for path in (tmp_path / "command").iterdir():
        assert (tmp_path / "python" / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_files_go_with_the_run(roam_sim):
    said = python("import os, roam\n"
                  "run = roam.run('scenarios/figure1.toml', run__stop='8s')\n"
                  "place = run.directory\n"
                  "print(place.is_dir())\n"
                  "del run\n"
                  "print(place.exists(), place.parent.exists())")
    assert said == "True\nFalse False\n"


WRONG = [("roam.run('scenarios/figure1.toml', client__radio=1)",
          ["scenarios/figure1.toml", "--set", "client.radio=1"]),
         ("roam.run('nowhere.toml')", ["nowhere.toml"]),
         ("roam.run('scenarios/figure1.toml', scheme='mobile')",
          ["scenarios/figure1.toml", "--scheme", "mobile"]),
         ("roam.run('scenarios/figure1.toml', out='doc')",
          ["scenarios/figure1.toml", "--out", "doc"])]


@pytest.mark.parametrize("call, arguments", WRONG)
def test_an_error_is_the_line_of_the_command(call, arguments, roam_sim):
    done = run(roam_sim, *arguments, cwd=ROOT)
    assert done.returncode == 2
    said = python(f"import roam\ntry:\n    {call}\nexcept roam.Error as error:\n    print(error)")
    assert "roam-sim: " + said == done.stderr


@pytest.mark.parametrize("call, line", [
    ("roam.run('x.toml', seed=None)", "seed: found None; expected a text, a number"),
    ("roam.Run('doc')", "doc: no run of roam-sim is there"),
    ("roam.Campaign('doc')", "doc: no campaign is there; ./roam sweep makes one"),
    ("roam.Campaign({directory!r}).run('x')", "found run 'x'; expected one that is done")])
def test_other_errors_are_one_line_too(call, line, campaign):
    said = python("import roam\ntry:\n    " + call.replace("{directory!r}", repr(str(campaign)))
                  + "\nexcept roam.Error as error:\n    print(error)")
    assert line in said and said.count("\n") == 1


def test_a_program_that_is_not_built(tmp_path):
    said = python("import roam\ntry:\n    roam.run('x.toml')\nexcept roam.Error as error:\n"
                  "    print(error)", build=tmp_path)
    assert said == f"{tmp_path}/roam-sim is not built; ./roam build says why\n"


def test_a_campaign_of_another_format(tmp_path):
    (tmp_path / "campaign.json").write_text('{"format": 1}')
    said = python(f"import roam\ntry:\n    roam.Campaign({str(tmp_path)!r})\n"
                  "except roam.Error as error:\n    print(error)")
    assert "found format 1; expected 2" in said


# --- Installed -----------------------------------------------------------------------------------

def test_the_installed_package_finds_its_programs(roam_sim, tmp_path):
    if not (BUILD / "cmake_install.cmake").is_file():
        pytest.skip("not configured by CMake")
    done = run("cmake", "--install", BUILD, "--prefix", tmp_path / "p")
    assert done.returncode == 0, done.stderr
    code = ("import roam, roam.places\n"
            f"run = roam.run({str(ROOT / 'scenarios/figure1.toml')!r}, run__stop='8s')\n"
            "print(roam.places.build_directory(), run.result['scenario'])")
    said = python(code, path=tmp_path / "p/share/roam/python", cwd=tmp_path, build=None)
    assert said == f"{tmp_path}/p/bin figure1\n"
