#!/usr/bin/env bash
# Help, explanations and lists of everything that has a name.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

expect 0 --version
has out "synfire $(head -1 "$SYNFIRE_SOURCE_DIR/VERSION")"
is_empty err
expect 0 --version --json
is_document pass
expect 0 --help
is_empty err
cp out program_help

verbs=$(basename -s .cpp "$SYNFIRE_SOURCE_DIR"/cli/verb_*.cpp | sed 's/^verb_//')
for verb in $verbs; do
  has program_help "  $verb "
  for words in "$verb --help" "$verb -h" "help $verb" "--help $verb"; do
    # shellcheck disable=SC2086
    expect 0 $words
    is_empty err
    [[ $(head -1 out) == "Examples:" && $(grep -c "^  synfire $verb" <(sed -n 2,3p out)) -eq 2 ]] ||
      complain "the help of $verb does not start with two examples"
    for option in --json --quiet --verbose --help; do has out "$option"; done
  done
  expect 0 "$verb" --help --json
  is_document pass
done
expect 0 help
has out "Verbs:"

# What an argument may be is told where it is asked for.
expect 0 new --help
has out "brunel"
expect 2 new
has err "brunel"

expect 0 list
cp out everything
expect 0 list --json
is_document pass
for section in models encoders decoders codings codes formats; do
  has everything "$section"
  expect 0 list "$section"
  expect 0 list "$section" --json
  is_document pass
  for name in $(field "' '.join(e['name'] for e in d['data']['$section'])"); do
    expect 0 explain "$name"
    has out "$name"
    expect 0 explain "$name" --json
    is_document pass
    [[ $(field "len(d['data']['entries'][0]['summary']) > 5") == True ]] || complain "$name has no summary"
  done
done
expect 0 explain e0205
has out "wrong sample size"

# Every code of the one list is explained.
for code in $(grep -o '"[EW][0-9]\{4\}"' "$SYNFIRE_SOURCE_DIR/core/base/error_codes.def" | tr -d '"'); do
  expect 0 explain "$code"
done

expect 0 doctor
has out "SYNFIRE_SIMD chooses among"
for fact in version compiler HDF5 threads writable; do has out "$fact"; done
expect 0 doctor --json
is_document pass
finish
