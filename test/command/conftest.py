# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the command and the built programs are; ROAM_BUILD names another build directory."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("ROAM_BUILD", ROOT / "build"))

sys.path.insert(0, str(ROOT / "sweep"))


def run(*args, **options):
    """A finished process with its output as text. It has ten minutes at most."""
    options = {"capture_output": True, "text": True, "check": False, "timeout": 600, **options}
    return subprocess.run([str(a) for a in args], **options)


def one_line(text):
    """Exactly one line, and it is given back."""
    lines = text.splitlines()
    assert len(lines) == 1, text
    return lines[0]


def program(name):
    path = BUILD / name
    if not path.is_file():
        pytest.skip(f"{path} is not built")
    return path


@pytest.fixture(scope="session")
def roam_stats():
    return program("roam-stats")


@pytest.fixture(scope="session")
def roam_sim():
    return program("roam-sim")


# --- Campaigns without simulations -----------------------------------------------------------------

SCENARIO = 'title = "a world"\n'


def furnish(tmp_path):
    """A build directory with a stand-in for roam-sim, and a scenario."""
    build = tmp_path / "build"
    build.mkdir()
    shutil.copy(program("roam-stats"), build / "roam-stats")
    fake = build / "roam-sim"
    fake.write_text(f"#!{sys.executable}\n" + (ROOT / "test/command/fake_sim.py").read_text())
    fake.chmod(0o755)
    (tmp_path / "world.toml").write_text(SCENARIO)
    (tmp_path / "calls").touch()
    return tmp_path


@pytest.fixture(scope="session")
def make_house():
    return furnish


@pytest.fixture
def house(tmp_path):
    return furnish(tmp_path)


def write_campaign(house, text, name="c.toml"):
    (house / name).write_text('[campaign]\nscenario = "world.toml"\n' + text)
    return house / name


def sweep(house, *args, command="sweep"):
    env = {**os.environ, "ROAM_BUILD": str(house / "build"), "FAKE_CALLS": str(house / "calls")}
    return run(sys.executable, ROOT / "sweep", command, *args, env=env, cwd=house)


THREE = """
[sweep]
seed = { from = 1, to = 4 }
[[case]]
name = "soft"
scheme = "msctp"
"client.radios" = 2
[[case]]
name = "hard"
scheme = "msctp"
"client.radios" = 1
[[case]]
name = "tcp"
scheme = "tcp"
"""
