#!/usr/bin/env bash
# Apache Kafka's own tools work against our broker, and DumpLogSegments reads our data folder.
source "$(dirname "$0")/lib.sh"
"$kafka" fetch >"$work/fetch.out" 2>&1 || skip "Apache Kafka: $(tail -n 1 "$work/fetch.out")"
tool() { "$kafka" tool "$@" 2>>"$work/tool.err"; }
start_broker --data "$work/data"

tool topics --bootstrap-server "$bootstrap" --create --topic java --partitions 3 >/dev/null || { cat "$work/tool.err" >&2; fail "topics --create"; }
tool topics --bootstrap-server "$bootstrap" --describe --topic java | grep -q 'PartitionCount: 3' || fail "topics --describe"

# Both ways with every codec. The tools read and write whole topics; the codec of what we write is checked in the files below.
seq 1 500 >"$work/sent"
for codec in gzip snappy lz4 zstd; do
  "$barnabas" produce -b "$bootstrap" -t every-codec -z "$codec" <"$work/sent"
  tool producer --bootstrap-server "$bootstrap" --topic from-java --compression-codec "$codec" <"$work/sent" || fail "console producer, $codec"
done
for codec in gzip snappy lz4 zstd; do cat "$work/sent"; done | sort >"$work/expected"
"$barnabas" consume -b "$bootstrap" -t from-java -o beginning -e | sort >"$work/got"
same "console producer -> barnabas, every codec" "$work/expected" "$work/got"
tool consumer --bootstrap-server "$bootstrap" --topic every-codec --from-beginning --max-messages 2000 --timeout-ms 30000 | sort >"$work/got"
same "barnabas -> console consumer, every codec" "$work/expected" "$work/got"

tool producer --bootstrap-server "$bootstrap" --topic java <"$work/sent" || fail "console producer"
sort "$work/sent" >"$work/expected"
"$barnabas" consume -b "$bootstrap" -t java -o beginning -e | sort >"$work/got"
same "console producer -> barnabas" "$work/expected" "$work/got"

"$barnabas" produce -b "$bootstrap" -t ours -z lz4 <"$work/sent"
tool consumer --bootstrap-server "$bootstrap" --topic ours --group java-readers --from-beginning --max-messages 500 --timeout-ms 30000 | sort >"$work/got"
same "barnabas -> console consumer" "$work/expected" "$work/got"
tool groups --bootstrap-server "$bootstrap" --describe --group java-readers | grep -q 'ours .* 500 *500 *0' || fail "consumer groups --describe"
"$barnabas" group lag -b "$bootstrap" java-readers | grep -q '\b0$' || fail "our own view of the group's lag"

tool verifiable-producer --bootstrap-server "$bootstrap" --topic verified --max-messages 1000 --acks -1 >"$work/verified"
grep -q '"acked":1000' "$work/verified" || fail "verifiable producer: $(tail -n 1 "$work/verified")"
tool verifiable-consumer --bootstrap-server "$bootstrap" --topic verified --group-id verifying --max-messages 1000 --reset-policy earliest >"$work/verified"
grep -q '"name":"shutdown_complete"' "$work/verified" || fail "verifiable consumer"

tool perf-producer --topic perf --num-records 20000 --record-size 100 --throughput -1 --producer-props bootstrap.servers="$bootstrap" compression.type=zstd |
  grep -q '20000 records sent' || fail "performance producer"
tool perf-consumer --bootstrap-server "$bootstrap" --topic perf --messages 20000 --timeout 30000 >/dev/null || fail "performance consumer"

tool configs --bootstrap-server "$bootstrap" --alter --entity-type topics --entity-name java --add-config retention.ms=3600000 >/dev/null || fail "configs --alter"
tool configs --bootstrap-server "$bootstrap" --describe --entity-type topics --entity-name java | grep -q 'retention.ms=3600000' || fail "configs --describe"
tool offsets --bootstrap-server "$bootstrap" --topic ours | grep -q '^ours:0:500$' || fail "get offsets"
tool topics --bootstrap-server "$bootstrap" --delete --topic java || fail "topics --delete"

kill -TERM "$broker_pid"; wait "$broker_pid" || fail "the broker did not stop cleanly"
# One JVM for all files: they are many.
files() { (IFS=,; echo "$*"); }
tool dump-log --deep-iteration --print-data-log --files "$(files "$work"/data/*/*.log)" >"$work/dump" || fail "DumpLogSegments: logs"
! grep -iE 'invalid|corrupt|mismatch|exception' "$work/dump" >"$work/fault" || { cat "$work/fault" >&2; fail "DumpLogSegments finds fault with the logs"; }
for codec in GZIP SNAPPY LZ4 ZSTD; do grep -qi "compresscodec: $codec" "$work/dump" || fail "DumpLogSegments sees no $codec"; done
for check in --index-sanity-check --verify-index-only; do
  tool dump-log "$check" --files "$(files "$work"/data/*/*.index "$work"/data/*/*.timeindex)" >"$work/dump" || fail "DumpLogSegments $check"
  ! grep -iE 'not passed|mismatch|exception|found' "$work/dump" >"$work/fault" || { cat "$work/fault" >&2; fail "DumpLogSegments $check finds fault"; }
done
echo "Apache Kafka's tools agree with our broker and its files"
