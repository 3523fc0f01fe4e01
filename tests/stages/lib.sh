# Shared by the stages: each reports its tests to the file named by BARNABAS_RESULTS.
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/common.sh"
results=${BARNABAS_RESULTS:-/dev/stdout}

report() { echo "$1 $2" >>"$results"; }  # passed|failed|skipped  NAME [REASON]

# check NAME COMMAND... reports the command's status as one test: 0 passed, 77 skipped, else failed.
check() {
  local name=$1 log status=0; shift
  log=build/logs/${name//[^A-Za-z0-9.-]/_}.log
  mkdir -p build/logs
  "$@" >"$log" 2>&1 || status=$?
  case $status in
    0) report passed "$name" ;;
    77) report skipped "$name: $(tail -n 1 "$log")" ;;
    *) report failed "$name (exit status $status, $log)"; tail -n 40 "$log" >&2 ;;
  esac
  return 0
}

# run_ctest PRESET [ctest arguments]: reports each test of a build folder.
run_ctest() {
  local preset=$1; shift
  local junit=$root/build/logs/$preset-tests.xml
  ctest --test-dir "build/$preset" --output-on-failure --output-junit "$junit" -j "$jobs" "$@" \
    >"build/logs/$preset-tests.log" 2>&1 || grep -A 60 -E '^(Errors|.*\*\*\*)' "build/logs/$preset-tests.log" | head -n 200 >&2 || true
  python3 tests/stages/junit_results.py "$preset" "$junit" >>"$results"
}

# variant CMAKE-ARGUMENT...: configures the gcc build with everything at its default but for the arguments. One folder for
# all, because a compilation serves every variant that it does not differ in.
variant() {
  cmake --preset gcc -DBUILD_SHARED_LIBS=OFF -DBARNABAS_WITH_LZ4=ON -DBARNABAS_WITH_ZSTD=ON -DBARNABAS_WITH_SNAPPY=ON \
    -DBARNABAS_BUILD_BROKER=ON -DBARNABAS_BUILD_TOOLS=ON -DBARNABAS_BUILD_EXAMPLES=ON -DBARNABAS_BUILD_TESTS=ON "$@"
}
