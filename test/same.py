#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Two builds of roam-sim, the same results: what a change of the house must not change.

    test/same.py keep ROAM_SIM FILE     runs every world, and keeps a digest of what each wrote
    test/same.py check ROAM_SIM FILE    runs them again, and says what has changed

    --seeds N    seeds 1 to N of each world (2)
    --most N     at most N worlds, evenly spaced (all)
    --jobs N     runs at a time (2)

The worlds are those of all campaigns, all walks, and figure1 and figure1-v6 in variations (radios,
rules, loss, shadowing, speeds, both families), each with every scheme that FILE's build has. A
digest is kept of each column of each table, by its name, and of each value of result.json: columns
and values may be added, and stand in another place, but none that was there may change. The number
of the format, the versions and the hash of all keys may.

Status 0: nothing has changed. 1: something has; each world and what of it is a line. 2: wrong use.
"""

import argparse
import concurrent.futures
import csv
import gzip
import hashlib
import io
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "sweep"))

from roam import campaign as campaigns  # noqa: E402

WORLDS = ROOT / "scenarios"
# The last is a path, which says where a checkout lies.
FREE = ("format", "versions.", "resolved", "parameters.walk.file")

VARIATIONS = {
    "figure1.toml": [
        {"client.radios": ["1", "2"], "handover.rule": ["a", "b"], "run.family": ["ipv4", "ipv6"]},
        {"client.radios": ["1", "2"], "movement.speed": ["5m/s", "24m/s"], "run.stop": ["60s"]},
        {"client.radios": ["1", "2"], "cell.loss": ["0.05"], "cell.uplink_loss": ["0", "0.05"]},
        {"handover.requests": ["together"], "client.radios": ["1", "2"]},
        {"shadowing.deviation": ["6dB"], "shadowing.distance": ["10m"], "client.radios": ["1", "2"]},
        {"server.addresses": ["2"], "client.host_routes": ["true"], "client.radios": ["1", "2"]},
        {"sctp.pf_max_retrans": ["0"], "sctp.udp_encapsulation": ["true"], "cell.loss": ["0.02"]},
        {"session.wait_for_overlap": ["true"], "sctp.path_max_retrans": ["1", "5"]},
        {"cell.count": ["4"], "movement.speed": ["30m/s"], "run.stop": ["60s"]},
    ],
    "figure1-v6.toml": [
        {"client.radios": ["1", "2"], "address.dad": ["true", "false"]},
    ],
}


class Misuse(Exception):
    """The user's mistake, in one line."""


def worlds():
    """(scenario, settings) of each, in a fixed order, every one once."""
    found = {}

    def add(scenario, settings):
        settings = tuple((key, value) for key, value in settings if key not in ("scheme", "seed"))
        found.setdefault((str(pathlib.Path(scenario).resolve()), tuple(sorted(settings))))

    for path in sorted((WORLDS / "campaigns").glob("*.toml")):
        campaign = campaigns.read_campaign(path)
        for run in campaign.runs:
            add(campaign.scenario, run.settings)
    for path in sorted((WORLDS / "walks").glob("*.csv")):
        for radios in ("1", "2"):
            add(WORLDS / "walk.toml", [("walk.file", str(path)), ("client.radios", radios)])
    for name, groups in VARIATIONS.items():
        for group in groups:
            for values in itertools.product(*group.values()):
                add(WORLDS / name, zip(group, values))
    return list(found)


def flat(value, name=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{name}.{key}" if name else key)
    else:
        yield name, value


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def digests(folder):
    """{file and column: digest} of a run's directory."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.name == "result.json":
            for name, value in flat(json.loads(path.read_text(encoding="utf-8"))):
                if not name.startswith(FREE):
                    found[f"{path.name} {name}"] = digest(json.dumps(value))
        elif path.name.endswith((".csv", ".csv.gz")):
            data = path.read_bytes()
            text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
            head, *rows = csv.reader(io.StringIO(text))
            for column, name in enumerate(head):
                found[f"{path.name} {name}"] = digest("\n".join(row[column] for row in rows))
    return found


def label(world, scheme, seed):
    scenario, settings = world
    words = [pathlib.Path(scenario).name, "--scheme", scheme, "--seed", str(seed)]
    for key, value in settings:
        words += ["--set", f"{key}={pathlib.Path(value).name if key == 'walk.file' else value}"]
    return " ".join(words)


def seed_of(name):
    return int(name.split(" --seed ")[1].split()[0])


def run(simulator, world, scheme, seed):
    """What one run wrote, or what it said where it failed."""
    scenario, settings = world
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "run"
        words = [word for key, value in settings for word in ("--set", f"{key}={value}")]
        done = subprocess.run([simulator, scenario, "--scheme", scheme, "--seed", str(seed), *words,
                               "--out", str(out)], capture_output=True, text=True)
        if done.returncode != 0:
            return {f"status {done.returncode}": digest(done.stderr.replace(folder, ""))}
        return digests(out)


def schemes_of(simulator):
    done = subprocess.run([simulator, "--list-schemes"], capture_output=True, text=True, check=True)
    return [line.split("\t")[0] for line in done.stdout.splitlines() if line.strip()]


def run_all(simulator, schemes, options):
    there = worlds()
    if options.most and options.most < len(there):
        there = [there[i * len(there) // options.most] for i in range(options.most)]
    tasks = [(world, scheme, seed) for world in there for scheme in schemes
             for seed in range(1, options.seeds + 1)]
    print(f"{len(there)} worlds, {len(schemes)} schemes, {options.seeds} seeds: {len(tasks)} runs",
          flush=True)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = pool.map(lambda task: run(simulator, *task), tasks)
        return {label(*task): result for task, result in zip(tasks, results)}


def compare(before, after):
    """A line for each run that changed. Runs that are not in both are skipped."""
    for name, was in before.items():
        if name not in after:
            continue
        now = after[name]
        gone = [key for key in was if key not in now]
        other = [key for key in was if key in now and now[key] != was[key]]
        if gone or other:
            yield (f"{name}: " + "; ".join(filter(None, (
                "changed: " + ", ".join(other) if other else "",
                "gone: " + ", ".join(gone) if gone else ""))))


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip(), allow_abbrev=False)
    parser.add_argument("what", choices=("keep", "check"))
    parser.add_argument("simulator")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--most", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if options.what == "keep":
        schemes = schemes_of(options.simulator)
        kept = {"schemes": schemes, "runs": run_all(options.simulator, schemes, options)}
        options.file.write_text(json.dumps(kept, indent=0))
        return 0
    try:
        kept = json.loads(options.file.read_text())
    except (OSError, ValueError) as error:
        raise Misuse(f"{options.file}: {error}") from None
    after = run_all(options.simulator, kept["schemes"], options)
    changed = list(compare(kept["runs"], after))
    both = len(kept["runs"].keys() & after.keys())
    for line in changed:
        print(line)
    missing = [] if options.most else [name for name in kept["runs"] if name not in after and
                                       seed_of(name) <= options.seeds]
    if missing:
        print(f"{len(missing)} kept runs were not made again, as {missing[0]}")
    more = sorted({key for name, now in after.items() for key in now
                   if key not in kept["runs"].get(name, now)})
    print(f"{both} runs compared, {len(changed)} changed; added: {', '.join(more) or 'nothing'}")
    return 1 if changed or missing or not both else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Misuse as misuse:
        print(f"same.py: {misuse}", file=sys.stderr)
        sys.exit(2)
