# SPDX-License-Identifier: GPL-2.0-or-later
"""The report page: one HTML file with everything in it."""

import hashlib
import json
import pathlib
import re
import subprocess

import jinja2

from . import collect
from . import figures
from . import figures_campaign
from . import files
from . import gnuplot
from . import observations
from . import own
from . import scales
from . import series
from . import tables
from . import worst
from .store import Store
from .errors import CampaignError
from .places import PLOTS

MOST_FAILURES = 20  # that the page shows
MOST_ROWS = 200     # of a table on it

RESULT_NOTES = [
    "Latency is the time from the last data packet that the client got over the old path to the first over the new one, less the "
    "interval of the flow, negative when both carried data at once. Interruption is the time from the last delivery to the user "
    "before the switch to the first over the new path, silence the longest time between two deliveries that the handover is charged "
    "with, both less the interval of the flow. Lost counts the messages that nobody tries to deliver any more, unfinished those that "
    "were still on their way as the run ended, duplicated those that came again. Signalling is the bytes of binding and address "
    "messages on every link that they cross. Each message, time and byte is charged to one handover or to none. Goodput is of the "
    "whole run.",
    "A cell is the mean over the runs of a case, of a run with several handovers their mean, with its 95 % interval in brackets when "
    "they differ: Student's t for a latency, which may be negative, and otherwise the t interval of the logarithm, or of the logit where "
    "there is an upper end too, so that it stays within what the measure can be. \"-\" says that there was none to measure, such as a "
    "first packet over a new path that the session never used.",
]
LOWER_BOUNDS = ("\"> a (b of n not over)\": in b of n runs what is measured was not over when the sending ended. What was seen "
                "of it is a lower bound, so the mean is above a, and there is no interval; how far above depends on how long "
                "the runs were. Where enough of them were over, the cell has the median of the product-limit (Kaplan-Meier) estimate and its 95 % "
                "interval. Figures show lower bounds as hollow markers with an arrow, or as crosses on a distribution.")


def notes_of(rows):
    """What is said above the table of results."""
    return RESULT_NOTES + [LOWER_BOUNDS] * any("not over" in text for row in rows for text in row)



def inline_svg(path):
    """An SVG as a part of a page: no prolog, no width or height of its own, no namespaces, and ids
    that no other drawing of the page has."""
    path = pathlib.Path(path)
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->", "", text, flags=re.DOTALL)
    head, rest = re.match(r"(.*?<svg\b[^>]*>)(.*)", text.strip(), re.DOTALL).groups()
    head = re.sub(r'\s(?:xmlns(?::\w+)?|width|height|version)="[^"]*"', "", head)
    rest = rest.replace('font-family="DejaVu Sans"',
                        "font-family=\"'DejaVu Sans', Verdana, sans-serif\"")
    rest = re.sub(r"<title>.*?</title>|<desc>.*?</desc>", "", rest, flags=re.DOTALL)
    rest = re.sub(r"""(\bid=['"]|href=['"]#|url\(#)""", rf"\g<1>{path.stem}-", rest)
    return head + rest


def version_of(args, pattern):
    try:
        done = subprocess.run(args, capture_output=True, text=True, check=False)
    except OSError:
        return "not there"
    found = re.search(pattern, done.stdout + done.stderr)
    return found.group(1) if found else "unknown"


def render(path, force, **values):
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(PLOTS),
                                     autoescape=True, undefined=jinja2.StrictUndefined,
                                     trim_blocks=True, lstrip_blocks=True)
    page = environment.get_template("report.html.j2").render(**values)
    with own.writing(path.parent, [path.name], force):
        files.write_whole(path, page)
    return path


TITLES = {
    "axis": "{measure} against {axes}",
    "heat": "{measure} over {axes}",
    "distribution": "Distribution: {measure}",
    "boxes": "Spread: {measure}",
    "phases": "Phases of the handover",
    "signalling": "Signalling by type",
    "throughput": "Throughput around the handover",
    "sequence": "Sequence numbers by path",
    "ladder": "The messages of one handover",
}
NOTES = {
    "axis": "Means with their 95 % intervals over the seeds; points of the same value stand beside each other. A hollow point with an "
            "arrow is a lower bound of the mean, because some values were not over; no line goes through it.",
    "heat": "Means; what is missing is marked by \"-\", a lower bound of the mean by \">\".",
    "distribution": "For each case, which part has at most this value, by the product-limit (Kaplan-Meier) estimate. A cross is a value "
                    "that was not over: a lower bound; a curve ends where only these are left. What is missing counts and is never "
                    "reached; a case without any value is left out.",
    "boxes": "Quartiles and median; the whiskers end at the farthest value within 1.5 times the distance of the quartiles. Points are "
             f"those outside; up to {figures_campaign.FEW} are all drawn. Hollow points, the farthest with an arrow, are lower bounds: a "
             "case that has some has no box.",
    "phases": "From the last packet over the old path to the first over the new one, means of those handovers that got so far: "
              "what ended the wait at each time. What was there before the last packet cost nothing; a bar of no length is a "
              "handover in which both paths carried data at once.",
    "signalling": "Means of a handover, counted on every link that a message crosses.",
    "throughput": "Of what was delivered to the client. Zero is when the rule fired; the phases of the handover are shaded.",
    "sequence": "Each message at the time of its delivery; the marker is the client's address that it went to.",
    "ladder": "Times are of the simulation; after each message, how long it was on its way.",
}
# Of a campaign that names no measures of its own, the page shows these; figures/ has the others.
PAGE = {"axis": ("interruption", "latency", "goodput"), "heat": ("interruption", "latency"),
        "distribution": ("interruption",), "boxes": ("interruption",)}
