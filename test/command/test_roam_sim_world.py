# SPDX-License-Identifier: GPL-2.0-or-later
"""roam-sim: what a run writes, and what has to be true of its worlds."""

import csv
import filecmp
import gzip
import json
import pathlib
import shutil
import subprocess

import pytest

from conftest import ROOT, run

SCENARIOS = ROOT / "scenarios"
FILES = [".made-by-roam", "flows.csv", "handovers.csv", "result.json", "timeline.csv.gz"]


class Run:
    """A run directory."""

    def __init__(self, program, directory, scenario, *args):
        self.directory = directory
        done = run(program, SCENARIOS / f"{scenario}.toml", *args, "--out", directory)
        assert done.returncode == 0, done.stderr
        self.result = json.loads((directory / "result.json").read_text())
        self.results = self.result["results"]
        self.handovers = self.table("handovers.csv")
        self.flows = {row["flow"]: row for row in self.table("flows.csv")}

    def table(self, name):
        with open(self.directory / name, newline="") as file:
            return list(csv.DictReader(file))

    def timeline(self, *events):
        with gzip.open(self.directory / "timeline.csv.gz", "rt", newline="") as file:
            return [row for row in csv.DictReader(file) if row["event"] in events]


@pytest.fixture
def simulate(roam_sim, tmp_path):
    count = iter(range(100))
    return lambda scenario, *args: Run(roam_sim, tmp_path / str(next(count)), scenario, *args)


def same(a, b):
    """True if two directories hold the same bytes."""
    names = sorted(p.name for p in pathlib.Path(a.directory).iterdir())
    assert names == sorted(p.name for p in pathlib.Path(b.directory).iterdir())
    match, _, errors = filecmp.cmpfiles(a.directory, b.directory, names, shallow=False)
    assert not errors
    return len(match) == len(names)


# --- Files ---------------------------------------------------------------------------------------------

def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(simulate):
    every = ("--pcap", "--ladder")
    first, again = (simulate("figure1", "--seed", 3, *every) for _ in range(2))
    assert same(first, again)
    names = {p.name for p in first.directory.iterdir()}
    assert set(FILES) | {"ladder.txt", "ladder.msc", "server.pcap", "core.pcap", "access-1.pcap",
                         "access-2.pcap", "cell-1.pcap", "cell-2.pcap", "radio-1.pcap",
                         "radio-2.pcap"} == names
    other = simulate("figure1", "--seed", 4, *every)
    for name in ("handovers.csv", "timeline.csv.gz", "result.json"):
        assert (first.directory / name).read_bytes() != (other.directory / name).read_bytes()


def test_captures_change_nothing_and_a_run_is_replaced(roam_sim, simulate, tmp_path):
    plain = simulate("figure1", "--scheme", "tcp")
    before = {p.name: p.read_bytes() for p in plain.directory.iterdir()}
    assert sorted(before) == FILES
    Run(roam_sim, plain.directory, "figure1", "--scheme", "tcp", "--pcap")
    assert "server.pcap" in (plain.directory / FILES[0]).read_text(), "it lists the captures too"
    for name, content in before.items():
        assert name == FILES[0] or (plain.directory / name).read_bytes() == content
    Run(roam_sim, plain.directory, "figure1", "--scheme", "tcp")
    assert sorted(p.name for p in plain.directory.iterdir()) == FILES
    assert [p.name for p in tmp_path.iterdir()] == ["0"]


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_every_scheme_has_the_same_world(simulate, family):
    worlds = []
    for scheme in ("msctp", "sctp", "tcp", "udp"):
        made = simulate("figure1", "--scheme", scheme, "--set", "shadowing.deviation=4dB",
                        "--set", f"run.family={family}")
        worlds.append(made.timeline("level", "position"))
    assert len(worlds[0]) == 3 * 400
    assert worlds[1:] == worlds[:1] * 3
    other = simulate("figure1", "--seed", 2, "--set", "shadowing.deviation=4dB")
    assert other.timeline("level") != [row for row in worlds[0] if row["event"] == "level"]


