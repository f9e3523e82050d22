#!/usr/bin/env bash
# etcd: a lease lives longer than was asked for, and starts anew when etcd does.
#
# Expected: a lease of one second lasts one second, the API's unit; one of 30 s with 25 s left has less left after a
# restart, since leases are stored like keys.
# Happens: the least lease is one and a half election timeouts, in full seconds. With the usual 1000 ms a TTL of 1
# becomes 2, with 5000 ms it becomes 8: no error, only the TTL in the answer tells.
# A restart gives each lease all of its time again, and an election timeout on top: 30 s with 25 left is 30 afterwards,
# 34 with 5000 ms. So a client that died before keeps its keys for more than the whole TTL.
# Version: etcd 3.4.23 (Debian 12, etcd-server 3.4.23-4+b4).

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
debian etcd-server=3.4.23-4+b4
client=$(free_port) peer=$(free_port)

start() {
    "$work/root/usr/bin/etcd" --data-dir "$work/data" --listen-client-urls "http://127.0.0.1:$client" \
        --advertise-client-urls "http://127.0.0.1:$client" --listen-peer-urls "http://127.0.0.1:$peer" \
        --initial-advertise-peer-urls "http://127.0.0.1:$peer" --initial-cluster "default=http://127.0.0.1:$peer" \
        "$@" > "$work/etcd.log" 2>&1 &
    pids=($!)
    until_true healthy
}
healthy() { curl -s -m 2 "http://127.0.0.1:$client/health" | grep -q '"true"'; }
stop() {
    kill "${pids[0]}"
    wait "${pids[0]}" || true
}
# ask PATH QUESTION: the TTL in the answer.
ask() {
    curl -s -m 5 "http://127.0.0.1:$client/v3/lease/$1" -d "$2" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["TTL"])'
}

start
expect "TTL for 1, election timeout 1000 ms" 2 "$(ask grant '{"TTL": 1}')"
expect "TTL for 3" 3 "$(ask grant '{"TTL": 3}')"
expect "TTL for 30" 30 "$(ask grant '{"TTL": 30, "ID": 777}')"
sleep 4
left=$(ask timetolive '{"ID": 777}')
[ "$left" -le 26 ] || expect "left after 4 s" "26 or less" "$left"
stop
start
again=$(ask timetolive '{"ID": 777}')
[ "$again" -ge 29 ] || expect "left after a restart with $left left" "29 to 31" "$again"
stop
start --election-timeout 5000 --heartbeat-interval 500
longer=$(ask timetolive '{"ID": 777}')
[ "$longer" -ge 32 ] || expect "left after a restart with 5000 ms" "32 to 35" "$longer"
echo "left of 30 after 4 s: $left, after a restart: $again, after one with 5000 ms: $longer"
expect "TTL for 1, election timeout 5000 ms" 8 "$(ask grant '{"TTL": 1}')"
