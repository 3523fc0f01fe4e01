# What every client has to do with our broker and together with ours. Source it, then:
#
#   client=(COMMAND...)        runs one action of the client: COMMAND BOOTSTRAP ACTION ARGUMENTS...
#       create TOPIC PARTITIONS | delete TOPIC | topics
#       produce TOPIC CODEC                     records.py's lines from standard input, idempotent where the client can
#       consume TOPIC GROUP COUNT               as a member of a group: prints lines, commits what it printed, leaves
#       member TOPIC GROUP STRATEGY             the same until SIGTERM, each record printed at once
#       groups | describe GROUP                 ids, one a line | "STATE MEMBERS"
#   exchange_records CODEC...                   there and back, with commits and restarts of the consumer; admin
#   share_groups STRATEGY...                    in one group with our program, both as its leader; only the first
#                                               unless BARNABAS_INTEROP_DEEP is set
#   chooses_like_java                           keys go to the partitions to which our producer sends them
#
# `name` tells topics and groups of several clients apart; `record_flags` say what its records must
# be without, `read_flags` what it does not tell apart when it reads.
# shellcheck shell=bash disable=SC2154  # sourced behind lib.sh
name=${name:-client}
record_flags=() read_flags=()
records=$root/tests/interop/records.py
start_client_broker() { start_broker --memory -X log.retention.ms=-1 -X group.initial.rebalance.delay.ms=100 -X num.partitions=3 "$@"; }
run_client() { timeout 60 "${client[@]}" "$bootstrap" "$@"; }

