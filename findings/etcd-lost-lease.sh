#!/usr/bin/env bash
# etcd: keeping a lease alive that is gone succeeds, and a key that is written again is free of its lease.
#
# Expected: /v3/lease/keepalive for a lease that has ended is an error, as /v3/lease/revoke is ("requested lease not
# found", 404). A put on a key that was put with a lease changes the value only.
# Happens: keepalive answers 200 with the lease's ID, and without a TTL: zero, which JSON of protobuf leaves out (proto3
# JSON mapping: fields with their default value may be omitted). timetolive says 200 and TTL -1. A client that looks at
# the status believes for ever that it is announced. And a put without "lease" (or "ignore_lease") takes the key out of
# its lease: the key then outlives its owner, for ever.
# Version: etcd 3.4.23 (Debian 12, etcd-server 3.4.23-4+b4), its JSON gateway.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
debian etcd-server=3.4.23-4+b4
client=$(free_port) peer=$(free_port)
"$work/root/usr/bin/etcd" --data-dir "$work/data" --listen-client-urls "http://127.0.0.1:$client" \
    --advertise-client-urls "http://127.0.0.1:$client" --listen-peer-urls "http://127.0.0.1:$peer" \
    --initial-advertise-peer-urls "http://127.0.0.1:$peer" --initial-cluster "default=http://127.0.0.1:$peer" \
    > "$work/etcd.log" 2>&1 &
pids+=($!)
healthy() { curl -s -m 2 "http://127.0.0.1:$client/health" | grep -q '"true"'; }
until_true healthy

cat > "$work/try.py" <<'P'
import json, sys, urllib.error, urllib.request

def ask(path, **question):
    request = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/v3/{path}", json.dumps(question).encode())
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.loads(answer.readline())
    except urllib.error.HTTPError as error:
        return error.code, {}

def lease_of_key():
    return ask("kv/range", key="aw==")[1]["kvs"][0].get("lease")

ask("lease/grant", TTL=30, ID=7)
status, answer = ask("lease/keepalive", ID=7)
print("alive: keepalive", status, "TTL", answer["result"].get("TTL"))
ask("kv/put", key="aw==", value="MQ==", lease=7)
print("put with the lease:", lease_of_key(), end="")
ask("kv/put", key="aw==", value="Mg==", ignore_lease=True)
print(", with ignore_lease:", lease_of_key(), end="")
ask("kv/put", key="aw==", value="Mw==")
print(", with neither:", lease_of_key())
ask("lease/revoke", ID=7)
print("keys after the lease's end:", ask("kv/range", key="aw==")[1]["count"])
status, answer = ask("lease/keepalive", ID=7)
print("gone: keepalive", status, "ID", answer["result"]["ID"], "TTL", answer["result"].get("TTL"), end=", ")
status, answer = ask("lease/timetolive", ID=7)
print("timetolive", status, "TTL", answer["TTL"], end=", ")
print("revoke", ask("lease/revoke", ID=7)[0])
P
seen=$(python3 "$work/try.py" "$client")
row() { sed -n "$1p" <<< "$seen"; }
expect "a lease" "alive: keepalive 200 TTL 30" "$(row 1)"
expect "a key" "put with the lease: 7, with ignore_lease: 7, with neither: None" "$(row 2)"
expect "the key" "keys after the lease's end: 1" "$(row 3)"
expect "a lease that ended" "gone: keepalive 200 ID 7 TTL None, timetolive 200 TTL -1, revoke 404" "$(row 4)"
