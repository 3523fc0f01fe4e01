#!/usr/bin/env bash
# kcat (librdkafka) and our program work with our broker in both directions, with every codec.
source "$(dirname "$0")/lib.sh"
need kcat
start_broker --memory -X num.partitions=4

seq 1 2000 | sed 's/.*/key-&:value-&/' >"$work/sent"
sort "$work/sent" >"$work/expected"
for codec in none gzip snappy lz4 zstd; do
  kcat -q -P -b "$bootstrap" -t "from-kcat-$codec" -K: -z "$codec" <"$work/sent"
  "$barnabas" consume -b "$bootstrap" -t "from-kcat-$codec" -o beginning -e -K: | sort >"$work/got"
  same "kcat -> barnabas, $codec" "$work/expected" "$work/got"

  "$barnabas" produce -b "$bootstrap" -t "from-barnabas-$codec" -K: -z "$codec" <"$work/sent"
  kcat -q -C -b "$bootstrap" -t "from-barnabas-$codec" -o beginning -e -K: | sort >"$work/got"
  same "barnabas -> kcat, $codec" "$work/expected" "$work/got"
done

# Idempotent and with headers and null values.
printf 'k1:\nk2:v2\n' | kcat -q -P -b "$bootstrap" -t headers -K: -Z -H a=1 -H b= -X enable.idempotence=true
"$barnabas" consume -b "$bootstrap" -t headers -o beginning -e -f '%k=%s %h\n' | sort >"$work/got"
printf 'k1=NULL a=1,b=\nk2=v2 a=1,b=\n' >"$work/wanted"
same "headers and null values" "$work/wanted" "$work/got"

# Offsets and times.
"$barnabas" consume -b "$bootstrap" -t from-kcat-none -p 0 -o -3 -e -f '%o\n' >"$work/got"
kcat -q -C -b "$bootstrap" -t from-kcat-none -p 0 -o -3 -e -f '%o\n' >"$work/wanted"
same "offsets from the end" "$work/wanted" "$work/got"
echo "kcat: codecs, headers and offsets agree"
