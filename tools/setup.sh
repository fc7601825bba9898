#!/usr/bin/env bash
# Finds which packages Florin still needs on this machine and installs them.
#
#   tools/setup.sh [-n] SET...     SET: build test check bench     -n: only name what is missing
#
# It installs when it is root or may use sudo without a password. Otherwise it prints the command to type.
# Exit status: 0 all is there, 1 something is missing and it could not install it, 2 usage, 3 not a Debian system.
set -euo pipefail

# One need per line. `a|b` means a, else b. `a>=V` means a of version V or newer: for systems that no longer
# carry the numbered package of Debian 12. `=a` means that the command a is there, whoever brought it.
needs_build='
  g++ make cmake>=3.25 ninja-build pkg-config|pkgconf git python3 ca-certificates openssl
  libssl-dev>=3.0
  libboost1.81-dev|libboost-dev>=1.81
  libboost-json1.81-dev|libboost-json-dev>=1.81
  protobuf-compiler libprotobuf-dev
  libcurl4-openssl-dev
  libsqlite3-dev libtomlplusplus-dev libcli11-dev'
needs_test='
  libgtest-dev libgmock-dev ccache python3-cryptography python3-jsonschema sqlite3 procps nodejs npm|=npm
  pcscd vsmartcard-vpcd opensc'
needs_check='
  clang-16|clang-19|clang-18|clang-17|clang>=1:16
  libclang-rt-16-dev|libclang-rt-19-dev|libclang-rt-18-dev|libclang-rt-17-dev|libclang-rt-dev>=1:16
  clang-format-19|clang-format>=1:18
  clang-tidy-19|clang-tidy>=1:18'
needs_bench='libbenchmark-dev libgtest-dev'

fail() {
  echo "setup: $2" >&2
  exit "$1"
}

only_name=no
if [ "${1:-}" = -n ]; then
  only_name=yes
  shift
fi
[ $# -gt 0 ] || fail 2 "name at least one set: build test check bench"
needs=()
for set in "$@"; do
  case $set in
    build) needs+=($needs_build) ;;
    test) needs+=($needs_test) ;;
    check) needs+=($needs_check) ;;
    bench) needs+=($needs_bench) ;;
    *) fail 2 "there is no set '$set': build test check bench" ;;
  esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  fail 3 "this is not a Debian or Ubuntu system; install what these packages hold: ${needs[*]}"
fi

# The packages a line of needs names, without versions.
declare -A installed=()
names=$(printf '%s\n' "${needs[@]}" | tr '|' '\n' | sed '/^=/d; s/>=.*//')
while read -r state name version; do
  if [ "$state" = ii ]; then installed[$name]=$version; fi
done < <(dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Version}\n' $names 2>/dev/null || true)

new_enough() {  # VERSION NEED
  case $2 in
    *'>='*) dpkg --compare-versions "$1" ge "${2#*>=}" ;;
    *) true ;;
  esac
}

is_installed() {  # NEED
  local choice
  for choice in ${1//|/ }; do
    if [ "${choice#=}" != "$choice" ] && command -v "${choice#=}" >/dev/null; then return 0; fi
    local version=${installed[${choice%%>=*}]:-}
    if [ -n "$version" ] && new_enough "$version" "$choice"; then return 0; fi
  done
  return 1
}

missing=()
for need in "${needs[@]}"; do
  is_installed "$need" || missing+=("$need")
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

candidate() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: \([^(].*\)/\1/p'; }

# Sets `packages` to what to install; `absent` to the needs for which apt knows nothing that would do.
choose() {
  packages=() absent=()
  local need choice version
  for need in "${missing[@]}"; do
    for choice in ${need//|/ }; do
      if [ "${choice#=}" != "$choice" ]; then continue; fi
      version=$(candidate "${choice%%>=*}")
      if [ -n "$version" ] && new_enough "$version" "$choice"; then
        packages+=("${choice%%>=*}")
        continue 2
      fi
    done
    absent+=("$need")
  done
}

echo "setup: missing for $*: ${missing[*]}"
if [ "$only_name" = yes ]; then exit 1; fi

run=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    run=(sudo)
  else
    choose
    first=()
    for need in "${absent[@]}"; do first+=("${need%%[|>]*}"); done
    fail 1 "no right to install them; as root, type:
  apt-get update && apt-get install -y --no-install-recommends ${packages[*]} ${first[*]}"
  fi
fi

export DEBIAN_FRONTEND=noninteractive
apt() {
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"
}

echo "setup: apt-get update"
apt update >/dev/null || fail 1 "apt-get update failed: check the network and /etc/apt/sources.list*"
choose
if [ ${#absent[@]} -gt 0 ]; then
  fail 1 "this system's package sources have no ${absent[*]}; Florin needs Debian 12, Ubuntu 24.04 or newer"
fi
echo "setup: apt-get install ${packages[*]}"
apt install -y --no-install-recommends "${packages[@]}" ||
  fail 1 "apt-get install failed; the lines above say why"
echo "setup: done"
