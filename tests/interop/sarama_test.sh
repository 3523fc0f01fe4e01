#!/usr/bin/env bash
# sarama, as a client of today and as one of old Kafka.
source "$(dirname "$0")/lib.sh"
name=sarama
source "$root/tests/interop/client_scenario.sh"
build_go_client sarama
start_client_broker
exchange_records none gzip snappy lz4 zstd
share_groups range roundrobin sticky
for version in 2.1.0 2.6.0 3.6.0; do
  export SARAMA_VERSION=$version
  name=sarama-$version
  exchange_records none gzip snappy lz4 zstd
done
echo "sarama: records, groups and administration agree"
