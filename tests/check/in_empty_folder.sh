#!/usr/bin/env bash
# in_empty_folder.sh FOLDER COMMAND...: nothing of an earlier run helps or hinders a test.
set -euo pipefail
folder=$1
shift
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
exec "$@"
