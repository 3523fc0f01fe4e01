#!/usr/bin/env bash
# sarama, as a client of today and as one of old Kafka.
source "$(dirname "$0")/lib.sh"
name=sarama
source "$root/tests/interop/client_scenario.sh"
build_go_client sarama
start_client_broker
exchange_records none gzip snappy lz4 zstd
share_groups sticky range roundrobin
if deep; then
  for SARAMA_VERSION in 2.1.0 2.6.0 3.6.0; do
    export SARAMA_VERSION
    name=sarama-$SARAMA_VERSION
    exchange_records none gzip snappy lz4 zstd
  done
fi
echo "sarama: records, groups and administration agree"
