# SPDX-License-Identifier: GPL-2.0-or-later
"""The command: what it says and with which status it ends, and how it brings what is missing."""

import os
import re
import shlex
import shutil
import subprocess

import pytest

from conftest import BUILD, ROOT, one_line, program, run

ROAM = ROOT / "roam"


def roam(*args, **options):
    env = {**os.environ, "ROAM_BUILD": str(BUILD), **options.pop("env", {})}
    return run(ROAM, *args, env=env, **options)


def wrong(result):
    """Status 2, nothing on standard output, and one line, which is given back."""
    assert result.returncode == 2, result.stdout + result.stderr
    assert result.stdout == ""
    return one_line(result.stderr)


# --- Words ---------------------------------------------------------------------------------------


def test_without_a_word_it_tells_what_it_can_do():
    result = roam()
    assert result.returncode == 0
    for command in ("demo", "run", "sweep", "stats", "plot", "report", "bench", "test", "doctor"):
        assert re.search(rf"^  {command}\b", result.stdout, re.MULTILINE), command


@pytest.mark.parametrize("args, message", [
    (["fly"], "unknown command 'fly'"),
    (["--fly"], "unknown command '--fly'"),
    (["help", "fly"], "unknown command 'fly'"),
    (["doctor", "me"], "doctor takes no arguments"),
    (["test", "hope"], "unknown part 'hope' of the tests: core, suites, worlds, command, campaigns, stats, style, host, interop, slurm, fuzz, soak, linux"),
    (["plot"], "required: DIR"),
    (["plot", "/nowhere/at/all"], "/nowhere/at/all"),
])
def test_what_it_does_not_know_is_one_line_and_status_2(args, message):
    assert message in wrong(roam(*args))


@pytest.mark.parametrize("args, message", [
    (["packet", "--runs", "many"], "--runs: found 'many'; expected a whole number"),
    (["--seed", "-1"], "--seed: found '-1'"),
    (["--time"], "--time: found ''"),
    (["packets"], "unknown word 'packets'"),
])
def test_the_same_from_the_fuzzer(args, message):
    assert message in wrong(subprocess.run(["sh", ROOT / "test/fuzz/run.sh", *args], check=False,
                                           capture_output=True, text=True, timeout=60))


@pytest.mark.parametrize("args, message", [
    (["stats", "mode"], "unknown command 'mode'"),
    (["report", "/nowhere/at/all"], "/nowhere/at/all"),
    (["report", "--upside-down", "x"], "--upside-down"),
])
def test_the_same_from_the_statistics_and_the_page(args, message):
    program("roam-stats")
    assert message in wrong(roam(*args))


@pytest.mark.parametrize("args, message", [
    (["sweep"], "required: campaign"),
    (["sweep", "x.toml", "--jobs", "0"], "found 0; expected 1 to 1024"),
    (["sweep", "x.toml", "--jobs", "many"], "found many; expected 1 to 1024"),
    (["sweep", "x.toml", "--limit", "soon"], "found soon; expected a time above 0"),
    (["compare", "/nowhere/x.toml"], "/nowhere/x.toml: no such file"),
    (["compare", str(ROOT / "scenarios/figure1.toml"), "--schemes", "msctp,smoke"],
     "--schemes: found 'smoke'; allowed are msctp, sctp"),
    (["compare", str(ROOT / "scenarios/figure1.toml"), "--set", "seed=3"], "an option of its own, --seeds"),
    (["compare", str(ROOT / "scenarios/figure1.toml"), "--vary", "cell.delay"], "expected KEY=VALUE"),
    (["compare", str(ROOT / "scenarios/figure1.toml"), "--measures", "joy"], "unknown measure 'joy'"),
    (["sweep", str(ROOT / "scenarios/campaigns/demo.toml"), "--per-task", "5"], "--per-task needs --tasks"),
    (["sweep", str(ROOT / "scenarios/campaigns/demo.toml"), "--slurm", "--tasks"], "expected no --slurm"),
    (["task", "/nowhere", "x"], "/nowhere: no campaign that ./roam sweep has planned"),
    (["sweep", "/nowhere/x.toml"], "/nowhere/x.toml: No such file"),
    (["demo", "--loud"], "unrecognized arguments: --loud"),
    (["run", "/nowhere/x.toml"], "/nowhere/x.toml"),
    (["run", str(ROOT / "scenarios/figure1.toml"), "--scheme", "telepathy"], "telepathy"),
    (["run", str(ROOT / "scenarios/figure1.toml"), "--out", "/dev/null/x"], "/dev/null/x"),
    (["run", "--sideways"], "--sideways"),
])
def test_the_same_from_runs_and_campaigns(args, message):
    program("roam-sim")
    assert message in wrong(roam(*args))


