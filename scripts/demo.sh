#!/bin/bash
# ./run demo [--fresh] [--once] [--then COMMAND]: the main job, as a user would do it, command by command.
#
#   --fresh         forget the last demo and found the community anew
#   --once          end when all is checked, instead of serving until Ctrl-C
#   --then COMMAND  run this with the node up (COMITY_URL, COMITY_ACCOUNT and COMITY_PASSWORD say where), then end with its code
#
# COMITY_DEMO_DATA names another folder than data/demo, COMITY_DEMO_PORT another port than 8080 (0: any free one), COMITY_DEMO_LIST a
# list of indicators to share instead of the one that npm carries.
set -eu -o pipefail
. scripts/common.sh

fresh='' once='' then=''
while [ $# -gt 0 ]; do
    case $1 in
        --fresh) fresh=yes ;;
        --once) once=yes ;;
        --then) then=${2:?} once=yes && shift ;;
        *) echo "run: demo: $1: no such option" >&2 && exit 2 ;;
    esac
    shift
done

need build demo
build_program

data=${COMITY_DEMO_DATA:-data/demo}
port=${COMITY_DEMO_PORT:-8080}
if [ "$fresh" ] || [ ! -f "$data/founded" ]; then rm -rf "$data"; fi
mkdir -p "$data" build/demo
PATH=$PWD/build/release:$PATH
export COMITY_DATA=$data
unset COMITY_NODE COMITY_TOKEN

passed=0 failed=0
check() { # WHAT GOT WANTED
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
        echo "   ok: $1"
    else
        failed=$((failed + 1))
        echo "   FAILED: $1: got $2, expected $3"
    fi
}
show() { # COMMAND...: as it could be typed, then done
    local word line='   $'
    for word in "$@"; do
        case $word in *[!a-zA-Z0-9@%_+=:,./-]* | '') word="'$word'" ;; esac
        line="$line $word"
    done
    echo "$line" >&2
    "$@"
}

# The list: 13,752 domains of phishing against users of crypto-currencies, from npm's package eth-phishing-detect.
package=eth-phishing-detect
version=1.2.0
digest=bce28fa76d324c29d3fc675d584d4bff523654f3a67447adea326657ee383258
fetch_list() {
    local archive=build/demo/$package-$version.tgz
    if [ ! -f "$archive" ]; then
        (cd build/demo && npm pack --silent "$package@$version" >/dev/null) || {
            echo "run: demo: npm could not bring $package: name a list of your own, COMITY_DEMO_LIST=FILE ./run demo" >&2
            return 1
        }
    fi
    if ! echo "$digest  $archive" | sha256sum --check --status; then
        echo "run: demo: $archive is not the package that was meant: remove it" >&2
        return 1
    fi
    {
        echo "# Phishing domains, from the npm package $package $version (its licence: DBAD 1.1), by MetaMask and contributors."
        tar -xzOf "$archive" package/src/config.json | jq -r '.blacklist[]'
    } >"$1"
}

echo
echo "   \$ export PATH=\$PWD/build/release:\$PATH COMITY_DATA=$data"
if [ ! -f "$data/founded" ]; then
    title "a community is founded by three members: each makes a key, all sign the charter"
    for member in cert-meridia harbour-union openroute; do show comity key generate "$member"; done
    show comity community found scripts/demo/charter.toml

    title "it admits three more: of all six stakeholder classes now"
    admit() { # ID CLASS NAME
        show comity key generate "$1"
        show comity member admit "$1" --name "$3" --class "$2" --member-key "$data/keys/$1.pub" --as cert-meridia
    }
    admit northlight company "Northlight Energy"
    admit clearwater civil "Clearwater Digital Rights"
    admit tomas-reyes citizen "Tomás Reyes"
    show comity member list

    title "people of the members get accounts on this node"
    (umask 077 && : >"$data/log-ins")
    for account in nadia@cert-meridia ravi@northlight elif@clearwater; do
        password=$(show comity account add "$account" --generate)
        echo "$account $password" >>"$data/log-ins"
    done

    title "CERT Meridia shares a real list with everybody (TLP:CLEAR)"
    list=${COMITY_DEMO_LIST:-$data/phishing.txt}
    if [ -z "${COMITY_DEMO_LIST-}" ]; then fetch_list "$list"; fi
    head -n 4 "$list" | sed 's/^/   | /'
    show comity share "$list" --tlp clear --title "Phishing domains" --skip --as cert-meridia --json >"$data/clear.json"
    jq -r '"   understood: \(.kinds | to_entries | map("\(.value) \(.key)") | join(", "))",
        (.not_understood[] | "   left out: line \(.line): \(.text): \(.why)")' "$data/clear.json"
    touch "$data/founded"
