#!/usr/bin/env bash
# Our broker is killed with SIGKILL again and again during acknowledged writes and commits: no acknowledged record and no committed offset is lost, nothing is
# stored twice, all is in order. Environment: BARNABAS_KILLS (default 50), BARNABAS_SEED (default: a new one each time, which is printed), BARNABAS_LIMIT in seconds.
source "$(dirname "$0")/lib.sh"
kills=${BARNABAS_KILLS:-50}
seed=${BARNABAS_SEED:-$RANDOM}
limit=${BARNABAS_LIMIT:-$((300 + kills * 10))}

# chaos NAME ARGUMENTS...: a run with a data folder of its own.
chaos() {
  local name=$1; shift
  "$bin/barnabas_chaos" --program "$barnabas" --data "$work/$name" --seed "$seed" --limit "$limit" \
    --broker-argument -X --broker-argument group.initial.rebalance.delay.ms=0 "$@"
}

chaos kept --kills "$kills" --rate 100 --session-timeout 10000 || fail "$kills kills"

# The checks see what they are for: a broker whose files end before what it acknowledged.
chaos lost --kills 1 --records 3000 --group range --damage log >"$work/lost.out" 2>&1 && fail "lost records were not noticed"
grep -q '^lost: ' "$work/lost.out" || { cat "$work/lost.out"; fail "lost records were not named"; }
chaos uncommitted --kills 1 --records 3000 --group range --damage offsets >"$work/uncommitted.out" 2>&1 && fail "lost commits were not noticed"
grep -q '^commit lost: ' "$work/uncommitted.out" || { cat "$work/uncommitted.out"; fail "lost commits were not named"; }
echo "damaged data folders are noticed"
