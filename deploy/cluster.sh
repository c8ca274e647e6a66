#!/bin/sh
# A PostgreSQL for comity that survives the loss of a machine: three machines, on each etcd, Patroni and PostgreSQL 15, all as
# Debian 12 packs them. One of the three databases is the primary, another has everything that was acknowledged on its disk as well
# (synchronous replication, strict), and takes over by itself where the primary is gone. All of them speak TLS with each other, by
# certificates of an authority of their own. docs/operators.md tells how it is used.
#
#     cluster.sh new NAME=ADDRESS...  >cluster.conf   once: three names and IPv4 addresses; makes passwords and certificates too
#     cluster.sh certify cluster.conf >new.conf       the same with fresh certificates by the same authority
#     cluster.sh write NAME cluster.conf [ROOT]       writes what follows where Debian's services look for it
#     cluster.sh etcd NAME cluster.conf               prints the machine's /etc/default/etcd
#     cluster.sh patroni NAME cluster.conf            prints the machine's /etc/patroni/config.yml
#     cluster.sh tls NAME cluster.conf FOLDER         writes ca.crt, machine.crt and machine.key there
#     cluster.sh ca cluster.conf                      prints the authority's certificate, which comity serve needs: cluster-ca.crt
#     cluster.sh url cluster.conf                     prints database.url for comity.toml, the same on every machine
#     cluster.sh balancer ADDRESS:PORT...             prints an HAProxy configuration for the comity servers at these addresses
#
# cluster.conf is the same on all machines and holds passwords and keys: keep it as you keep the log's key.
set -eu
umask 077

fail() {
    echo "cluster.sh: $1" >&2
    exit "${2:-1}"
}

usage() {
    sed -n '2,/^set -eu/{/^set -eu/d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
}

# A member is NAME=ADDRESS, or NAME=ADDRESS/POSTGRESQL/PATRONI/ETCD/ETCD-PEERS where the four ports are not the usual ones.
name_of() { echo "${1%%=*}"; }
address_of() { echo "${1#*=}" | cut -d/ -f1; }
port_of() { # MEMBER 1..4
    ports=$(echo "${1#*=}" | cut -s -d/ -f2-)
    echo "${ports:-5432/8008/2379/2380}" | cut -d/ -f"$2"
}

check_member() {
    echo "$1" | grep -Eq '^[a-z][a-z0-9-]{0,30}=[0-9]{1,3}(\.[0-9]{1,3}){3}(/[0-9]+/[0-9]+/[0-9]+/[0-9]+)?$' ||
        fail "$1: is no machine: give NAME=ADDRESS, a name of small letters and digits and an IPv4 address, as db1=10.0.0.1" 2
}

# What OpenSSL makes, it makes in a folder that is gone afterwards.
TLS_DAYS=3650
in_private() { # COMMAND...
    private=$(mktemp -d)
    trap 'rm -rf "$private"' EXIT
    "$@"
    rm -rf "$private"
    trap - EXIT
}

openssl_or_fail() {
    command -v openssl >/dev/null || fail "openssl is not installed: apt-get install openssl"
    openssl "$@" 2>"$private/said" || fail "openssl $1: $(cat "$private/said")"
}

# A PEM file as one word, and back.
pack() { base64 -w0 "$1"; }

new_authority() {
    openssl_or_fail req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$TLS_DAYS" -subj "/CN=comity cluster authority" \
        -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign" \
        -keyout "$private/ca.key" -out "$private/ca.crt"
    echo "TLS_CA=$(pack "$private/ca.crt")"
    echo "TLS_CA_KEY=$(pack "$private/ca.key")"
}

# Of each machine a key and a certificate for its address, as server and as client: it is both to the others. Prints a line each.
certify_members() { # with $private/ca.crt and ca.key
    for member in $MEMBERS; do
        name=$(name_of "$member")
        openssl_or_fail req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
            -keyout "$private/$name.key" -out "$private/$name.csr"
        printf 'subjectAltName=IP:%s\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n' \
            "$(address_of "$member")" >"$private/$name.ext"
        openssl_or_fail x509 -req -in "$private/$name.csr" -CA "$private/ca.crt" -CAkey "$private/ca.key" -days "$TLS_DAYS" \
            -set_serial "0x$(secret)" -extfile "$private/$name.ext" -out "$private/$name.crt"
        echo "$(variable_of "$name")=$(pack "$private/$name.crt"):$(pack "$private/$name.key")"
    done
}
variable_of() { echo "TLS_OF_$1" | tr 'a-z-' 'A-Z_'; }