fi
clear=$(jq -r .id "$data/clear.json")
password_of() { sed -n "s/^$1 //p" "$data/log-ins"; }

title "the node serves"
if [ "$port" != 0 ] && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    echo "   port $port is taken: another one"
    port=0
fi
echo "   \$ comity serve --listen 127.0.0.1:$port"
comity serve --listen "127.0.0.1:$port" >"$data/serve.out" 2>"$data/serve.log" &
server=$!
stop() { if kill -0 "$server" 2>/dev/null; then kill -TERM "$server"; wait "$server" || true; fi; }
trap stop EXIT
trap 'exit 130' INT TERM
for _ in $(seq 600); do
    url=$(sed -n 's/^Comity listens at \(.*\)\/$/\1/p' "$data/serve.out")
    if [ -n "$url" ] || ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 0.1
done
if [ -z "$url" ]; then
    echo "run: demo: the node does not start:" >&2
    tail -n 5 "$data/serve.log" >&2
    exit 1
fi
echo "   Comity listens at $url/"
check "it says that it is ready" "$(curl -s -o /dev/null -w '%{http_code}' "$url/readyz")" 200

if [ ! -f "$data/amber.json" ]; then
    title "with the node running, CERT Meridia shares for Northlight Energy only (TLP:AMBER)"
    show comity share scripts/demo/intrusion.txt --tlp amber --to northlight --title "Intrusion at a grid operator" --as cert-meridia \
        --json >"$data/amber.tmp"
    mv "$data/amber.tmp" "$data/amber.json"
fi
amber=$(jq -r .id "$data/amber.json")
clear_objects=$(comity statement show "$clear" --json | jq .statement.body.objects.count)
amber_objects=$(comity statement show "$amber" --as cert-meridia --json | jq .statement.body.objects.count)

title "any TAXII 2.1 client reads what it may"
echo "   \$ curl -H 'Accept: application/taxii+json;version=2.1' $url/taxii2/community/collections/"
taxii() { curl -sSf -H 'Accept: application/taxii+json;version=2.1' "$@"; }
collection=$(taxii "$url/taxii2/community/collections/" | jq -r '.collections[0].id')
taxii_ids() { # ACCOUNT or "": the ids of all objects of all pages
    local page next='' login=()
    if [ -n "$1" ]; then login=(-u "$1:$(password_of "$1")"); fi
    while :; do
        page=$(taxii "${login[@]}" "$url/taxii2/community/collections/$collection/objects/?limit=5000${next:+&next=$next}")
        jq -r '.objects[]?.id' <<<"$page"
        if [ "$(jq -r '.more // false' <<<"$page")" != true ]; then break; fi
        next=$(jq -r .next <<<"$page")
    done
}
echo "   \$ curl ... $url/taxii2/community/collections/$collection/objects/?limit=5000"
check "anybody reads all $clear_objects objects of the clear list" "$(taxii_ids '' | wc -l)" "$clear_objects"
echo "   \$ curl -u ravi@northlight ..."
# Who shares is an object too, the same in both.
check "Northlight reads the $((amber_objects - 1)) of the amber list too" "$(taxii_ids ravi@northlight | wc -l)" \
    $((clear_objects + amber_objects - 1))
check "Clearwater does not" "$(taxii_ids elif@clearwater | wc -l)" "$clear_objects"

title "that CERT Meridia said it stands in the log, and anyone proves it offline"
show comity log prove "$clear" --bundle --out "$data/phishing.tlog-proof"
key=$(comity log head --json | jq -r .key)
verify() { show comity log verify "$1" --key "$key" --member-key "$data/keys/cert-meridia.pub"; }
code=0
verify "$data/phishing.tlog-proof" || code=$?
check "the proof holds" "$code" 0
sed '0,/^index /s/^index .*/index 99/' "$data/phishing.tlog-proof" >"$data/forged.tlog-proof"
code=0
verify "$data/forged.tlog-proof" || code=$?
check "a forged one is refused" "$code" 1

