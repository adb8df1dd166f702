# SPDX-License-Identifier: GPL-2.0-or-later
"""Units and axes: in which unit a quantity is shown, and whether on a linear or a logarithmic axis."""

import dataclasses
import math

from . import measures

# The unit of each column that a figure may be asked for (doc/results.md)
UNITS = {
    "latency": "s", "interruption": "s", "silence": "s", "longest_gap": "s", "jitter": "s", "delay_mean": "s",
    "delay_p50": "s", "delay_p95": "s", "delay_p99": "s", "delay_before": "s", "delay_after": "s",
    "session_start": "s", "session_end": "s", "below_floor": "s", "longest_below_floor": "s",
    "goodput": "bit/s", "goodput_up": "bit/s", "signalling_bytes": "bytes",
    "signalling_msgs": "messages", "lost": "messages", "unfinished": "messages", "duplicated": "messages",
    "reordered": "messages", "sent": "messages", "delivered": "messages",
    "retransmitted": "packets", "tunnelled": "packets", "loss": "part of the messages",
    "stretch": "part of the direct path",
}
STEPS = {
    "s": ((1.0, 1.0, "s"), (1e-3, 1e3, "ms"), (0.0, 1e6, "us")),
    "B": ((1e6, 1e-6, "MB"), (1e3, 1e-3, "kB"), (0.0, 1.0, "B")),
    "bit/s": ((1e6, 1e-6, "Mbit/s"), (1e3, 1e-3, "kbit/s"), (0.0, 1.0, "bit/s")),
}
WIDE = 25.0  # largest over the lower quartile of what is not 0: from there on an axis is not linear


def unit_of(column):
    return UNITS.get(column, "number")


def name_of(column):
    """As the tables call it, where they have it."""
    heads = {m.column: m.head for m in reversed(measures.MEASURES)}  # the first of a column counts
    return heads.get(column, column.replace("_", " "))


def si(unit, numbers):
    """(factor, unit) in which the largest of the numbers reads well."""
    largest = max((abs(v) for v in numbers if math.isfinite(v)), default=0.0)
    for least, factor, name in STEPS.get(unit, ()):
        if largest >= least:
            return factor, name
    return 1.0, unit


def titled(name, unit):
    """The title of an axis. What has no dimension has no unit."""
    return f"{name}, {unit}" if unit not in ("", "1") else name


@dataclasses.dataclass(frozen=True)
class Scale:
    """An axis in the unit of its label. tics: (position, text) or nothing, then gnuplot's."""

    kind: str  # "linear", "log", "asinh": linear around 0, logarithmic beyond "knee"
    low: float
    high: float
    knee: float
    tics: tuple

    def commands(self, letter):
        """gnuplot's commands for the axis x or y."""
        lines = [f"set {letter}range [{self.low:.9g}:{self.high:.9g}]"]
        if self.kind == "log":
            lines.insert(0, f"set logscale {letter} 10")
        if self.kind == "asinh":
            lines.insert(0, f"set nonlinear {letter} via asinh({letter} / {self.knee:.9g}) "
                            f"inverse {self.knee:.9g} * sinh({letter})")
        if self.tics:
            tics = ", ".join(f"'{text}' {at:.9g}" for at, text in self.tics)
            lines.append(f"set {letter}tics ({tics})")
        return "\n".join(lines) + "\n"

    def place(self, value):
        """Where on the axis, 0 to 1."""
        low, high, at = (self.transformed(v) for v in (self.low, self.high, value))
        return (at - low) / (high - low)

    def beyond(self, value, part):
        """The value that is so much of the axis further on."""
        low, high = self.transformed(self.low), self.transformed(self.high)
        return self.inverse(self.transformed(value) + part * (high - low))

    def widened(self, part):
        """The same axis with so much more room at its high end."""
        return dataclasses.replace(self, high=self.beyond(self.high, part))

    def inverse(self, place):
        if self.kind == "log":
            return 10.0 ** place
        return self.knee * math.sinh(place) if self.kind == "asinh" else place

    def transformed(self, value):
        if self.kind == "log":
            return math.log10(value)
        return math.asinh(value / self.knee) if self.kind == "asinh" else value


