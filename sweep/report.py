# SPDX-License-Identifier: GPL-2.0-or-later
"""The report page: one HTML file with everything in it."""

import json
import pathlib
import re
import subprocess

import jinja2

import collect
import figures
import files
import measures
import plan as plans
import tables
from store import Store
from errors import CampaignError

ROOT = pathlib.Path(__file__).resolve().parents[1]

RESULT_NOTES = [
    "Latency is the time from the last data packet that the client got over the old path to the first over the new one, negative "
    "when both carried data at once; without a pause it is the interval between two messages. Interruption is the longest gap between two deliveries to the user in the handover's window, "
    "less the interval of the flow; a gap without end lasts until the sending ends. Lost and duplicated count messages of the "
    "window by their identity. Signalling is the bytes of binding and address messages on every link that they cross, from the new "
    "link's first to the end of the window. Goodput is of the whole run.",
    "A cell is the mean over the handovers of a case, with its 95 % Student-t interval in brackets when they differ; \"-\" says "
    "that there was none to measure, such as a first packet over a new path that the session never used.",
]


def inline_svg(path):
    """An SVG as a part of a page: no prolog, no width or height of its own, no namespaces, and ids
    that no other drawing of the page has."""
    path = pathlib.Path(path)
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->", "", text, flags=re.DOTALL)
    head, rest = re.match(r"(.*?<svg\b[^>]*>)(.*)", text.strip(), re.DOTALL).groups()
    head = re.sub(r'\s(?:xmlns(?::\w+)?|width|height|version)="[^"]*"', "", head)
    rest = re.sub(r"<title>.*?</title>|<desc>.*?</desc>", "", rest, flags=re.DOTALL)
    rest = re.sub(r"""(\bid=['"]|href=['"]#|url\(#)""", rf"\g<1>{path.stem}-", rest)
    return head + rest


def ladder_of(directory, run_directory, note):
    """The message ladder of a run, or nothing when the run has none."""
    source = pathlib.Path(run_directory) / "ladder.msc"
    if not source.is_file():
        return None
    target = pathlib.Path(directory) / "ladder.svg"
    target.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["mscgen", "-T", "svg", "-i", str(source), "-o", str(target)],
                          capture_output=True, text=True, check=False)
    if done.returncode or not target.is_file():
        said = (done.stdout + done.stderr).strip().splitlines()
        raise CampaignError(f"mscgen: {source}: {said[0] if said else 'no output'}")
    # mscgen measures Helvetica; where that is another font, its width is made to fit.
    svg = inline_svg(target).replace(' textLength="', ' lengthAdjust="spacingAndGlyphs" textLength="')
    svg = svg.replace('font-family="Helvetica"',
                      "font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\"")
    width = re.search(r'viewBox="0 0 (\d+)', svg).group(1)
    return {"svg": svg, "width": width, "note": note}


def version_of(args, pattern):
    try:
        done = subprocess.run(args, capture_output=True, text=True, check=False)
    except OSError:
        return "not there"
    found = re.search(pattern, done.stdout + done.stderr)
    return found.group(1) if found else "unknown"


def render(path, **values):
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(ROOT / "plots"),
                                     autoescape=True, undefined=jinja2.StrictUndefined,
                                     trim_blocks=True, lstrip_blocks=True)
    page = environment.get_template("report.html.j2").render(**values)
    files.write_whole(path, page)
    return path


def figures_of(directory, runs, handovers):
    """The figures of some runs. The distribution is of all handovers of a campaign."""
    made = [{
        "title": "Throughput around the handover",
        "note": f"Of what was delivered to the client, over {figures.BIN * 1000:.0f} ms each. Zero is when the rule fired.",
        "svg": inline_svg(figures.throughput(directory, runs)),
    }, {
        "title": "Sequence numbers by path",
        "note": "Each message at the time of its delivery; the colour is the client's address that it went to.",
        "svg": inline_svg(figures.sequence(directory, runs)),
    }]
    if handovers:
        made.append({
            "title": "Distribution of the interruptions",
            "note": "For each case, which part of its handovers was interrupted no longer than this. Where nothing was "
                    "delivered any more, the interruption lasts until the sending ends.",
            "svg": inline_svg(figures.interruption(directory, handovers)),
        })
    return made


def parameter_rows(result):
    rows = {**result["parameters"], **result["parameters"].get("attributes", {})}
    rows.pop("attributes", None)
    return sorted((key, str(value)) for key, value in rows.items())


