#!/usr/bin/env bash
# The suite with fuzzing and as a part of another build, then the unit tests under valgrind where it is
# installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

SYNFIRE_NIGHTLY_CHECKS=ON SYNFIRE_FUZZ_SECONDS="${SYNFIRE_FUZZ_SECONDS:-60}" tests/run.sh "$@"

if command -v valgrind >/dev/null; then
  valgrind --quiet --leak-check=full --error-exitcode=1 \
    build/release/tests/synfire_unit_test --gtest_brief=1
else
  printf 'nightly: valgrind is not installed; memory was checked by the sanitizers only\n' >&2
fi
