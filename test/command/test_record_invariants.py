# SPDX-License-Identifier: GPL-2.0-or-later
"""What is charged to handovers is a partition of what a run had, in random worlds and with all
schemes. ROAM_WORLDS and ROAM_WORLDS_FROM choose how many worlds, and the first."""

import collections
import csv
import gzip
import json
import os
import subprocess

import pytest

from conftest import ROOT
from random_worlds import world

WORLDS = int(os.environ.get("ROAM_WORLDS", "24"))
FIRST = int(os.environ.get("ROAM_WORLDS_FROM", "1"))
OVERTAKEN = (200547, 200578)  # a datagram overtakes others just before a long silence
LATE = (300337,)  # all that is delivered comes in the drain
SCHEMES = ("msctp", "sctp", "tcp", "udp")
COUNTS = ("lost", "unfinished", "duplicated", "reordered", "retransmitted", "tunnelled",
          "signalling_msgs", "signalling_bytes")
CENSORED = {"handovers.csv": ("latency", "interruption", "silence"), "flows.csv": ("longest_gap",)}
NANO = 1_000_000_000


def ns(text):
    """A time of roam-sim, exactly; nothing for an empty field."""
    if not text:
        return None
    whole, _, part = text.lstrip("-").partition(".")
    return (-1 if text.startswith("-") else 1) * (int(whole) * NANO + int(part.ljust(9, "0")))


def table(directory, name):
    opener = gzip.open if name.endswith(".gz") else open
    with opener(directory / name, "rt", newline="") as file:
        return list(csv.DictReader(file))


class Run:
    """A run directory."""

    def __init__(self, directory):
        self.result = json.loads((directory / "result.json").read_text())
        self.results = self.result["results"]
        self.handovers = table(directory, "handovers.csv")
        self.flows = {row["flow"]: row for row in table(directory, "flows.csv")}
        self.sent, self.delivered = {}, []
        for row in table(directory, "timeline.csv.gz"):
            if row["flow"] == "down" and row["event"] == "send":
                self.sent.setdefault(int(row["seq"]), ns(row["time"]))
            if row["flow"] == "down" and row["event"] == "deliver":
                self.delivered.append((ns(row["time"]), int(row["seq"]), int(row["bytes"])))
        self.interval = round(float(self.flows["down"]["interval"]) * NANO)
        self.sending_stop = round(self.result["sending_stop"] * NANO)
        self.stop = round(self.result["stop"] * NANO)

    def gaps(self):
        """(begin, end, open) of the main flow, from the timeline."""
        seen, times = set(), []
        for at, seq, _ in self.delivered:
            if seq not in seen:
                times.append(at)
            seen.add(seq)
        found = [(a, b, False) for a, b in zip(times, times[1:])]
        last = times[-1] if times else min(self.sent.values(), default=self.stop)
        if last < self.sending_stop and (not times or max(self.sent.values()) > last):
            found.append((last, self.sending_stop, True))
        return found


def check_sums(run):
    for count in COUNTS:
        total = sum(int(row[count]) for row in run.handovers)
        assert total <= run.results[count], (count, total, run.results[count])
    types = collections.Counter()
    for row in run.handovers:
        for one in row["signalling"].split():
            name, _, numbers = one.partition(":")
            types[name] += int(numbers.partition("/")[2])
    for name, total in types.items():
        assert total <= run.result["signalling"][name]["bytes"], name
    assert sum(types.values()) == sum(int(row["signalling_bytes"]) for row in run.handovers)


def check_flows(run):
    for row in run.flows.values():
        sent, delivered, lost, unfinished, dropped = (
            int(row[c]) for c in ("sent", "delivered", "lost", "unfinished", "dropped"))
        assert sent == delivered + lost + unfinished and dropped <= lost, row
    assert run.results["sent"] == len(run.sent)
    assert run.results["delivered"] == len({seq for _, seq, _ in run.delivered})
    if run.sent and run.sending_stop > min(run.sent.values()):
        bits = 8 * sum(size for seq, (at, _, size) in
                       {seq: d for d in reversed(run.delivered) for seq in [d[1]]}.items()
                       if at <= run.sending_stop)
        period = (run.sending_stop - min(run.sent.values())) / NANO
        assert run.results["goodput"] == pytest.approx(bits / period)
        assert run.results["goodput"] <= float(run.result["parameters"]["cell.rate"][:-4]) * 1e6
    if run.result["why"].startswith("stalled"):
        last = max((at for at, *_ in run.delivered if at <= run.sending_stop),
                   default=min(run.sent.values()))
        assert run.sending_stop - last > max(NANO, 10 * run.interval)


