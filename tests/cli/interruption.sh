#!/usr/bin/env bash
# Ctrl-C during a simulation: status 130 and no partial output.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

expect 0 convert "$(golden dense_two_layers.tflite)" --coding rate --steps 2047 -o slow.nir
for i in $(seq 200); do cat "$(golden dense_two_layers.in.bin)"; done >many.bin
for _ in $(seq 6); do cat many.bin many.bin >more.bin && mv more.bin many.bin; done
for words in "" "--json"; do
  # shellcheck disable=SC2086
  "$SYNFIRE" run slow.nir --input many.bin -o out.h5 --save-output y.npy $words >out 2>err &
  sleep 1
  kill -INT $!
  status=0
  wait $! || status=$?
  checks=$((checks + 1))
  [[ $status -eq 130 ]] || complain "status $status instead of 130"
  [[ ! -e out.h5 && ! -e y.npy && -z $(find . -name '.out*' -o -name '.y*') ]] || complain "left behind: $(ls -A)"
done
is_document error
finish
