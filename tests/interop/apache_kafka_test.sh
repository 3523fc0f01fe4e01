#!/usr/bin/env bash
# Our program and every example against a real Apache Kafka, one node and three.
source "$(dirname "$0")/lib.sh"
nodes=${1:-1}
start_kafka --nodes "$nodes" --base-port $((23000 + 100 * nodes))

seq 1 3000 | sed 's/.*/key-&:value-&/' >"$work/sent"
sort "$work/sent" >"$work/expected"
"$barnabas" topic create -b "$bootstrap" ours -p 6
for codec in none gzip snappy lz4 zstd; do
  "$barnabas" topic create -b "$bootstrap" "codec-$codec" -p 3
  "$barnabas" produce -b "$bootstrap" -t "codec-$codec" -K: -z "$codec" <"$work/sent"
  "$barnabas" consume -b "$bootstrap" -t "codec-$codec" -o beginning -e -K: | sort >"$work/got"
  same "there and back, $codec" "$work/expected" "$work/got"
done
"$kafka" tool consumer --bootstrap-server "$bootstrap" --topic codec-zstd --from-beginning --max-messages 3000 --timeout-ms 30000 \
  --formatter-property print.key=true --formatter-property key.separator=: 2>/dev/null | sort >"$work/got"
same "barnabas -> console consumer" "$work/expected" "$work/got"

"$barnabas" consume -b "$bootstrap" -t codec-none -G readers -o beginning -c 3000 >"$work/got"
[[ $(wc -l <"$work/got") == 3000 ]] || fail "a group read $(wc -l <"$work/got") of 3000"
"$barnabas" group lag -b "$bootstrap" readers
"$kafka" tool groups --bootstrap-server "$bootstrap" --describe --group readers 2>/dev/null | grep -q codec-none || fail "the group's commits"
bash "$root/tests/interop/examples.sh" "$bin" "$bootstrap"
"$barnabas" topic delete -b "$bootstrap" ours
echo "Apache Kafka with $nodes node(s): program and examples work"
