#!/usr/bin/env bash
# What a person can get wrong with the program, and what the machine can: each time a message that says what to do, and an exit status that scripts can use.
source "$(dirname "$0")/lib.sh"

# refused NAME STATUS PATTERN COMMAND...: the command fails with that status and says something that matches.
refused() {
  local name=$1 wanted=$2 pattern=$3 status=0; shift 3
  timeout 60 "$@" >"$work/said" 2>&1 </dev/null || status=$?
  ((status == wanted)) || { cat "$work/said" >&2; fail "$name: exit status $status instead of $wanted"; }
  grep -qE -- "$pattern" "$work/said" || { cat "$work/said" >&2; fail "$name: it does not say $pattern"; }
}
broker() { "$barnabas" broker --listen 127.0.0.1:0 "$@"; }

start_broker --data "$work/data" -X auto.create.topics.enable=false
port=${bootstrap##*:}
refused "a data folder in use" 1 'another broker uses this data folder; stop it first' "$barnabas" broker --listen 127.0.0.1:0 --data "$work/data"
refused "a port in use" 1 "$port.*(in use|cannot|bind)|[Aa]ddress already in use" "$barnabas" broker --listen "127.0.0.1:$port" --memory
refused "an unknown property" 2 'num.partitions' "$barnabas" broker --listen 127.0.0.1:0 --memory -X num.partition=3
refused "a value out of range" 2 'num.partitions.*(1|10000)' "$barnabas" broker --listen 127.0.0.1:0 --memory -X num.partitions=0
refused "a data folder that is a file" 1 "$work/broker.out" "$barnabas" broker --listen 127.0.0.1:0 --data "$work/broker.out"

# What is no Kafka request ends its connection and nothing else.
"$barnabas" topic -b "$bootstrap" create t -p 1
for garbage in 'GET / HTTP/1.1\r\n\r\n' '\x7f\xff\xff\xff' '\xff\xff\xff\xff' '\0\0\0\x0c\0\xff\0\0\0\0\0\1\xff\xff\0\0' '\0\0\0\x0a\0\0\0\3\0\0\0\1\0\xff'; do
  { timeout 10 bash -c 'exec 3<>/dev/tcp/127.0.0.1/'"$port"' && printf "'"$garbage"'" >&3 && cat <&3' || true; } >/dev/null 2>&1
done
echo still | "$barnabas" produce -b "$bootstrap" -t t
[[ $("$barnabas" consume -b "$bootstrap" -t t -o beginning -e) == still ]] || fail "the broker does not serve any more"

refused "an unknown topic" 1 'missing.*UNKNOWN_TOPIC_OR_PARTITION' bash -c "echo x | '$barnabas' produce -b '$bootstrap' -t missing -X max.block.ms=1000"
head -c 2000000 /dev/zero | tr '\0' x >"$work/large"
status=0
"$barnabas" produce -b "$bootstrap" -t t <"$work/large" >"$work/said" 2>&1 || status=$?
((status == 1)) && grep -qE 'MESSAGE_TOO_LARGE|max.request.size' "$work/said" || { cut -c1-300 "$work/said" >&2; fail "a record too large, status $status"; }
refused "no topic to read" 2 "-t TOPIC" "$barnabas" consume -b "$bootstrap"
refused "no broker there" 1 '127.0.0.1:1' "$barnabas" topic list -b 127.0.0.1:1 -X default.api.timeout.ms=1000

kill -TERM "$broker_pid"; wait "$broker_pid" || fail "no clean stop"

# A folder that a later version wrote is left alone.
sed -i 's/^barnabas.format=.*/barnabas.format=99/; s/^version=.*/version=99/' "$work/data/meta.properties"
before=$(cd "$work/data" && find . -type f -exec cksum {} + | sort | cksum)
refused "a data folder from a newer version" 1 'newer|version 99|format 99' "$barnabas" broker --listen 127.0.0.1:0 --data "$work/data"
[[ $(cd "$work/data" && find . -type f ! -name .lock -exec cksum {} + | sort | cksum) == "$before" || $(cd "$work/data" && find . -type f -exec cksum {} + | sort | cksum) == "$before" ]] ||
  fail "the folder of a newer version was changed"

# Files that may not grow any more, which needs no special rights; full_disk_test.sh does the same with a disk. Writes are refused and say so, nothing
# that was acknowledged is lost, and all goes on once there is room.
need prlimit
small=(-X delivery.timeout.ms=2000 -X request.timeout.ms=1000)
read_back() { "$barnabas" consume -b "$bootstrap" -t full -o beginning -e >"$work/read"; cmp -s "$work/numbers" "$work/read" || fail "$1"; }
seq 1 1000 >"$work/numbers"
head -c 100000 /dev/zero | tr '\0' x >"$work/large"
ulimit -S -f 64
start_broker --data "$work/limited"
ulimit -S -f unlimited
"$barnabas" produce -b "$bootstrap" -t full <"$work/numbers"
refused "a file that may not grow" 1 'KAFKA_STORAGE_ERROR|DELIVERY_TIMED_OUT|disk' bash -c "'$barnabas' produce -b '$bootstrap' -t full ${small[*]} <'$work/large'"
read_back "records were lost with a file that may not grow"
prlimit --pid "$broker_pid" --fsize=unlimited
"$barnabas" produce -b "$bootstrap" -t full "${small[@]}" <<<again || fail "no writes although the file may grow"
echo again >>"$work/numbers"
kill -KILL "$broker_pid"; wait "$broker_pid" || true
start_broker --data "$work/limited"
read_back "records were lost by a restart"
kill -TERM "$broker_pid"; wait "$broker_pid" || fail "no clean stop"
echo "wrong input and files that may not grow are answered clearly"
