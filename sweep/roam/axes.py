# SPDX-License-Identifier: GPL-2.0-or-later
"""What a campaign varies: the values of one key, keys that go together, and their combinations.

    "cell.delay" = ["2ms", "20ms"]                                   a list
    "cell.delay" = { from = "10ms", to = "100ms", step = "10ms" }    linear, both ends in
    "cell.delay" = { from = "0ms", to = "100ms", count = 6 }         linear, so many values
    "cell.delay" = { from = "1ms", to = "1s", count = 7, scale = "log" }

Values between the ends have six digits on a linear axis and four on a logarithmic one, or as many as it
takes to tell them apart.
"""

import decimal
import json
import re

from . import quantity
from .errors import CampaignError

MOST_VALUES = 1_000_000
UNWRITTEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # tabs, ends of lines, other controls
FORM = ('a list of values, { from = 1, to = 10, step = 1 }, { from = "1ms", to = "9ms", count = 5 } '
        'or that with scale = "log"')


def text_of(value):
    """A TOML value as roam-sim's --set wants it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(text_of(v) for v in value) + "]"
    return str(value)


def check_text(text, place):
    """A name or a value stands on a line of its own in tables, commands and lists of tasks; in plan.csv
    an empty field is a key that is not set."""
    if not text or UNWRITTEN.search(text):
        raise CampaignError(f"{place}: found {json.dumps(text)}; expected text on one line, without tabs")


def seed_form(given):
    """How so many seeds are written, of what may have been meant by a number or by "1..20"."""
    numbers = re.findall(r"[0-9]+", text_of(given)) if not isinstance(given, dict) else []
    return "seed = { from = 1, to = %s }" % (numbers[-1] if numbers else "20")


def is_range(given):
    return isinstance(given, dict) and {"from", "to"} <= given.keys()


def values_of(key, given, where, distinct=True):
    """The values of one key as text. Raises a CampaignError that says where. distinct: no value may
    be there twice."""
    place = f"{where}: sweep.{key}"
    if isinstance(given, list) and given:
        texts = [text_of(v) for v in given]
    elif is_range(given) and given.keys() <= {"from", "to", "step", "count", "scale"}:
        texts = _range(given, place)
    else:
        found = "an empty list" if given == [] else f"{text_of(given)}" if not isinstance(
            given, dict) else "{ " + ", ".join(f"{k} = {text_of(v)}" for k, v in given.items()) + " }"
        raise CampaignError(f"{place}: found {found}; " + (f"expected {seed_form(given)}"
                                                          if key == "seed" else f"expected {FORM}"))
    for text in (key, *texts):
        check_text(text, place)
    if distinct and len(set(texts)) != len(texts):
        twice = next(text for at, text in enumerate(texts) if text in texts[:at])
        raise CampaignError(f"{place}: the same value twice, {twice}")
    return texts


def _end(given, name, place):
    value = given[name]
    found = None if isinstance(value, bool) else quantity.parse(text_of(value))
    if found is None:
        raise CampaignError(f"{place}: {name}: found {text_of(value)}; expected a number, in quotes "
                            "with its unit")
    return found


def _range(given, place):
    """Values in the unit of `from`, in decimal arithmetic."""
    first, last = _end(given, "from", place), _end(given, "to", place)
    same = [first, last] + ([_end(given, "step", place)] if "step" in given else [])
    if len({end.dimension for end in same}) > 1:
        raise CampaignError(f"{place}: from, to and step are of different kinds: "
                            + ", ".join(quantity.written(e.number, e.unit) for e in same))
    a, b = first.number, last.within(first.unit)
    ends = f"from {text_of(given['from'])} to {text_of(given['to'])}"
    if b < a:
        raise CampaignError(f"{place}: {ends} is an empty range")
    scale = given.get("scale", "linear")
    if scale not in ("linear", "log"):
        raise CampaignError(f'{place}: scale: found {text_of(scale)}; expected "linear" or "log"')
    if "step" in given:
        if "count" in given or scale == "log":
            raise CampaignError(f"{place}: a step goes neither with a count nor with scale = \"log\"")
        return _stepped(a, b, same[2].within(first.unit), first.unit, ends, place)
    if "count" in given:
        return _counted(a, b, given["count"], scale == "log", first.unit, ends, place)
    if scale == "log" or first.unit:
        raise CampaignError(f"{place}: {ends}: how many? Allowed is "
                            + ("count" if scale == "log" else "a step or a count"))
    return _stepped(a, b, decimal.Decimal(1), "", ends, place)


def _stepped(a, b, step, unit, ends, place):
    if step <= 0:
        raise CampaignError(f"{place}: {ends} by {quantity.written(step, unit)} is no range; allowed "
                            "is a step above 0")
    if (b - a) / step >= MOST_VALUES:
        raise CampaignError(f"{place}: more than {MOST_VALUES} values")
    return [quantity.written(a + i * step, unit) for i in range(int((b - a) / step) + 1)]


def _counted(a, b, count, log, unit, ends, place):
    if type(count) is not int or not 2 <= count <= MOST_VALUES:
        raise CampaignError(f"{place}: count: found {text_of(count)}; expected 2 to {MOST_VALUES}")
    if log and a <= 0:
        raise CampaignError(f"{place}: {ends} on a logarithmic scale; expected values above 0")
    for digits in range(4 if log else 6, 29):
        values = _between(a, b, count, log, unit, digits)
        if a == b or all(x < y for x, y in zip(values, values[1:])) or (log and _whole(a, b, unit)):
            break
    return list(dict.fromkeys(quantity.written(value, unit) for value in values))


def _whole(a, b, unit):
    return not unit and a == int(a) and b == int(b)


def _between(a, b, count, log, unit, digits):
    """Both ends and what is between them, rounded; whole numbers on a logarithmic scale may round to
    the same."""
    values = []
    for i in range(count):
        part = decimal.Decimal(i) / (count - 1)
        value = a * (b / a) ** part if log else a + (b - a) * part
        if i in (0, count - 1):
            value = (a, b)[i > 0]
        elif log and _whole(a, b, unit):
            value = value.to_integral_value()
        else:
            value = decimal.Context(prec=digits).plus(value)
        values.append(value)
    return values


def zipped(tables, where):
    """[[sweep.zip]]: each is a list of rows, a row a list of (key, text); keys go together. A key may
    have the same value in several rows, but no two rows agree."""
    groups = []
    for number, table in enumerate(tables, 1):
        columns = [(key, values_of(f"zip: {key}", given, where, distinct=False))
                   for key, given in flatten(table)]
        lengths = {len(texts) for _, texts in columns}
        if len(columns) < 2 or len(lengths) > 1:
            raise CampaignError(f"{where}: sweep.zip {number}: found "
                                + ", ".join(f"{key} with {len(texts)}" for key, texts in columns)
                                + "; allowed are two keys or more with as many values each")
        rows = [[(key, texts[row]) for key, texts in columns] for row in range(lengths.pop())]
        seen = set()
        for row in map(tuple, rows):
            if row in seen:
                raise CampaignError(f"{where}: sweep.zip {number}: the same row twice, "
                                    + ", ".join(f"{key} = {text}" for key, text in row))
            seen.add(row)
        groups.append(rows)
    return groups


def flatten(table, prefix=""):
    """{"cell": {"delay": [..]}} and {"cell.delay": [..]} are the same key; ranges stay tables."""
    for key, value in table.items():
        if isinstance(value, dict) and not {"from", "to"} & value.keys():
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def describe(key, texts, given):
    """A swept key as campaign.json lists it, when all its values are numbers of one kind."""
    texts = list(dict.fromkeys(texts))  # of keys that are zipped some may come again
    found = [quantity.parse(text) for text in texts]
    if len(texts) < 2 or None in found or len({q.dimension for q in found}) > 1:
        return None
    return {"key": key, "unit": found[0].dimension,
            "scale": given.get("scale", "linear") if isinstance(given, dict) else scale_of(found),
            "values": [{"text": t, "number": float(q.base)} for t, q in zip(texts, found)]}


def scale_of(quantities):
    """A list that grows by about the same factor wants a logarithmic axis."""
    numbers = sorted(q.base for q in quantities)
    if len(numbers) < 3 or numbers[0] <= 0:
        return "linear"
    ratios = [b / a for a, b in zip(numbers, numbers[1:])]
    return "log" if min(ratios) >= decimal.Decimal("1.5") and max(ratios) <= 3 * min(ratios) and (
        numbers[-1] / numbers[0] >= 16) else "linear"