MOST_FIGURES = 40
MOST_REMARKS = 3


def on_page(found, measures):
    """Those figures that the page shows; the order is from the whole to the single run."""
    chosen = [f for f in found if not f.measure or f.measure in (measures or PAGE[f.kind])]
    order = list(TITLES)
    return sorted(chosen, key=lambda f: order.index(f.kind))[:MOST_FIGURES]


def figures_of(found, force, labels, note=""):
    """What the template wants of each, drawn. labels: what keys are called."""
    made = []
    for figure, path in figures.draw_all(found, force):
        title = TITLES[figure.kind].format(measure=scales.name_of(figure.measure),
                                           axes=" and ".join(labels.get(a, a) for a in figure.axes))
        title += f" (part {figure.part + 1})" if figure.part else ""
        more = note if figure.kind in ("throughput", "sequence", "ladder") else ""
        made.append({"title": title[0].upper() + title[1:], "svg": inline_svg(path),
                     "id": f"figure-{path.stem}", "files": files_of(path),
                     "note": f"{NOTES[figure.kind]} {more}".strip()})
    return made


def files_of(path):
    """What there is of a figure beside the page: (what it is, its place from the page's directory)."""
    place = f"{path.parent.name}/{path.stem}"
    return [("PDF", f"{place}.pdf"), ("data", f"{place}.dat"), ("script", f"{place}.gp")]


def labelled(table, labels, heads=False):
    """A table whose rows begin with a case's name, with what the case is called; and its heads."""
    rows = [[labels.get(row[0], row[0]), *row[1:]] for row in table["rows"]]
    header = [labels.get(head, head) for head in table["header"]] if heads else table["header"]
    return {**table, "header": header, "rows": rows}


def parameter_rows(result):
    rows = {**result["parameters"], **result["parameters"].get("attributes", {})}
    rows.pop("attributes", None)
    return sorted((key, str(value)) for key, value in rows.items())


def version_rows(result, build=None):
    rows = sorted(result["versions"].items())
    rows.append(("gnuplot", version_of(["gnuplot", "--version"], r"gnuplot (.*)")))
    return rows + ([("simulator's build", build)] if build else [])


def paired_table(directory, record):
    """Each measure of each case against what it is compared with, in pairs of the same seed."""
    shown = [(measure, {row["case_b"]: row for row in tables.paired_of(directory, measure)})
             for measure in tables.measures_of(directory)]
    shown = [(measure, rows) for measure, rows in shown if rows]
    if not shown:
        return None
    header = ["case", "pairs"]
    for measure, _ in shown:
        header += [f"{measure.head}, {measure.unit}", "p"]
    lines = []
    tested = {case for _, rows in shown for case in rows}
    for case in (case["name"] for case in record["cases"] if case["name"] in tested):
        line = [case, max((rows[case]["n"] for _, rows in shown if case in rows), key=int, default="0")]
        for measure, rows in shown:
            line += ([tables.difference(rows[case], measure), tables.p_value(rows[case])]
                     if case in rows else ["-", "-"])
        lines.append(line)
    return first_of({
        "title": f"Differences from {tables.base_of(record)}",
        "note": "In the same world: the runs of a seed make a pair, and where there are axes, at the same values of them. A cell is "
                "the mean difference of the pairs, positive where the case has more, with its 95 % interval; p is of the paired "
                "t-test, two-sided, corrected by Holm's method for all that a measure is compared with there, and empty when all "
                "differences are the same. Where a pair has a lower bound, the cell says in how many pairs the case is known to have "
                "more and less, and p is of the sign test on these.",
        "header": header, "rows": lines})


def case_table(record):
    """What distinguishes the cases."""
    keys = [key for key in record["keys"] if key != "seed"]
    rows = [[case["name"]] + [case["settings"].get(key, "as the scenario") for key in keys]
            for case in record["cases"]]
    return {"header": ["case"] + keys, "rows": rows}


def failures_of(layout, rows):
    """The first MOST_FAILURES of the failed runs: what it was, its error, its command."""
    record = layout.record
    store = Store(layout.directory)
    cases = {case["name"]: case for case in record["cases"]}
    found = []
    for run, case, seed, status in rows[:MOST_FAILURES]:
        kept = layout.directory / "failed" / run / "command"
        again = (kept.read_text(encoding="utf-8").strip() if kept.is_file()
                 else worst.command(record, cases[case], seed) if case in cases else "")
        error = store.error_of(run) if status == "failed" else "it was not made"
        found.append({"what": f"{case}, seed {seed}: {error}", "command": again})
    return found


