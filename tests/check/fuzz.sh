#!/usr/bin/env bash
# fuzz.sh FUZZER SECONDS: runs a fuzzer on its seeds and on what earlier runs found.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
fuzzer=$1
seconds=$2
work=$root/build/fuzz/corpus/$fuzzer
mkdir -p "$work/found" "$work/crash"

seeds=("$root/tests/fuzz/seeds/${fuzzer#fuzz_}")
if [[ $fuzzer == fuzz_tflite ]]; then seeds+=("$root/tests/golden"); fi
existing=()
for seed in "${seeds[@]}"; do if [[ -d $seed ]]; then existing+=("$seed"); fi; done

exec "$root/build/fuzz/tests/fuzz/$fuzzer" -max_total_time="$seconds" -timeout=10 \
  -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 -artifact_prefix="$work/crash/" \
  "$work/found" "${existing[@]}"