def test_the_flows_add_up(simulate):
    made = simulate("figure1", "--scheme", "udp")
    down = made.flows["down"]
    delivered = [row for row in made.timeline("deliver") if row["flow"] == "down"]
    sent = [row for row in made.timeline("send") if row["flow"] == "down"]
    assert len(sent) == int(down["sent"]) == made.results["sent"]
    assert len({row["seq"] for row in delivered}) == int(down["delivered"])
    assert int(down["lost"]) == int(down["sent"]) - int(down["delivered"]) > 0
    times = [float(row["time"]) for row in delivered]
    gaps = [b - a for a, b in zip(times, times[1:])]
    assert down["longest_gap_censored"] == "1"  # UDP never comes back
    last = made.result["sending_stop"] - times[-1]
    assert last > max(gaps) and float(down["longest_gap"]) == pytest.approx(last)
    period = made.result["sending_stop"] - float(sent[0]["time"])
    assert float(down["goodput"]) == pytest.approx(8 * sum(int(r["bytes"]) for r in delivered) / period)


# --- Figure 1 --------------------------------------------------------------------------------------------

@pytest.mark.parametrize("scenario", ["figure1", "figure1-v6"])
@pytest.mark.parametrize("rule", ["a", "b"])
def test_with_two_radios_the_handover_of_figure_1_is_seamless(simulate, scenario, rule):
    made = simulate(scenario, "--set", f"handover.rule={rule}", "--ladder")
    assert made.result["outcome"] == "completed"
    [handover] = made.handovers
    assert handover["outcome"] == "completed" and handover["soft"] == "1"
    assert (handover["from_cell"], handover["to_cell"]) == ("1", "2")
    assert made.results["lost"] == made.results["duplicated"] == made.results["reordered"] == 0
    round_trip = 2 * (0.001 + 0.010 + 0.005 + 0.002) + 0.002
    assert float(handover["latency"]) <= round_trip
    assert float(handover["interruption"]) <= round_trip
    moments = [float(handover[f"t_{name}"]) for name in
               ("link", "detect", "address", "signal", "bound", "first_new", "release")]
    assert moments == sorted(moments)
    assert float(handover["stretch"]) == 1
    ladder = (made.directory / "ladder.txt").read_text()
    places = [ladder.index(word) for word in
              ("link to cell 2 is up", "(ADD ", "(SET PRIMARY ", "primary is ", "(DELETE ")]
    assert places == sorted(places)
    assert ladder.count("ASCONF-ACK") == 3
    assert "lost" not in ladder


@pytest.mark.parametrize("scenario", ["figure1", "figure1-v6"])
@pytest.mark.parametrize("radios, rule", [(1, "a"), (2, "a"), (2, "b")])
def test_all_three_steps_go_in_one_asconf(simulate, scenario, radios, rule):
    made = simulate(scenario, "--ladder", "--set", "handover.requests=together",
                    "--set", f"client.radios={radios}", "--set", f"handover.rule={rule}")
    [handover] = made.handovers
    assert handover["outcome"] == "completed" and handover["soft"] == str(radios - 1)
    for flow in made.flows.values():
        assert flow["delivered"] == flow["sent"] and flow["duplicated"] == flow["reordered"] == "0"
    old, new = handover["from_address"], handover["to_address"]
    ladder = (made.directory / "ladder.txt").read_text()
    assert f"ASCONF (ADD {new}, SET PRIMARY {new}, DELETE {old})" in ladder
    # it leaves over the new link, also when the old one works
    asconf = made.result["signalling"]["ASCONF"]["links"]
    assert {link: count["msgs"] for link, count in asconf.items()} == \
        {"server": 1, "core": 1, "access-2": 1, "cell-2": 1}
    assert ladder.count("ASCONF (") == ladder.count("ASCONF-ACK") == 1
    # one request, as soon as the address is there and the rule wants it; one answer
    t = {name: float(handover[f"t_{name}"]) for name in
         ("trigger", "address", "signal", "bound", "release")}
    assert t["signal"] == max(t["trigger"], t["address"])
    assert t["release"] == t["bound"] > t["signal"]
    ops = [(row["event"], row["text"], row["path"], row["time"])
           for row in made.timeline("request", "answer")]
    assert [op[:3] for op in ops] == [(event, op, path) for event in ("request", "answer") for op, path in
                                      [("ADD", new), ("SET PRIMARY", new), ("DELETE", old)]]
    assert len({op[3] for op in ops}) == 2
    # nothing comes over the new path before the server has its HEARTBEAT ACK (RFC 9260, 5.4)
    assert float(handover["t_first_new"]) > t["bound"] + 0.036


