#!/bin/sh
# A throw-away PostgreSQL cluster for tests and measurements, in a folder of its own.
#
#     scripts/postgres.sh start DIR [NAME=VALUE...]   makes it where there is none, starts it, prints its URL
#     scripts/postgres.sh url DIR                     prints the URL
#     scripts/postgres.sh stop DIR                    ends it, by its process id; the folder stays
#
# It listens on a Unix socket in DIR and on no port; who may enter DIR is its superuser (initdb's owner of DIR, and root).
# NAME=VALUE are settings of the server. It runs as the user postgres where root starts it, as PostgreSQL won't run as root.
set -eu

fail() {
    echo "postgres.sh: $1" >&2
    exit "${2:-1}"
}

[ $# -ge 2 ] || fail "use: start DIR [NAME=VALUE...] | stop DIR | url DIR" 2
command=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2

bin=
for folder in /usr/lib/postgresql/*/bin; do
    [ -x "$folder/initdb" ] && bin=$folder
done
# A socket's path has 107 bytes.
[ ${#dir} -le 85 ] || fail "the path is too long for a socket: $dir"

as_owner() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
    else
        "$@"
    fi
}

url() { echo "postgresql://comity@/postgres?host=$dir"; }

case $command in
start)
    [ -n "$bin" ] || fail "PostgreSQL is not installed: apt-get install postgresql" 3
    cd "$dir"
    if [ ! -f "$dir/data/PG_VERSION" ]; then
        [ "$(id -u)" != 0 ] || chown postgres: "$dir"
        chmod 700 "$dir"
        # A language's order of texts, not the bytes': the tests must see that it makes no difference.
        as_owner "$bin/initdb" --pgdata="$dir/data" --username=comity --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
            --locale-provider=icu --icu-locale=en --no-sync >"$dir/initdb.log" 2>&1 ||
            fail "initdb failed: $(tail -n 3 "$dir/initdb.log")"
    fi
    set -- listen_addresses= unix_socket_directories="$dir" fsync=on synchronous_commit=on max_connections=60 \
        shared_buffers=64MB "$@"
    settings=
    for setting; do settings="$settings -c '$setting'"; done
    as_owner "$bin/pg_ctl" start --pgdata="$dir/data" --log="$dir/log" --silent --wait --options="$settings" >/dev/null ||
        fail "it does not start: $(tail -n 3 "$dir/log")"
    url
    ;;
stop)
    [ -f "$dir/data/postmaster.pid" ] || exit 0
    cd "$dir"
    as_owner "$bin/pg_ctl" stop --pgdata="$dir/data" --mode=immediate --silent --wait ||
        fail "it does not stop: process $(head -n 1 "$dir/data/postmaster.pid")"
    ;;
url) url ;;
*) fail "unknown command: $command" 2 ;;
esac
