#!/bin/bash
# ./run lint: every check that runs no test; all of them run, then the closing line counts.
set -eu
. scripts/common.sh
need build lint

passed=0 failed=0
check() { # WHAT COMMAND...
    local what=$1
    shift
    title "$what"
    if "$@"; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "-- failed: $what"
    fi
}

# The tree's own files: what git has and what it would add.
files() { git ls-files --cached --others --exclude-standard -z -- "$@" | xargs -0 -r ls -d 2>/dev/null; }

format() { files 'src/*.cpp' 'src/*.h' 'tests/*.cpp' 'tests/*.h' 'bench/*.cpp' 'bench/*.h' 'fuzz/*.cpp' 'fuzz/*.h' |
    xargs -r clang-format-19 --dry-run -Werror; }

tidy() {
    configure_preset lint && python3 scripts/tidy.py
}

shell() { files run .ci/run '*.sh' | xargs -r shellcheck -x; }

page_types() {
    [ -f web/package.json ] || return 0
    build_page && (cd web && npm run --silent check)
}

check "format: clang-format" format
check "include directions" python3 tests/house/include_direction.py
check "names of a room" python3 tests/house/unique_names.py
check "what must not be in the tree" python3 scripts/tree_check.py
check "shell: shellcheck" shell
check "the page's types: tsc" page_types
check "static analysis: clang-tidy" tidy

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
