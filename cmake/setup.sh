#!/usr/bin/env bash
# Installs the Debian 12 packages that Synfire needs and that are missing.
#   cmake/setup.sh build     what the simulator is built from
#   cmake/setup.sh firmware  that, and the compilers and emulators of microcontrollers
#   cmake/setup.sh test      that, and what tests/run.sh uses
set -euo pipefail

build_packages=(
  g++ cmake ninja-build pkg-config
  libhdf5-dev libflatbuffers-dev flatbuffers-compiler libspdlog-dev libfmt-dev
  libboost-program-options-dev nlohmann-json3-dev librandom123-dev libeigen3-dev
  libssl-dev zlib1g-dev libhwy-dev libtomlplusplus-dev
  libopenmpi-dev openmpi-bin
)
firmware_packages=(
  gcc-arm-none-eabi libnewlib-arm-none-eabi gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf
  qemu-system-arm qemu-system-misc zstd
)
test_packages=(
  libgtest-dev libgmock-dev libbenchmark-dev git python3 python3-venv hdf5-tools
  clang clang-format clang-tidy libclang-rt-14-dev cppcheck python3-yaml
)

say() { printf 'setup: %s\n' "$*" >&2; }

installed() { [[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]; }

missing_of() {
  local package
  for package in "$@"; do installed "$package" || printf '%s\n' "$package"; done
}

as_root() {
  if [[ $EUID -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" >&2; }

case "${1:-build}" in
  build) wanted=("${build_packages[@]}") ;;
  firmware) wanted=("${build_packages[@]}" "${firmware_packages[@]}") ;;
  test) wanted=("${build_packages[@]}" "${firmware_packages[@]}" "${test_packages[@]}") ;;
  *) say "unknown tier '$1'; say build, firmware or test"; exit 2 ;;
esac

if ! command -v apt-get >/dev/null; then
  say "no apt-get here: install what vcpkg.json lists by other means; going on without checking"
  exit 0
fi

mapfile -t missing < <(missing_of "${wanted[@]}")
if [[ ${#missing[@]} -eq 0 ]]; then
  say "all ${#wanted[@]} packages are there"
  exit 0
fi
if [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; then
  say "missing, and neither root nor sudo to install them: ${missing[*]}"
  exit 1
fi
say "installing ${#missing[@]} missing packages: ${missing[*]}"
apt update
apt install -y --no-install-recommends "${missing[@]}"
