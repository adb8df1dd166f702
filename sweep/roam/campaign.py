# SPDX-License-Identifier: GPL-2.0-or-later
"""A campaign: one scenario, and what is varied over it.

A campaign is a TOML file. Either it names the scenario,

    [campaign]
    scenario = "../figure1.toml"
    title = "..."               # optional
    question = "..."            # optional, opens the report page
    notes = ["..."]             # optional, what a reader of the results should know
    measures = ["goodput"]      # optional, the columns of the table, by their heads
    limit = "10min"             # optional, of the machine's time for one run
    font = "Times"              # optional, of the figures

    [campaign.labels]           # optional, what figures and page call keys, cases and series
    "cell.delay" = "delay of the cell"

    [sweep]                     # every combination of these (axes.py has the forms)
    seed = { from = 1, to = 10 }
    "cell.delay" = ["2ms", "20ms"]
    where = ["scheme != 'udp' or cell.delay < '10ms'"]   # of those, where all these hold

    [[sweep.zip]]               # keys that go together, row by row
    "movement.speed" = ["1m/s", "15m/s"]
    "cell.spacing" = ["50m", "400m"]

    [[case]]                    # for each of these, if there are any
    name = "msctp-b"
    scheme = "msctp"
    "handover.rule" = "b"

or it is a scenario itself with a [sweep] table. roam-sim validates keys and values; here
they are text that is handed on.

    seed = { from = 1, to = 200, precision = "5%", measure = "interruption", least = 10 }

adds seeds to each case until half of the measure's 95 % interval is at most so much of its mean
(or "2ms": at most so much), or the seeds are used up.
"""

import collections
import dataclasses
import hashlib
import itertools
import json
import math
import pathlib
import re
import tomllib

from . import axes
from . import condition
from . import quantity
from .errors import CampaignError, Mistakes, run_label
from .measures import DIMENSIONS, MEASURE_NAMES, named

FONT = re.compile(r"[A-Za-z0-9 .\-]{1,60}")  # its name
MOST_RUNS = 20_000_000  # what a campaign can hold at all
MANY_RUNS = 100_000     # more than that are meant only by who says --yes
LIMIT = 3600.0          # s, of one run, without another
LEAST_SEEDS = 10        # that precision begins with


@dataclasses.dataclass(frozen=True)
class Point:
    """A design point: everything but the seed."""

    case: str
    series: str  # the case without the axes that are numbers
    settings: tuple  # of (key, text), in the campaign's order


@dataclasses.dataclass(frozen=True)
class Run:
    """One run: a point and its seed."""

    point: Point
    seed: str  # empty: the scenario's

    @property
    def case(self):
        return self.point.case

    @property
    def series(self):
        return self.point.series

    @property
    def settings(self):
        return self.point.settings + ((("seed", self.seed),) if self.seed else ())

    def setting(self, key):
        return dict(self.settings).get(key, "")

    def label(self):
        return run_label(self.case, self.seed)


@dataclasses.dataclass(frozen=True)
class Precision:
    """How narrow half of a measure's interval has to be before a case has seeds enough."""

    measure: str
    relative: float  # of the mean, or 0
    absolute: float  # in the measure's base unit, or 0
    least: int       # seeds of each case to begin with
    text: str


@dataclasses.dataclass
class Campaign:
    name: str
    title: str
    question: str
    notes: list
    measures: list
    scenario: pathlib.Path
    keys: list  # every key that is set by any run, scheme first and seed last
    axes: list  # those that are numbers, as campaign.json lists them
    points: list
    seeds: list  # of text; [""] is the scenario's own
    precision: Precision = None
    limit: float = LIMIT
    labels: dict = dataclasses.field(default_factory=dict)  # {key, case or series: what it is called}
    font: str = ""  # of the figures
    definition: str = ""  # a hash of what was written, the scenario included
    file: pathlib.Path = None  # where it is written, if it is

    @property
    def runs(self):
        return [Run(point, seed) for point in self.points for seed in self.seeds]

    @property
    def count(self):
        return len(self.points) * len(self.seeds)

    def place(self, error):
        """What the simulator says of a setting, with the line of the campaign where it stands."""
        found = re.match(r"--(?:set: |)([^:]+): ", error)
        if not self.file or not found:
            return f"{self.name}: {error}"
        line = line_of(self.file, found.group(1))
        return f"{self.file}:{line}: {error[error.index(found.group(1)):]}" if line else (
            f"{self.file}: {error}")


