#!/usr/bin/env bash
# The completion scripts parse and complete verbs, options, choices and files.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

"$SYNFIRE" completion bash >synfire.bash || complain "completion bash"
bash -n synfire.bash || complain "the bash script does not parse"
source ./synfire.bash

# completes WORDS... -- CANDIDATE: the candidate is offered for the last word.
completes() {
  local candidate=${*: -1}
  COMP_WORDS=(synfire "${@:1:$#-2}")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMPREPLY=()
  _synfire
  checks=$((checks + 1))
  [[ " ${COMPREPLY[*]} " == *" $candidate "* ]] ||
    complain "'${COMP_WORDS[*]}' is not completed by $candidate but by: ${COMPREPLY[*]}"
}
touch some_network.nir
completes ru -- run
completes --ver -- --version
completes run --thr -- --threads
completes run some -- some_network.nir
completes run --input some -- some_network.nir
completes convert --coding ra -- radix
completes convert x.tflite --signed-spikes t -- true
completes list cod -- codings
completes completion z -- zsh
for verb in $(basename -s .cpp "$SYNFIRE_SOURCE_DIR"/cli/verb_*.cpp | sed 's/^verb_//'); do
  completes "$verb" --js -- --json
done

for shell in zsh fish; do
  expect 0 completion $shell
  cp out synfire.$shell
  has synfire.$shell "signed-spikes"
  if command -v $shell >/dev/null; then $shell -n synfire.$shell || complain "$shell does not parse it"; fi
done

expect 0 completion man
cp out synfire.1
has synfire.1 ".SH NAME"
if command -v man >/dev/null; then
  [[ -z $(man --warnings -E UTF-8 -l -Tutf8 synfire.1 2>&1 >/dev/null) ]] || complain "roff warnings"
fi
expect 0 completion bash --json
is_document pass
finish