def test_the_addresses_of_figure_1_are_those_of_the_draft(simulate):
    made = simulate("figure1")
    [handover] = made.handovers
    assert (handover["from_address"], handover["to_address"]) == ("2.2.2.2", "3.3.3.2")
    assert [cell["router"] for cell in made.result["cells"]] == ["2.2.2.1", "3.3.3.1"]
    assert {row["path"] for row in made.timeline("packet")} == {"2.2.2.2", "3.3.3.2"}
    assert [row["path"] for row in made.timeline("primary")] == ["2.2.2.2", "3.3.3.2"]
    # after the change everything for the client goes over the new path, in both directions
    after = float(handover["t_first_new"])
    for row in made.timeline("packet"):
        if row["flow"] == "down" and float(row["time"]) > after:
            assert row["path"] == "3.3.3.2"
    ops = [(row["event"], row["text"], row["path"]) for row in made.timeline("request", "answer")]
    assert ops == [(event, op, path) for op, path in
                   [("ADD", "3.3.3.2"), ("SET PRIMARY", "3.3.3.2"), ("DELETE", "2.2.2.2")]
                   for event in ("request", "answer")]


def test_with_one_radio_the_handover_is_hard_and_nothing_is_lost(simulate):
    made = simulate("figure1", "--set", "client.radios=1")
    [handover] = made.handovers
    assert handover["outcome"] == "completed" and handover["soft"] == "0"
    assert made.results["lost"] == made.results["duplicated"] == 0
    assert made.results["retransmitted"] > 0
    assert float(handover["interruption"]) > 0.1 and handover["interruption_censored"] == "0"


@pytest.mark.parametrize("scheme", ["sctp", "tcp", "udp"])
@pytest.mark.parametrize("radios", [1, 2])
def test_the_baselines_break_and_say_how(simulate, scheme, radios):
    made = simulate("figure1", "--scheme", scheme, "--set", f"client.radios={radios}")
    assert made.result["outcome"] == "broken" and made.result["why"]
    [handover] = made.handovers
    assert handover["outcome"] == "broken"
    assert handover["t_first_new"] == ""
    for measure in ("latency", "interruption", "silence"):
        assert float(handover[measure]) > 10 and handover[f"{measure}_censored"] == "1"
    assert handover["lost_censored"] == "1"
    assert int(handover["lost"]) == made.results["lost"] > 0
    assert made.results["delivered"] > 1000


def test_sctp_that_starts_in_the_overlap_holds_both_addresses(simulate):
    made = simulate("figure1", "--scheme", "sctp", "--set", "session.wait_for_overlap=true")
    assert made.results["session_start"] > 5
    [handover] = made.handovers
    assert handover["t_first_new"] != ""
    assert "ASCONF" not in made.result["signalling"]
    assert {row["path"] for row in made.timeline("packet") if row["flow"] == "down"} == \
        {"2.2.2.2", "3.3.3.2"}
    # data goes on by retransmission only, until the old path is given up after 1 + 2 + 4 + ... s
    assert handover["outcome"] == "broken" and handover["end"] == "the flow did not go on"
    assert made.results["longest_gap"] > 5 and made.result["why"].startswith("stalled")
    patient = simulate("figure1", "--scheme", "sctp", "--set", "session.wait_for_overlap=true",
                       "--set", "sctp.path_max_retrans=1")
    assert patient.result["outcome"] == patient.handovers[0]["outcome"] == "completed"
    assert patient.results["lost"] == 0


def test_costs_are_what_rule_c_goes_by(simulate):
    stays = simulate("figure1", "--set", "handover.rule=c", "--set", "handover.cell_costs=[0, 1]")
    goes = simulate("figure1", "--set", "handover.rule=c", "--set", "handover.cell_costs=[1, 0]")
    late = simulate("figure1", "--set", "handover.rule=c", "--set", "handover.cell_costs=[1, 0]",
                    "--set", "handover.preference_time=15s")
    [a], [b], [c] = stays.handovers, goes.handovers, late.handovers
    assert "current-down" in a["why"]
    assert "preferred" in b["why"] and float(b["t_trigger"]) < 14
    assert "preferred" in c["why"] and float(c["t_trigger"]) == pytest.approx(15, abs=0.1)