def line_of(path, key):
    """The first line of a TOML file that sets a key, written whole or by its last name; or 0."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for name in (key, key.rpartition(".")[2]):
        pattern = re.compile(rf"""(^|[\s{{,])["']?{re.escape(name)}["']?\s*=""")
        for number, line in enumerate(lines, 1):
            if pattern.search(line.partition("#")[0]):
                return number
    return 0


def read_toml(path):
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors write a mark
    except OSError as error:
        raise CampaignError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CampaignError(f"{path}: {error}") from None


def read_campaign(path, yes=True, first=0):
    """The campaign of a file. yes: also when it has more than MANY_RUNS runs, counting only so many
    first seeds (0: all); such a one is refused before it fills the memory."""
    path = pathlib.Path(path)
    data = read_toml(path)
    scenario = path
    mistakes = Mistakes()
    if "campaign" in data:
        scenario = scenario_of(data, path, mistakes)
    if not data.get("sweep") and not data.get("case"):
        mistakes.report()  # [wsweep] is the mistake, not that there is no [sweep]
    if not isinstance(data.get("sweep", {}), dict) or not (data.get("sweep") or data.get("case")):
        raise CampaignError(f"{path}: nothing to vary: a campaign has a [sweep] table; ./roam run "
                            f"{path} makes one run of a scenario")
    campaign = campaign_of(data, scenario, path.stem, path, yes, first, mistakes)
    campaign.file = path
    return campaign


def scenario_of(data, path, mistakes):
    """The scenario that a campaign names. Each key of its head is checked by itself, so that all
    mistakes are noted."""
    head = data["campaign"]
    if not isinstance(head, dict):
        check_head(data, path)
    named = {"scenario": head["scenario"]} if "scenario" in head else {}
    parts = [{"campaign": {"scenario": "", key: value}} for key, value in head.items()]
    parts += [{"campaign": {"scenario": ""}, key: value} for key, value in data.items()
              if key != "campaign"]
    for part in [{"campaign": named}, *parts]:
        with mistakes.noting():
            check_head(part, path)
    scenario = path.parent / str(head.get("scenario", ""))
    with mistakes.noting():
        if "scenario" in head and not scenario.is_file():
            raise CampaignError(f"{path}: campaign.scenario: no file {scenario}")
    return scenario


def check_head(data, where):
    """In a file that names its scenario every key is ours, so an unknown one is an error."""
    head = data["campaign"]
    if not isinstance(head, dict):
        raise CampaignError(f"{where}: campaign: wanted a table, [campaign]")
    for key in data:
        if key not in ("campaign", "sweep", "case"):
            raise CampaignError(f"{where}: unknown key '{key}': campaign, sweep or case")
    for key, value in head.items():
        if key not in ("scenario", "title", "question", "notes", "measures", "limit", "font",
                       "labels"):
            raise CampaignError(f"{where}: campaign: unknown key '{key}': "
                                "scenario, title, question, notes, measures, limit, font or labels")
        if key == "labels":
            check_labels(value, where)
        elif key in ("notes", "measures"):
            if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
                raise CampaignError(f"{where}: campaign.{key}: wanted a list of texts")
        elif not isinstance(value, str):
            raise CampaignError(f"{where}: campaign.{key}: wanted text")
    for name in head.get("measures", []):
        check_measure(name, f"{where}: campaign.measures")
    if not FONT.fullmatch(head.get("font", "Sans")):
        raise CampaignError(f"{where}: campaign.font: found '{head['font']}'; expected letters, digits, "
                            "spaces, - and .")
    if "scenario" not in head:
        raise CampaignError(f"{where}: campaign: no scenario is named")
    return head


def check_labels(labels, where):
    if not isinstance(labels, dict):
        raise CampaignError(f"{where}: campaign.labels: wanted a table, [campaign.labels]")
    for name, text in axes.flatten(labels):
        if not isinstance(text, str) or not text:
            raise CampaignError(f"{where}: campaign.labels: {name}: wanted text")
        axes.check_text(text, f"{where}: campaign.labels: {name}")


def labels_of(head, keys, points, where):
    """Those of [campaign.labels]: each is of a key, a case or a series of this campaign, and no two
    cases, or series, are called the same."""
    labels = dict(axes.flatten(head.get("labels", {})))
    groups = (keys, [p.case for p in points], [p.series for p in points])
    known = list(dict.fromkeys(itertools.chain(*groups)))
    for name in labels:
        if name not in known:
            raise CampaignError(f"{where}: campaign.labels: no key, case or series '{name}': "
                                + ", ".join(known[:12]) + (", ..." if len(known) > 12 else ""))
    for group in groups:
        names = list(dict.fromkeys(group))
        called = collections.Counter(labels.get(name, name) for name in names)
        for text in [text for text, count in called.items() if count > 1][:1]:
            raise CampaignError(f"{where}: campaign.labels: two are called '{text}': "
                                + ", ".join(n for n in names if labels.get(n, n) == text))
    return labels


def check_measure(name, place):
    if name not in MEASURE_NAMES:
        raise CampaignError(f"{place}: unknown measure '{name}': " + ", ".join(MEASURE_NAMES))


def read_limit(text, place):
    found = quantity.parse(text)
    if found is None or found.dimension != "s" or found.number <= 0:
        raise CampaignError(f"{place}: found {text}; expected a time above 0, as 90s or 10min")
    return float(found.base)


def check_many(name, count, how=""):
    if count > MANY_RUNS:
        raise CampaignError(f"{name}: {how}{count} runs; for more than {MANY_RUNS} say --yes")


def campaign_of(data, scenario, name, where, yes=True, first=0, mistakes=None):
    """The campaign of a TOML document that has been read. mistakes: those found so far, reported with
    the others."""
    mistakes = mistakes or Mistakes()
    head = data.get("campaign", {})
    sweep = dict(data.get("sweep", {}))
    conditions = sweep.pop("where", [])
    groups, seeds, precision, cases, limit = [], [""], None, [], LIMIT
    with mistakes.noting():
        groups = axes.zipped(take_tables(sweep, "zip", where), where)
    with mistakes.noting():
        check_no_seeds(sweep, where)
    with mistakes.noting():
        seeds, precision = seeds_of(sweep.pop("seed", None), where)
    given = dict(axes.flatten(sweep))
    for key, value in given.items():
        with mistakes.noting():
            groups.append([[(key, text)] for text in axes.values_of(key, value, where)])
    with mistakes.noting():
        cases = cases_of(data, where)
    with mistakes.noting():
        if isinstance(head, dict) and isinstance(head.get("limit"), str):
            limit = read_limit(head["limit"], f"{where}: campaign.limit")
    mistakes.report()
    check_distinct(groups, cases, seeds, where)
    described = [axes.describe(group[0][at][0], [row[at][1] for row in group],
                               given.get(group[0][at][0]))
                 for group in groups for at in range(len(group[0]))]
    numeric = [axis for axis in described if axis]
    seeds_meant = min(len(seeds), first or len(seeds))
    points = []
    for point in points_of(groups, cases, numeric, data, conditions, where):
        points.append(point)
        if not yes and len(points) * seeds_meant > MANY_RUNS:
            count = combinations(groups, cases) * seeds_meant
            check_many(name, count, "up to " if conditions or precision else "")
    if not points:
        raise CampaignError(f"{where}: sweep.where: {combinations(groups, cases)} combinations, and none "
                            "for which all conditions hold")
    keys = list(dict.fromkeys(key for point in points for key, _ in point.settings))
    keys.sort(key=lambda key: (key == "seed", key != "scheme"))
    if seeds != [""]:
        keys.append("seed")
    return Campaign(
        name, head.get("title", data.get("title", name)), head.get("question", ""),
        head.get("notes", []), head.get("measures", []), scenario, keys, numeric, points, seeds,
        precision, limit, labels_of(head, keys, points, where), head.get("font", ""),
        definition_of(data, scenario))


def definition_of(data, scenario):
    record = json.dumps([data, scenario.name], sort_keys=True, default=str).encode()
    try:
        return hashlib.sha256(record + scenario.read_bytes()).hexdigest()
    except OSError as error:
        raise CampaignError(f"{scenario}: {error.strerror}") from None


def take_tables(sweep, name, where):
    tables = sweep.pop(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CampaignError(f"{where}: sweep.{name}: wanted tables, [[sweep.{name}]]")
    return tables


def check_no_seeds(sweep, where):
    """Takes the key out that many would expect."""
    if "seeds" in sweep:
        raise CampaignError(f"{where}: sweep.seeds: no such key; expected "
                            f"{axes.seed_form(sweep.pop('seeds'))}")


def seeds_of(given, where):
    """The seeds as text, and the precision when that is what ends them."""
    if given is None:
        return [""], None
    precision = None
    if isinstance(given, dict) and "precision" in given:
        given = dict(given)
        precision = precision_of(given, where)
    texts = axes.values_of("seed", given, where)
    for text in texts:
        if not re.fullmatch("0|[1-9][0-9]*", text):  # 01 would be another name of the same world
            raise CampaignError(f"{where}: sweep.seed: found {text}; allowed are whole "
                                "numbers, 0 or more, without leading zeros")
    if precision and precision.least > len(texts):
        raise CampaignError(f"{where}: sweep.seed: least: found {precision.least}; allowed are 2 to "
                            f"{len(texts)}, the number of seeds")
    return texts, precision


def precision_of(given, where):
    """Takes its keys out of the table of seeds."""
    place = f"{where}: sweep.seed"
    text = axes.text_of(given.pop("precision"))
    measure = given.pop("measure", None)
    least = given.pop("least", LEAST_SEEDS)
    if not isinstance(measure, str):
        raise CampaignError(f"{place}: precision of what? Allowed is measure = with one of "
                            + ", ".join(MEASURE_NAMES))
    check_measure(measure, f"{place}: measure")
    if type(least) is not int or least < 2:
        raise CampaignError(f"{place}: least: found {axes.text_of(least)}; expected 2 or more")
    share = quantity.parse(text[:-1]) if text.endswith("%") else None
    width = None if text.endswith("%") else quantity.parse(text)
    if share and not share.unit and 0 < share.number < 100:
        return Precision(measure, float(share.number) / 100, 0.0, least, text)
    wanted = DIMENSIONS.get(named(measure).unit, "")
    if width and width.number > 0:
        if width.dimension != wanted:
            raise CampaignError(f"{place}: precision: found {text}; {measure} is in "
                                f"{wanted or 'plain numbers'}")
        return Precision(measure, 0.0, float(width.base), least, text)
    raise CampaignError(f'{place}: precision: found {text}; expected a part of the mean, as "5%", or '
                        'a width, as "2ms"')


def cases_of(data, where):
    cases = []
    mistakes = Mistakes()
    for number, case in enumerate(take_tables(dict(data), "case", where), 1):
        with mistakes.noting():
            cases.append(case_of(dict(case), number, cases, where))
    mistakes.report()
    return cases


def case_of(case, number, cases, where):
    """(name, settings) of a table [[case]]; cases: those before it."""
    name = case.pop("name", None)
    if not isinstance(name, str) or not name:
        raise CampaignError(f"{where}: case {number} has no name")
    if name in (c[0] for c in cases):
        raise CampaignError(f"{where}: two cases are called '{name}'")
    settings = [(k, axes.text_of(v)) for k, v in axes.flatten(case)]
    for text in (name, *itertools.chain.from_iterable(settings)):
        axes.check_text(text, f"{where}: case {number}")
    return name, settings


def check_distinct(groups, cases, seeds, where):
    """No key is set from two sides."""
    swept = [key for group in groups for key, _ in group[0]] + (["seed"] if seeds != [""] else [])
    for key in swept:
        if swept.count(key) > 1 or (key == "seed" and seeds == [""]):
            raise CampaignError(f"{where}: sweep: {key} is there twice")
    for name, settings in cases:
        for key in {key for key, _ in settings} & set(swept):
            raise CampaignError(f"{where}: case '{name}': {key} is in [sweep] too")


def combinations(groups, cases):
    return max(1, len(cases)) * math.prod(len(group) for group in groups)


def points_of(groups, cases, numeric, data, conditions, where):
    """Every combination for which the conditions hold, one after the other."""
    count = combinations(groups, cases)
    if count > MOST_RUNS:
        raise CampaignError(f"{where}: {count} combinations; at most {MOST_RUNS}")
    numbers = {axis["key"] for axis in numeric}
    known = ["case", *dict.fromkeys([key for _, settings in cases for key, _ in settings]
                                    + [key for group in groups for key, _ in group[0]])]
    asked = conditions_of(conditions, known, where)
    for name, settings in cases or [(None, [])]:
        for rows in itertools.product(*groups):
            varied = [pair for row in rows for pair in row]
            telling = [pair for group, row in zip(groups, rows) if len(group) > 1 for pair in row]
            alone = dict(varied).get("scheme", axes.text_of(data.get("scheme", "all")))
            case = name_of(name, telling) or alone
            series = name_of(name, [pair for pair in telling if pair[0] not in numbers]) or alone
            point = Point(case, series, tuple(settings) + tuple(varied))
            if asked and not holds(asked, {"case": case, **dict(point.settings)}, where):
                continue
            yield point


def conditions_of(given, known, where):
    given = [given] if isinstance(given, str) else given
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise CampaignError(f"{where}: sweep.where: wanted a list of conditions as text")
    try:
        return [condition.Condition(text, known) for text in given]
    except condition.ConditionError as error:
        raise CampaignError(f"{where}: sweep.where: {error}") from None


def holds(conditions, settings, where):
    try:
        return all(one.holds(settings) for one in conditions)
    except condition.ConditionError as error:
        raise CampaignError(f"{where}: sweep.where: {error}") from None


def name_of(name, varied):
    """What is varied names the case, after its own name; the seed is a repetition and does not."""
    words = [text for key, text in varied if key == "scheme"]
    words += [f"{key}={text}" for key, text in varied if key != "scheme"]
    return " ".join(([name] if name else []) + words)
