#!/usr/bin/env bash
# librdkafka in C: idempotence, cooperative rebalances and its admin API.
source "$(dirname "$0")/lib.sh"
pkg-config --exists rdkafka 2>/dev/null || skip "librdkafka-dev is not installed"
mkdir -p "$root/build/interop"
# shellcheck disable=SC2046
gcc -std=c17 -Wall -Wextra -Werror -O1 "$root/tests/interop/c/librdkafka_client.c" -o "$root/build/interop/librdkafka_client" $(pkg-config --cflags --libs rdkafka)
start_broker --memory -X log.retention.ms=-1 -X group.initial.rebalance.delay.ms=100
timeout 120 "$root/build/interop/librdkafka_client" "$bootstrap"