new_certificates() {
    new_authority
    certify_members
}

certify() {
    echo "$TLS_CA" | base64 -d >"$private/ca.crt"
    echo "$TLS_CA_KEY" | base64 -d >"$private/ca.key"
    certified=$(certify_members)
    grep -v '^TLS_OF_' "$conf"
    echo "$certified"
}

# Where the machine's certificate and key are for the service that runs as that user; for a trial on one machine, in FOLDER.
tls_of() { if [ -n "${FOLDER-}" ]; then echo "$FOLDER/tls"; else echo "/etc/comity-cluster/$1"; fi; }

tls() { # FOLDER
    eval "both=\${$(variable_of "$(name_of "$me")")-}"
    [ -n "$both" ] || fail "$conf: holds no certificate of $(name_of "$me"): cluster.sh certify makes it"
    mkdir -p "$1"
    echo "$TLS_CA" | base64 -d >"$1/ca.crt"
    echo "${both%%:*}" | base64 -d >"$1/machine.crt"
    echo "${both#*:}" | base64 -d >"$1/machine.key"
}

secret() { head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

new() {
    if [ $# -lt 3 ] || [ $(($# % 2)) = 0 ]; then
        fail "$# machines: give three (or five): of two, neither knows alone whether the other is gone" 2
    fi
    for member; do check_member "$member"; done
    MEMBERS=$*
    [ "$(for member; do variable_of "$(name_of "$member")"; done | sort -u | wc -l)" = $# ] || fail "a name is given twice" 2
    certificates=$(in_private new_certificates)
    cat <<END
# A PostgreSQL of several machines for comity, made by deploy/cluster.sh: the same file on each of them. It holds passwords and keys.
CLUSTER=comity
MEMBERS='$MEMBERS'
# Networks that comity serve connects from, beside these machines, as '10.0.1.0/24 10.0.2.7/32'.
CLIENTS=''
# Seconds: a primary that has not been heard of for TTL is replaced; Patroni looks every LOOP_WAIT, and waits RETRY_TIMEOUT for an
# answer of etcd or PostgreSQL. TTL is at least LOOP_WAIT and twice RETRY_TIMEOUT.
TTL=30
LOOP_WAIT=10
RETRY_TIMEOUT=10
ADMIN_PASSWORD=$(secret)
REPLICATION_PASSWORD=$(secret)
REWIND_PASSWORD=$(secret)
PATRONI_PASSWORD=$(secret)
COMITY_PASSWORD=$(secret)
# In base64: the certificate and the key of the authority, and of each machine CERTIFICATE:KEY.
$certificates
END
}

read_conf() {
    [ -r "$1" ] || fail "$1: cannot be read: make it with cluster.sh new"
    case $1 in /*) conf=$1 ;; *) conf=./$1 ;; esac
    # shellcheck disable=SC1090  # whatever the operator calls it
    . "$conf"
    [ -n "${MEMBERS-}" ] || fail "$1: names no MEMBERS: make it with cluster.sh new"
    [ -n "${TLS_CA-}" ] || fail "$1: holds no certificates: make it anew with cluster.sh new"
    for member in $MEMBERS; do check_member "$member"; done
    [ "$TTL" -ge $((LOOP_WAIT + 2 * RETRY_TIMEOUT)) ] || fail "$1: TTL is less than LOOP_WAIT + 2 * RETRY_TIMEOUT"
}

choose() { # NAME: sets me
    me=
    for member in $MEMBERS; do
        if [ "$(name_of "$member")" = "$1" ]; then me=$member; fi
    done
    [ -n "$me" ] || fail "$1: is none of the machines: $(for member in $MEMBERS; do name_of "$member"; done | tr '\n' ' ')" 2
}

# MEMBER PORT-NUMBER: address:port
at() { echo "$(address_of "$1"):$(port_of "$1" "$2")"; }

etcd() {
    all=
    for member in $MEMBERS; do all="$all${all:+,}$(name_of "$member")=https://$(at "$member" 4)"; done
    cat <<END
# Made by cluster.sh. Machines may be far apart: a leader is given up after 2.5 seconds, not after one.
ETCD_NAME=$(name_of "$me")
ETCD_DATA_DIR=${FOLDER:-/var/lib/etcd}/$CLUSTER
ETCD_LISTEN_PEER_URLS=https://$(at "$me" 4)
ETCD_LISTEN_CLIENT_URLS=https://$(at "$me" 3)
ETCD_INITIAL_ADVERTISE_PEER_URLS=https://$(at "$me" 4)
ETCD_ADVERTISE_CLIENT_URLS=https://$(at "$me" 3)
ETCD_INITIAL_CLUSTER=$all
ETCD_INITIAL_CLUSTER_TOKEN=$CLUSTER
ETCD_INITIAL_CLUSTER_STATE=new
ETCD_CERT_FILE=$(tls_of etcd)/machine.crt
ETCD_KEY_FILE=$(tls_of etcd)/machine.key
ETCD_TRUSTED_CA_FILE=$(tls_of etcd)/ca.crt
ETCD_CLIENT_CERT_AUTH=true
ETCD_PEER_CERT_FILE=$(tls_of etcd)/machine.crt
ETCD_PEER_KEY_FILE=$(tls_of etcd)/machine.key
ETCD_PEER_TRUSTED_CA_FILE=$(tls_of etcd)/ca.crt
ETCD_PEER_CLIENT_CERT_AUTH=true
ETCD_HEARTBEAT_INTERVAL=250
ETCD_ELECTION_TIMEOUT=2500
ETCD_AUTO_COMPACTION_MODE=periodic
ETCD_AUTO_COMPACTION_RETENTION=1h
END
}

hba() {
    echo "      - local all all scram-sha-256"
    for member in $MEMBERS; do
        for what in all replication; do echo "      - hostssl $what all $(address_of "$member")/32 scram-sha-256"; done
    done | sort -u
    for network in $CLIENTS; do echo "      - hostssl comity comity $network scram-sha-256"; done
}

patroni() {
    # What Debian's service finds; for a trial on one machine, all in FOLDER.
    data=${FOLDER:-/var/lib/postgresql/15}/$CLUSTER
    keys=$(tls_of postgres)
    # One that is none of the authority's is not spoken with, whatever password it might take.
    checked="sslmode: verify-full, sslrootcert: '$keys/ca.crt'"
    cat <<END
# Made by cluster.sh. What stands under bootstrap counts when the cluster is first made; afterwards: patronictl edit-config.
scope: $CLUSTER
namespace: /comity/
name: $(name_of "$me")
etcd3:
  hosts: [$(for member in $MEMBERS; do at "$member" 3; done | paste -sd,)]
  protocol: https
  cacert: $keys/ca.crt
  cert: $keys/machine.crt
  key: $keys/machine.key
restapi:
  listen: $(at "$me" 2)
  connect_address: $(at "$me" 2)
  authentication: {username: patroni, password: '$PATRONI_PASSWORD'}
  certfile: $keys/machine.crt
  keyfile: $keys/machine.key
  cafile: $keys/ca.crt
  verify_client: required
ctl:
  cacert: $keys/ca.crt
  certfile: $keys/machine.crt
  keyfile: $keys/machine.key
bootstrap:
  dcs:
    ttl: $TTL
    loop_wait: $LOOP_WAIT
    retry_timeout: $RETRY_TIMEOUT
    # What is acknowledged is on two disks, always: a primary that has nobody to replicate to acknowledges nothing. (Two of three machines
    # gone, nobody may lead in any case.) Only who has everything may take over.
    synchronous_mode: true
    synchronous_mode_strict: true
    # A primary that has crashed may start again by itself for so long; then another takes over.
    primary_start_timeout: $TTL
    postgresql:
      use_pg_rewind: true
      use_slots: true
      parameters:
        max_connections: 200
        synchronous_commit: 'on'
        wal_keep_size: 1GB
        # A peer that vanishes without a word is noticed in half a minute.
        wal_sender_timeout: 30s
        wal_receiver_timeout: 30s
        tcp_keepalives_idle: 15
        tcp_keepalives_interval: 5
        tcp_keepalives_count: 3
  initdb:
    - encoding: UTF8
    - locale: C.UTF-8
    - data-checksums
    - auth: scram-sha-256
  # The user and the database of comity; Patroni adds how to reach PostgreSQL.
  post_bootstrap: >-
    /usr/bin/psql --quiet --no-psqlrc -v ON_ERROR_STOP=1
    -c "CREATE ROLE comity LOGIN PASSWORD '$COMITY_PASSWORD'"
    -c "CREATE DATABASE comity OWNER comity TEMPLATE template0 ENCODING 'UTF8'"
postgresql:
  listen: $(at "$me" 1)
  connect_address: $(at "$me" 1)
  use_unix_socket: true
  data_dir: $data
  bin_dir: /usr/lib/postgresql/15/bin
  pgpass: ${FOLDER:-/var/lib/postgresql}/$CLUSTER.pgpass
  # A new standby is copied at once, not with the primary's next checkpoint.
  basebackup: {checkpoint: fast}
  parameters:
    unix_socket_directories: '${FOLDER:-/var/run/postgresql}'
    ssl: 'on'
    ssl_cert_file: $keys/machine.crt
    ssl_key_file: $keys/machine.key
    ssl_ca_file: $keys/ca.crt
    ssl_min_protocol_version: TLSv1.2
  pg_hba:
$(hba)
  authentication:
    superuser: {username: postgres, password: '$ADMIN_PASSWORD', $checked}
    replication: {username: replicator, password: '$REPLICATION_PASSWORD', $checked}
    rewind: {username: rewind, password: '$REWIND_PASSWORD', $checked}
END
}

# Owner and mode as Debian's services need them; where this is not root (a trial), the caller's own.
write() {
    root=${1-}
    mkdir -p "$root/etc/default" "$root/etc/patroni"
    etcd >"$root/etc/default/etcd"
    patroni >"$root/etc/patroni/config.yml"
    for user in etcd postgres; do tls "$root$(tls_of "$user")"; done
    if [ -z "$root" ]; then
        chgrp postgres /etc/patroni/config.yml
        chmod 640 /etc/patroni/config.yml
        chmod 755 /etc/comity-cluster
        for user in etcd postgres; do chown -R "$user": "/etc/comity-cluster/$user"; done
    fi
    echo "wrote $root/etc/default/etcd, $root/etc/patroni/config.yml and $root/etc/comity-cluster for $(name_of "$me")"
}

url() {
    hosts=
    for member in $MEMBERS; do hosts="$hosts${hosts:+,}$(at "$member" 1)"; done
    # Whichever of them is the primary; one that does not answer is passed over after 3 seconds.
    echo "postgresql://comity:$COMITY_PASSWORD@$hosts/comity?target_session_attrs=read-write&connect_timeout=3&sslmode=verify-full&sslrootcert=${CA:-/etc/comity/cluster-ca.crt}"
}

balancer() {
    [ $# -ge 1 ] || fail "balancer: give the addresses of the comity servers, as 10.0.0.1:8080 10.0.0.2:8080" 2
    cat <<'END'
# Made by cluster.sh: shares requests out among the comity servers that say at /readyz that they can write.
global
    log stdout format raw local0 notice
defaults
    mode http
    log global
    timeout connect 5s
    # Longer than comity leaves a connection silent (http.idle_seconds): events and waits are long answers.
    timeout client 75s
    timeout server 75s
    option redispatch
    option forwardfor
frontend comity
    bind "${COMITY_LISTEN-*:80}"
    default_backend servers
backend servers
    balance leastconn
    option httpchk GET /readyz
    http-check expect status 200
    default-server check inter 2s fall 2 rise 1
END
    number=0
    for address; do
        number=$((number + 1))
        echo "    server comity$number $address"
    done
}

[ $# -ge 1 ] || usage
command=$1
shift
case $command in
new) new "$@" ;;
balancer) balancer "$@" ;;
url)
    [ $# = 1 ] || usage
    read_conf "$1"
    url
    ;;
ca)
    [ $# = 1 ] || usage
    read_conf "$1"
    echo "$TLS_CA" | base64 -d
    ;;
certify)
    [ $# = 1 ] || usage
    read_conf "$1"
    in_private certify
    ;;
etcd | patroni | write | tls)
    if [ "$command" = tls ]; then [ $# = 3 ] || usage; fi
    [ $# = 2 ] || { { [ "$command" = write ] || [ "$command" = tls ]; } && [ $# = 3 ]; } || usage
    read_conf "$2"
    choose "$1"
    shift 2
    "$command" "$@"
    ;;
*) usage ;;
esac
