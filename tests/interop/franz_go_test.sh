#!/usr/bin/env bash
# franz-go, with its admin client kadm.
source "$(dirname "$0")/lib.sh"
name=franz-go
source "$root/tests/interop/client_scenario.sh"
build_go_client franzgo
start_client_broker
exchange_records none gzip snappy lz4 zstd
share_groups cooperative-sticky range roundrobin sticky
chooses_like_java
echo "franz-go: records, groups and administration agree"
