#!/usr/bin/env bash
# The same against three nodes.
exec bash "$(dirname "$0")/apache_kafka_test.sh" 3
