#!/usr/bin/env bash
# The experiment beside it on 1000 recordings of N-MNIST: 800 to learn from, 200 to test.
#
#   run.sh ARCHIVE|FOLDER [options of synfire run]
#
# ARCHIVE is a .tar.zst of recordings (1.bs2, 2.bs2 ...) and train1K.txt, a table of them and their
# classes; FOLDER is such a folder. Writes nmnist.h5, and nmnist.html to look at.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
recordings=$(realpath "${1:-${SYNFIRE_SHARED_DATA:-$here/../../../shared/data}/nmnist/nmnist_train1000_test10.tar.zst}")
shift || true

if [[ -f $recordings ]]; then
  archive=$recordings recordings=$PWD/nmnist
  if [[ ! -f $recordings/train1K.txt ]]; then
    mkdir -p "$recordings"
    tar --zstd -xf "$archive" -C "$recordings"
  fi
fi

"${SYNFIRE:-synfire}" run "$here/nmnist-stdp.toml" \
  --set "dataset.digits.events=$recordings" \
  --set "dataset.digits.labels=$recordings/train1K.txt" \
  -o nmnist.h5 --report nmnist.html "$@"
