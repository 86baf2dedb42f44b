#!/usr/bin/env bash
# run exp.toml: the same spikes as the bench, results, overrides, what is refused and where.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"
cp "$SYNFIRE_SOURCE_DIR/examples/brunel/brunel.toml" brunel.toml

expect 0 bench brunel --json
hash=$(field "d['data']['spike_hash']")
for threads in 1 2; do
  expect 0 run brunel.toml --threads "$threads" -o "out$threads.h5" --json
  is_document pass
  [[ $(field "d['data']['spike_hash']") == "$hash" ]] || complain "$threads threads: not the bench's spikes"
  [[ -s out$threads.h5 ]] || complain "no out$threads.h5"
done
finish
