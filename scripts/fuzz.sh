#!/bin/bash
# ./run fuzz [NAME] [SECONDS]: libFuzzer on every target of fuzz/, or the one named; 600 seconds each by default.
#
# A target NAME reads its seeds in fuzz/corpus/NAME (which is never written), keeps what it learns in build/fuzz/corpus/NAME,
# and leaves an input that breaks it in build/fuzz/findings: put that into fuzz/corpus/NAME with the fix.
# First comes the leak test (alone: ./run fuzz leaks), over communities by chance; a failure names its seed.
set -eu
. scripts/common.sh

name="" seconds=600
for argument in "$@"; do
    case $argument in
        *[!0-9]*) name=$argument ;;
        *) seconds=$argument ;;
    esac
done

need build fuzz
title "building the fuzzers"
build_preset fuzz fuzz_targets

targets=()
for program in build/fuzz/fuzz/*; do
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
    target=$(basename "$program")
    target=${target#fuzz_}
    target=${target%_fuzz}
    if [ -z "$name" ] || [ "$name" = "$target" ]; then targets+=("$target=$program"); fi
done
if [ ${#targets[@]} -eq 0 ] && [ "$name" != leaks ]; then
    echo "run: fuzz: ${name:-fuzz/}: there is no such target" >&2
    exit 2
fi

fuzz_one() { # NAME=PROGRAM SECONDS
    local target=${1%%=*} program=${1#*=} learned seeds log code=0 arguments=()
    learned=build/fuzz/corpus/$target seeds=fuzz/corpus/$target log=build/fuzz/$target.log
    mkdir -p "$learned" build/fuzz/findings
    if [ -d "$seeds" ]; then arguments+=("$seeds"); fi
    if [ -f "fuzz/$target.dict" ]; then arguments+=("-dict=fuzz/$target.dict"); fi
    "$program" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="build/fuzz/findings/$target-" "$learned" "${arguments[@]}" >"$log" 2>&1 || code=$?
    if [ "$code" -eq 0 ]; then
        echo "ok    $target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $2 s"
    else
        echo "FAIL  $target: see $log"
        tail -n 30 "$log"
    fi
    return "$code"
}
export -f fuzz_one

if [ -z "$name" ] || [ "$name" = leaks ]; then
    title "the leak test, over a thousand communities by chance"
    build_preset dev intelligence_test
    COMITY_LEAK_WORLDS=1000 build/dev/src/intelligence_test --gtest_brief=1 --gtest_filter='*Leaks*'
    if [ "$name" = leaks ]; then exit 0; fi
fi

title "fuzzing ${#targets[@]} targets, $seconds s each, $(nproc) at a time"
results=build/fuzz/results
# shellcheck disable=SC2016  # the inner shell expands them
printf '%s\0' "${targets[@]}" |
    xargs -0 -P "$(nproc)" -I {} bash -c 'fuzz_one "$1" "$2" && echo ok >&3 || echo fail >&3' _ {} "$seconds" 3>"$results"
passed=$(grep -c '^ok$' "$results" || true)
failed=$((${#targets[@]} - passed))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