title "votes of the record come to what they did: the UN General Assembly, the CA/Browser Forum"
tried() { # WHAT PROCEDURE OUTCOME COUNTS [OPTION...]
    local what=$1 procedure=$2 outcome=$3 counts=$4
    shift 4
    echo "   \$ comity procedure try $procedure -${*:+ $*}     # $what"
    check "$what: $outcome" "$(echo "{\"counts\":[$counts]}" | comity procedure try "$procedure" - "$@" --json | jq -r .outcome)" "$outcome"
}
tried "China, 1971: is it an important question? 55 to 59" unga-simple-majority rejected '{"yes":55,"no":59,"abstain":15}'
tried "China, 1971: so a majority is enough, 76 to 35" unga-important-question adopted '{"yes":76,"no":35,"abstain":17}' \
    --earlier important-question=rejected
tried "74/247, on cybercrime: 79 to 60, a plurality of 193" unga-simple-majority adopted '{"yes":79,"no":60,"abstain":33}'
tried "SC22: the page says adopted, its figures do not" cabforum rejected \
    '{"house":"issuers","yes":11,"no":20,"abstain":2},{"house":"consumers","yes":7,"no":0}' --parameter quorum=10

if [ ! -f "$data/vote.json" ]; then
    title "the members agree a rule: proposed, commented, voted on; the rule acts from the close on"
    proposal=$(show comity proposal new --text en=scripts/demo/rule.txt --title "en=Lists that name persons" --rule scripts/demo/rule.json \
        --as clearwater --json | jq -r .id)
    show comity proposal endorse "$proposal" --as tomas-reyes >/dev/null
    show comity rule impact "$proposal" --as cert-meridia
    closes=$(date -u -d '+20 seconds' +%Y-%m-%dT%H:%M:%SZ)
    show comity proposal open "$proposal" --closes "$closes" --as clearwater >/dev/null # by the charter's procedure
    for voter in clearwater=yes cert-meridia=yes northlight=no tomas-reyes=yes openroute=abstain; do
        show comity vote "$proposal" "${voter#*=}" --as "${voter%=*}" >/dev/null
    done
    while [ "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \< "$closes" ]; do sleep 0.5; done
    sleep 2
    show comity tally "$proposal" --certify --as cert-meridia >/dev/null
    jq -n --arg id "$proposal" '{id: $id}' >"$data/vote.tmp"
    mv "$data/vote.tmp" "$data/vote.json"
fi
proposal=$(jq -r .id "$data/vote.json")
show comity tally "$proposal"
check "three to one is adopted" "$(comity tally "$proposal" --json | jq -r .outcome)" adopted
check "the rule is in force" "$(comity rule list --json | jq -r '.[0].number + " " + .[0].state')" "DS-1 in-force"

if [ ! -f "$data/figures.json" ]; then
    title "figures of the digital divide: two sources of one indicator, side by side"
    show comity divide import scripts/demo/internet.csv --indicator internet_users --source wdi --publisher "World Bank" --licence CC-BY-4.0 \
        --edition 2024-10 --unit "% of population" --low 0 --high 100 --title "People who use the Internet" --confidence 90 \
        --note "After Gapminder's copy of the World Development Indicators; rounded to one decimal" --as harbour-union
    show comity divide import scripts/demo/internet_factbook.csv --source cia-factbook --publisher "CIA World Factbook" --licence CC0-1.0 \
        --edition 2025 --unit "% of population" --low 0 --high 100 --title "People who use the Internet" --confidence 60 --as openroute
    show comity divide show --json >"$data/figures.tmp"
    mv "$data/figures.tmp" "$data/figures.json"
fi
title "the world's figures on a map: every country and territory is there, those without a figure as empty rings"
show comity divide map internet_users --year 2022 --out "$data/world.svg"
check "nobody is missing on the map ($data/world.svg)" "$(grep -o '<circle' "$data/world.svg" | wc -l)" 250
echo "   the same on the page: $url/#/divide"
check "two sources speak of the same indicator" "$(jq '[.datasets[] | select(.indicator == "internet_users")] | length' "$data/figures.json")" 2

title "somebody else counts it again, out of a mirrored copy and nothing else"
rm -f "$data/logs.carry"
show comity carry out "$data/logs.carry"
code=0
COMITY_DATA=$data/nobody show comity recount "$proposal" --from "$data/logs.carry" >"$data/recount.txt" || code=$?
check "every entry and signature holds, and the certified result is what was counted" "$code" 0
check "the two tallies are the same to the letter" "$(comity tally "$proposal" | sha256sum)" "$(sha256sum <"$data/recount.txt")"

if [ ! -f "$data/plan.json" ]; then
    title "a gap in figures with their source (World Bank, through Gapminder, CC BY 4.0), needs, offers, and a plan under floors"
    about=(--source wdi --publisher "World Bank, through Gapminder" --licence CC-BY-4.0 --edition 2024 --as harbour-union)
    show comity divide import scripts/demo/gap.csv --value-column internet_users --unit "% of population" --low 0 --high 100 "${about[@]}" >/dev/null
    for scheme in ldc sids; do
        show comity divide import "scripts/demo/$scheme.csv" --scheme "$scheme" --source "UN, 2024" --edition 2024 --as harbour-union >/dev/null
    done
    year=(--from 2027-01-01 --until 2027-12-31)
    tail -n +2 scripts/demo/gap.csv | while IFS=, read -r place _ share people; do
        # A centre for each of ten that are wanted reaches a ten thousandth of those who are offline.
        offline=$(awk "BEGIN { print int((100 - $share) / 100 * $people / 1000) + 1 }")
        comity need add "centres-$place" --title "Access centres" --kind infrastructure --subject access-centre --amount 10 --unit centre "${year[@]}" \
            --place "$place" --people "$offline" --as openroute >/dev/null
    done
    show comity offer add fund --title "Fund for access" --kind funding --amount 800000 --unit USD "${year[@]}" --pays northlight --as harbour-union >/dev/null
    show comity offer add centres --title "Access centres" --kind infrastructure --subject access-centre --amount 50 --unit centre "${year[@]}" \
        --cost 20000 --fund harbour-union/fund --as northlight >/dev/null
    show comity need list
    comity plan make --scheme ldc --scheme sids --keep 0.9 --out "$data/plan.tmp" >/dev/null
    mv "$data/plan.tmp" "$data/plan.json"
fi
show comity plan make --scheme ldc --scheme sids --keep 0.9 --curve
code=0
show comity plan check "$data/plan.json" || code=$?
check "the plan keeps its floors and proves its bound, without a solver" "$code" 0
jq '(.assignments[0].amount) += 1' "$data/plan.json" >"$data/bent.json"
code=0
show comity plan check "$data/bent.json" || code=$?
check "a plan that favours somebody is refused" "$code" 1

if [ ! -f "$data/promise.json" ]; then
    title "the one in need chooses; then it is promised, with a day by which, and with the figure that it is to move"
    need=$(jq -r '.assignments[0].need' "$data/plan.json")
    offer=$(jq -r '.assignments[0].offer' "$data/plan.json")
    amount=$(jq -r '.assignments[0].amount' "$data/plan.json")
    show comity need accept "$need" "$offer" --amount "$amount" --as "${need%%/*}" >/dev/null
    show comity commitment make first --offer "${offer#*/}" --need "$need" --amount "$amount" --milestone "built=2027-06-30=$amount" \
        --indicator internet_users --from-year 2022 --as "${offer%%/*}" >/dev/null
    comity commitment list --json >"$data/promise.tmp"
    mv "$data/promise.tmp" "$data/promise.json"
fi
show comity commitment list
check "what was promised is kept in sight, and what is due" "$(comity commitment list --at 2027-07-01 --overdue --json | jq '.rows | length')" 1

title "the whole store is verified: every signature, tile, digest and view"
code=0
show comity check || code=$?
check "the store is sound" "$code" 0

title "log-ins (kept in $data/log-ins)"
sed 's/^\([^ ]*\) \(.*\)/   \1   password \2/' "$data/log-ins"
echo
echo "$passed passed, $failed failed"
if [ "$failed" -gt 0 ]; then exit 1; fi
if [ "$then" ]; then
    COMITY_URL=$url COMITY_ACCOUNT=nadia@cert-meridia COMITY_PASSWORD=$(password_of nadia@cert-meridia) bash -c "$then"
    exit
fi
if [ "$once" ]; then exit 0; fi
echo
echo "   The page, the log, TAXII and REST are at $url/ until you press Ctrl-C."
trap 'exit 0' INT TERM
wait "$server"
