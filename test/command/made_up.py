# SPDX-License-Identifier: GPL-2.0-or-later
"""Directories of campaigns and runs with made-up numbers, in the form of doc/results.md, for tests of
what is drawn of them. The same arguments give the same bytes."""

import csv
import gzip
import itertools
import json
import random

from roam import collect
from roam import tables

MOMENTS = ("t_open", "t_trigger", "t_link", "t_detect", "t_address", "t_signal", "t_bound",
           "t_last_old", "t_first_new", "t_release")
HANDOVER = ("handover", "outcome", "end", *MOMENTS, "latency", "interruption",
            "interruption_censored", "lost", "duplicated",
            "signalling_bytes", "signalling")
LADDER = """# handover 1
msc {
  MC, AR1, AR2, FS;
  MC note MC [ label = "10.000000 s: handover decided: current-down" ];
  MC => AR2 [ label = "10.020000 s: DHCP-DISCOVER, +2.229 ms" ];
  AR2 => MC [ label = "10.022229 s: DHCP-OFFER, +2.258 ms" ];
  MC => FS [ label = "10.030000 s: ASCONF (ADD 3.3.3.2), +18.120 ms" ];
  FS => MC [ label = "10.050000 s: HEARTBEAT + ASCONF-ACK, +25.187 ms" ];
  MC note MC [ label = "10.080000 s: primary is 3.3.3.2" ];
}
"""


def axis(key, unit, texts, numbers, scale="linear"):
    return {"key": key, "unit": unit, "scale": scale,
            "values": [{"text": t, "number": n} for t, n in zip(texts, numbers)]}


DELAYS = axis("cell.delay", "s", ["2ms", "5ms", "10ms", "20ms", "50ms"],
              [0.002, 0.005, 0.01, 0.02, 0.05], "log")
LOSSES = axis("cell.loss", "1", ["0", "0.01", "0.02", "0.05"], [0, 0.01, 0.02, 0.05])


def handover(numbers, delay, hard, broken, factor=1.0):
    """One row: a hard handover has its link after its rule, a soft one before."""
    at = numbers.uniform(9, 11)
    steps = dict.fromkeys(HANDOVER, "")
    times = {"t_open": at, "t_trigger": at, "t_last_old": at - 0.005}
    moment = at if hard else at - 4
    for name, length in (("t_link", 0.02), ("t_detect", 0.004), ("t_address", 0.005)):
        moment += length * numbers.uniform(0.9, 1.1) * factor
        times[name] = moment
    if not broken:
        moment = max(moment, at)
        for name, length in (("t_signal", 0.001), ("t_bound", 0.03), ("t_first_new", 0.004),
                             ("t_release", 0.04)):
            moment += (length + delay * (name != "t_signal")) * numbers.uniform(0.9, 1.1) * factor
            times[name] = moment
    gap = numbers.uniform(5, 20) if broken else max(0.0, times["t_first_new"] - at - 0.03)
    steps.update((name, f"{time:.9f}") for name, time in times.items())
    steps.update(handover=1, outcome="broken" if broken else "completed", interruption=f"{gap:.9f}",
                 interruption_censored=int(broken),
                 lost=round(gap * 10), duplicated=0, signalling_bytes=640,
                 signalling="ASCONF:12/1248 ASCONF-ACK:12/800 DHCP-ACK:1/272 DHCP-DISCOVER:1/272")
    if not broken:
        latency = times["t_first_new"] - times["t_last_old"] - (0.0 if hard else 0.06)
        steps["latency"] = f"{latency:.9f}"
    return steps


def write_run(directory, scheme, seed, row, ladder=False):
    """A run's directory with one handover."""
    directory.mkdir(parents=True)
    with open(directory / "handovers.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HANDOVER, lineterminator="\n")
        writer.writeheader()
        writer.writerow(row)
    begin = float(row["t_open"])
    gap = float(row["interruption"] or 0)
    lines = ["time,event,flow,path,seq,bytes,value,text"]
    for seq in range(1875):
        at = begin - 3 + seq * 0.008
        if not begin <= at < begin + gap:
            path = "2.2.2.2" if at < begin else "3.3.3.2"
            lines.append(f"{at:.9f},deliver,down,{path},{seq},1000,,")
    (directory / "timeline.csv.gz").write_bytes(
        gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))
    (directory / "flows.csv").write_text("flow,interval\ndown,0.008\nup,0.1\n")
    if ladder:
        (directory / "ladder.msc").write_text(LADDER)
    (directory / "result.json").write_text(json.dumps({
        "scenario": "world", "scheme": scheme, "seed": seed, "outcome": row["outcome"],
        "parameters": {"title": "made up", "scheme": scheme, "attributes": {}},
        "versions": {"roam": "0", "ns3": "3"}, "results": {"goodput": 1e6}}))


def cases_of(series, axes):
    """(case, series, settings) of each combination, as a campaign names them."""
    for (name, settings), *values in itertools.product(
            series.items(), *([(a["key"], v["text"], v["number"]) for v in a["values"]]
                              for a in axes)):
        at = {key: text for key, text, _ in values}
        words = " ".join(f"{key}={text}" for key, text in at.items())
        yield (f"{name} {words}".strip(), name, {**settings, **at},
               {key: number for key, _, number in values})


def write_campaign(directory, stats, series, axes=(), seeds=10, measure=None, only=None, labels=None):
    """A campaign's directory as it is after ./roam sweep; stats: roam-stats. series: {name: its settings}. measure, if
    given, changes a row of handovers.csv: measure(row, name, seed). only(values of the axes) says which
    combinations there are."""
    directory.mkdir(parents=True)
    record = {"name": directory.name, "title": "Made up", "question": "Is it drawn?", "notes": [], "labels": labels or {},
              "format": collect.CAMPAIGN_FORMAT, "measures": [], "scenario": "world.toml", "scenario_sha256": 64 * "0", "build": "0", "axes": list(axes),
              "keys": ["scheme", *(a["key"] for a in axes), "seed"], "cases": []}
    done, rows = [], []
    points = [point for point in cases_of(series, axes) if not only or only(point[3])]
    for number, (case, name, settings, at) in enumerate(points):
        record["cases"].append({"name": case, "series": name, "settings": settings})
        place = list(series).index(name)
        for seed in range(1, seeds + 1):
            identity = f"{number:014x}{seed:06x}"
            head = {"run": identity, "case": case, "series": name, **settings, "seed": seed}
            numbers = random.Random(f"{case} {seed}")
            broken = settings["scheme"] in ("tcp", "udp") and seed % 4 == 0
            row = handover(numbers, at.get("cell.delay", 0.01), place % 2 == 0, broken,
                           1 + place / 4 + 8 * at.get("cell.loss", 0))
            if measure:
                measure(row, name, seed)
            done.append({**head, "status": "done", "build": "0",
                         "goodput": 1e6 * numbers.uniform(0.9, 1.0) / (1 + place / 9)})
            rows.append({**head, **row})
            if seed == 1:
                write_run(directory / "runs" / identity, settings["scheme"], seed, row, number == 0)
    for table, lines in (("runs", done), ("handovers", rows)):
        columns = list(dict.fromkeys(key for line in lines for key in line))
        with open(directory / f"{table}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)
    (directory / "campaign.json").write_text(json.dumps(record, indent=2))
    tables.summarise(directory, stats.parent)
    tables.write_paired(directory, stats.parent)
    return directory


THREE = {"msctp": {"scheme": "msctp"}, "sctp": {"scheme": "sctp"}, "tcp": {"scheme": "tcp"}}
