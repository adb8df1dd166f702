# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of a campaign. Means, intervals and tests come from roam-stats; here they are only
asked for and laid out."""

import collections
import csv
import io
import json
import pathlib
import re
import subprocess

from .errors import CampaignError
from .files import read_csv, rows_of_csv, write_whole
from .measures import MEASURES, range_of


def run_stats(build, args, path):
    program = pathlib.Path(build) / "roam-stats"
    done = subprocess.run([str(program), *args, str(path)], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise CampaignError(done.stderr.strip() or f"roam-stats ended with {done.returncode}")
    return done.stdout


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def columns_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return next(csv.reader(file))


def measures_of(directory):
    """Those of MEASURES that the campaign asks for and the collected tables have."""
    path = pathlib.Path(directory) / "campaign.json"
    record = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    wanted = record.get("measures") or [m.head for m in MEASURES if m.standard]
    wanted = wanted + [record.get("precision_measure")]
    present = {name: columns_of(pathlib.Path(directory) / f"{name}.csv")
               for name in ("runs", "handovers")}
    return [m for m in MEASURES if m.column in present[m.table] and m.head in wanted]


def ranges_of(columns, path):
    """The option of roam-stats for these measures of a table."""
    present = columns_of(path)
    return ["--range", ",".join(f"{column}={range_of(column, present)}" for column in columns)]


def summarise(directory, build):
    """Writes summary.csv: n, mean, interval and order statistics by case and measure, and of which
    table the measure is; and survival.csv, the medians with what is only a lower bound."""
    directory = pathlib.Path(directory)
    summary = survival = ""
    for table in ("handovers", "runs"):
        columns = [m.column for m in measures_of(directory) if m.table == table]
        if columns:
            path = directory / f"{table}.csv"
            args = ["--by", "case", "--within", "run", "--measure", ",".join(columns)]
            part = run_stats(build, ["summary", *args, *ranges_of(columns, path)], path)
            summary += labelled(part, table, not summary)
            part = run_stats(build, ["survival", *args], path)
            survival += labelled(part, table, not survival)
    write_whole(directory / "summary.csv", summary)
    write_whole(directory / "survival.csv", survival)
    return read_summary(directory)


def key_of(row):
    return row["case"], row["table"], row["measure"]


def read_summary(directory):
    """The rows of summary.csv, each with "survival": the same of survival.csv."""
    directory = pathlib.Path(directory)
    survival = {key_of(row): row for row in read_csv(directory / "survival.csv")}
    return [{**row, "survival": survival[key_of(row)]}
            for row in read_csv(directory / "summary.csv")]


def comparison_of(record):
    """How the cases of a campaign are compared: (options of roam-stats, {what it calls a case: the
    case}). Where there are axes and several series, each series with the first at the same values
    of the axes; else each case with the first."""
    cases = record["cases"]
    keys = [axis["key"] for axis in record.get("axes", [])]
    if not keys or len({case["series"] for case in cases}) < 2:
        return (["--by", "case", "--base", cases[0]["name"]],
                {(case["name"],): case["name"] for case in cases})
    named = {(*(case["settings"].get(key, "") for key in keys), case["series"]): case["name"]
             for case in cases}
    return ["--by", "series", "--each", ",".join(keys), "--base", cases[0]["series"]], named


def base_of(record):
    """What the cases are compared with, in words."""
    options, _ = comparison_of(record)
    return options[-1]


def write_paired(directory, build):
    """Writes paired.csv: of each measure the paired t-tests of comparison_of(), in pairs of the same
    seed, and of which table the measure is. A table in which the first case, or series, has no row,
    as when all of its runs failed, has no tests."""
    directory = pathlib.Path(directory)
    record = json.loads((directory / "campaign.json").read_text(encoding="utf-8"))
    options, named = comparison_of(record)
    compared = {case["name"] for case in record["cases"]
                if options[-1] in (case["name"], case["series"])}
    tables_of_base = {row["table"] for row in read_summary(directory) if row["case"] in compared}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for table in ("handovers", "runs"):
        columns = [m.column for m in measures_of(directory) if m.table == table]
        if table not in tables_of_base or "seed" not in columns_of(directory / f"{table}.csv"):
            continue
        text = run_stats(build, ["paired", *options, "--pair", "seed", "--within", "run",
                                 "--measure", ",".join(columns)], directory / f"{table}.csv")
        head, *rows = csv.reader(io.StringIO(text))
        at = head.index("measure") - 2  # before them, the values of the axes
        if not out.getvalue():
            writer.writerow(["case_a", "case_b", *head[at + 2:], "table"])
        for row in rows:
            pair = [named[(*row[:at], name)] for name in row[at:at + 2]]
            writer.writerow([*pair, *row[at + 2:], table])
    write_whole(directory / "paired.csv", out.getvalue())


def labelled(text, table, with_head):
    """A table of roam-stats with one more column, the table that it is of."""
    head, *lines = text.splitlines()
    return ((f"{head},table\n" if with_head else "")
            + "".join(f"{line},{table}\n" for line in lines))


def paired_of(directory, measure):
    """The rows of paired.csv about a measure."""
    return [row for row in read_csv(pathlib.Path(directory) / "paired.csv")
            if (row["table"], row["measure"]) == (measure.table, measure.column)]


def number(text, scale, digits):
    """Rounded, and without the sign of a negative zero."""
    return f"{round(float(text) * scale, digits) + 0.0:.{digits}f}" if text else ""


def censored_cell(summary, measure):
    """"> 13.9 (10 of 10 not over)": what the mean is at least, when some values are lower bounds; or
    the median and its interval by the product-limit estimate, where enough of them are over."""
    count = f"({summary['censored']} of {summary['n']} not over)"
    median, low, high = (number(summary["survival"][k], measure.scale, measure.digits)
                         for k in ("median", "ci_low", "ci_high"))
    if median:
        return f"median {median} [{low or '-'}, {high or '-'}] {count}"
    return f"> {number(summary['at_least'], measure.scale, measure.digits)} {count}"


def cell(summary, measure):
    """"12.3 [11.9, 12.7]", "12.3" when all are the same, "-" when there is nothing to say."""
    if not summary or summary["n"] == "0":
        return "-"
    if summary["censored"] != "0":
        return censored_cell(summary, measure)
    mean, low, high = (number(summary[k], measure.scale, measure.digits)
                       for k in ("mean", "ci_low", "ci_high"))
    text = mean if not low or low == high == mean else f"{mean} [{low}, {high}]"
    return text if summary["missing"] == "0" else f"{text} (n {summary['n']})"


def difference(row, measure):
    """"1.2 [0.8, 1.6]", of a row of paired.csv, "1.2" when all are the same; "more in 9, less in 0 of 10" where pairs have lower
    bounds."""
    if row["censored"] != "0":
        return f"more in {row['more']}, less in {row['less']} of {row['n']}"
    if not row["mean_difference"]:
        return "-"
    mean, low, high = (number(row[k], measure.scale, measure.digits)
                       for k in ("mean_difference", "ci_low", "ci_high"))
    return mean if not low or low == high == mean else f"{mean} [{low}, {high}]"


def p_value(row):
    """Corrected for all comparisons of the measure. Below a millionth it says more of the test's
    assumptions than of the schemes."""
    if not row["p_holm"]:
        return "-"
    value = float(row["p_holm"])
    return "<1e-6" if value < 1e-6 else f"{value:.2g}"


def outcomes_of(directory):
    """{case: "completed 9, broken 1 (session-lost)"}, and the failed runs as such."""
    counts = collections.defaultdict(collections.Counter)
    for row in rows_of_csv(pathlib.Path(directory) / "handovers.csv"):
        counts[row["case"]][row["outcome"], f" ({row['end']})" if row["end"] else ""] += 1
    for row in rows_of_csv(pathlib.Path(directory) / "runs.csv"):
        if row["status"] != "done":
            counts[row["case"]][f"run {row['status']}", ""] += 1
    return {case: ", ".join(f"{name} {n}{why}" for (name, why), n in sorted(count.items()))
            for case, count in counts.items()}


def result_table(directory, summary):
    """Header and rows of text: a case a row, a measure a column, the outcome last."""
    measures = measures_of(directory)
    by_case = {(row["case"], row["table"], row["measure"]): row for row in summary}
    outcomes = outcomes_of(directory)
    cases = list(dict.fromkeys(row["case"] for row in
                               rows_of_csv(pathlib.Path(directory) / "runs.csv")))
    header = ["case"] + [f"{m.head}, {m.unit}" for m in measures] + ["outcome"]
    rows = [[case] + [cell(by_case.get((case, m.table, m.column)), m) for m in measures]
            + [outcomes.get(case, "no handover")] for case in cases]
    return header, rows


NAME_WIDTH = 16  # of a case's name and its outcome in a terminal, at least
NOTE = "mean [95 % interval]; - is: nothing to measure"
NOTE_CENSORED = ("> a (b of n not over): the mean is above a, because in b of n runs what is measured was not "
                 "over; median [95 % interval] where enough of them were over")


def notes_of(rows):
    """What is said under the table."""
    return [NOTE] + [NOTE_CENSORED] * any("not over" in text for row in rows for text in row)


def narrow(text):
    """"12.3 [11.9, 12.7] (n 8)" on short lines."""
    return re.sub(r" ([\[(])", r"\n\1", text)


def print_list(header, rows, stream):
    """For a terminal that is too narrow for a table: a paragraph for each case."""
    for case, *cells, outcome in rows:
        print(f"{case}: {outcome}", file=stream)
        for name, text in zip(header[1:], cells):
            what, unit = name.split(", ")
            number, bracket, count = text.partition(" (")
            unit = unit if text != "-" else ""
            print(f"  {what:<12} {number} {unit}{bracket}{count}".rstrip(), file=stream)
    print(*notes_of(rows), sep="\n", file=stream)


def room_for(header, rows):
    """Columns of a terminal that a table with two-line cells needs: names may be broken, numbers not."""
    heads = [head.replace(", ", "\n") for head in header]
    widths = [max(len(line) for text in column for line in narrow(text).split("\n")) + 2
              for column in list(zip(heads, *rows))[1:-1]]
    return max(100, sum(widths) + 2 * (NAME_WIDTH + 2))


def print_table(header, rows, stream):
    if stream.isatty():
        from rich import box, console, markup, table
        terminal = console.Console(file=stream)
        if terminal.width < room_for(header, rows):
            print_list(header, rows, stream)
            return
        shown = table.Table(caption="\n".join(notes_of(rows)),
                            box=box.SIMPLE_HEAD, caption_justify="left", padding=(0, 1, 0, 0))
        for at, name in enumerate(header):
            shown.add_column(name.replace(", ", "\n"), justify="right" if 0 < at else "left",
                             no_wrap=0 < at < len(header) - 1,
                             min_width=None if 0 < at < len(header) - 1 else NAME_WIDTH)
        for case, *cells, outcome in rows:
            shown.add_row(*(markup.escape(text) for text in (case, *map(narrow, cells), outcome)))
        terminal.print(shown)
        return
    print_plain(header, rows, stream)
    print(*notes_of(rows), sep="\n", file=stream)


def print_plain(header, rows, stream):
    widths = [max(len(r[i]) for r in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        print("  ".join(f"{text:<{w}}" for text, w in zip(row, widths)).rstrip(), file=stream)
