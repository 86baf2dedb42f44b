#!/usr/bin/env bash
# Everything that has to pass before a change is merged; ends in ctest's summary. Arguments go to
# ctest, for example: tests/run.sh -L unit
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cmake/setup.sh test
tests/reference/setup.sh

cmake --preset release -DSYNFIRE_TESTS=ON -DSYNFIRE_BENCHMARKS=ON -DSYNFIRE_WERROR=ON \
  -DSYNFIRE_CHECKS=ON -DSYNFIRE_FUZZ_SECONDS="${SYNFIRE_FUZZ_SECONDS:-10}" \
  -DSYNFIRE_NIGHTLY_CHECKS="${SYNFIRE_NIGHTLY_CHECKS:-OFF}"
cmake --build --preset release
ctest --test-dir build/release --output-on-failure --no-tests=error -j "$(nproc)" "$@"