def test_a_campaign_whose_output_cannot_be_written_is_one_line():
    program("roam-sim")
    assert "/dev/null/x" in wrong(roam("demo", "--out", "/dev/null/x"))


# --- What is missing -----------------------------------------------------------------------------


@pytest.fixture
def debian(tmp_path):
    """A Debian of our own: dpkg-query, apt-get, id and sudo are scripts that write down their
    calls. Packages named in lacking are missing until apt-get has installed them."""
    tools = tmp_path / "bin"
    tools.mkdir()
    calls = tmp_path / "calls"
    calls.touch()
    lacking = tmp_path / "lacking"
    lacking.touch()

    def script(name, body):
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)

    script("dpkg-query", f"""
shift # -W
format=${{1#-f=}}; shift
for package; do
    if grep -qx "$package" {lacking}; then
        echo "dpkg-query: no packages found matching $package" >&2; status=1
    else
        case $format in
        *binary:Package*) echo "installed $package:amd64" ;;
        *) echo "installed 1.0-1" ;;
        esac
    fi
done
exit ${{status:-0}}""")
    script("apt-get", f"""
echo "apt-get frontend=$DEBIAN_FRONTEND $*" >>{calls}
[ ! -e {tmp_path}/broken ] || exit 100
case "$*" in *install*) : >{lacking} ;; esac""")

    def start(*args, uid=0, missing=(), sudo=False, broken=False):
        lacking.write_text("".join(f"{name}\n" for name in missing))
        script("id", f"echo {uid}")
        script("sudo", "shift; [ \"$1\" = true ] || exec \"$@\"" if sudo else "exit 1")
        if broken:
            (tmp_path / "broken").touch()
        result = roam(*args, env={"PATH": f"{tools}:{os.environ['PATH']}",
                                  "ROAM_BUILD": str(tmp_path / "build")})
        return result, calls.read_text().splitlines()

    return start


def test_doctor_finds_nothing_missing(debian):
    result, calls = debian("doctor")
    assert result.returncode == 0, result.stdout
    assert "nothing is missing" in result.stdout
    assert re.search(r"^build +libns3-dev +1\.0-1 ", result.stdout, re.MULTILINE)
    assert calls == []


def test_doctor_gives_the_line_that_installs_what_is_missing(debian):
    result, calls = debian("doctor", missing=["gnuplot-nox", "tshark"], uid=1000)
    assert result.returncode == 1
    assert re.search(r"^page +gnuplot-nox +missing ", result.stdout, re.MULTILINE)
    assert result.stdout.splitlines()[-1] == (
        "install them with: sudo apt-get install --no-install-recommends gnuplot-nox tshark")
    assert calls == []


def test_doctor_lists_each_package_once(debian):
    result, _ = debian("doctor", missing=["libusrsctp-dev"], uid=1000)
    names = [line.split()[1] for line in result.stdout.splitlines()
             if line.split()[0] in ("build", "page", "bench", "test", "fuzz")]
    assert len(names) == len(set(names)) > 30
    assert result.stdout.count("libusrsctp-dev") == 3  # the list, "missing:", the line to run
    assert "to compare ours with; another SCTP, to talk to" in result.stdout


def test_what_no_page_uses_is_not_asked_of_users(debian):
    """mscgen reads ladders in a test; pages and figures are drawn without it."""
    _, calls = debian("plot", "/nowhere", missing=["mscgen"])
    assert calls == []


def test_without_root_it_prints_the_line_and_stops(debian):
    result, calls = debian("plot", "/nowhere", missing=["gnuplot-nox", "python3-rich"], uid=1000)
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == (
        "  sudo apt-get install --no-install-recommends python3-rich gnuplot-nox")
    assert "gnuplot-nox            figures" in result.stderr
    assert calls == []


@pytest.mark.parametrize("uid, sudo", [(0, False), (1000, True)])
def test_as_root_or_with_sudo_it_installs_just_what_is_missing(debian, uid, sudo):
    result, calls = debian("plot", "/nowhere", missing=["gnuplot-nox"], uid=uid, sudo=sudo)
    installs = [call for call in calls if " update" not in call]
    assert installs == ["apt-get frontend=noninteractive -q -y install --no-install-recommends "
                        "gnuplot-nox"]
    assert "/nowhere" in result.stderr.splitlines()[-1]  # it went on to its work


