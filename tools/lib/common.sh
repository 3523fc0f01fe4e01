# Shared by the scripts in tools/. Source it; it changes to the repository's root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
# A clone may belong to somebody else than who builds it.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=$root

say() { printf '== %s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

jobs=${BARNABAS_JOBS:-$(nproc)}

packages_build="g++ cmake ninja-build pkg-config zlib1g-dev liblz4-dev libzstd-dev libsnappy-dev libssl-dev libcli11-dev nlohmann-json3-dev"
packages_test="doctest-dev python3 git clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev libbenchmark-dev libmimalloc-dev"
packages_speed="mold ccache"  # Used where they are there.
packages_interop="kcat librdkafka-dev python3-venv"

# need_packages NAME... installs the Debian packages that are missing, with sudo where necessary.
need_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  ((${#missing[@]})) || return 0
  local as_root=()
  if ((EUID != 0)); then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n)
    else die "these packages are missing and only root can install them: apt-get install ${missing[*]}"
    fi
  fi
  say "installing ${missing[*]}"
  if ! { "${as_root[@]}" apt-get update -qq &&
         "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
         >"${TMPDIR:-/tmp}/barnabas-packages.$$.log" 2>&1; then
    tail -n 20 "${TMPDIR:-/tmp}/barnabas-packages.$$.log" >&2
    die "could not install ${missing[*]}"
  fi
  rm -f "${TMPDIR:-/tmp}/barnabas-packages.$$.log"
}

# try_packages NAME... is need_packages that only reports failure; for tests that may be skipped.
try_packages() { (need_packages "$@") 2>/dev/null; }

# run_logged LOG COMMAND... keeps the output in LOG and shows its end when the command fails.
run_logged() {
  local log=$1; shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    return 1
  fi
}

# configure_and_build PRESET [TARGET...]
configure_and_build() {
  local preset=$1; shift
  local targets=() target
  for target in "$@"; do targets+=(--target "$target"); done
  run_logged "build/logs/$preset-configure.log" cmake --preset "$preset" || die "configuring $preset failed"
  run_logged "build/logs/$preset-build.log" cmake --build "build/$preset" -j "$jobs" "${targets[@]}" ||
    die "building $preset failed"
}
