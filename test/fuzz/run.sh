#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ./roam fuzz [packet|endpoint|pair ...] [--runs N] [--time SECONDS] [--seed N]
#
# Builds the libFuzzer targets and runs each (all three, if none is named) for so many executions
# or seconds; 60 s if neither is said. New inputs stay in the corpus, build/fuzz/corpus/TARGET. What
# fails is kept in build/fuzz/crashes, and the line that runs it again is printed. With one seed and
# a fresh corpus (--fresh) the same inputs are tried in the same order.

set -eu

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
root=$(cd "$here/../.." && pwd)
out=${ROAM_BUILD:-$root/build}/fuzz

targets=
runs=
seconds=
seed=1
fresh=no
while [ $# -gt 0 ]; do
    case $1 in
    packet | endpoint | pair) targets="$targets $1" ;;
    --runs | --time | --seed)
        case ${2-} in
        '' | *[!0-9]* | ??????????*)
            echo "roam fuzz: $1: found '${2-}'; expected a whole number of at most 9 digits" >&2
            exit 2
            ;;
        esac
        case $1 in
        --runs) runs=$2 ;;
        --time) seconds=$2 ;;
        --seed) seed=$2 ;;
        esac
        shift
        ;;
    --fresh) fresh=yes ;;
    --help)
        sed -n 's/^# \{0,1\}//; 4,10p' "$0"
        exit 0
        ;;
    *)
        echo "roam fuzz: unknown word '$1'; packet, endpoint, pair, --runs, --time, --seed, --fresh" >&2
        exit 2
        ;;
    esac
    shift
done
[ -n "$runs$seconds" ] || seconds=60

# Most of the time goes into malloc; a failing input is run again with whole stacks.
export ASAN_OPTIONS="${ASAN_OPTIONS:-malloc_context_size=0:intercept_memcmp=0:quarantine_size_mb=8}"

# relative: make takes no path with a space in it
make -s -C "$here" out="$(realpath -m --relative-to="$here" "$out")"
mkdir -p "$out/crashes"
cd "$root"

failed=0
for target in ${targets:-packet endpoint pair}; do
    corpus=$out/corpus/$target
    case $target in # long inputs are slow, and find no more
    packet) longest=2048 ;;
    endpoint) longest=768 ;;
    pair) longest=256 ;;
    esac
    [ "$fresh" = no ] || rm -rf "$corpus"
    mkdir -p "$corpus"
    "$out/fuzz-seeds" "$target" "$corpus"
    log=$out/$target.log
    status=0
    "$out/fuzz-$target" -seed="$seed" -dict="$here/sctp.dict" -max_len="$longest" \
        -timeout=10 -rss_limit_mb=2048 -entropic=0 -print_final_stats=1 \
        ${runs:+-runs="$runs"} ${seconds:+-max_total_time="$seconds"} \
        -artifact_prefix="$out/crashes/$target-" "$corpus" >"$log" 2>&1 || status=$?
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    if [ "$status" = 0 ]; then
        echo "PASS fuzz $target: $executions executions, $rate a second, no finding"
        continue
    fi
    failed=1
    grep -E 'does not hold|ERROR|SUMMARY|runtime error|Assertion' "$log" || tail -n 20 "$log"
    echo "FAIL fuzz $target; again:"
    sed -n "s|^.*Test unit written to \(.*\)|  $out/fuzz-$target \1|p" "$log"
done
exit $failed
