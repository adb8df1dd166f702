# SPDX-License-Identifier: GPL-2.0-or-later
"""Quantities as scenarios write them: "20ms", "2Mbps", "-95dBm", 3, 0.01. Arithmetic is decimal, so
that a range of 0.1 in ten steps names 0.3 and not 0.30000000000000004."""

import dataclasses
import decimal
import re

# By unit: the base unit, and how many of it one is. The same as roam-sim's (scenario-value.cc).
UNITS = {
    "h": ("s", "3600"), "min": ("s", "60"), "s": ("s", "1"), "ms": ("s", "1e-3"),
    "us": ("s", "1e-6"), "ns": ("s", "1e-9"),
    "Gbps": ("bit/s", "1e9"), "Mbps": ("bit/s", "1e6"), "kbps": ("bit/s", "1e3"), "bps": ("bit/s", "1"),
    "km": ("m", "1e3"), "m": ("m", "1"), "m/s": ("m/s", "1"), "km/h": ("m/s", None),
    "dBm": ("dBm", "1"), "dB": ("dB", "1"), "MB": ("B", "1e6"), "kB": ("B", "1e3"), "B": ("B", "1"),
    "": ("", "1"), "%": ("", "1e-2"),
}
LARGEST = 290  # power of ten: what a double holds in any unit
KMH = decimal.Decimal(1) / decimal.Decimal("3.6")
PATTERN = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z/]*|%)",
                     re.ASCII)


@dataclasses.dataclass(frozen=True)
class Quantity:
    """A number in the unit in which it was written."""

    number: decimal.Decimal
    unit: str

    @property
    def dimension(self):
        return UNITS[self.unit][0]

    @property
    def scale(self):
        return KMH if self.unit == "km/h" else decimal.Decimal(UNITS[self.unit][1])

    @property
    def base(self):
        """In the base unit of its dimension."""
        return self.number * self.scale

    def within(self, unit):
        """The number in another unit of the same dimension."""
        return self.number if unit == self.unit else self.base / Quantity(self.number, unit).scale


def parse(text):
    """A Quantity, or None where the text is none."""
    found = PATTERN.fullmatch(text)
    if not found or found.group(2) not in UNITS:
        return None
    try:
        number = decimal.Decimal(found.group(1))
    except decimal.InvalidOperation:
        return None
    return Quantity(number, found.group(2)) if abs(number.adjusted()) <= LARGEST else None


def written(number, unit):
    """The shortest plain text of a decimal number, and its unit."""
    text = f"{number.normalize():f}"
    return ("0" if text in ("-0", "0") else text) + unit
