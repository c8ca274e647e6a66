# shellcheck shell=bash
# Which Debian 12 packages each verb needs, and how they get here. Sourced by the scripts of the verbs.
#
#     . scripts/packages.sh
#     need build test        # installs what is missing of both lists, and says what
#
# An entry `package:command` counts as there when the command is on the PATH, whoever brought it.

packages_of() {
    case $1 in
        build) echo g++ cmake ninja-build ccache pkg-config ca-certificates \
            libsodium-dev librnp-dev libssl-dev zlib1g-dev libsqlite3-dev libpq-dev libmicrohttpd-dev libgnutls28-dev libcurl4-openssl-dev libidn2-dev libcairo2-dev libzstd-dev \
            libsimdjson-dev libre2-dev libboost-json1.81-dev libfmt-dev libspdlog-dev libcli11-dev libtomlplusplus-dev \
            prometheus-cpp-dev libz3-dev coinor-libclp-dev liblemon-dev nodejs:node npm:npm ;;
        demo) echo curl jq ;;
        test) echo libgtest-dev libgmock-dev libvalijson-dev postgresql-15 chromium clang-19 libclang-rt-19-dev spin gnupg:gpg \
            curl jq python3 openssl iproute2 faketime procps zsh fish belenios-tool etcd-server patroni haproxy ;;
        lint) echo clang-19 clang-format-19 clang-tidy-19 shellcheck python3 git \
            libgtest-dev libgmock-dev libvalijson-dev ;;
        fuzz) echo clang-19 libclang-rt-19-dev ;;
        bench) echo wrk nginx-light ripgrep python3 python3-venv golang-go:go ;;
        interop) echo golang-go:go golang-golang-x-mod-dev python3 python3-venv curl jq bind9-utils unbound nftables ;;
        package) echo dpkg-dev fakeroot file ;;
        *) echo "packages: $1: no such list" >&2; return 1 ;;
    esac
}

need() {
    local list entry package command missing=()
    for list in "$@"; do
        for entry in $(packages_of "$list"); do
            package=${entry%%:*}
            command=${entry#*:}
            if [ "$command" != "$entry" ] && command -v "$command" >/dev/null; then continue; fi
            if [[ " ${missing[*]-} " == *" $package "* ]]; then continue; fi
            if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
                missing+=("$package")
            fi
        done
    done
    if [ ${#missing[@]} -eq 0 ]; then return 0; fi

    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "run: these Debian packages are missing, and you are neither root nor is there sudo: ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "== installing Debian packages: ${missing[*]}"
    "${as_root[@]}" apt-get -q update
    # What brings a service with it (PostgreSQL, etcd, nginx) is here for its program, which the tests start themselves: no service is
    # started now. A machine that has a policy for that keeps it.
    # shellcheck disable=SC2016  # expanded by that shell
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c '
        policy=/usr/sbin/policy-rc.d
        if [ ! -e "$policy" ]; then
            trap "rm -f $policy" EXIT
            trap "exit 1" HUP INT TERM
            printf "#!/bin/sh\nexit 101\n" >"$policy"
            chmod 755 "$policy"
        fi
        apt-get -q install -y --no-install-recommends "$@"' sh "${missing[@]}" || {
        echo "run: apt-get could not install what is missing: this needs Debian 12 and its packages within reach" >&2
        return 1
    }
}
