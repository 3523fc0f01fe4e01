#!/usr/bin/env bash
# Our consumers and Java's in the same groups, against our broker and against Apache Kafka.
source "$(dirname "$0")/lib.sh"
start_kafka --base-port 24400
apache=$bootstrap
start_broker --memory -X group.initial.rebalance.delay.ms=0
python3 "$root/tests/interop/mixed_groups.py" "$barnabas" "$("$kafka" classpath)" ours="$bootstrap" apache="$apache"
