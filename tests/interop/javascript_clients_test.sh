#!/usr/bin/env bash
# kafkajs and @platformatic/kafka.
source "$(dirname "$0")/lib.sh"
source "$root/tests/interop/client_scenario.sh"
need node
need npm
folder=$root/build/interop/javascript
mkdir -p "$folder"
cp "$root"/tests/interop/javascript/* "$folder/"
[[ -e $folder/complete ]] ||
  { (cd "$folder" && timeout 300 npm install --no-audit --no-fund --ignore-scripts && touch complete) >"$work/npm.log" 2>&1 ||
    skip "the packages cannot be installed: $(tail -n 1 "$work/npm.log")"; }
start_client_broker

client=(node "$folder/kafkajs_client.js")
name=kafkajs record_flags=(no-null-headers)
exchange_records none gzip snappy
share_groups roundrobin
chooses_like_java
client=(node "$folder/platformatic_client.js")
name=platformatic record_flags=()
exchange_records none gzip lz4  # its zstd needs a newer node, and it reads only raw snappy, not the framing of Java and us
share_groups roundrobin
chooses_like_java
echo "kafkajs and @platformatic/kafka agree with us"