def version_rows(result, build=None):
    rows = sorted(result["versions"].items())
    rows += [("gnuplot", version_of(["gnuplot", "--version"], r"gnuplot (.*)")),
             ("mscgen", version_of(["mscgen"], r"Mscgen version ([\d.]+)"))]
    return rows + ([("simulator's build", build)] if build else [])


def paired_table(directory, cases):
    """The interruption of each case against the first, in pairs of the same seed."""
    rows = tables.paired_of(directory, measures.named("interruption"))
    ms = [[row["case_b"], row["n"], row["missing"]]
          + [tables.number(row[k], 1e3, 1) or "-" for k in ("mean_difference", "ci_low", "ci_high")]
          + [tables.number(row["t"], 1, 2) or "-",
             f"{float(row['p']):.2g}" if row["p"] else "-"] for row in rows]
    if not ms:
        return None
    return {
        "title": f"Interruption against {cases[0]}",
        "note": "Differences in the same world: the runs of a seed make a pair. A positive difference is a longer interruption. "
                "p is of the paired t-test, two-sided; it is empty when all differences are the same.",
        "header": ["case", "pairs", "missing", "difference, ms", "from, ms", "to, ms", "t", "p"],
        "rows": ms,
    }


def case_table(record):
    """What distinguishes the cases."""
    keys = [key for key in record["keys"] if key != "seed"]
    rows = [[case["name"]] + [case["settings"].get(key, "as the scenario") for key in keys]
            for case in record["cases"]]
    return {"header": ["case"] + keys, "rows": rows}


def write_campaign_page(directory, build):
    record = json.loads((directory / "campaign.json").read_text(encoding="utf-8"))
    store = Store(directory)
    complete, plan = store.done(), plans.read(directory / "plan.csv")
    done = [run for run in plan if run.identity in complete]
    if not done:
        raise CampaignError(f"{directory}: no run is complete")
    shown = {}
    for run in done:
        shown.setdefault(run.case, directory / "runs" / run.identity)
    summary = tables.read_summary(directory)
    header, rows = tables.result_table(directory, summary)
    handovers = files.read_csv(directory / "handovers.csv")
    first_case, first_run = next(iter(shown.items()))
    result = collect.read_result(first_run)
    seed = next(run.setting("seed") for run in done if run.case == first_case)
    return render(
        directory / "report.html", title=record["title"], question=record["question"],
        failures=[f"{run.case}, seed {run.setting('seed')}: {store.error_of(run.identity)}"
                  for run in plan if run.identity not in complete],
        n_runs=len(plan),
        results={"header": header, "rows": rows, "notes": RESULT_NOTES + record.get("notes", [])},
        paired=paired_table(directory, list(shown)) if len(shown) > 1 else None,
        figures=figures_of(directory / "figures", list(shown.items()), handovers),
        ladder=ladder_of(directory / "figures", first_run,
                         f"Of {first_case}, seed {seed}. Times are of the simulation."),
        parameters={"note": f"The scenario is {record['scenario']}; every case changes it as follows. The time figures are "
                            f"of the first seed, {seed}.",
                    "cases": case_table(record), "rows": parameter_rows(result)},
        versions=version_rows(result, record["build"]),
        files="The numbers are beside this page: runs.csv, handovers.csv, summary.csv, paired.csv, campaign.sqlite, figures/ and "
              "runs/.")


def write_run_page(directory):
    result = collect.read_result(directory)
    handovers = files.read_csv(directory / "handovers.csv")
    columns = list(handovers[0]) if handovers else ["handover"]
    name = f"{result['scheme']}, seed {result['seed']}"
    return render(
        directory / "report.html", title=result["parameters"].get("title") or name,
        question=f"One run: {name}.", failures=[], n_runs=1,
        results={"header": columns, "rows": [[row[c] or "-" for c in columns] for row in handovers],
                 "notes": ["The handovers of this run. Times are in seconds of the simulation."]},
        paired=None,
        figures=figures_of(directory / "figures", [(name, directory)], None),
        ladder=ladder_of(directory / "figures", directory, "Times are of the simulation."),
        parameters={"note": "", "cases": None, "rows": parameter_rows(result)},
        versions=version_rows(result),
        files="The numbers are beside this page: result.json, handovers.csv, flows.csv, timeline.csv.gz.")


def write(directory, build):
    """Writes report.html into a directory of a campaign or of a run, and gives its path."""
    directory = pathlib.Path(directory)
    if (directory / "campaign.json").is_file():
        return write_campaign_page(directory, build)
    if (directory / "result.json").is_file():
        return write_run_page(directory)
    raise CampaignError(f"{directory}: neither a campaign's directory nor a run's")
