# SPDX-License-Identifier: GPL-2.0-or-later
"""Short random worlds, the same for a number, in which sessions are moved, starved and broken."""

import random

STOP = 20  # s


def world(number):
    """(scenario, settings) of one: cells that flap, losses, shadowing, all rules, one radio or two."""
    draw = random.Random(f"world {number}")
    cells = draw.choice([2, 2, 3, 4])
    spacing = draw.choice([60, 120, 250, 400])
    settings = {
        "run.stop": f"{STOP}s", "run.settle": draw.choice(["200ms", "1s", "2s"]),
        "cell.count": cells, "cell.spacing": f"{spacing}m",
        "cell.attach_latency": draw.choice(["0ms", "20ms", "300ms", "3s"]),
        "cell.loss": draw.choice([0, 0, 0.02, 0.1]), "cell.uplink_loss": draw.choice([0, 0, 0.05]),
        "network.core_delay": draw.choice(["1ms", "10ms", "100ms"]),
        "client.radios": draw.choice([1, 2]),
        "handover.rule": draw.choice("abc"), "handover.requests": draw.choice(["steps", "together"]),
        "handover.threshold": "-80dBm", "handover.hysteresis": draw.choice(["0dB", "3dB"]),
        "handover.time_to_trigger": draw.choice(["0ms", "320ms"]),
        "handover.floor": draw.choice(["-120dBm", "-100dBm", "-95dBm"]),
        "handover.entry_margin": draw.choice(["0dB", "2dB"]),
        "handover.inactive_level": draw.choice(["-120dBm", "-105dBm"]),
        "shadowing.deviation": draw.choice(["0dB", "0dB", "4dB", "8dB"]),
        "shadowing.distance": draw.choice(["5m", "25m"]),
        "movement.model": draw.choice(["line", "swing"]),
        "movement.start": f"{draw.uniform(0.1, 0.6) * spacing:.0f}m",
        "movement.turn_low": f"{0.3 * spacing:.0f}m",
        "movement.turn_high": f"{(cells - 1.3) * spacing:.0f}m",
        "movement.speed": f"{draw.choice([5, 20, 40])}m/s",
        "session.start": draw.choice(["200ms", "1s", "5s"]),
        "traffic.down_interval": draw.choice(["4ms", "8ms", "40ms", "1s"]),
        "traffic.drain": draw.choice(["0s", "500ms", "3s"]),
        "cell.rate": draw.choice(["10Mbps", "10Mbps", "1Mbps"]),
        "sctp.rto_min": draw.choice(["200ms", "1s"]), "sctp.path_max_retrans": draw.choice([1, 5]),
        "sctp.switch_policy": draw.choice(["leave", "hold", "retransmit"]),
        "sctp.lifetime": draw.choice(["0s", "0s", "0s", "500ms"]),
        "sctp.unordered": draw.choice(["false", "false", "true"]),
        "server.addresses": draw.choice([1, 1, 2]),
    }
    if settings["handover.rule"] == "c":
        settings["handover.cell_costs"] = str([draw.randrange(4) for _ in range(cells)])
        settings["handover.preference_time"] = f"{draw.uniform(0, 15):.1f}s"
    family = draw.choice(["ipv4", "ipv6"])
    if family == "ipv6":
        settings["address.dad"] = draw.choice(["true", "false"])
        settings["address.dad_timeout"] = draw.choice(["100ms", "1s"])
    return {**settings, "run.family": family, "seed": number % 1000 + 1}
