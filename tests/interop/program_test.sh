#!/usr/bin/env bash
# What the program's options do, one by one.
source "$(dirname "$0")/lib.sh"

start_broker
produce() { timeout 60 "$barnabas" produce -b "$bootstrap" "$@"; }
consume() { timeout 60 "$barnabas" consume -b "$bootstrap" -o beginning -e "$@"; }
# same NAME WANTED COMMAND...: the command prints exactly this.
same() {
  local name=$1 wanted=$2 got; shift 2
  got=$("$@") || fail "$name: exit status $?"
  [[ $got == "$wanted" ]] || fail "$name: '$got' instead of '$wanted'"
}

"$barnabas" topic -b "$bootstrap" create t -p 4
for partition in 0 1 2 3; do echo "to $partition" | produce -t t -p "$partition"; done
for partition in 0 1 2 3; do same "produce -p, consume -p" "$partition to $partition" consume -t t -p "$partition" -f '%p %s\n'; done
status=0
echo nowhere | produce -t t -p 9 -X max.block.ms=1000 2>"$work/said" || status=$?
((status == 1)) && grep -q 't\[9\]' "$work/said" || fail "a partition that does not exist: status $status, $(cat "$work/said")"

create() { "$barnabas" topic create -b "$bootstrap" "$1" -p 1; }
create records
printf 'a:1\nb:2\n:3\nnone\n' | produce -t records -K : -Z -H source=test -H n=1
same "produce -K -H -Z" $'a|1|1|0|source=test,n=1\nb|1|1|0|source=test,n=1\nNULL|-1|1|0|source=test,n=1\nNULL|-1|4|0|source=test,n=1' \
  consume -t records -f '%k|%K|%S|%p|%h\n'
same "consume -K -D" 'a:1;b:2;NULL:3;NULL:none;' consume -t records -K : -D ';'
same "consume -Z" '-' consume -t records -Z - -f '%k\n' -o 2 -c 1

create codecs
for codec in none gzip snappy lz4 zstd; do seq 1 200 | produce -t codecs -z "$codec"; done
same "produce -z" "$(for i in 1 2 3 4 5; do seq 1 200; done)" consume -t codecs

create delimited
printf 'one;two;three' | produce -t delimited -D ';' -c 2
printf 'first\nsecond\n' >"$work/file"
produce -t delimited --whole "$work/file"
produce -t delimited -k key "$work/file"
same "produce -D -c --whole -k FILE" $'NULL=one|NULL=two|NULL=first\nsecond\n|key=first|key=second|' consume -t delimited -f '%k=%s|'

create offsets
for i in 0 1 2 3 4 5 6 7 8 9; do echo "{\"payload\":\"$i\",\"ts\":$((1000 + i))}"; done | produce -t offsets -J
same "-o N" $'7\n8\n9' consume -t offsets -o 7
same "-o -N" $'8\n9' consume -t offsets -o -2
same "-o s@MS" $'6\n7\n8\n9' consume -t offsets -o s@1006
same "-o s@MS -o e@MS" $'3\n4' consume -t offsets -o s@1003 -o e@1005
same "-o end" '' consume -t offsets -o end
same "-c" $'0\n1' consume -t offsets -c 2
same "--from-beginning" 10 bash -c "timeout 60 '$barnabas' consume -b '$bootstrap' -t offsets --from-beginning -e | wc -l"
same "%T %o" $'1009 9' consume -t offsets -o -1 -f '%T %o\n'
same "consume -J" '{"topic":"offsets","partition":0,"offset":9,"tstype":"create","ts":1009,"key":null,"payload":"9"}' consume -t offsets -o -1 -J

create copy
echo '{"key":"k","value":"v","headers":{"a":"1"},"ts":5}' | produce -t copy -J
consume -t copy -J | produce -t copy -J
same "consume -J | produce -J" $'k v a=1 5\nk v a=1 5' consume -t copy -f '%k %s %h %T\n'
status=0
echo '{"paylod":"v"}' | produce -t copy -J 2>"$work/said" || status=$?
((status == 2)) && grep -q 'did you mean "payload"' "$work/said" || fail "an unknown member: status $status, $(cat "$work/said")"

same "consume -G TOPIC..." 14 bash -c "timeout 60 '$barnabas' consume -b '$bootstrap' -G readers -o beginning -e offsets records | wc -l"
same "consume -G goes on" '' consume -G readers -o beginning offsets records
same "consume -G PATTERN" $'records a' consume -G patterns '^rec.*' t.none -f '%t %k\n' -c 1
lag() { "$barnabas" group lag -b "$bootstrap" readers | awk 'NR > 1 { print $2, $4, $6 }' | sort; }
same "group lag" $'offsets 10 0\nrecords 4 0' lag
echo late | produce -t offsets
same "group lag grows" $'offsets 10 1\nrecords 4 0' lag
same "consume -G takes the rest" late consume -G readers -t offsets -t records
grep -q readers <("$barnabas" group -b "$bootstrap" list) || fail "group list"
"$barnabas" group delete -b "$bootstrap" readers
"$barnabas" group list -b "$bootstrap" | grep -q readers && fail "group delete"

same "topic describe" 'offsets 0 0 11' bash -c "'$barnabas' topic describe -b '$bootstrap' offsets | awk 'NR > 1 { print \$1, \$2, \$6, \$7 }'"
"$barnabas" topic delete -b "$bootstrap" copy codecs
"$barnabas" topic list -b "$bootstrap" | grep -qE '^(copy|codecs) ' && fail "topic delete"

# Follows until it is interrupted, and ends cleanly.
"$barnabas" consume -b "$bootstrap" -t delimited -o end -u >"$work/followed" &
follower=$!
sent() { echo more | produce -t delimited; [[ -s $work/followed ]]; }
wait_for 30 sent || fail "consume does not follow"
kill -INT "$follower"
wait "$follower" || fail "Ctrl-C ends with status $?"
echo "the program's options do what they say"
