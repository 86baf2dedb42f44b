#!/usr/bin/env bash
# The example of event recordings on a few of N-MNIST's, out of their archive.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"
archive=$SYNFIRE_SHARED_DATA/nmnist/nmnist_train1000_test10.tar.zst
[[ -f $archive ]] || { echo "no $archive: skipped"; exit 77; }
command -v zstd >/dev/null || { echo "no zstd: skipped"; exit 77; }

"$SYNFIRE_SOURCE_DIR/examples/event-digits/run.sh" "$archive" --json --set 'dataset.digits.train="0:10"' \
  --set 'dataset.digits.test="10:14"' --set dataset.digits.epochs=1 --set population.excitatory.size=20 \
  --set population.inhibitory.size=20 >out || complain "the example fails"
is_document pass
[[ $(field "d['data']['classifications'][0]['tested']") == 4 ]] || complain "not all were tested"
[[ $(field "d['data']['classifications'][0]['events_cut']") == 0 ]] || complain "events were cut"
# Those of the first 10, twice, and of 4 more.
events=$(python3 - "$SYNFIRE_SHARED_DATA/nmnist/counts.csv" <<'PYTHON'
import csv, sys
counts = {int(row["id"]): int(row["n"]) for row in csv.DictReader(open(sys.argv[1])) if row["split"] == "train"}
print(sum(counts[i] * (2 if i <= 10 else 1) for i in range(1, 15)))
PYTHON
)
[[ $(field "d['data']['classifications'][0]['events_sent']") == "$events" ]] || complain "not $events events"
finish
