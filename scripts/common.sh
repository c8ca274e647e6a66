# shellcheck shell=bash
# What the scripts of the verbs share. Sourced from the top of the tree, after `set -eu`.
# shellcheck source=scripts/packages.sh
. scripts/packages.sh

export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}

title() { echo "== $*"; }

# configure_preset PRESET [-DNAME=VALUE...]: quiet unless it fails.
configure_preset() {
    cmake --preset "$@" >"build/$1.configure.log" 2>&1 || {
        cat "build/$1.configure.log" >&2
        return 1
    }
}

# build_preset PRESET [TARGET...]: configures, then builds those targets, or all.
build_preset() {
    local preset=$1
    shift
    configure_preset "$preset"
    cmake --build --preset "$preset" ${1:+--target "$@"}
}

# The page, built into web/dist when its sources differ from those of the last build.
build_page() {
    [ -f web/package.json ] || return 0
    local now stamp=build/web.stamp modules=build/web-modules.stamp lock
    lock=$(sha256sum web/package.json web/package-lock.json | sha256sum)
    if [ ! -d web/node_modules ] || [ "$(cat "$modules" 2>/dev/null)" != "$lock" ]; then
        title "installing the page's parts from npm (web/package-lock.json)"
        (cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || {
            echo "run: npm ci could not install the page's parts: it needs the npm registry within reach, once" >&2
            return 1
        }
        echo "$lock" >"$modules"
    fi
    now=$(cd web && find . \( -path ./node_modules -o -path ./dist \) -prune -o -type f -print0 | sort -z |
        xargs -0 sha256sum | sha256sum)
    if [ ! -d web/dist ] || [ "$(cat "$stamp" 2>/dev/null)" != "$now" ]; then
        title "building the page: web/dist"
        (cd web && npm run --silent build)
        echo "$now" >"$stamp"
    fi
}

# The program that ships: build/release/comity, the page inside.
build_program() {
    build_page
    title "building build/release/comity"
    build_preset release comity
}

mkdir -p build
