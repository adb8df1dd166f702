# SPDX-License-Identifier: GPL-2.0-or-later
"""A scheme is a row: what carries the session, what moves it, who finds the client."""

import csv
import gzip
import json
import pathlib
import subprocess

import pytest

FIGURE1 = pathlib.Path(__file__).resolve().parents[2] / "scenarios" / "figure1.toml"
CALLED = ("session.caller=server", "session.locator=oracle")


def simulate(roam_sim, folder, scheme, *settings):
    words = [word for setting in settings for word in ("--set", setting)]
    done = subprocess.run([roam_sim, FIGURE1, "--scheme", scheme, *words, "--out", folder],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with open(folder / "handovers.csv", encoding="utf-8") as file:
        return json.loads((folder / "result.json").read_text()), list(csv.DictReader(file))


def first_hello(folder):
    """Which way the first message of the session went: from the end that calls."""
    with gzip.open(folder / "timeline.csv.gz", "rt") as file:
        return next(row["flow"] for row in csv.DictReader(file) if row["event"] == "packet")


def mistake(roam_sim, folder, text):
    world = folder / "world.toml"
    world.write_text(text)
    done = subprocess.run([roam_sim, "world.toml"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_the_server_calls_a_mobile_that_the_oracle_finds(roam_sim, tmp_path, family):
    result, handovers = simulate(roam_sim, tmp_path / "run", "msctp", *CALLED,
                                 f"run.family={family}")
    assert [h["outcome"] for h in handovers] == ["completed"]
    results = result["results"]
    assert result["outcome"] == "completed" and results["lost"] == 0
    assert results["delivered"] == results["sent"] > 4000
    assert results["goodput_up"] > 0
    assert first_hello(tmp_path / "run") == "down"


@pytest.mark.parametrize("scheme", ["sctp", "tcp", "udp"])
def test_a_baseline_that_is_called_breaks_as_one_that_calls(roam_sim, tmp_path, scheme):
    called, _ = simulate(roam_sim, tmp_path / "called", scheme, *CALLED)
    calling, _ = simulate(roam_sim, tmp_path / "calling", scheme)
    assert called["outcome"] == calling["outcome"] == "broken"
    if scheme != "udp":  # its hellos are no user data on the wire
        assert first_hello(tmp_path / "called") == "down"
        assert first_hello(tmp_path / "calling") == "up"
    assert abs(called["results"]["delivered"] - calling["results"]["delivered"]) < 10


def test_a_mobile_without_an_address_is_called_when_it_has_one(roam_sim, tmp_path):
    result, _ = simulate(roam_sim, tmp_path / "run", "msctp", *CALLED, "session.start=0s")
    assert result["outcome"] == "completed"
    assert 0 < result["results"]["session_start"] < 5


def test_the_transport_of_a_row_can_be_another(roam_sim, tmp_path):
    """The row without a mover is then that of the other transport."""
    udp, _ = simulate(roam_sim, tmp_path / "udp", "udp", "session.transport=tcp")
    tcp, _ = simulate(roam_sim, tmp_path / "tcp", "tcp")
    assert udp["results"] == tcp["results"]
    assert udp["signalling"] == tcp["signalling"]


@pytest.mark.parametrize("text, words", [
    ('scheme = "msctp"\n[session]\ntransport = "tcp"\n',
     ["world.toml:3:1: session.transport: found tcp;", "expected sctp", "msctp"]),
    ('[session]\ncaller = "server"\n',
     ["world.toml:2:1: session.caller: found server;", "session.locator"]),
    ('[session]\nlocator = "oracle"\n',
     ["world.toml:2:1: session.locator: found oracle;", "session.caller"]),
    ('[hosts.directory]\ndelay = "5ms"\n',
     ["world.toml:2:1: hosts.directory.delay: no scheme's part of this name", "expected no hosts."]),
    ('[hosts.server]\nrate = "5Mbps"\n',
     ["world.toml:2:1: hosts.server.rate: ", "expected network.server_rate"]),
    ('[hosts.directory]\ndely = "5ms"\n',
     ["world.toml:2:1: hosts.directory.dely: found an unknown key", "hosts.directory.delay"]),
    ('[sites.home]\ndelay = "5"\n', ["world.toml:2:1: sites.home.delay: found"]),
    ('[hosts.Upper]\ndelay = "5ms"\n', ["world.toml:2:1: hosts.Upper.delay: found an unknown key"]),
    ('[session]\ncaller = "server"\nlocator = "none"\n',
     ["world.toml:2:1: session.caller: found server;"]),
])
def test_what_makes_no_sense_together_is_refused(roam_sim, tmp_path, text, words):
    line = mistake(roam_sim, tmp_path, text)
    assert [word for word in words if word not in line] == []


def test_where_a_part_is_belongs_to_what_is_resolved(roam_sim, tmp_path):
    """Else two worlds that differ would be one run of a campaign."""
    def resolve(*settings):
        words = [word for setting in settings for word in ("--set", setting)]
        done = subprocess.run([roam_sim, FIGURE1, "--resolve", *words], capture_output=True,
                              text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["parameters"]
    plain = resolve()
    placed = resolve("hosts.directory.delay=0.005s", "sites.home.rate=2Mbps")
    assert {key: value for key, value in placed.items() if key not in plain} == {
        "hosts.directory.delay": "5ms", "sites.home.rate": "2Mbps"}
