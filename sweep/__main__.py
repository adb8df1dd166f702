# SPDX-License-Identifier: GPL-2.0-or-later
"""sweep, compare, demo, plot, report and task, as ./roam calls them."""

import argparse
import os
import pathlib
import sys

sys.dont_write_bytecode = True

from roam import campaign as campaigns  # noqa: E402
from roam import comparing  # noqa: E402
from roam import figures  # noqa: E402
from roam import gnuplot  # noqa: E402
from roam import report  # noqa: E402
from roam import slurm  # noqa: E402
from roam import sweeping  # noqa: E402
from roam import tables  # noqa: E402
from roam import tasks  # noqa: E402
from roam.errors import CampaignError  # noqa: E402
from roam.places import ROOT, build_directory  # noqa: E402

BUILD = build_directory()


class Parser(argparse.ArgumentParser):
    """One line for a mistake, not the usage."""

    def error(self, message):
        self.exit(2, f"roam: {message}\n")


def whole(least, most):
    def read(text):
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"found {text}; expected {least} to {most}")
        return int(text)
    return read


def seconds(text):
    try:
        return campaigns.read_limit(text, "--limit")
    except CampaignError as error:
        raise argparse.ArgumentTypeError(str(error).partition(": ")[2]) from None


def further_formats(text):
    names = text.split(",")
    for name in names:
        if name not in gnuplot.FURTHER:
            raise argparse.ArgumentTypeError(f"found '{name}'; allowed are "
                                             + " and ".join(gnuplot.FURTHER))
    return tuple(dict.fromkeys(names))


def font_name(text):
    if not campaigns.FONT.fullmatch(text):
        raise argparse.ArgumentTypeError(f"found '{text}'; allowed are letters, digits, spaces, - and .")
    return text


def add_force(command):
    command.add_argument("--force", action="store_true",
                         help="overwrites also files of roam that were changed since, and files of "
                              "the same names that roam did not write")


def add_running(command):
    command.add_argument("-j", "--jobs", type=whole(1, 1024), default=os.cpu_count() or 1,
                         help="processes at a time (as many as there are processors)")
    command.add_argument("--seeds", type=whole(1, 1_000_000), metavar="N", default=0,
                         help="the campaign's first N seeds only")
    command.add_argument("--out", type=pathlib.Path, metavar="DIR",
                         help="where everything goes (out/NAME)")
    add_force(command)
    command.add_argument("--limit", type=seconds, default=0.0, metavar="TIME",
                         help="of the machine's time for one run, as 90s or 10min (1h)")
    command.add_argument("--retry-failed", action="store_true",
                         help="makes the runs again that failed before")


def parser():
    top = Parser(prog="./roam", add_help=False)
    commands = top.add_subparsers(dest="command", required=True, parser_class=Parser)

    def add(name, text):
        return commands.add_parser(name, prog=f"./roam {name}", description=text, help=text)

    sweep = add("sweep", "Runs a campaign and collects its tables.")
    sweep.add_argument("campaign", type=pathlib.Path, help="a TOML file with a [sweep] table")
    add_running(sweep)
    sweep.add_argument("--yes", action="store_true",
                       help=f"also when it is more than {campaigns.MANY_RUNS} runs")
    sweep.add_argument("--dry-run", action="store_true",
                       help="says how many runs there are and about how long they take")
    sweep.add_argument("--tasks", action="store_true",
                       help="prints a line for each missing run, for GNU parallel and the like; "
                            "after them, the same command without --tasks collects")
    sweep.add_argument("--per-task", type=whole(1, 1_000_000), metavar="N",
                       help="runs on each line of --tasks (1)")
    sweep.add_argument("--report", action="store_true",
                       help="in the end draws the figures and writes the page, as ./roam plot and "
                            "./roam report do")
    slurm.add_options(sweep, whole)
    compare = add("compare", "Schemes side by side in one world.")
    compare.add_argument("scenario", type=pathlib.Path, help="a scenario (TOML)")
    compare.add_argument("--schemes", metavar="A,B,...", help="all that there are, without")
    compare.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                         help="over the scenario, for all")
    compare.add_argument("--vary", action="append", default=[], metavar="KEY=A,B,...",
                         help="each scheme with each of these values")
    compare.add_argument("--measures", metavar="A,B,...", help="the columns of the table")
    add_running(compare)
    demo = add("demo", "The handover of Figure 1 under every rule and baseline.")
    add_running(demo)
    task = add("task", "Makes some runs of a campaign that is planned, one after the other.")
    task.add_argument("directory", type=pathlib.Path, metavar="DIR", help="of the campaign")
    task.add_argument("runs", nargs="*", metavar="RUN", help="names as in plan.csv")
    task.add_argument("--from", dest="list", metavar="FILE", help="with names, one on a line")
    plot = add("plot", "Draws the figures of a campaign or of one run into its directory.")
    plot.add_argument("directory", type=pathlib.Path, metavar="DIR")
    plot.add_argument("--figure", metavar="NAME", help="only those of this kind: axis, heat, "
                      "distribution, boxes, phases, signalling, throughput, sequence, ladder")
    plot.add_argument("--measure", metavar="M", help="only those of this measure, a column of "
                      "runs.csv or handovers.csv (the campaign's measures)")
    plot.add_argument("--axis", metavar="KEY", help="only those over this key")
    plot.add_argument("--format", type=further_formats, metavar="A,B", default=(),
                      help="eps and tex, beside svg, pdf and png")
    plot.add_argument("--font", type=font_name, metavar="NAME",
                      help="of the letters, instead of the campaign's (DejaVu Sans)")
    plot.add_argument("--column", action="store_true",
                      help="PDF, EPS and TeX no wider than a column of a paper, 3.5 in")
    add_force(plot)
    page = add("report", "Writes report.html of a campaign or of one run.")
    page.add_argument("directory", type=pathlib.Path, metavar="DIR")
    add_force(page)
    return top


