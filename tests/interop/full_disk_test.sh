#!/usr/bin/env bash
# A full disk: writes are refused and say so, nothing that was acknowledged is lost, and all goes on once there is room. The disk is a small tmpfs,
# mounted in a user namespace of its own when this does not run as root.
if [[ $EUID != 0 ]] && unshare --user --map-root-user --mount true 2>/dev/null; then
  exec unshare --user --map-root-user --mount "$0"
fi
source "$(dirname "$0")/lib.sh"

mkdir "$work/small"
mount -t tmpfs -o size=6m tmpfs "$work/small" 2>"$work/said" || skip "no permission to mount a small disk: $(tail -n 1 "$work/said")"
cleanups+=("umount -l '$work/small'")
small=(-X delivery.timeout.ms=2000 -X request.timeout.ms=1000)
start_small() { start_broker --data "$work/small/data" -X barnabas.disk.reserve.bytes=1000000; }
read_back() { "$barnabas" consume -b "$bootstrap" -t full -o beginning -e >"$work/read"; cmp -s "$work/numbers" "$work/read" || fail "$1"; }
seq 1 1000 >"$work/numbers"
head -c 100000 /dev/zero | tr '\0' x >"$work/large"

start_small
"$barnabas" produce -b "$bootstrap" -t full <"$work/numbers"
dd if=/dev/zero of="$work/small/filler" bs=64k 2>/dev/null || true
dd if=/dev/zero of="$work/small/rest" bs=4k 2>/dev/null || true
status=0
"$barnabas" produce -b "$bootstrap" -t full "${small[@]}" <"$work/large" >"$work/said" 2>&1 || status=$?
((status == 1)) && grep -qE 'KAFKA_STORAGE_ERROR|DELIVERY_TIMED_OUT|disk' "$work/said" || { cat "$work/said" >&2; fail "a full disk, status $status"; }
read_back "records were lost on a full disk"
kill -KILL "$broker_pid"; wait "$broker_pid" || true
start_small
read_back "records were lost by a restart on a full disk"
rm "$work/small/filler" "$work/small/rest"
wait_for 30 bash -c "echo again | '$barnabas' produce -b '$bootstrap' -t full ${small[*]}" || fail "no writes although there is room again"
kill -TERM "$broker_pid"; wait "$broker_pid" || fail "no clean stop"
echo "a full disk is survived"
