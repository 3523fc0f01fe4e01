#!/usr/bin/env bash
# Every example against our own broker.
source "$(dirname "$0")/lib.sh"
start_broker --memory
bash "$root/tests/interop/examples.sh" "$bin" "$bootstrap"
timeout 60 "$bin/barnabas_embedded_broker" | tail -n 1 | grep -q 'the log holds 2 records' || fail "embedded_broker"
timeout 60 "$bin/barnabas_demo" | tail -n 1 | grep -q '20 of 20' || fail "demo"
