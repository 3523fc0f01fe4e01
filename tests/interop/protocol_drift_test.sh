#!/usr/bin/env bash
# Our schemas say what Apache Kafka's own definitions say.
source "$(dirname "$0")/lib.sh"
"$kafka" fetch >"$work/fetch.out" 2>&1 || skip "Apache Kafka: $(tail -n 1 "$work/fetch.out")"
classpath=$("$kafka" classpath)
libs=${classpath%/*}

"$bin/schemac" --facts "$root"/protocol/schemas/*.schema >"$work/facts.json"
java -Xshare:auto -XX:TieredStopAtLevel=1 -cp "$classpath" "$root/tests/interop/conformance/KafkaCodes.java" >"$work/codes"
python3 "$root/tests/interop/protocol_drift.py" "$work/facts.json" "$work/codes" \
  "$libs"/kafka-clients-[0-9]*.jar "$libs"/kafka-{group,transaction,share}-coordinator-[0-9]*.jar
