# SPDX-License-Identifier: GPL-2.0-or-later
"""A session that is opened as the client's only radio changes cells: whichever packet of the
opening is on the way when the old link goes, and whichever never left, the session gets through."""

import json

import pytest

from conftest import ROOT, run

HANDOVER = 19.4
STEP = 0.004
# the longest opening takes 0.12 s; the last one begins between two links
STARTS = [HANDOVER - 0.14 + STEP * k for k in range(42)]


def open_at(roam_sim, out, family, scheme, start):
    scenario = {"ipv4": "figure1", "ipv6": "figure1-v6"}[family]
    settings = {"client.radios": 1, "network.resolution_jitter": "0s",
                "session.start": f"{start:.3f}s", "run.stop": "36s",
                "traffic.up_interval": "200ms", "traffic.down_interval": "100ms"}
    args = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    done = run(roam_sim, ROOT / f"scenarios/{scenario}.toml", "--scheme", scheme, *args,
               "--out", out)
    assert done.returncode == 0, done.stderr
    return json.loads((out / "result.json").read_text()), done.stdout


# When the session is up at the latest: T1 or the hello again, after a link of 20 ms or a detection of
# duplicate addresses of 1 s; an attempt that is given up after 5 s, and the next 1 s later.
LATEST = {("msctp", "ipv4"): 20.6, ("msctp", "ipv6"): 21.6, ("sctp", "ipv4"): 25.6,
          ("sctp", "ipv6"): 25.6, ("tcp", "ipv4"): 25.6, ("tcp", "ipv6"): 25.6,
          ("udp", "ipv4"): 19.7, ("udp", "ipv6"): 20.8}


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
@pytest.mark.parametrize("scheme", ["msctp", "sctp", "tcp", "udp"])
def test_an_opening_survives_a_hard_handover(roam_sim, tmp_path, family, scheme):
    before = after = 0
    for start in STARTS:
        result, text = open_at(roam_sim, tmp_path / "run", family, scheme, start)
        connected = result["results"]["session_start"]
        assert connected is not None, f"start {start:.3f}: {text}"
        assert connected < LATEST[scheme, family], f"start {start:.3f}: {text}"
        assert " 0 twice" in text, f"start {start:.3f}: {text}"
        if connected < HANDOVER:
            before += 1  # what the scheme does then is another matter
            continue
        after += 1
        assert result["outcome"] == "completed", f"start {start:.3f}: {text}"
    assert before > 0 and after > 10, "the sweep covers the opening"


@pytest.mark.parametrize("seed", range(1, 7))
def test_a_client_that_moves_in_its_hello_is_one_session(roam_sim, seed):
    """The primary changes while hellos from both addresses are under way."""
    settings = {"address.dad": "false", "network.core_delay": "300ms", "movement.start": "200m",
                "movement.speed": "1m/s", "address.advertisement_min": "500ms",
                "address.advertisement_max": "1400ms", "handover.rule": "a",
                "session.start": "100ms", "run.stop": "12s"}
    args = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    done = run(roam_sim, ROOT / "scenarios/figure1-v6.toml", "--scheme", "udp", *args,
               "--seed", seed)
    assert "session completed" in done.stdout
    assert " 0 twice" in done.stdout
