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
share_groups sticky range roundrobin cooperative-sticky

if deep; then
  for KAFKA_PYTHON_API_VERSION in 0.11.0 1.1 2.1 2.4; do
    export KAFKA_PYTHON_API_VERSION
    name=kafka-python-$KAFKA_PYTHON_API_VERSION
    exchange_records none gzip snappy lz4
  done
  unset KAFKA_PYTHON_API_VERSION
fi

client=("$root/build/interop/python/bin/python" "$python/confluent_client.py")
name=confluent-kafka record_flags=()
exchange_records none gzip snappy lz4 zstd
chooses_like_java
share_groups cooperative-sticky range roundrobin

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

# The tutorials: ours reads what theirs sent and the reverse; both print the same.
tutorial() { timeout 60 "$root/build/interop/python/bin/python" "$python/tutorials.py" "$bootstrap" "$@"; }
for number in 1 2 3 4 4_hello; do
  topic=tutorial-$number count=1
  [[ $number == 1 ]] && count=10
  "$barnabas" topic create -b "$bootstrap" "$topic" -p 1
  tutorial "$number" produce "$topic" >"$work/theirs"
  tutorial "$number" consume "$topic" >>"$work/theirs"
  "$bin/barnabas_tutorial_${number}_producer" -b "$bootstrap" -t "$topic" >"$work/ours"
  "$bin/barnabas_tutorial_${number}_consumer" -b "$bootstrap" -t "$topic" --from-beginning --max-messages $((2 * count)) --timeout 30 >"$work/read"
  # Theirs stand first, ours behind them.
  tutorial "$number" normalise <"$work/theirs" >"$work/expected"
  cat "$work/ours" <(tail -n "$count" "$work/read") | tutorial "$number" normalise >"$work/got"
  same "tutorial $number prints the same" "$work/expected" "$work/got"
  tail -n "$count" "$work/expected" >"$work/wanted"
  head -n "$count" "$work/read" | tutorial "$number" normalise >"$work/got"
  same "tutorial $number reads the same" "$work/wanted" "$work/got"
done
echo "kafka-python, confluent-kafka and aiokafka agree with us"
