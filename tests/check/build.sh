#!/usr/bin/env bash
# build.sh PRESET [arguments of cmake --build...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
preset=$1
shift
cmake --preset "$preset"
cmake --build --preset "$preset" "$@"
