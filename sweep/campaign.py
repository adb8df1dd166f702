# SPDX-License-Identifier: GPL-2.0-or-later
"""A campaign: one scenario, and the keys that are varied over it.

A campaign is a TOML file. Either it names the scenario,

    [campaign]
    scenario = "../figure1.toml"
    title = "..."               # optional
    question = "..."            # optional, opens the report page
    notes = ["..."]             # optional, what a reader of the results should know
    measures = ["goodput"]      # optional, the columns of the table, by their heads

    [sweep]                     # every combination of these
    seed = { from = 1, to = 10 }
    "cell.delay" = ["2ms", "20ms"]

    [[case]]                    # for each of these, if there are any
    name = "msctp-b"
    scheme = "msctp"
    "handover.rule" = "b"

or it is a scenario itself with a [sweep] table. What keys and values may be is the simulation
program's to say; here they are text that is handed on.
"""

import dataclasses
import itertools
import pathlib
import tomllib

MOST_RUNS = 1_000_000
# The heads of the columns that tables.py can show
MEASURE_NAMES = ("latency", "interruption", "lost", "duplicated", "goodput", "signalling",
                 "primary changes", "handovers", "ping-pongs", "longest gap", "mean delay",
                 "signalling of the run")


class CampaignError(Exception):
    """One line for the user."""


@dataclasses.dataclass(frozen=True)
class Run:
    """One run: its case, and what is set over the scenario, in the campaign's order."""

    case: str
    settings: tuple  # of (key, text)

    def setting(self, key):
        return dict(self.settings).get(key, "")

    def label(self):
        return f"{self.case} seed {self.setting('seed') or 'of the scenario'}"


@dataclasses.dataclass
class Campaign:
    name: str
    title: str
    question: str
    notes: list
    measures: list
    scenario: pathlib.Path
    keys: list  # every key that is set by any run, seed last
    runs: list


def text_of(value):
    """A TOML value as roam-sim's --set wants it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(text_of(v) for v in value) + "]"
    return str(value)


def values_of(key, given, where):
    """The values of one key of [sweep]: a list, or { from, to, step }, whole numbers, both ends in."""
    if isinstance(given, list) and given:
        values = given
    elif isinstance(given, dict) and {"from", "to"} <= given.keys() <= {"from", "to", "step"}:
        if not all(type(v) is int for v in given.values()):
            raise CampaignError(f"{where}: sweep.{key}: from, to and step are whole numbers")
        step = given.get("step", 1)
        if step < 1 or given["to"] < given["from"]:
            raise CampaignError(f"{where}: sweep.{key}: from {given['from']} to {given['to']} "
                                f"by {step} is no range")
        if (given["to"] - given["from"]) // step >= MOST_RUNS:
            raise CampaignError(f"{where}: sweep.{key}: more than {MOST_RUNS} values")
        values = range(given["from"], given["to"] + 1, step)
    else:
        raise CampaignError(f"{where}: sweep.{key}: wanted a list of values or "
                            "{ from = 1, to = 10 }")
    texts = [text_of(v) for v in values]
    if len(set(texts)) != len(texts):
        raise CampaignError(f"{where}: sweep.{key}: the same value twice")
    return texts


def flatten(table, prefix=""):
    """{"cell": {"delay": [..]}} and {"cell.delay": [..]} are the same key; ranges stay tables."""
    for key, value in table.items():
        if isinstance(value, dict) and not {"from", "to"} & value.keys():
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def cases_of(data, where):
    cases = []
    for number, case in enumerate(data.get("case", []), 1):
        case = dict(case)
        name = case.pop("name", None)
        if not isinstance(name, str) or not name:
            raise CampaignError(f"{where}: case {number} has no name")
        if name in (c[0] for c in cases):
            raise CampaignError(f"{where}: two cases are called '{name}'")
        cases.append((name, [(k, text_of(v)) for k, v in flatten(case)]))
    return cases


def case_name(combination, data):
    """Without [[case]], what is varied names the case; the seed is a repetition and does not."""
    words = [text for key, text in combination if key == "scheme"]
    words += [f"{key}={text}" for key, text in combination if key not in ("scheme", "seed")]
    return " ".join(words) or text_of(data.get("scheme", "all"))


def read_toml(path):
    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise CampaignError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CampaignError(f"{path}: {error}") from None


def check_keys(data, head, where):
    """In a file that names its scenario every key is ours, so an unknown one is an error."""
    for key in data:
        if key not in ("campaign", "sweep", "case"):
            raise CampaignError(f"{where}: unknown key '{key}': campaign, sweep or case")
    for key, value in head.items():
        if key not in ("scenario", "title", "question", "notes", "measures"):
            raise CampaignError(f"{where}: campaign: unknown key '{key}': "
                                "scenario, title, question, notes or measures")
        if key in ("notes", "measures"):
            if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
                raise CampaignError(f"{where}: campaign.{key}: wanted a list of texts")
        elif not isinstance(value, str):
            raise CampaignError(f"{where}: campaign.{key}: wanted text")
    for name in head.get("measures", []):
        if name not in MEASURE_NAMES:
            raise CampaignError(f"{where}: campaign.measures: unknown measure '{name}': "
                                + ", ".join(MEASURE_NAMES))


def read_campaign(path):
    """The campaign of a file, with every run spelt out."""
    path = pathlib.Path(path)
    data = read_toml(path)
    head = data.get("campaign", {})
    scenario = path
    if "campaign" in data:
        check_keys(data, head, path)
        if "scenario" not in head:
            raise CampaignError(f"{path}: campaign: no scenario is named")
        scenario = path.parent / head["scenario"]
        if not scenario.is_file():
            raise CampaignError(f"{path}: campaign.scenario: no file {scenario}")
    if not isinstance(data.get("sweep", {}), dict) or not (data.get("sweep") or data.get("case")):
        raise CampaignError(f"{path}: nothing to vary: a campaign has a [sweep] table")

    swept = [(key, values_of(key, given, path)) for key, given in flatten(data.get("sweep", {}))]
    swept.sort(key=lambda item: item[0] == "seed")  # a case's seeds stand together
    cases = cases_of(data, path)
    for name, settings in cases:
        for key in {key for key, _ in settings} & {key for key, _ in swept}:
            raise CampaignError(f"{path}: case '{name}': {key} is in [sweep] too")

    count = max(1, len(cases))
    for _, texts in swept:
        count *= len(texts)
    if count > MOST_RUNS:
        raise CampaignError(f"{path}: {count} runs; at most {MOST_RUNS}")
    runs = []
    for name, settings in cases or [(None, [])]:
        for texts in itertools.product(*(texts for _, texts in swept)):
            combination = [(key, text) for (key, _), text in zip(swept, texts)]
            varied = case_name(combination, data)
            several = any(key not in ("scheme", "seed") for key, _ in combination)
            case = varied if name is None else f"{name} {varied}" if several else name
            runs.append(Run(case, tuple(settings + combination)))

    keys = list(dict.fromkeys(key for run in runs for key, _ in run.settings))
    keys.sort(key=lambda key: (key == "seed", key != "scheme"))
    return Campaign(path.stem, head.get("title", data.get("title", path.stem)),
                    head.get("question", ""), head.get("notes", []), head.get("measures", []),
                    scenario, keys, runs)
