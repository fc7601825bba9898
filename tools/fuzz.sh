#!/usr/bin/env bash
# Runs every fuzzer of a folder for some seconds, from its seeds: tools/fuzz.sh BIN-DIR [SECONDS [JOBS]].
# An input that breaks one stays in the folder `found` beside BIN-DIR; add it to test/fuzz/corpus with the fix.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$1
export seconds=${2:-5}
export found=$bin/../found
mkdir -p "$found"

one() {
  program=$(basename "$1")
  name=${program%_fuzz}
  scratch=$(mktemp -d)
  if "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
    -artifact_prefix="$found/$name-" "$scratch" "test/fuzz/corpus/$name" >"$found/$name.log" 2>&1; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$found/$name.log")
    printf 'fuzz: %-28s %9s inputs, none breaks it\n' "$name" "$runs"
    rm -rf "$scratch"
  else
    tail -40 "$found/$name.log"
    echo "fuzz: $name is broken by the input named above"
    rm -rf "$scratch"
    return 1
  fi
}
export -f one
find "$bin" -name '*_fuzz' -print0 | sort -z | xargs -0 -r -P "${3:-1}" -I{} bash -c 'one {}'
