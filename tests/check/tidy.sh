#!/usr/bin/env bash
# tidy.sh [REVISION]: clang-tidy on the .cpp files that differ from REVISION (default main). By hand.
# Its database is of a build of its own, without precompiled headers: GCC's are not clang's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
database=build/tidy
cmake --preset release -B $database -DSYNFIRE_TESTS=ON -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON \
  -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >/dev/null
cmake --build $database --target synfire_tflite_header >/dev/null
mapfile -d '' -t files < <(git diff -z --name-only --diff-filter=d "${1:-main}" -- '*.cpp')
if [[ ${#files[@]} -eq 0 ]]; then echo "no .cpp file differs"; exit 0; fi
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet -p "$database"
