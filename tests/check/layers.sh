#!/usr/bin/env bash
# Includes go down the layers only (DESIGN.md section 2), and each third-party format library is
# included where it belongs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

status=0

# includes_of FOLDER: "file:line:path" of every #include of a file of this tree in FOLDER
includes_of() {
  grep -rnE --include='*.h' --include='*.cpp' --include='*.c' \
    '^ *# *include "(core|neurons|encoders|converters|targets|cli)/' "$1" |
    sed -E 's/^([^:]*:[0-9]+):.*"([^"]+)".*/\1:\2/'
}

# layer FOLDER ALLOWED...: FOLDER may include files below the allowed folders and its own
layer() {
  local folder=$1 allowed wrong
  shift
  [[ -d $folder ]] || return 0
  allowed=$(printf '|%s' "$folder" "$@")
  wrong=$(includes_of "$folder" | grep -vE ":[0-9]+:(${allowed:1})/") || return 0
  printf '%s may not include this:\n%s\n' "$folder" "$wrong"
  status=1
}

# only PATTERN FOLDER...: headers that match PATTERN are included in these folders only
only() {
  local pattern=$1 folders wrong
  shift
  folders=$(printf '|%s' "$@")
  wrong=$(grep -rnE --include='*.h' --include='*.cpp' "^ *# *include [<\"]$pattern" \
    core neurons encoders converters targets cli | grep -vE "^(${folders:1})/") || return 0
  printf '%s may be included in %s only:\n%s\n' "$pattern" "$*" "$wrong"
  status=1
}

core=(core/base core/net core/engine core/io)
layer core/base
layer core/net core/base
layer core/engine core/base core/net
layer core/io core/base core/net
layer neurons core/base core/net core/engine
layer encoders "${core[@]}" neurons
for folder in converters/*; do layer "$folder" "${core[@]}" neurons; done
for folder in targets/*; do layer "$folder" "${core[@]}" neurons encoders converters; done

only '(hdf5|H5)' core/io converters/nir converters/sonata
only 'flatbuffers/' converters/tflite
only 'toml' converters/experiment
only 'mpi\.h' targets/mpi
exit "$status"
