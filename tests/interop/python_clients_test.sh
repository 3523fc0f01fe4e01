#!/usr/bin/env bash
# kafka-python (the newest and 2.0.2), confluent-kafka and aiokafka; the tutorials print what kafka-python prints.
source "$(dirname "$0")/lib.sh"
source "$root/tests/interop/client_scenario.sh"
need python3
# install FOLDER PACKAGE...: a virtual environment of its own for each version.
install() {
  local folder=$root/build/interop/$1; shift
  [[ -e $folder/complete ]] && return
  { rm -rf "$folder" && python3 -m venv "$folder" && timeout 300 "$folder/bin/pip" -q install "$@" && touch "$folder/complete"; } >"$work/pip.log" 2>&1 ||
    skip "$*: cannot be installed: $(tail -n 1 "$work/pip.log")"
}
install python kafka-python==3.0.12 confluent-kafka aiokafka cramjam lz4 zstandard python-snappy
install python-old kafka-python==2.0.2
export PYTHONDONTWRITEBYTECODE=1
python=$root/tests/interop/python
start_client_broker

client=("$root/build/interop/python/bin/python" "$python/kafka_python_client.py")
name=kafka-python record_flags=(no-null-headers)  # it refuses them
exchange_records none gzip snappy lz4 zstd
chooses_like_java
share_groups range roundrobin sticky cooperative-sticky

name=kafka-python-2.1 KAFKA_PYTHON_API_VERSION=2.1
export KAFKA_PYTHON_API_VERSION
exchange_records none gzip snappy lz4 zstd
unset KAFKA_PYTHON_API_VERSION

client=("$root/build/interop/python/bin/python" "$python/confluent_client.py")
name=confluent-kafka record_flags=()
exchange_records none gzip snappy lz4 zstd
chooses_like_java
share_groups range roundrobin cooperative-sticky

client=("$root/build/interop/python/bin/python" "$python/aiokafka_client.py")
name=aiokafka
exchange_records none gzip snappy lz4 zstd
chooses_like_java
share_groups range roundrobin sticky

client=("$root/build/interop/python-old/bin/python" "$python/kafka_python_client.py")
name=kafka-python-2.0.2 record_flags=(no-null-headers)
exchange_records none gzip
chooses_like_java
share_groups range roundrobin
echo "kafka-python, confluent-kafka and aiokafka agree with us"
