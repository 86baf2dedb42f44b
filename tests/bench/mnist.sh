#!/usr/bin/env bash
# Unsupervised MNIST as `synfire new mnist-stdp` has it: 8,000 images to learn from, 2,000 to test.
# Prints accuracy, wall time and CPU time of everything (seven eighths of it are the training), and leaves
# mnist.h5 and mnist.html.
#
#   tests/bench/mnist.sh [FOLDER of the two .gz files] [options of synfire run]
set -euo pipefail
data=${1:-${SYNFIRE_SHARED_DATA:-../shared/data}/inputs}
shift || true
synfire=${SYNFIRE:-build/release/synfire}
[[ -f $data/t10k-images-idx3-ubyte.gz ]] || {
  echo "no t10k-images-idx3-ubyte.gz in $data" >&2
  exit 77
}

"$synfire" new mnist-stdp -o mnist-stdp.toml
time "$synfire" run mnist-stdp.toml \
  --set "dataset.digits.images=$(realpath "$data")/t10k-images-idx3-ubyte.gz" \
  --set "dataset.digits.labels=$(realpath "$data")/t10k-labels-idx1-ubyte.gz" \
  -o mnist.h5 --report mnist.html "$@"