exchange_records() {
  local codec topic=$name-exchange group=$name-readers
  : >"$work/all-theirs"; : >"$work/all-ours"
  run_client create "$topic" 3
  [[ $("$barnabas" topic describe -b "$bootstrap" "$topic" --json | grep -o '"partition":' | wc -l) == 3 ]] || fail "$name: create"
  run_client topics | grep -x "$topic" >/dev/null || fail "$name: the topic is not listed"
  for codec in "$@"; do
    python3 "$records" make 60 "$codec" "${record_flags[@]}" >"$work/sent"
    run_client produce "$topic" "$codec" <"$work/sent" || fail "$name: produce, $codec"
    cat "$work/sent" >>"$work/all-theirs"
  done
  python3 "$records" canonical <"$work/all-theirs" >"$work/expected"
  "$barnabas" consume -b "$bootstrap" -t "$topic" -o beginning -e -J | python3 "$records" canonical >"$work/got"
  same "$name -> barnabas" "$work/expected" "$work/got"

  # The other way, read by two consumers one after the other: the second goes on where the first committed.
  local total=$((60 * $#))
  topic=$name-back
  "$barnabas" topic create -b "$bootstrap" "$topic" -p 3
  for codec in "$@"; do
    python3 "$records" make 60 "$codec" >"$work/sent"
    "$barnabas" produce -b "$bootstrap" -t "$topic" -J -z "$codec" <"$work/sent"
    cat "$work/sent" >>"$work/all-ours"
  done
  python3 "$records" canonical "${read_flags[@]}" <"$work/all-ours" >"$work/expected"
  run_client consume "$topic" "$group" $((total / 3)) >"$work/first" || fail "$name: consume"
  [[ $(wc -l <"$work/first") == $((total / 3)) ]] || fail "$name: the first consumer read $(wc -l <"$work/first") of $((total / 3))"
  [[ $(committed "$group") == $((total / 3)) ]] || fail "$name: the first consumer committed $(committed "$group") of $((total / 3))"
  run_client consume "$topic" "$group" $((total - total / 3)) >"$work/second" || fail "$name: consume, again"
  cat "$work/first" "$work/second" | python3 "$records" canonical "${read_flags[@]}" >"$work/got"
  same "barnabas -> $name" "$work/expected" "$work/got"
  [[ $(committed "$group") == "$total" ]] || fail "$name: $(committed "$group") of $total are committed"
  run_client groups | grep -x "$group" >/dev/null || fail "$name: the group is not listed"
  [[ $(run_client describe "$group") == "Empty 0" ]] || fail "$name: the group is described as $(run_client describe "$group")"

  run_client delete "$topic" || fail "$name: delete"
  ! "$barnabas" topic list -b "$bootstrap" | grep -x "$topic" >/dev/null || fail "$name: the topic was not deleted"
}

# How many records of topics that start at 0 the group has done with.
committed() { "$barnabas" group lag -b "$bootstrap" "$1" --json | python3 -c 'import json, sys; print(sum(line["committed"] for line in json.load(sys.stdin)))'; }

# settled GROUP: both members are in, and each has partitions. Each look starts a program, so not too often.
settled() {
  sleep 0.2
  "$barnabas" group describe -b "$bootstrap" "$1" --json >"$work/described" 2>/dev/null && python3 - "$work/described" <<'PYTHON'
import json, sys
group = json.load(open(sys.argv[1]))[0]
shares = [len(member["assignment"]) for member in group["members"]]
sys.exit(0 if group["state"] == "Stable" and len(shares) == 2 and min(shares) >= 1 and sum(shares) == 4 else 1)
PYTHON
}

# The default run takes the first assignor of each client; the clients differ in it, so that all are taken.
deep() { [[ -n ${BARNABAS_INTEROP_DEEP:-} ]]; }

share_groups() {
  local strategy leader
  deep || set -- "$1"
  for strategy in "$@"; do
    for leader in ours theirs; do share_group "$strategy" "$leader"; done
  done
}

share_group() {
  local strategy=$1 leader=$2 topic=$name-$1-$2 ours theirs
  "$barnabas" topic create -b "$bootstrap" "$topic" -p 4
  : >"$work/ours"; : >"$work/theirs"
  join_ours() {
    "$barnabas" consume -b "$bootstrap" -t "$topic" -G "$topic" -o beginning -u -J -X partition.assignment.strategy="$strategy" \
      -X heartbeat.interval.ms=200 -X auto.commit.interval.ms=200 >"$work/ours" 2>"$work/ours.err" &
    ours=$!
  }
  join_theirs() {
    timeout 240 "${client[@]}" "$bootstrap" member "$topic" "$topic" "$strategy" >"$work/theirs" 2>"$work/theirs.err" &
    theirs=$!
  }
  one_member() { "$barnabas" group describe -b "$bootstrap" "$topic" --json 2>/dev/null | grep -q '"state":"Stable"'; }
  "join_$leader"
  wait_for 60 one_member || { cat "$work/theirs.err" "$work/ours.err" >&2; fail "$name, $strategy: the first member ($leader) did not join"; }
  if [[ $leader == ours ]]; then join_theirs; else join_ours; fi
  wait_for 60 settled "$topic" || { cat "$work/theirs.err" "$work/described" >&2; fail "$name, $strategy led by $leader: not shared"; }
  python3 "$records" make 200 shared no-partition >"$work/sent"
  "$barnabas" produce -b "$bootstrap" -t "$topic" -J <"$work/sent"
  all_read() { (($(cat "$work/ours" "$work/theirs" | wc -l) >= 200)); }
  wait_for 60 all_read || fail "$name, $strategy led by $leader: read $(wc -l <"$work/ours") and $(wc -l <"$work/theirs") of 200"
  [[ -s $work/ours && -s $work/theirs ]] || fail "$name, $strategy led by $leader: one member read everything"
  # One leaves: the other takes over all partitions, at what was committed.
  kill -TERM "$theirs"
  wait "$theirs" || fail "$name, $strategy: the member ended with an error: $(tail -n 3 "$work/theirs.err")"
  "$barnabas" produce -b "$bootstrap" -t "$topic" -J <"$work/sent"
  all_read() { (($(cat "$work/ours" "$work/theirs" | wc -l) >= 400)); }
  wait_for 60 all_read || fail "$name, $strategy led by $leader: alone, ours read only $(wc -l <"$work/ours")"
  kill -TERM "$ours"; wait "$ours" || fail "$name, $strategy: our member ended with an error"
  cat "$work/sent" "$work/sent" | python3 "$records" canonical no-partition "${read_flags[@]}" >"$work/expected"
  cat "$work/ours" "$work/theirs" | python3 "$records" canonical no-partition "${read_flags[@]}" >"$work/got"
  same "$name: a group of both, $strategy, led by $leader" "$work/expected" "$work/got"
}

chooses_like_java() {
  local side
  for side in ours theirs; do "$barnabas" topic create -b "$bootstrap" "$name-keys-$side" -p 12; done
  seq 1 300 | sed 's/.*/{"key":"key &","payload":"&","ts":1700000000000}/' >"$work/sent"
  run_client produce "$name-keys-theirs" none <"$work/sent"
  "$barnabas" produce -b "$bootstrap" -t "$name-keys-ours" -J <"$work/sent"
  for side in ours theirs; do
    "$barnabas" consume -b "$bootstrap" -t "$name-keys-$side" -o beginning -e -f '%k %p\n' | sort >"$work/keys-$side"
  done
  same "$name: partitions by key" "$work/keys-theirs" "$work/keys-ours"
}
