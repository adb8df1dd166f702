# SPDX-License-Identifier: GPL-2.0-or-later
"""roam-sim: what it takes, what it refuses, and that it leaves nothing half written."""

import json
import os
import re
import signal
import subprocess
import time

import pytest

from conftest import ROOT, one_line, run

SCENARIOS = ROOT / "scenarios"

SHORT = """title = "short"
[run]
stop = "5s"
[movement]
speed = "1m/s"
[traffic]
drain = "1s"
"""


@pytest.fixture
def world(tmp_path):
    """A scenario of a few seconds; its lines are known."""
    path = tmp_path / "world.toml"
    path.write_text(SHORT)
    return path


def refused(result, directory=None):
    """Status 2, one line on standard error, nothing printed and nothing written."""
    assert result.returncode == 2, result.stdout + result.stderr
    assert result.stdout == ""
    if directory is not None:
        assert [p.name for p in directory.iterdir() if "out" in p.name] == []
    line = one_line(result.stderr)
    assert line.startswith("roam-sim: ")
    return line.removeprefix("roam-sim: ")


# --- What it refuses ---------------------------------------------------------------------------------

@pytest.mark.parametrize("text, place, words", [
    ('[cell]\nrat = "2Mbps"\n', "2:1: cell.rat:", ["unknown key", "cell.rate"]),
    ('[cel]\nrate = "2Mbps"\n', "1:2: cel:", ["unknown key", "cell"]),
    ('[cell]\nrate = "2MHz"\n', "2:1: cell.rate:", ['"2MHz"', "wrong unit", "Mbps"]),
    ('[cell]\ndelay = 2\n', "2:1: cell.delay:", ["no unit", "ms"]),
    ('[cell]\n\n  delay = "11s"\n', "3:3: cell.delay:", ["out of range", "0s to 10s"]),
    ('cell.delay = "-1ms"\n', "1:6: cell.delay:", ["out of range"]),
    ('[client]\nradios = 1.5\n', "2:1: client.radios:", ["not a whole number", "from 1 to 4"]),
    ('[client]\nradios = "2"\n', "2:1: client.radios:", ["not a plain number"]),
    ('scheme = "mipv9"\n', "1:1: scheme:", ['"mipv9"', '"msctp"', '"sctp"', '"tcp"', '"udp"']),
    ('[address]\ndad = "yes"\n', "2:1: address.dad:", ["true or false"]),
    ('[handover]\nrule = "d"\n', "2:1: handover.rule:", ['"a", "b" or "c"']),
    ('[handover]\nrequests = "once"\n', "2:1: handover.requests:", ['"once"', '"steps" or "together"']),
    ('[handover]\ncell_costs = [1, "x"]\n', "2:1: handover.cell_costs:", ["list of numbers"]),
    ('title = 1979-05-27\n', "1:1: title:", ["text in quotes"]),
    ('[cell\n', "1:6", ["not TOML"]),
    ('seed = 1\nseed = 2\n', "2:8", ["not TOML"]),
    ('[attributes]\n"ns3::TcpSocket::SegmentSize" = "1k"\n', "2:1: ns3::TcpSocket::SegmentSize:",
     ['"1k"', "uint32_t"]),
    ('[attributes]\n"ns3::TcpSocket::SegmentSiz" = "1"\n', "2:1: ns3::TcpSocket::SegmentSiz:",
     ["no such attribute", "SegmentSize"]),
    ('[attributes]\n"ns3::NoSocket::SegmentSize" = "1"\n', "2:1: ns3::NoSocket::SegmentSize:",
     ["no such type"]),
    ('[attributes]\n"ns3::roam::CellChannel::Delay" = "1ms"\n', "2:1: ns3::roam::CellChannel",
     ["a key of the scenario", "cell.delay"]),
    ('[attributes]\n"ns3::roam::SctpSocket::SwitchPolicy" = "Hold"\n', "2:1: ns3::roam::SctpSocket",
     ["a key of the scenario", "sctp.switch_policy"]),
    ('[attributes]\n"ns3::roam::SessionClient::Backlog" = "3"\n', "2:1: ns3::roam::SessionClient",
     ["another class", "ns3::roam::SessionApplication::Backlog"]),
    ('[movement]\nmodel = "walk"\n[walk]\nfile = "no.csv"\n', "4:1: walk.file:", ["no.csv"]),
    ('[address]\nadvertisement_min = "2s"\n', "2:1: address.advertisement_min:", ["at most"]),
    ('[sctp]\nrto_max = "500ms"\n', "2:1: sctp.rto_max:", ["at least"]),
    ('[movement]\nmodel = "swing"\nturn_low = "900m"\n', "3:1: movement.turn_low:", ["less than"]),
    ('[session]\nstart = "50s"\n', "2:1: session.start:", ["less than run.stop"]),
    ('[traffic]\ndrain = "39s"\n', "2:1: traffic.drain:", ["less than"]),
    ('[session]\nwait_for_overlap = true\n[client]\nradios = 1\n',
     "2:1: session.wait_for_overlap:", ["one radio"]),
    ('[sctp]\npf_max_retrans = 2\nprimary_switchover_max_retrans = 1\n',
     "3:1: sctp.primary_switchover_max_retrans:", ["at least"]),
    ('[client]\nhost_routes = true\n', "2:1: client.host_routes:", ["server.addresses = 2"]),
])
def test_a_mistake_is_told_with_its_line(roam_sim, tmp_path, text, place, words):
    path = tmp_path / "bad.toml"
    path.write_text(text)
    line = refused(run(roam_sim, path, "--out", tmp_path / "out"), tmp_path)
    assert line.startswith(f"{path}:{place}"), line
    for word in words:
        assert word in line


