#!/usr/bin/env bash
# kafka-python and confluent-kafka work with our broker, both ways, and the tutorials print what kafka-python prints.
source "$(dirname "$0")/lib.sh"
need python3
venv=${BARNABAS_VENV:-$root/build/interop-venv}
if ! "$venv/bin/python" -c 'import kafka, confluent_kafka' 2>/dev/null; then
  { python3 -m venv "$venv" && "$venv/bin/pip" -q install kafka-python==2.0.2 confluent-kafka; } >"$work/pip.log" 2>&1 ||
    skip "kafka-python and confluent-kafka cannot be installed: $(tail -n 1 "$work/pip.log")"
fi
start_broker --memory
python() { timeout 120 "$venv/bin/python" "$root/tests/interop/python_clients.py" "$bootstrap" "$@"; }

for client in kafka-python confluent-kafka; do
  for codec in none gzip snappy lz4 zstd; do
    # kafka-python needs a separate package for each codec but gzip; it has the one it needs.
    [[ $client == kafka-python && $codec != none && $codec != gzip ]] && continue
    python "$client" produce "$client-$codec" "$codec"
    "$barnabas" consume -b "$bootstrap" -t "$client-$codec" -o beginning -e -K: | sort -V >"$work/got"
    python "$client" expected | sort -V >"$work/expected"
    same "$client -> barnabas, $codec" "$work/expected" "$work/got"
    "$barnabas" produce -b "$bootstrap" -t "to-$client-$codec" -K: -z "$codec" <"$work/expected"
    python "$client" consume "to-$client-$codec" "readers-$client" | sort -V >"$work/got"
    same "barnabas -> $client, $codec" "$work/expected" "$work/got"
  done
done

# The tutorials: ours reads what theirs sent and the reverse; both print the same.
for tutorial in 1 2 3 4 4_hello; do
  python tutorial "$tutorial" produce "python-$tutorial" >"$work/theirs"
  python tutorial "$tutorial" consume "python-$tutorial" >>"$work/theirs"
  "$bin/barnabas_tutorial_${tutorial}_producer" -b "$bootstrap" -t "python-$tutorial" >"$work/ours"
  from=--from-beginning count=1
  [[ $tutorial == 1 ]] && count=10
  # Ours reads its own, which come behind theirs, and theirs first.
  "$bin/barnabas_tutorial_${tutorial}_consumer" -b "$bootstrap" -t "python-$tutorial" $from --max-messages $((2 * count)) --timeout 30 >"$work/read"
  head -n "$count" "$work/read" >"$work/read-theirs"; tail -n "$count" "$work/read" >"$work/read-ours"
  python tutorial "$tutorial" normalise <"$work/theirs" >"$work/expected"
  cat "$work/ours" "$work/read-ours" | python tutorial "$tutorial" normalise >"$work/got"
  same "tutorial $tutorial prints the same" "$work/expected" "$work/got"
done
echo "kafka-python and confluent-kafka agree with us"
