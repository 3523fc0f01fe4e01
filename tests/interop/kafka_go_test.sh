#!/usr/bin/env bash
# segmentio's kafka-go.
source "$(dirname "$0")/lib.sh"
name=kafka-go
source "$root/tests/interop/client_scenario.sh"
build_go_client kafkago
start_client_broker
read_flags=(empty-is-null)  # as its Reader reads
exchange_records none gzip snappy lz4 zstd
share_groups range roundrobin
chooses_like_java
echo "kafka-go: records, groups and administration agree"
