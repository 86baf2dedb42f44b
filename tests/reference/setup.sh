#!/usr/bin/env bash
# The Python packages that reference checks compare with, in .venv at the tree's root. Without them
# (no network) those checks skip, so this never fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

packages=(nir numpy h5py)
python=.venv/bin/python

say() { printf 'setup: %s\n' "$*" >&2; }

has_packages() { [[ -x $python ]] && "$python" -c 'import nir, numpy, h5py' 2>/dev/null; }

if has_packages; then
  say "reference packages are there: ${packages[*]}"
elif { [[ -x $python ]] || python3 -m venv .venv >&2; } &&
  "$python" -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 20 \
    "${packages[@]}" >&2 && has_packages; then
  say "installed reference packages in .venv: ${packages[*]}"
else
  say "reference packages (${packages[*]}) cannot be installed: the checks that need them skip"
fi