def test_signalling_is_counted_on_every_link(simulate):
    made = simulate("figure1")
    asconf = made.result["signalling"]["ASCONF"]
    # ADD and SET PRIMARY leave over the old cell, DELETE over the new one
    assert {link: count["msgs"] for link, count in asconf["links"].items()} == \
        {"server": 3, "core": 3, "access-1": 2, "access-2": 1, "cell-1": 2, "cell-2": 1}
    dhcp = made.result["signalling"]["DHCP-DISCOVER"]
    assert dhcp["group"] == "address" and set(dhcp["links"]) == {"cell-1", "cell-2"}
    charged = [t for t in made.result["signalling"].values() if t["group"] in ("binding", "address")]
    assert made.results["signalling_bytes"] == sum(t["bytes"] for t in charged)
    assert made.results["tunnelled"] == 0


def test_losses_and_delays_are_where_they_are_set(simulate):
    clean = simulate("figure1", "--scheme", "udp", "--set", "movement.speed=0m/s")
    lossy = simulate("figure1", "--scheme", "udp", "--set", "movement.speed=0m/s",
                     "--set", "network.core_loss=0.05", "--set", "cell.loss=0.05")
    slow = simulate("figure1", "--scheme", "udp", "--set", "movement.speed=0m/s",
                    "--set", "network.core_delay=110ms", "--set", "cell.rate=2Mbps")
    assert clean.results["lost"] == 0
    assert 0.07 < lossy.results["loss"] < 0.13
    serialised = (1000 + 8 + 20 + 14) * 8
    assert slow.results["delay_p50"] - clean.results["delay_p50"] == pytest.approx(
        0.1 + serialised / 2e6 - serialised / 10e6, abs=1e-6)


# --- Walks and swings --------------------------------------------------------------------------------------

@pytest.mark.parametrize("walk, changes", [("lacolyoc-01", 46), ("lacolyoc-11", 23),
                                           ("uottawa-02", 38)])
@pytest.mark.parametrize("radios", [1, 2])
def test_every_change_of_a_walk_is_a_handover(simulate, walk, changes, radios):
    made = simulate("walk", "--set", f"walk.file={SCENARIOS}/walks/{walk}.csv",
                    "--set", f"client.radios={radios}", "--set", "traffic.down_interval=200ms")
    assert made.results["walk_changes"] == changes
    assert len(made.handovers) == changes
    with open(SCENARIOS / "walks" / f"{walk}.csv") as file:
        samples = list(csv.DictReader(file))
    expected = [(float(b["time_s"]), a["cell"], b["cell"]) for a, b in zip(samples, samples[1:])
                if a["cell"] != b["cell"]]
    seen = [(pytest.approx(float(h["t_open"]), abs=0.01), h["from_cell"], h["to_cell"])
            for h in made.handovers]
    assert expected == seen
    assert {h["outcome"] for h in made.handovers} <= {"completed", "ping-pong"}
    assert made.result["outcome"] == "completed"
    assert made.results["lost"] == made.results["duplicated"] == 0


def test_levels_of_a_walk_are_the_measured_ones(simulate):
    made = simulate("walk", "--set", "walk.stop=100s")
    levels = {(float(row["time"]), row["seq"]): float(row["value"]) for row in made.timeline("level")}
    with open(SCENARIOS / "walks" / "lacolyoc-01.csv") as file:
        for row in csv.DictReader(file):
            at = float(row["time_s"])
            if at < 100 and at == round(at):
                assert levels[at, row["cell"]] == pytest.approx(float(row["signal_dbm"]), abs=0.02)


