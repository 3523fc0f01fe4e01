#!/usr/bin/env bash
# kcat (librdkafka) and our program as members of one group share a topic's partitions.
source "$(dirname "$0")/lib.sh"
need kcat
start_broker --memory -X num.partitions=4
seq 1 2000 | sed 's/.*/key-&:value-&/' >"$work/sent"

# One group of both: together they read everything, each record once.
"$barnabas" topic create -b "$bootstrap" shared -p 4
"$barnabas" consume -b "$bootstrap" -G mixed -o beginning -u -X partition.assignment.strategy=range shared >"$work/ours" &
kcat -q -b "$bootstrap" -G mixed -u -X auto.offset.reset=earliest -X partition.assignment.strategy=range shared >"$work/theirs" &
two_members() { [[ $("$barnabas" group describe -b "$bootstrap" mixed --json | grep -o '"memberId"' | wc -l) == 2 ]] &&
  "$barnabas" group describe -b "$bootstrap" mixed --json | grep -q '"state":"Stable"'; }
wait_for 30 two_members || fail "the two did not come together in one group"
"$barnabas" produce -b "$bootstrap" -t shared -K: <"$work/sent"
all_read() { (($(cat "$work/ours" "$work/theirs" | wc -l) >= 2000)); }
wait_for 30 all_read || fail "the group read $(cat "$work/ours" "$work/theirs" | wc -l) of 2000"
[[ -s $work/ours && -s $work/theirs ]] || fail "one member read everything"
cat "$work/ours" "$work/theirs" | sort >"$work/got"
sed 's/^[^:]*://' "$work/sent" | sort >"$work/wanted"
same "a mixed group" "$work/wanted" "$work/got"
echo "a mixed group reads everything once"
