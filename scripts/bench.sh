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
export COMITY_PROGRAM=$PWD/build/release/comity
exec build/release/bench/comity_bench "$@" >&3
