#!/usr/bin/env bash
# Apache Kafka and our broker answer the same requests alike, but for differential/allowances.txt.
#   differential_test.sh [arguments of barnabas_differential]
source "$(dirname "$0")/lib.sh"
start_kafka --base-port 24100 --set log.retention.ms=-1
apache=${bootstrap##*:}
# As the `kafka` script sets up Apache Kafka, where it can be seen in answers.
start_broker --memory -X node.id=1 -X broker.rack=rack-1 -X num.partitions=1 -X group.initial.rebalance.delay.ms=0 \
  -X group.min.session.timeout.ms=1000 -X offsets.topic.num.partitions=3 -X log.retention.ms=-1
"$bin/barnabas_differential" --apache "$apache" --ours "${bootstrap##*:}" --allowances "$root/tests/interop/differential/allowances.txt" "$@"
