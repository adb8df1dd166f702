# SPDX-License-Identifier: GPL-2.0-or-later
"""sweep, demo, plot and report, as ./roam calls them."""

import argparse
import os
import pathlib
import sys
import textwrap

sys.dont_write_bytecode = True

import collect  # noqa: E402
import figures  # noqa: E402
import report  # noqa: E402
import runner  # noqa: E402
import tables  # noqa: E402
from campaign import CampaignError, read_campaign  # noqa: E402
from progress import Progress  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ.get("ROAM_BUILD", ROOT / "build"))


class Parser(argparse.ArgumentParser):
    """One line for a mistake, not the usage."""

    def error(self, message):
        self.exit(2, f"roam: {message}\n")


def positive(text):
    value = int(text)
    if not 1 <= value <= 1024:
        raise argparse.ArgumentTypeError(f"1 to 1024, not {text}")
    return value


def parser():
    top = Parser(prog="./roam", add_help=False)
    commands = top.add_subparsers(dest="command", required=True, parser_class=Parser)

    def add(name, text):
        return commands.add_parser(name, prog=f"./roam {name}", description=text, help=text)

    def add_running(command):
        command.add_argument("-j", "--jobs", type=positive, default=min(2, os.cpu_count() or 1),
                             help="processes at a time (2)")
        command.add_argument("--seeds", type=positive, metavar="N",
                             help="the campaign's first N seeds only")
        command.add_argument("--out", type=pathlib.Path, metavar="DIR",
                             help="where everything goes (out/NAME)")

    sweep = add("sweep", "Runs a campaign and collects its tables.")
    sweep.add_argument("campaign", type=pathlib.Path, help="a TOML file with a [sweep] table")
    add_running(sweep)
    demo = add("demo", "The handover of Figure 1 under every rule and baseline.")
    add_running(demo)
    plot = add("plot", "Draws the figures of one run into its directory.")
    plot.add_argument("directory", type=pathlib.Path, metavar="RUNDIR")
    page = add("report", "Writes report.html of a campaign or of one run.")
    page.add_argument("directory", type=pathlib.Path, metavar="DIR")
    return top


def first_seeds(campaign, count):
    seeds = list(dict.fromkeys(run.setting("seed") for run in campaign.runs))[:count]
    campaign.runs = [run for run in campaign.runs if run.setting("seed") in seeds]


def do_sweep(path, args):
    """Runs and collects. Gives (the directory, the number of runs that failed)."""
    campaign = read_campaign(path)
    if args.seeds:
        first_seeds(campaign, args.seeds)
    out = args.out or pathlib.Path("out") / campaign.name
    simulator = runner.Simulator(BUILD)
    runner.make_directory(out / "runs")
    for line in [campaign.question, *campaign.notes]:
        if line:
            print(textwrap.fill(line, 100), file=sys.stderr)
    with Progress(campaign.name, len(campaign.runs)) as progress:
        outcomes = runner.run_campaign(campaign, simulator, out / "runs", args.jobs, progress)
    collect.write_tables(out, collect.tables_of(campaign, outcomes, simulator.build))
    collect.write_campaign(out, campaign, outcomes, simulator.build)
    failed = sum(bool(outcome.error) for outcome in outcomes)
    others = collect.other_runs(out, outcomes)
    if others:
        print(f"{others} runs of other settings or builds are in {out / 'runs'} too; they are in no "
              "table", file=sys.stderr)
    return out, failed


def show(out):
    summary = tables.summarise(out, BUILD)
    header, rows = tables.result_table(out, summary)
    tables.print_table(header, rows, sys.stdout)


def main():
    args = parser().parse_args()
    try:
        if args.command == "plot":
            for path in figures.of_run(args.directory):
                print(path)
            return 0
        if args.command == "report":
            print(report.write(args.directory, BUILD))
            return 0
        demo = args.command == "demo"
        path = ROOT / "scenarios" / "campaigns" / "demo.toml" if demo else args.campaign
        out, failed = do_sweep(path, args)
        show(out)
        if demo:
            print(f"the page: {report.write(out, BUILD)}")
        else:
            print(f"the tables: {out}; ./roam report {out} makes the page")
        return 1 if failed else 0
    except CampaignError as error:
        print(f"roam: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("roam: stopped; what is complete is kept", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