@pytest.mark.parametrize("args, words", [
    (["--set", "cell.rate"], ["--set: ", '"cell.rate"', "key=value"]),
    (["--set", "cell.rat=2Mbps"], ["--set: cell.rat: ", "unknown key"]),
    (["--set", "cell.rate=fast"], ["--set: cell.rate: ", '"fast"']),
    (["--set", "walk.file=no.csv", "--set", "movement.model=walk"], ["--set: walk.file: ", "no.csv"]),
    (["--scheme", "mipv9"], ["--scheme: scheme: ", '"mipv9"', '"msctp"']),
    (["--seed", "0"], ["--seed: seed: ", "out of range"]),
    (["--seed"], ["--seed: ", "no value"]),
    (["--fly"], ["--fly: ", "unknown option"]),
    (["other.toml"], ["other.toml: ", "second scenario"]),
    (["--pcap"], ["--pcap needs --out DIR"]),
    (["--ladder"], ["--ladder needs --out DIR"]),
    (["--force"], ["--force needs --out DIR"]),
    (["--set", "run.stop=3s"], ["--set: run.stop: found 3s; expected session.start (2s) and "
                                "traffic.drain (1s) together less than run.stop (3s)"]),
    (["--set", "cell.loss=150%"], ["--set: cell.loss: found 150% (out of range)", "0.5%"]),
    (["--set", "attributes.ns3::TcpSocket::ConnTimeout=3x"], ["a time with its unit, as 20ms"]),
    (["--set", "movement.model=swing", "--set", "movement.turn_high=150.0000001m"],
     ["--set: movement.turn_high: found 150.0000001m; expected a way", "a millisecond"]),
])
def test_so_is_a_wrong_argument(roam_sim, world, args, words):
    line = refused(run(roam_sim, world, *args))
    for word in words:
        assert word in line, line


def test_a_scenario_that_is_not_there(roam_sim, tmp_path):
    assert "no.toml: cannot be read; expected a scenario" in refused(run(roam_sim, tmp_path / "no.toml"))
    assert refused(run(roam_sim)).startswith("no scenario; expected ")


