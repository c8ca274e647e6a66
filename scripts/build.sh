#!/bin/bash
# ./run build: build/release/comity
set -eu
. scripts/common.sh
need build
build_program
ls -l build/release/comity
