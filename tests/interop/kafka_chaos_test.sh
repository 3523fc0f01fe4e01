#!/usr/bin/env bash
# Producers and groups against an Apache Kafka of three nodes that are killed, paused and restarted in turn: every acknowledged record is read back exactly once and in order, by groups
# whose members come and go. Environment: BARNABAS_RECORDS (default 10000; the long form is 1000000), BARNABAS_SEED, BARNABAS_LIMIT in seconds, BARNABAS_PAUSE between two faults.
source "$(dirname "$0")/lib.sh"
records=${BARNABAS_RECORDS:-10000}
seed=${BARNABAS_SEED:-$RANDOM}
limit=${BARNABAS_LIMIT:-600}
pause=${BARNABAS_PAUSE:-3}
rate=${BARNABAS_RATE:-$((records / 90 + 1))}
start_kafka --nodes 3 --base-port $((25000 + RANDOM % 150 * 40))

"$bin/barnabas_chaos" --bootstrap "$bootstrap" --records "$records" --rate "$rate" --seed "$seed" --limit "$limit" --replication 3 --min-insync 2 \
  --session-timeout 20000 --longest-life 20000 \
  --group cooperative_sticky --group range,sticky --group roundrobin &
workload=$!

# Node 1 is the only controller: it is paused, so that the others can elect leaders while a broker is down.
disturb() {
  local node=$1 fault=$2
  case $fault in
    kill) "$kafka" kill "$work/kafka" "$node"; sleep "$pause"; "$kafka" start-node "$work/kafka" "$node" ;;
    pause) "$kafka" pause "$work/kafka" "$node"; sleep "$pause"; "$kafka" resume "$work/kafka" "$node" ;;
    restart) "$kafka" stop "$work/kafka" "$node"; "$kafka" start-node "$work/kafka" "$node" ;;
  esac
}
faults=0
while kill -0 "$workload" 2>/dev/null; do
  for step in "2 kill" "3 pause" "1 pause" "3 restart" "2 pause" "3 kill" "1 restart" "2 restart"; do
    sleep "$pause"
    kill -0 "$workload" 2>/dev/null || break 2
    # shellcheck disable=SC2086
    disturb $step >>"$work/faults.log" 2>&1 || { cat "$work/faults.log"; fail "node: $step"; }
    faults=$((faults + 1))
  done
done
wait "$workload" || fail "$faults faults, seed $seed"
((faults > 0)) || fail "the work was over before anything was disturbed"
echo "$records records, $faults faults: every promise kept"
