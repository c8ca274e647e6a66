#!/bin/bash
# ./run interop [NAME...]: other people's programs against ours. Beside Debian's packages it takes Python's from PyPI.
#
#   tlog      Go's sumdb/note and sumdb/tlog verify a running node's log, and reject forged variants of it
#   witness   omniwitness (transparency-dev) cosigns our checkpoints, Tessera's fsck reads our log through; from the Go proxy, Go 1.25 or newer
#             (their load tester, as the proxy serves it, cannot begin with a log that the witness has not seen; litewitness needs Go 1.27)
#   misp      pymisp reads the feed, misp-stix converts the same events as we do
#   defence   named-checkzone, unbound-checkconf, nft and suricata take our exports
#             (Debian 12 has no suricata, snort or zeek; where one is installed all the same, suricata -T checks its rules)
#   taxii     taxii2-client and cytaxii2 page through everything that is shared, post and delete
#             (pycti, OpenCTI's library, speaks GraphQL to its platform and has no TAXII in it: nothing to run)
#   ocds      ocdskit compiles what we merge, libcoveocds validates what we check, Cardinal's published results are what we flag; needs ../shared/data
#             (Cardinal itself is in no registry) (COMITY_SEED, COMITY_CASES)
#   stix      stix2-patterns, stix2-matcher, stix2-validator and stix2 agree with us (COMITY_SEED, COMITY_CASES)
set -eu -o pipefail
. scripts/common.sh
need build interop
build_program
export COMITY_PROGRAM=$PWD/build/release/comity

results=build/results
mkdir -p "$results" build/interop
passed=0 failed=0
suite() { # NAME COMMAND...
    local name=$1 code=0 counts
    shift
    title "interop: $name"
    "$@" 2>&1 | tee "$results/interop-$name.log" || code=$?
    read -r -a counts < <(python3 scripts/tally.py text "$results/interop-$name.log")
    if [ "$code" -ne 0 ] && [ "${counts[1]}" -eq 0 ]; then counts[1]=1; fi
    passed=$((passed + counts[0])) failed=$((failed + counts[1]))
}

tlog() {
    (cd tests/interop/tlog_verify && GO111MODULE=off GOFLAGS='' GOPATH=/usr/share/gocode go build -o ../../../build/interop/tlog_verify) &&
        python3 tests/interop/tlog.py build/interop/tlog_verify
}

witness() {
    local peers=$PWD/build/interop/go versions="tessera@v1.0.4 witness@v0.0.0-20260720115447-2e1c6971d19e"
    local from=github.com/transparency-dev
    if [ "$(cat "$peers/versions" 2>/dev/null)" != "$versions" ]; then
        if ! go version | grep -Eq 'go1\.(2[5-9]|[3-9][0-9])'; then
            echo "run: interop: witness left out: its programs need Go 1.25 or newer, and this is $(go version)" >&2
            echo "0 passed, 0 failed"
            return 0
        fi
        if ! GOBIN=$peers GOFLAGS='' go install "$from/tessera/cmd/fsck@v1.0.4" ||
            ! GOBIN=$peers GOFLAGS='' go install "$from/witness/cmd/omniwitness@${versions##*@}" "$from/witness/cmd/generate_keys@${versions##*@}"; then
            echo "run: interop: Go's programs could not be built: they need the Go proxy within reach, once" >&2
            return 1
        fi
        echo "$versions" >"$peers/versions"
    fi
    python3 tests/interop/witness.py "$peers"
}

defence() { python3 tests/interop/defence.py; }

# Python with the clients and libraries of requirements.txt.
python_peers() {
    local stamp=build/interop/requirements.txt
    if ! cmp -s tests/interop/requirements.txt "$stamp"; then
        rm -rf build/interop/venv
        python3 -m venv build/interop/venv
        build/interop/venv/bin/pip install --quiet --requirement tests/interop/requirements.txt || {
            echo "run: interop: the Python packages could not be had: they need PyPI within reach, once" >&2
            return 1
        }
        cp tests/interop/requirements.txt "$stamp"
    fi
}

misp() {
    python_peers && build/interop/venv/bin/python tests/interop/misp.py
}

taxii() {
    python_peers && build/interop/venv/bin/python tests/interop/taxii_client.py
}

ocds() {
    python_peers && build/interop/venv/bin/python tests/interop/ocds.py
}

stix() {
    python_peers && build/interop/venv/bin/python tests/interop/oasis_stix.py
}

if [ $# -eq 0 ]; then set -- tlog witness misp defence taxii ocds stix; fi
for name in "$@"; do
    case $name in
        tlog | witness | misp | defence | taxii | ocds | stix) suite "$name" "$name" ;;
        *) echo "run: interop: $name: no such suite: tlog, witness, misp, defence, taxii, ocds, stix" >&2 && exit 2 ;;
    esac
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
