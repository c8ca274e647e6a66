#!/bin/bash
# ./run test [NAME...]: every suite, or those named; a NAME that is no suite is a ctest name (a room: log, api_rest).
#
# Which build runs what, so that nothing is compiled more often than it earns:
#   asan     every room's tests and the tests of the whole, with address and undefined-behaviour sanitizers
#   release  the program itself, as it ships: what system and browser tests start
#   tsan     the rooms where threads meet, with the thread sanitizer (clang)
set -eu
. scripts/common.sh

# name, what it is, the function that runs it. To add a suite is to add a line.
suites=(
    "house|include directions|ctest_suite asan -L house"
    "rooms|unit tests of every room, address and undefined-behaviour sanitizers|ctest_suite asan -L room"
    "corpus|every fuzz target on its corpus|ctest_suite asan -R ^fuzz_corpus_"
    "conformance|protocols by cases, requests and answers as text|ctest_suite asan -L conformance"
    "system|whole programs: several nodes, kills, requests and answers|ctest_suite asan -L system"
    "laws|the six laws: order, rebuild, kills and full disks, leaks, proofs, other nodes|ctest_suite asan -L laws"
    "threads|the rooms where threads meet, thread sanitizer|ctest_suite tsan -R ^(http|ledger)$"
    "policy|policies against Cedar, over random policies and acts|npm_suite tests/policy test"
    "web|the page's own unit tests|npm_suite web test"
    "browser|the page in Chromium, against a node that lies when told|npm_suite tests/browser test"
    "page|the page in Chromium, against a real node|demo_suite npm --prefix tests/browser run --silent test"
)
# What a suite has built before it runs.
builds_of() {
    case $1 in
        house) echo configured ;;
        rooms | corpus | conformance | system | laws) echo asan ;;
        threads) echo tsan ;;
    esac
    case $1 in
        system | page | policy) echo release ;;
        web | browser) echo page ;;
    esac
}

results=build/results
passed=0 failed=0 skipped=0

add() { # PASSED FAILED SKIPPED of a suite, and its exit code
    if [ "$4" -ne 0 ] && [ "$2" -eq 0 ]; then set -- "$1" 1 "$3"; fi
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    echo "-- $suite: $1 passed, $2 failed${3:+, $3 skipped}"
}

ctest_suite() {
    local preset=$1 code=0 counts
    shift
    ctest --preset "$preset" -j "$(nproc)" --output-on-failure --no-tests=ignore \
        --output-junit "$PWD/$results/$suite.xml" --test-output-size-passed 200000 --test-output-size-failed 1000000 \
        "$@" || code=$?
    read -r -a counts < <(python3 scripts/tally.py junit "$results/$suite.xml")
    add "${counts[@]}" "$code"
}

named_suite() { ctest_suite asan -R "^($pattern)"; }

npm_suite() {
    local folder=$1 word=$2 code=0 counts
    if [ ! -f "$folder/package.json" ]; then return 0; fi
    if [ ! -d "$folder/node_modules" ] && [ -f "$folder/package-lock.json" ]; then
        (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    fi
    (cd "$folder" && npm run --silent "$word") 2>&1 | tee "$results/$suite.log" || code=$?
    read -r -a counts < <(python3 scripts/tally.py text "$results/$suite.log")
    add "${counts[@]}" "$code"
}

# The demo's own checks, then a command with its node up.
demo_suite() {
    local code=0 counts
    COMITY_DEMO_DATA=$PWD/build/demo-test COMITY_DEMO_PORT=0 bash scripts/demo.sh --fresh --then "$*" 2>&1 |
        tee "$results/$suite.log" || code=$?
    read -r -a counts < <(python3 scripts/tally.py text "$results/$suite.log")
    add "${counts[@]}" "$code"
}

# One cluster for all suites, in a folder that the user postgres can reach even when the tree lies in somebody's home.
start_postgres() {
    if [ -n "${COMITY_TEST_POSTGRES-}" ]; then return 0; fi
    title "starting a throw-away PostgreSQL"
    local dir
    dir=$(mktemp -d -t comity-pg-XXXXXX)
    # shellcheck disable=SC2064  # the folder's name as it is now
    trap "sh scripts/postgres.sh stop '$dir'; rm -rf '$dir'" EXIT
    COMITY_TEST_POSTGRES=$(sh scripts/postgres.sh start "$dir")
    export COMITY_TEST_POSTGRES
}

# Which suites, and what is left as a ctest pattern.
chosen=() pattern=
for name in "$@"; do
    known=
    for line in "${suites[@]}"; do
        if [ "${line%%|*}" = "$name" ]; then known=yes; fi
    done
    if [ "$known" ]; then chosen+=("$name"); else pattern=${pattern:+$pattern|}$name; fi
done
if [ $# -eq 0 ]; then
    for line in "${suites[@]}"; do chosen+=("${line%%|*}"); done
fi
if [ "$pattern" ]; then
    suites+=("named|tests named ${pattern//|/ }|named_suite")
    chosen+=(named)
fi

# Of the tests named one by one, only their programs: room log is target log_test; anything else needs them all.
build_named() {
    local name targets=()
    for name in ${pattern//|/ }; do
        if [ ! -d "src/${name/_//}" ]; then
            build_preset asan
            return
        fi
        targets+=("${name}_test")
    done
    if [ ${#targets[@]} -gt 0 ]; then build_preset asan "${targets[@]}"; fi
}

need build test
export COMITY_PROGRAM=$PWD/build/release/comity
rm -rf "$results"
mkdir -p "$results"

wanted=" $(for name in "${chosen[@]}"; do builds_of "$name"; done | sort -u | tr '\n' ' ') "
if [ "$pattern" ]; then wanted="$wanted named "; fi
case $wanted in *" page "* | *" asan "*) build_page ;; esac
case $wanted in *" release "*) build_program ;; esac
case $wanted in
    *" asan "*)
        title "building the tests with address and undefined-behaviour sanitizers"
        build_preset asan
        ;;
    *" configured "* | *" named "*)
        configure_preset asan
        build_named
        ;;
esac
case $wanted in
    *" tsan "*)
        title "building http and ledger with the thread sanitizer"
        build_preset tsan http_test ledger_test
        ;;
esac
case " ${chosen[*]} " in *" rooms "* | *" laws "* | *" system "* | *" threads "* | *" named "*) start_postgres ;; esac

export ASAN_OPTIONS=${ASAN_OPTIONS-detect_stack_use_after_return=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS-halt_on_error=1:second_deadlock_stack=1}
set -o pipefail
for line in "${suites[@]}"; do
    IFS='|' read -r suite what how <<<"$line"
    case " ${chosen[*]} " in *" $suite "*) ;; *) continue ;; esac
    title "$suite: $what"
    # shellcheck disable=SC2086  # the words of the table's third column are arguments
    $how
done

title "all suites"
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
