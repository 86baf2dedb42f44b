#!/usr/bin/env bash
# run.sh CHECK.py: runs a check with the reference packages, or skips (77) where they are absent.
set -euo pipefail
python=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.venv/bin/python
if ! [[ -x $python ]] || ! "$python" -c 'import nir, numpy, h5py' 2>/dev/null; then
  echo "no reference packages (tests/reference/setup.sh installs them)"
  exit 77
fi
exec "$python" "$@"