def test_a_raised_floor_breaks_the_session_and_it_says_so(simulate):
    made = simulate("walk", "--set", "walk.floor=-75dBm", "--set", "traffic.down_interval=200ms")
    assert made.result["outcome"] == "broken"
    assert "retransmissions" in made.result["why"]
    assert made.results["session_end"] < made.result["stop"]
    assert made.results["longest_below_floor"] > 60
    assert len(made.handovers) == 46
    assert all(h["outcome"] in ("completed", "broken", "abandoned", "ping-pong")
               for h in made.handovers)
    after = [h for h in made.handovers if float(h["t_open"]) > made.results["session_end"]]
    assert after and all(h["outcome"] != "completed" for h in after)


def test_short_holes_below_the_floor_break_nothing(simulate):
    made = simulate("walk", "--set", "walk.floor=-110dBm", "--set", "traffic.down_interval=200ms")
    assert 0 < made.results["longest_below_floor"] < 60
    assert made.result["outcome"] == "completed"
    assert made.results["lost"] == made.results["duplicated"] == 0


def test_rule_a_swings_where_rule_b_holds_still(simulate):
    swings = simulate("pingpong", "--set", "handover.rule=a")
    still = simulate("pingpong", "--set", "handover.rule=b")
    assert swings.results["primary_changes"] >= 10
    assert swings.results["ping_pong"] >= 8
    assert still.results["primary_changes"] == 0
    assert still.handovers == []
    assert swings.results["retransmitted"] > still.results["retransmitted"] == 0
    assert swings.results["delay_mean"] > still.results["delay_mean"]