def lower_quartile(values):
    return sorted(values)[len(values) // 4]


def kind_of(values):
    sizes = [abs(v) for v in values if v]
    if not sizes or max(sizes) < WIDE * lower_quartile(sizes):
        return "linear"
    return "log" if min(values) > 1e-5 * max(values) else "asinh"


def span(low, high):
    """high - low, or 0 for numbers that differ by rounding only: gnuplot is given nine digits."""
    return high - low if high - low > 1e-7 * max(abs(low), abs(high)) else 0.0


def scale_of(values, kind=None):
    """The axis that holds these numbers; of which kind is seen from them unless it is given."""
    values = [v for v in values if math.isfinite(v)] or [0.0, 1.0]
    low, high = min(values), max(values)
    kind = kind or kind_of(values)
    if kind == "log" and low > 0:
        low, high = (low / 1.25, high * 1.25) if high < 2 * low else (low / 1.12, high * 1.12)
        return Scale("log", low, high, 1.0, log_tics(low, high))
    if kind == "asinh":
        small = sorted(abs(v) for v in values if v)
        knee = 10.0 ** math.floor(math.log10(small[len(small) // 20]))
        knee = max(knee, 10.0 ** (math.floor(math.log10(max(abs(low), abs(high)))) - 5))
        low = low * 1.3 if low < 0 else 0.0
        high = high * 1.3 if high > 0 else 0.0
        return asinh_scale(low, high, knee)
    room = 0.06 * span(low, high) or 0.1 * abs(high) or 1.0
    if low >= 0 and low < 0.5 * high and high > low:
        return Scale("linear", 0.0, high + room, 1.0, ())
    return Scale("linear", low - room, high + room, 1.0, ())


def log_tics(low, high):
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1,), (1, 3), (1, 2, 5), range(1, 10)):
        found = tuple((s * 10.0 ** p, f"{s * 10.0 ** p:g}") for p in powers for s in steps
                      if low <= s * 10.0 ** p <= high)
        if len(found) >= 4:
            break
    return found if 2 <= len(found) <= 12 else ()


def asinh_scale(low, high, knee):
    """With 0 and those powers of ten as tics that have room."""
    scale = Scale("asinh", low, high, knee, ())
    power = round(math.log10(knee))
    tics = [0.0]
    for sign, end in ((1, high), (-1, -low)):
        last = 0.0
        for size in (10.0 ** p for p in range(power, power + 12)):
            if size <= end and abs(scale.place(sign * size) - scale.place(last)) >= 0.09:
                last = sign * size
                tics.append(last)
    return dataclasses.replace(scale, tics=tuple((v, f"{v:g}") for v in sorted(tics)))


def scale_at(numbers, kind):
    """The axis of a swept key: its own values are the tics where there is room for them."""
    numbers = sorted(set(numbers))
    kind = kind if numbers[0] > 0 else "linear"
    low, high = numbers[0], numbers[-1]
    if kind == "log":
        room = (high / low) ** 0.06 if high > low else 2.0
        scale = Scale("log", low / room, high * room, 1.0, ())
    else:
        room = 0.06 * span(low, high) or 0.5 * abs(high) or 1.0
        scale = Scale("linear", low - room, high + room, 1.0, ())
    tics = []
    for number in numbers:
        if not tics or scale.place(number) - scale.place(tics[-1]) >= 0.09:
            tics.append(number)
    if kind == "linear" and len(tics) < len(numbers):
        return scale
    return dataclasses.replace(scale, tics=tuple((v, f"{v:.6g}") for v in tics))


def tight(values):
    """A linear axis from the least of the numbers to the largest, for a range of colours."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = 0.0 if span(low, high) else 0.5 * abs(high) or 1.0
    return Scale("linear", low - room, high + room, 1.0, ())


def ends(values):
    """Enough of many numbers to choose an axis by: the ends, and a sample in order of size."""
    ordered = sorted(values)
    if len(ordered) <= 2000:
        return ordered
    return [ordered[round(i * (len(ordered) - 1) / 1999)] for i in range(2000)]