def hashes(directory):
    """The first half of the SHA-256 of what a reader may want to compare."""
    record = json.loads((directory / "campaign.json").read_text(encoding="utf-8"))
    found = [("SHA-256 of the scenario", record["scenario_sha256"][:32])]
    for name in ("campaign.json", "plan.csv", "runs.csv", "handovers.csv"):
        path = directory / name
        if path.is_file():
            with open(path, "rb") as file:
                found.append((f"SHA-256 of {name}",
                              hashlib.file_digest(file, "sha256").hexdigest()[:32]))
    return found


def first_of(table):
    """A table that is not longer than a page can bear, and how many rows are left out."""
    left = len(table["rows"]) - MOST_ROWS
    return {**table, "rows": table["rows"][:MOST_ROWS],
            "left": f"{left} more cases are in the tables beside this page." if left > 0 else ""}


def remarks_of(shown):
    """Why the runs that the page shows have no handover, for the first MOST_REMARKS of them."""
    found = []
    for case, _, directory in shown:
        result = collect.read_result(directory)
        if result.get("remarks") and not result["results"].get("handovers"):
            found.append(f"{case}, seed {result['seed']}: {'; '.join(result['remarks'])}.")
    return found[:MOST_REMARKS]


def write_campaign_page(directory, build, force):
    record = json.loads((directory / "campaign.json").read_text(encoding="utf-8"))
    layout = series.layout_of(directory)
    shown, seed = figures.panels(layout)
    if not shown:
        raise CampaignError(f"{directory}: no run is complete")
    summary = tables.read_summary(directory)
    header, rows = tables.result_table(directory, summary)
    first_case, _, first_run = shown[0]
    failed, count = [], 0
    for row in observations.columns_of(layout, "runs", "run", "case", "seed", "status"):
        count += 1
        if row[-1] != "done":
            failed.append(row)
    names = [figures.column_of(head) for head in record.get("measures") or []]
    result = collect.read_result(first_run)
    labels = record.get("labels", {})
    paired = paired_table(directory, record) if len(layout.cases) > 1 else None
    with gnuplot.drawing_for(figures.paper_of(record)):
        drawn = figures_of(on_page(figures.campaign_figures(layout, build), names), force, labels,
                           f"Of seed {seed}.")
    return render(
        directory / "report.html", force, title=record["title"], question=record["question"],
        failures=failures_of(layout, failed), n_failed=len(failed), n_runs=count,
        results=first_of(labelled({"header": header, "rows": rows,
                                   "notes": notes_of(rows) + record.get("notes", [])
                                   + remarks_of(shown)}, labels)),
        paired=labelled(paired, labels) if paired else None,
        figures=drawn,
        parameters={"note": f"The scenario is {record['scenario']}; every case changes it as follows.",
                    "cases": first_of(labelled(case_table(record), labels, True)),
                    "rows": parameter_rows(result), "of": f"those of {first_case}, seed {seed}"},
        worst=labelled(worst.table(layout), labels), versions=version_rows(result, record["build"]) + hashes(directory),
        files="The numbers are beside this page: runs.csv, handovers.csv, summary.csv, survival.csv, paired.csv, campaign.sqlite, figures/ and "
              "runs/. Each figure in figures/ is there as SVG, PDF and PNG with its data and its gnuplot script.")


def write_run_page(directory, force):
    result = collect.read_result(directory)
    handovers = files.read_csv(directory / "handovers.csv")
    columns = list(handovers[0]) if handovers else ["handover"]
    name = f"{result['scheme']}, seed {result['seed']}"
    return render(
        directory / "report.html", force, title=result["parameters"].get("title") or name,
        question=f"One run: {name}.", failures=[], n_failed=0, n_runs=1,
        results={"header": columns, "left": "",
                 "rows": [[row[c] or "-" for c in columns] for row in handovers[:MOST_ROWS]],
                 "notes": [*result.get("remarks", []),
                           "The handovers of this run. Times are in seconds of the simulation."
                           if handovers else "This run has no handover."]},
        paired=None, figures=figures_of(figures.run_figures(directory), force, {}),
        parameters={"note": "", "cases": None, "rows": parameter_rows(result), "of": name},
        worst=None, versions=version_rows(result),
        files="The numbers are beside this page: result.json, handovers.csv, flows.csv, timeline.csv.gz.")


def write(directory, build, force=False):
    """Writes report.html into a directory of a campaign or of a run, and gives its path. force: also
    over files that roam did not write."""
    directory = pathlib.Path(directory)
    own.check(directory, ["report.html"], force)
    if (directory / "campaign.json").is_file():
        return write_campaign_page(directory, build, force)
    if (directory / "result.json").is_file():
        return write_run_page(directory, force)
    raise CampaignError(f"{directory}: neither a campaign's directory nor a run's")
