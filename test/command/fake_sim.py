# SPDX-License-Identifier: GPL-2.0-or-later
"""A stand-in for roam-sim, for tests of what is around it: the same arguments, and a run directory
in the form of doc/results.md with made-up numbers. FAKE_CALLS names a file that gets a line for
each simulation. --set fake.KIND=SEED makes one seed go wrong: fail, die, hang, half (half a
result.json), short (half a timeline), junk (a table of one long word), full (as on a full disk),
stop (as by Ctrl-C), lie (the result of another world); fake.sleep=S makes all runs take so long."""

import argparse
import gzip
import hashlib
import json
import os
import pathlib
import random
import signal
import sys
import time

HANDOVER = ("handover,from_cell,to_cell,from_address,to_address,soft,outcome,why,end,t_open,t_trigger,"
            "t_link,t_detect,t_address,t_signal,t_bound,t_last_old,t_first_new,t_release,latency,"
            "interruption,interruption_censored,lost,duplicated,reordered,retransmitted,tunnelled,signalling_msgs,"
            "signalling_bytes,signalling,delay_before,delay_after,stretch,window_end")

LADDER = """msc {
  MC, AR1, AR2, FS;
  MC => FS [label="ASCONF ADD 3.3.3.2"];
  FS => MC [label="ASCONF-ACK"];
}
"""


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", type=pathlib.Path, nargs="?")
    parser.add_argument("--scheme", default="msctp")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--resolve-list", action="store_true")
    parser.add_argument("--list-schemes", action="store_true")
    parser.add_argument("--ladder", action="store_true")
    return parser.parse_args()


def resolve(file, settings):
    """What a run is determined by. A delay is the same in other units."""
    if "wrong" in settings:
        raise ValueError("--set: wrong: found an unknown key")
    if settings.get("cell.delay") == "0.02s":
        settings["cell.delay"] = "20ms"
    return json.dumps({"scheme": "msctp", "seed": "1", **settings, "file": file.read_text()},
                      sort_keys=True)


def hash_of(resolved):
    return hashlib.sha256(resolved.encode()).hexdigest()


def main():
    args = arguments()
    if args.list_schemes:
        print("msctp\tone\nsctp\ttwo\ntcp\tthree")
        return
    if args.resolve_list:
        for line in sys.stdin:
            try:
                settings = dict(p.split("=", 1) for p in line.rstrip("\n").split("\t"))
                print(hash_of(resolve(args.scenario, settings)))
            except ValueError as error:
                print(f"! {error}")
        return
    settings = dict(text.split("=", 1) for text in args.set)
    resolved = resolve(args.scenario, {"scheme": args.scheme, "seed": str(args.seed), **settings})
    with open(os.environ["FAKE_CALLS"], "a", encoding="utf-8") as calls:
        calls.write(resolved + "\n")
    bad = {key.partition(".")[2] for key, seed in settings.items()
           if key.startswith("fake.") and seed == str(args.seed)}
    numbers = random.Random(hashlib.sha256(resolved.encode()).digest())
    # so that runs end out of order
    time.sleep(float(settings.get("fake.sleep", random.random() * 0.05)))
    if "fail" in bad:
        sys.exit("it was not to be")
    if "full" in bad:
        sys.exit("roam-sim: --out: there: found no way to write result.json; expected more room")
    if "stop" in bad:
        sys.exit("roam-sim: stopped by a signal; nothing was written")
    if "hang" in bad:
        time.sleep(600)

    part = args.out.with_name(args.out.name + ".tmp-fake")
    part.mkdir(parents=True)
    if "die" in bad:
        print("half a word")
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGSEGV)
    broken = args.scheme in ("tcp", "udp") and args.seed % 2 == 0
    gap = numbers.uniform(5, 6) if broken else numbers.uniform(0.01, 0.02)
    handover = dict.fromkeys(HANDOVER.split(","), "")
    handover |= {"handover": 1, "from_cell": 1, "to_cell": 2, "from_address": "2.2.2.2",
                 "to_address": "3.3.3.2", "soft": 1, "outcome": "broken" if broken else "completed",
                 "t_open": 10, "t_trigger": 10, "interruption": f"{gap:.9f}",
                 "interruption_censored": int(broken), "lost": int(gap * 10),
                 "duplicated": 0, "signalling_bytes": 640}
    if not broken:
        handover["latency"] = f"{gap + 0.008:.9f}"
    (part / "handovers.csv").write_text(
        HANDOVER + "\n" + ",".join(str(v) for v in handover.values()) + "\n")
    rows = ["time,event,flow,path,seq,bytes,value,text"]
    for seq in range(1500):
        at = 8 + seq * 0.008
        if not 10 <= at < 10 + gap:
            rows.append(f"{at:.9f},deliver,down,{'2.2.2.2' if at < 10 else '3.3.3.2'},{seq},1000,,")
    packed = gzip.compress(("\n".join(rows) + "\n").encode(), mtime=0)
    (part / "timeline.csv.gz").write_bytes(packed[:len(packed) // 2] if "short" in bad else packed)
    (part / "flows.csv").write_text("0" * 200_000 + "\n" if "junk" in bad else "flow\ndown\n")
    if args.ladder:
        (part / "ladder.msc").write_text(LADDER)
    result = json.dumps({
        "scenario": args.scenario.stem, "scheme": args.scheme, "seed": args.seed,
        "resolved": hash_of(resolved + ("?" if "lie" in bad else "")),
        "parameters": {"title": "made up", "scheme": args.scheme, "seed": str(args.seed), **settings,
                       "attributes": {}},
        "versions": {"roam": "0", "ns-3": "0"},
        "results": {"outcome": "broken" if broken else "completed",
                    "goodput": 1e6 if broken else 1.2e6}})
    (part / "result.json").write_text(result[:len(result) // 2] if "half" in bad else result)
    part.rename(args.out)


if __name__ == "__main__":
    main()
