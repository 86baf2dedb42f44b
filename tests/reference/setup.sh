#!/usr/bin/env bash
# The Python packages that reference checks compare with, in .venv at the tree's root. Without them
# (no network) those checks skip, so this never fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

python=.venv/bin/python

say() { printf 'setup: %s\n' "$*" >&2; }

# provide IMPORTS PACKAGE...: installs the packages unless Python can import them all already.
provide() {
  local imports=$1
  shift
  if [[ -x $python ]] && "$python" -c "import $imports" >/dev/null 2>&1; then
    say "reference packages are there: $*"
  elif { [[ -x $python ]] || python3 -m venv .venv >&2; } &&
    "$python" -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 20 \
      "$@" >&2 && "$python" -c "import $imports" >/dev/null 2>&1; then
    say "installed reference packages in .venv: $*"
  else
    say "reference packages ($*) cannot be installed: the checks that need them skip"
  fi
}
provide "nir, numpy, h5py" nir numpy h5py
provide nest nest-simulator  # wheels for Linux only
