#!/usr/bin/env bash
# Runs clang-tidy over the product's sources: tools/tidy.sh BUILD-DIR [JOBS [FILE...]]. Tests are left to the compilers.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
jobs=${2:-$(nproc)}
shift $(($# < 2 ? $# : 2))
for tool in clang-tidy-19 clang-tidy; do
  if command -v "$tool" >/dev/null; then break; fi
done

files=("$@")
if [ $# -eq 0 ]; then
  mapfile -t files < <(find src apps -name '*.cc' ! -name '*_test.cc' ! -path 'src/fakes/*' 2>/dev/null | sort)
fi
echo "tidy: ${#files[@]} files"
one() {
  if ! found=$("$2" -p "$1" --quiet "$3" 2>&1); then
    printf '%s\n' "$found" | grep -vE '(warnings?|errors?) generated|Error while processing|warnings? treated as errors'
    return 1
  fi
}
export -f one
if ! printf '%s\0' "${files[@]}" | xargs -0 -P "$jobs" -I{} bash -c 'one "$@"' tidy "$build" "$tool" {}; then
  echo "tidy: the files above need work" >&2
  exit 1
fi
echo "tidy: clean"
