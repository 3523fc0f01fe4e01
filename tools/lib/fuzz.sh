# Shared by tools/fuzz and the stage of that name. Source it after common.sh.

fuzz_targets() { local program; for program in build/clang/bin/fuzz_*; do echo "${program##*/fuzz_}"; done; }

# fuzz_one TARGET SECONDS SEED [CORPUS]: runs a target on what is committed for it, on what CORPUS holds, and on mutations of both.
# New inputs go to CORPUS; an input that fails goes to build/fuzz-findings.
fuzz_one() {
  local target=$1 seconds=$2 seed=$3 corpus=${4:-} scratch='' status=0
  [[ -n $corpus ]] || { scratch=$(mktemp -d); corpus=$scratch; }
  local inputs=("$corpus")
  [[ -d tests/fuzz/corpus/$target ]] && inputs+=("tests/fuzz/corpus/$target")
  mkdir -p "$corpus" build/fuzz-findings
  "build/clang/bin/fuzz_$target" -max_total_time="$seconds" -seed="$seed" -malloc_limit_mb=256 -rss_limit_mb=1024 -timeout=10 \
    -artifact_prefix="build/fuzz-findings/$target-" -print_final_stats=1 "${inputs[@]}" || status=$?
  [[ -z $scratch ]] || rm -rf "$scratch"
  return "$status"
}
