#!/usr/bin/env bash
# Our messages and record batches against Apache Kafka's own serializers, both ways. CONFORMANCE_SEED and CONFORMANCE_ROUNDS make longer runs.
source "$(dirname "$0")/lib.sh"
"$kafka" fetch >"$work/fetch.out" 2>&1 || skip "Apache Kafka: $(tail -n 1 "$work/fetch.out")"
classpath=$("$kafka" classpath)
ours=$bin/barnabas_conformance_check
seed=${CONFORMANCE_SEED:-1}
rounds=${CONFORMANCE_ROUNDS:-4}
kafka_class() { java -Xshare:auto -XX:TieredStopAtLevel=1 -cp "$classpath" "$root/tests/interop/conformance/$1.java" "${@:2}" 2>>"$work/java.err"; }
step() { "$@" || { tail -n 20 "$work/java.err" >&2; fail "seed $seed: $*"; }; }

"$ours" messages "$seed" "$rounds" >"$work/ours.messages"
"$ours" batches "$seed" >"$work/ours.batches"
"$ours" list >"$work/list"
kafka_class Messages generate "$seed" "$rounds" <"$work/list" >"$work/kafka.messages" || { tail "$work/java.err" >&2; fail "Messages generate"; }
kafka_class Batches generate "$seed" >"$work/kafka.batches" || { tail "$work/java.err" >&2; fail "Batches generate"; }

step kafka_class Messages check <"$work/ours.messages"
step "$ours" check-messages <"$work/kafka.messages"
step kafka_class Batches check <"$work/ours.batches"
step "$ours" check-batches <"$work/kafka.batches"