def test_when_all_is_there_nothing_is_installed(debian):
    _, calls = debian("plot", "/nowhere")
    assert calls == []


def test_what_the_tests_need_is_not_asked_of_a_figure(debian):
    _, calls = debian("plot", "/nowhere", missing=["tshark", "valgrind", "chromium"])
    assert calls == []


def test_an_installation_that_fails_is_tried_once_more_with_fresh_lists(debian):
    result, calls = debian("plot", "/nowhere", missing=["gnuplot-nox"], broken=True)
    assert result.returncode == 2
    assert "apt-get" in result.stderr.splitlines()[-1]
    assert any(" update" in call for call in calls)


# --- Building ------------------------------------------------------------------------------------


def configure(tmp_path, *options, **env):
    shutil.rmtree(tmp_path / "b", ignore_errors=True)
    return run("cmake", "-S", ROOT, "-B", tmp_path / "b", "-G", "Ninja", *options,
               env={**os.environ, **env})


@pytest.mark.parametrize("package, line, left_out", [
    ("GSL", "roam: GSL is missing; Debian has it in libgsl-dev; roam-stats is left out",
     "roam-stats"),
    ("tomlplusplus", "roam: toml++ is missing; Debian has it in libtomlplusplus-dev; "
     "roam-sim is left out", "roam-sim"),
    ("nlohmann_json", "roam: nlohmann json is missing; Debian has it in nlohmann-json3-dev; "
     "roam-sim is left out", "roam-sim"),
    ("ZLIB", "roam: zlib is missing; Debian has it in zlib1g-dev; roam-sim is left out",
     "roam-sim"),
])
def test_what_one_program_lacks_leaves_out_that_program_only(tmp_path, package, line, left_out):
    result = configure(tmp_path, f"-DCMAKE_DISABLE_FIND_PACKAGE_{package}=1")
    assert result.returncode == 0, result.stderr
    assert [said for said in (result.stdout + result.stderr).splitlines()
            if said.startswith("roam: ")] == [line]
    for target in ("roam-core", "roam-stats", "roam-sim"):
        query = run("ninja", "-C", tmp_path / "b", "-t", "query", target)
        assert (query.returncode == 0) == (target != left_out), target


def test_without_ns3_configuring_stops_with_a_line_that_says_so(tmp_path):
    result = configure(tmp_path, "-DCMAKE_DISABLE_FIND_PACKAGE_ns3=1")
    assert result.returncode != 0
    assert "  roam: ns-3 is missing; Debian has it in libns3-dev" in result.stderr.splitlines()


def test_the_command_tells_in_one_line_that_nettle_is_missing(tmp_path):
    result = roam("build", env={"ROAM_BUILD": str(tmp_path / "b"), "PKG_CONFIG_PATH": "",
                                "PKG_CONFIG_LIBDIR": str(tmp_path)})
    assert wrong(result) == "roam: nettle is missing; Debian has it in nettle-dev"


def test_a_build_directory_that_cannot_be_made_is_one_line():
    result = roam("build", env={"ROAM_BUILD": "/dev/null/b"})
    assert "can't make the build directory /dev/null/b" in wrong(result)


# --- A clone -------------------------------------------------------------------------------------


def test_a_clone_is_whole_and_the_doctor_leaves_it_clean(tmp_path):
    if run("git", "-C", ROOT, "rev-parse", "--verify", "-q", "HEAD").returncode:
        pytest.skip("nothing is committed here, so there is nothing to clone")
    clone = tmp_path / "roam"
    subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
    result = run(clone / "roam", "doctor")
    assert result.returncode in (0, 1), result.stderr
    assert re.search(r"^build +g\+\+ ", result.stdout, re.MULTILINE)
    assert run("git", "-C", clone, "status", "--porcelain").stdout == ""
    tracked = run("git", "-C", clone, "ls-files", "-s").stdout
    for name in ("roam", ".ci/run"):
        assert re.search(rf"^100755 .*\t{re.escape(name)}$", tracked, re.MULTILINE), name


@pytest.fixture
def checkout(tmp_path):
    """The files of this checkout in a folder whose name has a space and a letter beyond ASCII."""
    listed = run("git", "-C", ROOT, "ls-files", "-z")
    if listed.returncode:
        pytest.skip("this is no git checkout, so there is no list of its files")
    here = tmp_path / "erste Ausf\u00fchrung" / "roam"
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (here / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, here / name)
    return here


