#!/usr/bin/env bash
# fuzz.sh FUZZER SECONDS: runs a fuzzer on its seeds and on what earlier runs found.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
fuzzer=$1
seconds=$2
work=$root/build/fuzz/corpus/$fuzzer
mkdir -p "$work/found" "$work/crash"

# The golden models are seeds too; what lies beside them is not.
seeds=$work/seed
rm -rf "$seeds"
mkdir -p "$seeds"
copy() { if [[ -d $1 ]]; then find "$1" -maxdepth 1 -type f -name "$2" -exec cp -t "$seeds" {} +; fi; }
copy "$root/tests/fuzz/seeds/${fuzzer#fuzz_}" '*'
copy "$root/tests/golden" "*.${fuzzer#fuzz_}"

exec "$root/build/fuzz/tests/fuzz/$fuzzer" -max_total_time="$seconds" -timeout=10 \
  -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 -artifact_prefix="$work/crash/" \
  "$work/found" "$seeds"
