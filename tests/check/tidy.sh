#!/usr/bin/env bash
# tidy.sh [REVISION]: clang-tidy on the .cpp files that differ from REVISION (default main). By
# hand, after a build: it needs build/release/compile_commands.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
database=build/release
cmake --preset release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >/dev/null
mapfile -d '' -t files < <(git diff -z --name-only --diff-filter=d "${1:-main}" -- '*.cpp')
if [[ ${#files[@]} -eq 0 ]]; then echo "no .cpp file differs"; exit 0; fi
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet -p "$database"
