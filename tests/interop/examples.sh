#!/usr/bin/env bash
# Runs every example against the broker at BOOTSTRAP and compares what it prints.   examples.sh BIN BOOTSTRAP
set -euo pipefail
bin=$1 bootstrap=$2
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
run() { local name=$1; shift; timeout 60 "$bin/barnabas_$name" -b "$bootstrap" "$@"; }
expect() {  # NAME EXPECTED ACTUAL
  [[ $2 == "$3" ]] || { printf 'example %s printed\n%s\ninstead of\n%s\n' "$1" "$3" "$2" >&2; exit 1; }
}

"$bin/barnabas" topic create -b "$bootstrap" tutorial-1 -p 1
run tutorial_1_producer -t tutorial-1
expect tutorial_1 "$(for i in 0 1 2 3 4 5 6 7 8 9; do echo "{\"number\":$i}"; done)" \
  "$(run tutorial_1_consumer -t tutorial-1 --max-messages 10 --timeout 30)"

run tutorial_2_producer -t tutorial-2
expect tutorial_2 "test message" "$(run tutorial_2_consumer -t tutorial-2 --from-beginning --max-messages 1 --timeout 30)"

run tutorial_3_producer -t tutorial-3
expect tutorial_3 "some data" "$(run tutorial_3_consumer -t tutorial-3 --from-beginning --max-messages 1 --timeout 30)"

expect tutorial_4 "tutorial-4 0 0" "$(run tutorial_4_producer -t tutorial-4)"
expect tutorial_4 "tutorial-4:0:0: key= value=My message bytes" \
  "$(run tutorial_4_consumer -t tutorial-4 --from-beginning --max-messages 1 --timeout 30)"
expect tutorial_4_hello "Sent message to topic tutorial-4b" "$(run tutorial_4_hello_producer -t tutorial-4b)"
expect tutorial_4_hello "Received message: Hello, Kafka!" \
  "$(run tutorial_4_hello_consumer -t tutorial-4b --max-messages 1 --timeout 30)"

# Two members of one group share the partitions: together they read everything, none twice.
"$bin/barnabas" topic create -b "$bootstrap" tutorial-5 -p 4
run tutorial_5_consumer -t tutorial-5 --timeout 8 >"$out/first" &
first=$!
run tutorial_5_consumer -t tutorial-5 --timeout 8 >"$out/second" &
second=$!
run tutorial_5_producer -t tutorial-5
wait "$first" "$second"
expect tutorial_5 21 "$(cat "$out/first" "$out/second" | wc -l)"
expect tutorial_5 "$(for i in $(seq 0 19); do echo "message $i"; done | sort; echo)" \
  "$(cat "$out/first" "$out/second" | grep -o 'message .*' | sort; echo)"

"$bin/barnabas" topic create -b "$bootstrap" example-partitioner -p 3
expect custom_partitioner 2 "$(run custom_partitioner -t example-partitioner | grep -c '\(1200\|3000\) -> partition 0')"
expect manual_commits 5 "$(run manual_commits -t example-partitioner --max-messages 5 --timeout 30 | grep -c '@')"
expect seek_by_time 5 "$(run seek_by_time -t example-partitioner --max-messages 5 --timeout 30 | grep -c '@')"
# A consumer may see the record before the broker's answer reaches the producer.
expect own_event_loop "received: driven by poll(2)" "$(run own_event_loop -t example-loop | grep received)"
expect await "received: awaited" "$(run await -t example-await | tail -n 1)"
echo "every example prints what it should"
