#!/usr/bin/env bash
# Our broker is killed with SIGKILL again and again while a producer writes: no acknowledged record is lost or doubled.
source "$(dirname "$0")/lib.sh"
rounds=${BARNABAS_KILL_ROUNDS:-50}
port=$((24000 + RANDOM % 1000))
run_broker() {
  "$barnabas" broker --listen 127.0.0.1:$port --data "$work/data" >"$work/broker.out" 2>>"$work/broker.err" &
  broker_pid=$!
  wait_for 20 grep -q ':[0-9]' "$work/broker.out" || { tail "$work/broker.err" >&2; fail "the broker did not come back"; }
}
run_broker
"$barnabas" topic create -b "127.0.0.1:$port" survivors -p 3
# An endless, numbered stream until the last round is over; produce reports what was not delivered.
mkfifo "$work/numbers"
"$barnabas" produce -b "127.0.0.1:$port" -t survivors -X linger.ms=1 -X delivery.timeout.ms=120000 -X request.timeout.ms=5000 <"$work/numbers" 2>"$work/produce.err" &
producer=$!
(n=0; while [[ ! -e $work/enough ]]; do for i in $(seq 200); do echo $((n++)); done; sleep 0.01; done; echo "$n" >"$work/total") >"$work/numbers" &
writer=$!
children+=("$writer")
for ((round = 1; round <= rounds; round++)); do
  sleep 0.$((RANDOM % 4 + 1))
  kill -KILL "$broker_pid"; wait "$broker_pid" 2>/dev/null || true
  run_broker
done
touch "$work/enough"
wait "$writer"
wait "$producer" || { cat "$work/produce.err" >&2; fail "records were not delivered"; }
seq 0 $(($(cat "$work/total") - 1)) >"$work/expected"
timeout 120 "$barnabas" consume -b "127.0.0.1:$port" -t survivors -o beginning -e | sort -n >"$work/got"
kill -TERM "$broker_pid"; wait "$broker_pid"
same "after $rounds kills" "$work/expected" "$work/got"
echo "$(cat "$work/total") records, $rounds kills: none lost, none doubled"