def test_the_ladder_is_good_for_mscgen(simulate, tmp_path):
    made = simulate("figure1", "--ladder")
    done = subprocess.run(["mscgen", "-T", "svg", "-o", str(tmp_path / "l.svg"),
                           str(made.directory / "ladder.msc")], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"SET PRIMARY" in (tmp_path / "l.svg").read_bytes()
    none = simulate("figure1", "--ladder", "--set", "run.ladder_handover=7")
    assert "no handover 7" in (none.directory / "ladder.txt").read_text()


class Links:
    """The links of figure1 between client and server, for packets of so many bytes, IP header included.
    doc/validation.md writes the sums out."""

    def __init__(self, family):
        v6 = family == "ipv6"
        header = (40 if v6 else 20) + 12  # IP, SCTP
        parameter = 20 if v6 else 8
        auth = 8 + 32
        self.heartbeat = 4 + 12
        self.answer = 4 + 4 + 8
        self.add = header + auth + 4 + 4 + parameter + 8 + parameter
        self.all = self.add + 2 * (8 + parameter)  # SET PRIMARY and DELETE besides
        self.answer_to_all = self.answer + 2 * 8
        self.ack = header + auth + self.answer
        self.probe = header + self.heartbeat
        self.header, self.auth = header, auth
        self.resolution = 2 * self.cell(72 if v6 else 28)  # NS and NA, ARP request and reply

    def serialised(self, size):
        return (size + 14) * 8 / 10e6

    def cell(self, size):
        return self.serialised(size) + 0.002

    def way(self, size):
        return self.cell(size) + 3 * (size + 2) * 8 / 100e6 + 0.005 + 0.010 + 0.001


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
@pytest.mark.parametrize("radios", [1, 2])
def test_from_address_to_confirmed_primary_is_the_sum_of_its_delays(simulate, family, radios):
    made = simulate("figure1" if family == "ipv4" else "figure1-v6", "--set", f"client.radios={radios}",
                    "--set", "handover.rule=a", "--set", "network.resolution_jitter=0s",
                    "--set", "traffic.down_interval=30s", "--set", "traffic.up_interval=30s")
    [handover] = made.handovers
    address = float(handover["t_address"])
    bound = float(handover["t_bound"]) - address
    [switch] = [float(row["time"]) - address for row in made.timeline("server")
                if row["text"] == "sends here" and row["path"] == handover["to_address"]]
    x = Links(family)
    # an IPv6 client has its router's link-layer address from the advertisement
    client_asks = x.resolution if family == "ipv4" else 0
    if radios == 2:
        # ADD and SET PRIMARY go over the old cell, whose neighbours know each other
        expected_bound = 2 * (x.way(x.add) + x.way(x.ack))
        asked = x.way(x.add) + x.way(x.ack) + x.way(x.add)
        # the HEARTBEAT waits for the router of the new cell; its answer waits for the client's
        # own question, which began when the ADD was acknowledged
        probed = x.way(x.add) + x.way(x.probe) + x.resolution
        known = x.way(x.add) + x.way(x.ack) + client_asks
        confirmed = max(probed, known) + x.way(x.probe)
    else:
        both = x.header + x.heartbeat + x.auth + x.answer  # HEARTBEAT, AUTH, ASCONF-ACK
        answered = client_asks + x.way(x.add) + x.way(both) + x.resolution
        probes = x.header + 2 * x.heartbeat  # HEARTBEAT ACK, and the client's own HEARTBEAT
        confirmed = answered + x.way(probes)
        asked = answered + x.serialised(probes) + x.way(x.add)
        expected_bound = asked + x.way(x.ack)
    expected_switch = max(asked, confirmed)
    assert bound == pytest.approx(expected_bound, rel=0.01)
    assert switch == pytest.approx(expected_switch, rel=0.01)
    title = f"{'IPv4' if family == 'ipv4' else 'IPv6'}, {'one radio' if radios == 1 else 'two radios'}"
    times = " | ".join(f"{1000 * time:.3f} ms"
                       for time in (expected_bound, bound, expected_switch, switch))
    assert f"| {title} | {times} |\n" in (ROOT / "doc/validation.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
@pytest.mark.parametrize("radios", [1, 2])
def test_together_all_is_answered_in_one_round_trip(simulate, family, radios):
    made = simulate("figure1" if family == "ipv4" else "figure1-v6", "--set", f"client.radios={radios}",
                    "--set", "handover.requests=together", "--set", "handover.rule=a",
                    "--set", "network.resolution_jitter=0s",
                    "--set", "traffic.down_interval=30s", "--set", "traffic.up_interval=30s")
    [handover] = made.handovers
    x = Links(family)
    client_asks = x.resolution if family == "ipv4" else 0
    ack = x.header + x.heartbeat + x.auth + x.answer_to_all
    answered = client_asks + x.way(x.all) + x.way(ack) + x.resolution
    bound = float(handover["t_bound"]) - float(handover["t_address"])
    assert bound == pytest.approx(answered, rel=0.01)
    assert handover["t_release"] == handover["t_bound"]
    page = " ".join((ROOT / "doc/validation.md").read_text(encoding="utf-8").split())
    assert f"{1000 * answered:.3f} ms" in page and f"{1000 * bound:.3f} ms" in page


@pytest.mark.parametrize("scenario", ["figure1", "figure1-v6"])
@pytest.mark.parametrize("radios", [1, 2])
@pytest.mark.parametrize("requests", ["steps", "together"])
def test_wireshark_has_nothing_to_complain_of(simulate, scenario, radios, requests):
    if not shutil.which("tshark"):
        pytest.skip("tshark is missing")
    made = simulate(scenario, "--pcap", "--set", f"client.radios={radios}",
                    "--set", f"handover.requests={requests}")

    def tshark(capture, select, *fields):
        checks = [w for p in ("sctp.checksum:CRC 32c", "ip.check_checksum:TRUE",
                              "udp.check_checksum:TRUE") for w in ("-o", p)]
        done = run("tshark", "-r", capture, *checks, "-Y", select, "-T", "fields",
                   *(w for f in fields for w in ("-e", f)))
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    captures = sorted(made.directory.glob("*.pcap"))
    assert len(captures) == 6 + radios
    for capture in captures:
        worst = 6291456  # PI_WARN
        assert tshark(capture, f"_ws.malformed || _ws.expert.severity >= {worst}",
                      "_ws.expert.message") == [], capture.name
        # status 1 is good: a preference that is misspelt would leave them unverified
        assert set(tshark(capture, "sctp", "sctp.checksum.status")) == {"1"}
    # each change is asked for and answered, inside AUTH
    seen = tshark(made.directory / "server.pcap", "sctp.chunk_type == 0xc1 || sctp.chunk_type == 0x80",
                  "sctp.chunk_type", "sctp.parameter_type")
    asked = [line for line in seen if "193" in line.split("\t")[0].split(",")]
    parameters = ["0xc001", "0xc004", "0xc002"]  # ADD, SET PRIMARY, DELETE
    chunks = [parameters] if requests == "together" else [[p] for p in parameters]
    assert [[p for p in line.split("\t")[1].split(",") if p in parameters] for line in asked] == chunks
    assert len(seen) == 2 * len(chunks)
    assert all("15" in line.split("\t")[0].split(",") for line in seen)


@pytest.mark.parametrize("scenario", ["figure1", "figure1-v6"])
@pytest.mark.parametrize("scheme", ["msctp", "sctp"])
def test_sctp_in_udp_is_the_same_session(simulate, scenario, scheme):
    """RFC 6951: 8 bytes more a packet, and nothing else that a record shows."""
    plain = simulate(scenario, "--scheme", scheme)
    made = simulate(scenario, "--scheme", scheme, "--pcap", "--set", "sctp.udp_encapsulation=true")
    for flow, row in plain.flows.items():
        for column in ("sent", "delivered", "lost", "duplicated"):
            assert made.flows[flow][column] == row[column], (flow, column)
    assert len(made.handovers) == len(plain.handovers) == 1
    before, now = plain.handovers[0], made.handovers[0]
    for column in before:
        if column.startswith("t_") and before[column]:
            assert float(now[column]) == pytest.approx(float(before[column]), abs=1e-3), column

    def signalling(handover):
        parts = (word.split(":") for word in handover["signalling"].split())
        return {name: tuple(map(int, counts.split("/"))) for name, counts in parts}

    in_udp = ("ASCONF", "ASCONF-ACK", "HEARTBEAT", "HEARTBEAT-ACK")
    for name, (messages, size) in signalling(before).items():
        more = 8 * messages if name in in_udp else 0
        assert signalling(now)[name] == (messages, size + more), name
    if not shutil.which("tshark"):
        pytest.skip("tshark is missing")

    def count(select):
        done = run("tshark", "-r", made.directory / "server.pcap", "-o", "sctp.checksum:CRC 32c",
                   "-o", "udp.check_checksum:TRUE", "-Y", select)
        assert done.returncode == 0, done.stderr
        return len(done.stdout.splitlines())

    assert count("sctp") > 100
    assert count("sctp && udp.port == 9899 && udp.checksum.status == 1 && sctp.checksum.status == 1")\
        == count("sctp")
    assert count("_ws.malformed") == 0


def test_messages_larger_than_the_receive_buffer_come_steadily(simulate):
    """In parts, which the session joins (RFC 9260 section 6.9)."""
    made = simulate("figure1", "--set", "traffic.down_size=50000B", "--set",
                    "traffic.down_interval=200ms", "--set",
                    "attributes.ns3::roam::SctpSocket::RcvBufSize=20000")
    down = made.flows["down"]
    assert int(down["sent"]) > 50
    assert (down["delivered"], down["lost"], down["duplicated"]) == (down["sent"], "0", "0")
    assert float(down["delay_max"]) < 0.5


@pytest.mark.parametrize("radios", [1, 2])
def test_valgrind_finds_nothing(roam_sim, tmp_path, radios):
    if not shutil.which("valgrind"):
        pytest.skip("valgrind is missing")
    done = run("valgrind", "-q", "--error-exitcode=9", "--leak-check=full",
               "--errors-for-leak-kinds=definite,possible", roam_sim, SCENARIOS / "figure1.toml",
               "--set", f"client.radios={radios}", "--set", "traffic.down_interval=40ms",
               "--pcap", "--ladder", "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
@pytest.mark.parametrize("scheme", ["tcp", "msctp"])
def test_an_ingress_filter_takes_what_comes_from_the_old_address(simulate, scheme, family):
    """A TCP connection goes on from it over the new cell; mobile SCTP does not."""
    def go(on):
        return simulate("figure1", "--scheme", scheme, "--set", f"run.family={family}",
                        "--set", f"cell.ingress_filter={on}")

    def filtered(one):
        return [row for row in one.timeline("drop") if row["text"] == "source filtered"]
    without, with_filter = go("false"), go("true")
    assert filtered(without) == []
    if scheme == "msctp":
        assert filtered(with_filter) == []
        assert with_filter.results == without.results
    else:
        assert len(filtered(with_filter)) > 10
        assert with_filter.results["delivered"] < without.results["delivered"] - 100