def make(folder, *words):
    done = run("make", "-s", f"-j{os.cpu_count()}", "-C", folder, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commands_of(checkout, target):
    """What ./roam build would do for a target; "help" builds nothing."""
    env = {name: value for name, value in os.environ.items() if name != "ROAM_BUILD"}
    done = run(checkout / "roam", "build", "help", env=env)
    assert done.returncode == 0, done.stderr
    return run("ninja", "-C", checkout / "build", "-t", "commands", target).stdout, done.stderr


def test_a_moved_checkout_whose_path_has_a_space_builds_its_own_sources(checkout):
    commands, said = commands_of(checkout, "roam-stats")
    assert str(checkout / "stats/roam-stats.c") in commands.replace("\\ ", " "), commands[:2000]
    assert "[  PASSED  ]" in make(checkout / "test/core", "only=sctp-wire")
    (checkout.parent / "zweite").mkdir()
    moved = checkout.rename(checkout.parent / "zweite" / "roam")
    commands, said = commands_of(moved, "roam-stats")
    assert f"was made for {checkout}; configuring it for {moved}" in said
    assert str(checkout) not in commands and "zweite" in commands
    # its data are found by their path; of a copy, the first would still be there
    assert "[  PASSED  ]" in make(moved / "test/core", "only=sctp-wire")
    assert run(moved / "roam", "build", "help", env={**os.environ, "ROAM_BUILD": str(moved / "build")}
               ).stderr.count("configuring it") == 0, "once is enough"


@pytest.mark.parametrize("folder, targets", [("host", ["all"]), ("bench", []), ("test/host", ["all"]),
                                             ("test/interop", [])])
def test_each_makefile_builds_in_a_path_with_a_space(checkout, folder, targets):
    """Without compiling: cc writes down what it is asked for."""
    tools = checkout.parent / "bin"
    tools.mkdir()
    (tools / "cc").write_text('#!/bin/sh\nfor word; do [ "$last" != -o ] || : >"$word"; last=$word; done\n')
    (tools / "cc").chmod(0o755)
    (tools / "ar").write_text('#!/bin/sh\n: >"$2"\n')
    (tools / "ar").chmod(0o755)
    make(checkout / folder, f"CC={shlex.quote(str(tools / 'cc'))}", f"AR={shlex.quote(str(tools / 'ar'))}",
         "PYTHON=true", *targets)
    assert any((checkout / "build").rglob("*.o")) and not (checkout.parents[1] / "Ausf\u00fchrung").exists()


# --- Examples ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name, told", [
    ("roam-first-handover", r"the primary address is 3\.3\.3\.2, in cell 2\n.*completed"),
    ("sctp-bulk", r"4000000 of 4000000 bytes arrived"),
])
def test_the_examples_do_what_they_are_there_to_show(name, told):
    result = run(program(f"examples/{name}"))
    assert result.returncode == 0, result.stderr
    assert re.search(told, result.stdout), result.stdout


def test_the_benchmark_measures_three_transports_in_one_run():
    program("roam-bench")
    done = roam("bench", "--rounds=1", "--time=1s")
    assert done.returncode == 0, done.stderr
    table = done.stdout.partition("wall clock for")[0]
    rows = {line.split()[0]: line.split() for line in table.splitlines() if line.split()}
    for transport in ("UDP", "TCP", "SCTP"):
        assert int(rows[transport][1]) > 1000, transport  # packets delivered in a second
    assert "SCTP / TCP" in done.stdout
    assert "unknown benchmark 'chian'" in wrong(roam("bench", "chian"))


def test_the_benchmark_of_sctp_measures_two_stacks_in_one_run():
    done = roam("bench", "sctp", "--messages=1000", "--rounds=1", "--idle=10")
    assert done.returncode == 0, done.stderr
    speed, _, memory = done.stdout.partition("heap for each")
    assert re.search(r"^roam +1\.5\d\d +\d+ +\d+\.\d+$", speed, re.MULTILINE), speed
    assert re.search(r"^roam +\d+ +\d+$", memory, re.MULTILINE), memory
    if "skipped" in speed:
        assert "libusrsctp-dev" in speed
    else:
        assert re.search(r"^usrsctp +1\.5\d\d +\d+ +\d+\.\d+$", speed, re.MULTILINE), speed
        assert re.search(r"^usrsctp +\d+ +\d+$", memory, re.MULTILINE), memory
        assert re.search(r"roam / usrsctp +\d+\.\d\d ", speed), speed
    assert "cannot read '--rounds=0'" in wrong(roam("bench", "sctp", "--rounds=0"))
