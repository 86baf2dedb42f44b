#!/usr/bin/env bash
# Wrong command lines: status 2, a message on stderr, nothing on stdout, and the nearest name.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

# words | text of the message
while IFS='|' read -r words text; do
  # shellcheck disable=SC2086
  expect 2 $words
  is_empty out
  has err "$text"
  # shellcheck disable=SC2086
  expect 2 $words --json
  is_document error
  is_empty err
done <<'TABLE'
rum x.nir|did you mean 'run'?
frobnicate|`synfire --help` lists the verbs
--frobnicate|E0101
--quiet|E0102
run x.nir --input y.bin --theads 2|did you mean '--threads'?
run x.nir --input y.bin --theads=2 --smaples 3|did you mean '--samples'?
run x.nir --input y.bin -x|E0101
run x.nir|--input is missing
run --input y.bin|NETWORK is missing
run x.nir z.nir --input y.bin|unexpected argument 'z.nir'
run x.nir --input y.bin --threads 0|1 to 1024
run x.nir --input y.bin --threads 2000|1 to 1024
run x.nir --input y.bin --threads two|must be an integer
run x.nir --input y.bin --threads -1|1 to 1024
run x.nir --input y.bin --samples 99999999999999999999|must be an integer
run x.nir --input y.bin --samples 0|at least 1
run x.nir --input y.bin --samples 1 --samples 2|given twice
run x.nir --input y.bin --save-output y.txt|must end in .bin, .npy or .csv
run x.nir --input y.bin --record-samples 2|needs a file for what it records
run - --input -|there is one stream
run x.nir --input y.bin --save-output - -o -|there is one stream
run x.nir --input y.bin --output|needs a value
run x.nir --input y.bin --labels --threads 2|needs a value
convert x.tflite|--output is missing
convert x.tflite -o y.nir --coding radx|did you mean 'radix'?
convert x.tflite -o y.nir --signed-spikes maybe|one of true, false
convert x.tflite -o y.nir --rounding triple|one of double, single
convert x.tflite -o y.nir --steps 0|1 to 2047
convert x.tflite -o y.nir --pipelined=yes|E0103
validate x.nir --input y.bin --expect z.bin --stage logit|did you mean 'logits'?
list model|did you mean 'models'?
explain E9999|E0105
explain gradde|did you mean 'graded'?
completion tcsh|one of bash, zsh, fish, man
info|FILE is missing
TABLE

# All at once, not only the first.
expect 2 run --theads 2 --smaples 3
has err --threads
has err --samples
expect 2 run --threads 0 --samples 0
has err "--threads is '0'"
has err "--samples is '0'"

expect 2
has err "no verb was given"

# JSON and an output cannot both have stdout.
expect 2 convert x.tflite -o - --json
has out 'share stdout'

# A message has its number, its place and how to learn more.
expect 2 run x.nir --input y.bin --theads 2
has err "error[E0101] synfire run: unknown option '--theads'"
has err "hint: "
finish