def options_of(args):
    return sweeping.Options(build=BUILD, out=args.out, jobs=args.jobs, seeds=args.seeds,
                            limit=args.limit, retry_failed=args.retry_failed,
                            yes=getattr(args, "yes", False), force=args.force,
                            slurm=slurm.options_of(args))


def do_campaign(campaign, args, ending):
    """Runs it, shows its table and says what is next. 1 when a run has no result."""
    sweep = sweeping.Sweep(campaign, options_of(args))
    lacking = sweep.run()
    out = sweep.store.directory
    header, rows = tables.result_table(out, tables.read_summary(out))
    tables.print_table(header, rows, sys.stdout)
    ending(out)
    return 1 if lacking else 0


def do_sweep(args):
    campaign = campaigns.read_campaign(args.campaign, args.yes, args.seeds)
    if args.dry_run:
        print(sweeping.Sweep(campaign, options_of(args)).dry_run())
        return 0
    if args.per_task and not args.tasks:
        raise CampaignError("--per-task needs --tasks")
    if args.tasks:
        if args.slurm:
            raise CampaignError("--tasks: the lines are for other programs; expected no --slurm")
        for line in sweeping.Sweep(campaign, options_of(args)).task_list(args.per_task or 1):
            print(line)
        return 0
    return do_campaign(campaign, args, lambda out: end_with_page(out, args.force)
                       if args.report else print(
                           f"the tables: {out}; ./roam report {out} makes the page"))


def end_with_page(out, force):
    """The page, and the figures that it does not show."""
    page = report.write(out, BUILD, force)
    figures.plot(out, BUILD, force=force)
    print(f"the page: {page}; the figures: {out / 'figures'}")


def do_compare(args):
    campaign = comparing.campaign_of(args, BUILD / "roam-sim")

    def tests(out):
        header, rows = comparing.paired_rows(out)
        if rows:
            print()
            tables.print_plain(header, rows, sys.stdout)
        print(f"the tables: {out}; ./roam report {out} makes the page")

    return do_campaign(campaign, args, tests)


def do_demo(args):
    campaign = campaigns.read_campaign(ROOT / "scenarios" / "campaigns" / "demo.toml")
    return do_campaign(campaign, args, lambda out: print(
        f"the page: {report.write(out, BUILD, args.force)}"))


def do_plot(args):
    for path in figures.plot(args.directory, BUILD, args.figure, args.measure, args.axis,
                             args.force, formats=args.format, font=args.font,
                             column=args.column):
        print(path)
    return 0


def do_report(args):
    print(report.write(args.directory, BUILD, args.force))
    return 0


COMMANDS = {"sweep": do_sweep, "compare": do_compare, "demo": do_demo, "task": tasks.run_task,
            "plot": do_plot, "report": do_report}


def main():
    args = parser().parse_args()
    try:
        return COMMANDS[args.command](args)
    except CampaignError as error:
        for line in error.lines():
            print(f"roam: {line}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("roam: stopped; what is complete is kept", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 1
    except OSError as error:
        print(f"roam: {error.filename or 'a file'}: {error.strerror}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
