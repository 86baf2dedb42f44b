#!/usr/bin/env bash
# Every C and C++ file is as clang-format would write it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

command -v clang-format >/dev/null || { echo "clang-format is not installed"; exit 77; }
# A clone may belong to another user than the one who tests it.
list=(git -c safe.directory="$PWD" ls-files -z -- '*.cpp' '*.h' '*.c')
"${list[@]}" >/dev/null || { echo "not a git checkout"; exit 77; }

if ! faults=$("${list[@]}" | xargs -0 -r clang-format --dry-run -Werror 2>&1); then
  printf 'not formatted (clang-format -i mends it):\n'
  grep -oE '^[^:]+:[0-9]+' <<<"$faults" | sort -u -t: -k1,1
  exit 1
fi
