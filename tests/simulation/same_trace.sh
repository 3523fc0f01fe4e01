#!/usr/bin/env bash
# Two or more builds of barnabas-simulate, by whatever compiler and with whatever options, must give
# the same trace for the same seed.  same_trace.sh PROGRAM PROGRAM... [-- SEEDS]
set -euo pipefail
programs=() seeds=1-20
while (($#)); do
  [[ $1 == -- ]] && { seeds=$2; break; }
  programs+=("$1"); shift
done
((${#programs[@]} > 1)) || { echo "same_trace: two programs are needed"; exit 2; }
first=$("${programs[0]}" --hashes "$seeds")
for program in "${programs[@]:1}"; do
  if ! diff <(echo "$first") <("$program" --hashes "$seeds"); then
    echo "same_trace: $program differs from ${programs[0]}"
    exit 1
  fi
done
echo "${#programs[@]} builds give the same traces for the seeds $seeds"
