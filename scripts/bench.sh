#!/bin/bash
# ./run bench [NAME...] [--json]: what is measured, beside the limit and the peer of the same run; all of bench/ without NAME.
set -eu
. scripts/common.sh
# With --json only the measurements go to standard output.
exec 3>&1 1>&2
need build bench
build_page
title "building the program and the benchmarks"
configure_preset release -DCOMITY_BENCH=ON
cmake --build --preset release --target comity comity_bench
# The Python libraries that validate and patterns are measured beside, and the client that taxii-get walks with; without them
# they are measured alone.
mkdir -p build/bench
if ! cmp -s bench/requirements.txt build/bench/requirements.txt; then
    rm -rf build/bench/venv
    if python3 -m venv build/bench/venv && build/bench/venv/bin/pip install --quiet --requirement bench/requirements.txt; then
        cp bench/requirements.txt build/bench/requirements.txt
    else
        echo "run: bench: the Python libraries could not be had from PyPI: measuring without them" >&2
    fi
fi
if [ -f build/bench/requirements.txt ]; then
    export COMITY_BENCH_PYTHON=$PWD/build/bench/venv/bin/python COMITY_BENCH_PEERS=$PWD/bench COMITY_BENCH_TAXII_WALK=$PWD/bench/taxii_walk.py
fi
# Tessera's load tool and its POSIX log, from the Go proxy, for hammer alone: it is their measure, not ours.
wants_hammer=yes
for word in "$@"; do
    case $word in
        --json) ;;
        hammer) wants_hammer=yes && break ;;
        *) wants_hammer= ;;
    esac
done
if [ "$wants_hammer" ]; then
    tessera=github.com/transparency-dev/tessera peers=$PWD/build/bench/go version=v1.0.4
    if [ "$(cat "$peers/version" 2>/dev/null)" != "$version" ]; then
        title "building Tessera's hammer and POSIX log $version from the Go proxy"
        if GOBIN=$peers GOFLAGS=-mod=mod go install "$tessera/internal/hammer@$version" "$tessera/cmd/conformance/posix@$version"; then
            echo "$version" >"$peers/version"
        else
            echo "run: bench: Tessera $version could not be built (Go 1.24 or newer, and the Go proxy within reach): no hammer" >&2
        fi
    fi
    if [ -f "$peers/version" ]; then
        (cd bench/null_log && GO111MODULE=off go build -o "$peers/null_log" main.go)
        export COMITY_BENCH_GO=$peers
    fi
fi
export COMITY_PROGRAM=$PWD/build/release/comity
exec build/release/bench/comity_bench "$@" >&3