def test_all_mistakes_of_a_file_and_of_the_options_are_reported_at_once(roam_sim, tmp_path):
    (tmp_path / "bad.toml").write_text('[cell]\nrat = "2Mbps"\nloss = 2\n[movement]\nspeed = 3\n')
    done = run(roam_sim, tmp_path / "bad.toml", "--set", "run.stop=soon", "--seed", "0")
    assert (done.returncode, done.stdout) == (2, "")
    places = [line.split(": found")[0] for line in done.stderr.splitlines()]
    assert places == [f"roam-sim: {tmp_path}/bad.toml:{place}" for place in
                      ("2:1: cell.rat", "3:1: cell.loss", "5:1: movement.speed")] + [
                          "roam-sim: --set: run.stop", "roam-sim: --seed: seed"]


def test_a_campaign_is_not_a_scenario_and_the_right_command_is_named(roam_sim):
    path = SCENARIOS / "campaigns/demo.toml"
    assert refused(run(roam_sim, path)) == (
        f"{path}: is a campaign, of many runs; ./roam sweep {path} makes them")


def test_a_percentage_is_the_same_world_as_the_number(roam_sim, world):
    (tmp := world.with_name("percent.toml")).write_text(SHORT + '[cell]\nloss = "0.7%"\n')
    number = run(roam_sim, world, "--resolve", "--set", "cell.loss=0.007").stdout
    assert number == run(roam_sim, tmp, "--resolve").stdout
    assert number == run(roam_sim, world, "--resolve", "--set", "cell.loss=0.7%").stdout


def test_a_client_that_swings_may_begin_just_where_it_turns(roam_sim, world):
    done = run(roam_sim, world, "--set", "movement.model=swing", "--set", "movement.speed=10m/s",
               "--set", "movement.turn_high=250m", "--set", "movement.start=249.9999999999m")
    assert done.returncode == 0, done.stderr


def test_a_walk_with_a_broken_line_is_named_with_its_line(roam_sim, tmp_path):
    (tmp_path / "w.csv").write_text("time_s,x_m,y_m,speed_mps,cell,signal_dbm\n"
                                    "0,0,0,0,1,-80\n5,0,0,0,1,loud\n")
    (tmp_path / "w.toml").write_text('[movement]\nmodel = "walk"\n[walk]\nfile = "w.csv"\n')
    line = refused(run(roam_sim, tmp_path / "w.toml", "--out", tmp_path / "out"), tmp_path)
    assert line.startswith(f"{tmp_path}/w.csv:3: ")
    assert '"loud"' in line


