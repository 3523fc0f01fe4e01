# Shared by the interoperability tests. Source it: it finds the program, starts brokers, cleans up behind the test.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
barnabas=${BARNABAS_PROGRAM:-$root/build/clang/bin/barnabas}
bin=$(dirname "$barnabas")
kafka=$root/tests/interop/kafka
work=$(mktemp -d)
cleanups=()

skip() { echo "$*"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
need() { command -v "$1" >/dev/null || skip "$1 is not installed"; }

finish() {
  local status=$? command running
  for command in ${cleanups[@]+"${cleanups[@]}"}; do eval "$command" || true; done
  # Only what still runs: the number of a process that is gone may by now be somebody else's.
  running=$(jobs -pr)
  # shellcheck disable=SC2086
  [[ -z $running ]] || kill $running 2>/dev/null || true
  wait
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT

# wait_for SECONDS COMMAND...: polls a condition until it holds.
wait_for() {
  local deadline=$((SECONDS + $1)); shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

# start_broker [ARGUMENTS]: our broker on a free port; sets `bootstrap` and `broker_pid`.
start_broker() {
  local arguments=("$@")
  ((${#arguments[@]})) || arguments=(--memory)
  : >"$work/broker.out"
  "$barnabas" broker --listen 127.0.0.1:0 "${arguments[@]}" >"$work/broker.out" 2>"$work/broker.err" &
  broker_pid=$!
  wait_for 20 grep -q ':[0-9]' "$work/broker.out" || { cat "$work/broker.err" >&2; fail "the broker did not start"; }
  bootstrap=$(grep -oE '[0-9.]+:[0-9]+' "$work/broker.out" | head -n 1)
}

# start_kafka [OPTIONS]: a real Apache Kafka; sets `bootstrap`.
start_kafka() {
  local status=0
  "$kafka" start "$work/kafka" "$@" >"$work/kafka.out" 2>"$work/kafka.err" || status=$?
  ((status != 77)) || skip "Apache Kafka: $(tail -n 1 "$work/kafka.err")"
  ((status == 0)) || { cat "$work/kafka.err" >&2; fail "Apache Kafka did not start"; }
  cleanups+=("'$kafka' stop '$work/kafka'")
  bootstrap=$(tail -n 1 "$work/kafka.out")
}

# same NAME EXPECTED-FILE ACTUAL-FILE
same() { diff "$2" "$3" >"$work/diff" || { head -n 20 "$work/diff" >&2; fail "$1"; }; }

# build_go_client NAME: builds go/NAME and sets `client`.
build_go_client() {
  need go
  client=("$root/build/interop/go/$1")
  (cd "$root/tests/interop/go" && GOFLAGS=-mod=readonly timeout 400 go build -o "${client[0]}" "./$1") >"$work/go.log" 2>&1 ||
    { cat "$work/go.log" >&2; grep -qE 'dial tcp|no such host|i/o timeout|connection refused|proxy|requires go' "$work/go.log" && skip "the Go modules cannot be had: $(tail -n 1 "$work/go.log")"; fail "building $1"; }
}