def check_windows(run):
    """They are disjoint, and the moments that they are made of lie in them."""
    last = 0
    switched = 0
    for row in run.handovers:
        begin, end, opened = ns(row["window_begin"]), ns(row["window_end"]), ns(row["t_open"])
        assert last <= begin <= opened and begin <= end <= run.stop, row
        last = end
        assert begin == opened or run.result["scenario"] == "walk", row
        assert opened <= (ns(row["t_trigger"]) or opened), row
        steps = [ns(row[c]) for c in ("t_link", "t_detect", "t_address", "t_signal") if row[c]]
        assert row["scheme"] if "scheme" in row else steps == sorted(steps), row
        old, new = ns(row["t_last_old"]), ns(row["t_first_new"])
        assert old is None or switched <= old < end, row
        assert new is None or begin <= new < end, row
        if row["latency_censored"] == "0":
            assert ns(row["latency"]) == new - old - run.interval, row
        elif row["latency"]:
            assert new is None and ns(row["latency"]) == run.sending_stop - old - run.interval, row
        switched = new or switched


def check_silences(run):
    """Each is a gap of the flow, and no gap is charged twice."""
    free = collections.Counter((max(b - a - run.interval, 0), o) for a, b, o in run.gaps())
    longest = max((b - a for a, b, _ in run.gaps()), default=0)
    total = 0
    for row in run.handovers:
        silence = ns(row["silence"])
        assert (silence is None) == (row["silence_censored"] == ""), row
        if row["interruption"]:
            assert ns(row["interruption"]) <= silence, row
            assert row["interruption_censored"] <= row["silence_censored"] or (
                ns(row["interruption"]) < silence), row
        if silence is None:
            continue
        key = (silence, row["silence_censored"] == "1")
        assert free[key] > 0, row
        free[key] -= 1
        total += silence
        assert silence <= longest, row
    assert total <= run.stop
    assert sum(int(row["lost_censored"]) for row in run.handovers) <= 1
    if longest and run.flows["down"]["longest_gap"]:
        assert float(run.flows["down"]["longest_gap"]) == pytest.approx(longest / NANO)


def due(run, first, missing):
    """When it would have come with the delay of the message before it, and before the one after it;
    both may have come in the other order. first: {seq: its first delivery}."""
    before = max(seq for seq in first if seq < missing)
    after = min(seq for seq in first if seq > missing)
    return min(run.sent[missing] + first[before] - run.sent[before], first[after])


def check_losses_follow_their_silence(run):
    """Who has a silence has the messages that are missing in it."""
    first = {}
    for at, seq, _ in run.delivered:
        first.setdefault(seq, at)
    order = [(at, seq) for seq, at in sorted(first.items(), key=lambda item: item[1])]
    if run.result["parameters"]["sctp.unordered"] == "true":
        return  # the last one delivered says nothing of those before it
    for row in run.handovers:
        silence = ns(row["silence"])
        if not silence:
            continue
        gaps = [k for k, ((a, _), (b, _)) in enumerate(zip(order, order[1:]))
                if b - a - run.interval == silence]
        if row["silence_censored"] == "1" or len(gaps) != 1:
            continue
        (begin, before), (end, after) = order[gaps[0]], order[gaps[0] + 1]
        missing = [seq for seq in range(before + 1, after) if seq in run.sent and seq not in first
                   and begin < due(run, first, seq) <= end]
        assert len(missing) <= int(row["lost"]) + int(row["unfinished"]), row
    for row in run.handovers:
        if row["silence_censored"] == "1" and order and not row["t_first_new"]:
            missing = [seq for seq in run.sent if seq > max(first) and seq not in first]
            assert len(missing) <= int(row["lost"]) + int(row["unfinished"]), row


CHECKS = (check_sums, check_flows, check_windows, check_silences, check_losses_follow_their_silence)


@pytest.mark.parametrize("number", (*range(FIRST, FIRST + WORLDS), *OVERTAKEN, *LATE))
def test_what_handovers_are_charged_with_adds_up(roam_sim, tmp_path, number):
    settings = [w for key, value in world(number).items() if key != "seed"
                for w in ("--set", f"{key}={value}")]
    for scheme in SCHEMES:
        words = [str(roam_sim), str(ROOT / "scenarios/figure1.toml"), "--scheme", scheme, *settings,
                 "--seed", str(world(number)["seed"]), "--out", str(tmp_path / scheme)]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stderr
        run = Run(tmp_path / scheme)
        for check in CHECKS:
            try:
                check(run)
            except AssertionError as error:
                raise AssertionError(f"{check.__name__}: {' '.join(words[:-2])}\n{error}") from None