def test_an_output_directory_that_cannot_be_written(roam_sim, world, tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    for name in ("file", "file/below", "full", "/proc/here"):
        line = refused(run(roam_sim, world, "--out", tmp_path / name))
        assert line.startswith("--out: ") and "; expected " in line
    assert (tmp_path / "file").read_text() == "mine"
    assert os.listdir(tmp_path / "full") == ["thesis.txt"]


def everything(directory):
    return {str(p.relative_to(directory)): p.is_file() and p.read_bytes()
            for p in directory.rglob("*")}


@pytest.mark.parametrize("spoil", [
    lambda out: (out / "result.json").write_text("{}"),
    lambda out: (out / "notes.txt").write_text("mine"),
    lambda out: (out / "handovers.csv").open("a").write("a remark\n"),
    lambda out: (out / "figures").mkdir() or (out / "figures" / "mine.gp").write_text("plot x\n"),
    lambda out: (out / "data").symlink_to("/etc"),
])
def test_what_roam_did_not_write_is_not_lost_without_force(roam_sim, world, tmp_path, spoil):
    out = tmp_path / "out"
    assert run(roam_sim, world, "--out", out).returncode == 0
    assert run(roam_sim, world, "--out", out).returncode == 0, "its own files are replaced"
    spoil(out)
    before = everything(tmp_path)
    done = run(roam_sim, world, "--out", out)
    assert done.returncode == 2
    assert re.fullmatch(rf"roam-sim: --out: {out}: holds \S+, which roam did not write or which was "
                        "changed since, .*; expected another directory, or --force\n", done.stderr)
    assert everything(tmp_path) == before
    assert run(roam_sim, world, "--out", out, "--force").returncode == 0
    assert everything(tmp_path) != before and not (out / "notes.txt").exists()


def test_a_directory_of_runs_is_not_replaced_by_one(roam_sim, world, tmp_path):
    for name in ("a", "b"):
        assert run(roam_sim, world, "--out", tmp_path / "out" / name).returncode == 0
    before = everything(tmp_path)
    done = run(roam_sim, world, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert re.search(r": holds [ab], .* or is another run, ", done.stderr)
    assert everything(tmp_path) == before


def test_somebodys_result_json_does_not_make_a_directory_a_run(roam_sim, world, tmp_path):
    (tmp_path / "out").mkdir()
    for name in ("result.json", "thesis.tex"):
        (tmp_path / "out" / name).write_text("{}")
    done = run(roam_sim, world, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert sorted(os.listdir(tmp_path / "out")) == ["result.json", "thesis.tex"]


def test_a_symbolic_link_to_a_directory_stays_one(roam_sim, world, tmp_path):
    (tmp_path / "big-disk").mkdir()
    (tmp_path / "out").symlink_to("big-disk")
    for _ in range(2):
        assert run(roam_sim, world, "--out", tmp_path / "out").returncode == 0
        assert os.readlink(tmp_path / "out") == "big-disk"
        assert (tmp_path / "big-disk/result.json").is_file()
    (tmp_path / "broken").symlink_to("nowhere")
    assert "a symbolic link to nothing" in run(roam_sim, world, "--out", tmp_path / "broken").stderr
    assert os.readlink(tmp_path / "broken") == "nowhere"


def test_a_run_that_is_stopped_leaves_nothing(roam_sim, tmp_path):
    process = subprocess.Popen([roam_sim, SCENARIOS / "walk.toml", "--set", "traffic.down_interval=1ms",
                                "--out", tmp_path / "out"], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    errors = process.communicate(timeout=60)[1]
    assert process.returncode != 0
    assert "stopped by a signal" in one_line(errors)
    assert list(tmp_path.iterdir()) == []


# --- What it takes -------------------------------------------------------------------------------------

def test_every_key_is_read_by_the_world(roam_sim):
    schema = json.loads(run(roam_sim, "--print-schema=json").stdout)
    sources = "".join(p.read_text() for p in sorted((ROOT / "sim").rglob("*.cc"))
                      if p.name != "scenario-schema.cc")
    # what setting.cc puts together of a table and a part
    parts = {"traffic": ("down", "up"), "network": ("server", "core", "access")}
    sources += "".join(f'"{table}.{part}{end}"' for table, each in parts.items() for part in each
                       for end in re.findall(r'key \+ "(_\w+)"', sources))
    names = [key["name"] for key in schema["keys"]]
    assert len(names) == len(set(names)) > 60
    # the title is the report's
    assert [n for n in names if f'"{n}"' not in sources] == ["title"]


def test_the_schema_is_printed_for_readers_and_programs(roam_sim):
    text = run(roam_sim, "--print-schema").stdout
    schema = json.loads(run(roam_sim, "--print-schema=json").stdout)["keys"]
    for key in schema:
        assert key["help"] in text
        assert f'{key["name"].split(".")[-1]} = ' in text
        assert {"name", "type", "unit", "default", "allowed", "help"} <= key.keys()
    types = {key["name"]: key["type"] for key in schema}
    assert types["cell.rate"] == "rate" and types["client.radios"] == "integer"
    assert [line.split("\t")[0] for line in
            run(roam_sim, "--list-schemes").stdout.splitlines()] == ["msctp", "sctp", "tcp", "udp"]
    assert "--print-schema" in run(roam_sim, "--help").stdout


def test_what_is_set_wins_over_the_file_and_the_file_over_the_default(roam_sim, world):
    done = run(roam_sim, world, "--resolve", "--set", "movement.speed=36km/h", "--set", "seed=4",
               "--seed", "5", "--set", "attributes.ns3::TcpSocket::SegmentSize=1000")
    parameters = json.loads(done.stdout)["parameters"]
    assert parameters["movement.speed"] == "10m/s"
    assert parameters["run.stop"] == "5s"
    assert parameters["cell.delay"] == "2ms"
    assert parameters["seed"] == "5"
    assert parameters["attributes"] == {"ns3::TcpSocket::SegmentSize": "1000"}


def test_what_is_resolved_gives_the_same_run(roam_sim, world, tmp_path):
    resolved = json.loads(run(roam_sim, world, "--resolve").stdout)["parameters"]
    schema = {key["name"]: key for key in
              json.loads(run(roam_sim, "--print-schema=json").stdout)["keys"]}
    bare = ("integer", "number", "probability", "numbers", "boolean")
    resolved.pop("attributes")
    again = tmp_path / "world2.toml"
    again.write_text("".join(f"{k} = {v}\n" if schema[k]["type"] in bare else f"{k} = {json.dumps(v)}\n"
                             for k, v in resolved.items()))
    assert run(roam_sim, again, "--resolve").stdout == run(roam_sim, world, "--resolve").stdout


def test_a_walk_is_resolved_with_its_contents(roam_sim):
    files = json.loads(run(roam_sim, SCENARIOS / "walk.toml", "--resolve").stdout)["files"]
    assert [f["name"] for f in files] == [f"lacolyoc-{i:02}.csv" for i in range(1, 13)]
    assert all(re.fullmatch("[0-9a-f]{8}", f["crc32"]) for f in files)


def test_an_attribute_has_its_effect(roam_sim, world, tmp_path):
    sizes = set()
    for size in (300, 600):
        out = tmp_path / str(size)
        run(roam_sim, world, "--scheme", "tcp", "--out", out,
            "--set", f"attributes.ns3::TcpSocket::SegmentSize={size}")
        sizes.add(json.loads((out / "result.json").read_text())["results"]["delay_mean"])
    assert len(sizes) == 2


def test_progress_is_told(roam_sim, world):
    done = run(roam_sim, world, "--progress")
    lines = done.stderr.splitlines()
    assert len(lines) == 21
    assert lines[-1] == "progress 5.000 of 5.000 s"
    assert done.stdout.startswith("world, msctp, seed 1: session completed\n")


@pytest.mark.parametrize("name", ["figure1", "figure1-v6", "pingpong", "walk"])
def test_the_scenarios_of_the_house_are_good(roam_sim, name):
    assert run(roam_sim, SCENARIOS / f"{name}.toml", "--resolve").returncode == 0


def test_many_runs_are_resolved_at_once(roam_sim, tmp_path):
    """A campaign's identities: by what a run is, not by how it was written."""
    lines = ["", "cell.delay=20ms", "cell.delay=0.02s", "seed=2\tcell.delay=20ms", "cell.dely=1ms",
             "client.radios=1\tsession.wait_for_overlap=true", "movement.model=walk",
             "movement.model=walk\twalk.file=walks/lacolyoc-02.csv",
             "movement.model=walk\twalk.start=1s"]
    result = run(roam_sim, ROOT / "scenarios/walk.toml", "--resolve-list",
                 input="".join(f"{line}\n" for line in lines), cwd=ROOT / "scenarios")
    assert result.returncode == 0, result.stderr
    base, delay, same, seed, wrong, together, *walks = result.stdout.splitlines()
    assert delay == same and len({base, delay, seed, *walks}) == 5
    assert walks[0] == base, "walk.toml is a walk"
    assert all(len(text) == 64 for text in (base, delay, seed, *walks))
    assert wrong.startswith("! --set: cell.dely: found an unknown key")
    assert together.startswith("! --set: session.wait_for_overlap: ")
