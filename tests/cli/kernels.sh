#!/usr/bin/env bash
# The same outputs, spikes and counts on every instruction set and with every kind of kernel.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

expect 0 doctor
sets=$(sed -n 's/.*chooses among \(.*\)).*/\1/p' out | tr -d ,)
[[ $sets == *scalar ]] || complain "the vector code's instruction sets are '$sets'"
digits=$SYNFIRE_SOURCE_DIR/examples/digits
images=$(echo "$digits"/test_images_int8_*.bin)
for coding in graded radix ttfs "rate --steps 16"; do
  # shellcheck disable=SC2086
  expect 0 convert "$digits/digits_int8.tflite" --coding $coding -o net.nir
  for kernels in auto event dense; do
    for simd in $sets; do
      SYNFIRE_SIMD=$simd expect 0 run net.nir --input "$images" --samples 24 --threads 1 \
        --kernels $kernels --save-output y.npy --json
      field "{k: d['data'][k] for k in ('spikes_per_sample', 'synops_per_sample')}" >facts
      if [[ ! -e first.npy ]]; then
        mv y.npy first.npy && mv facts first.facts
        continue
      fi
      cmp y.npy first.npy || complain "$coding $kernels $simd: outputs differ"
      cmp facts first.facts || complain "$coding $kernels $simd: counts differ"
    done
  done
  rm -f first.npy first.facts
done

# The inference benchmark, its errors, and its hash on threads.
hashes=()
for threads in 1 2 3; do
  expect 0 bench kws --network "$digits/digits_int8.tflite" --input "$images" --threads $threads --json
  is_document pass
  for key in inferences_per_s kernels output_hash; do
    [[ $(field "'$key' in d['data']") == True ]] || complain "no $key in bench's data"
  done
  hashes+=("$(field "d['data']['output_hash']")")
done
expect 0 bench kws --network net.nir --input "$images" --samples 4
has out "inferences per s"
expect 2 bench kws --input "$images"
has err "--network is missing"
expect 2 bench kws --network net.nir
has err "--input is missing"
expect 2 bench kws --network net.nir --input "$images" --coding radix
has err "is a network already"
[[ ${hashes[0]} == "${hashes[1]}" && ${hashes[0]} == "${hashes[2]}" ]] || complain "${hashes[*]}"
# Delivery by activity: event by event, whole maps, and the choice of the two.
expect 0 bench events --json
is_document pass
[[ $(field "[c['activity'] for c in d['data']['costs']] == sorted(c['activity'] for c in d['data']['costs'])") == True ]] ||
  complain "activities are not in order"
[[ $(field "all(c[k] > 0 for c in d['data']['costs'] for k in ('event_us', 'dense_us', 'auto_us'))") == True ]] ||
  complain "some delivery takes no time"
finish
