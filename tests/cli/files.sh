#!/usr/bin/env bash
# Bad files: their own status, a located message, and no output left behind.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"
umask 022
model=$(golden dense_two_layers.tflite)
x=$(golden dense_two_layers.in.bin)
y=$(golden dense_two_layers.out.bin)
expect 0 convert "$model" -o net.nir
mkdir -p folder out_folder
: >empty.bin
: >empty.tflite
: >empty.nir
head -c 100 "$model" >cut.tflite
head -c 1000 net.nir >cut.nir
printf 'hello' >noise
head -c 5 "$x" >odd.bin
cp "$x" five.bin

# status | words | text of the message
while IFS='|' read -r status words text; do
  # shellcheck disable=SC2086
  expect "$status" $words
  is_empty out
  has err "$text"
  # shellcheck disable=SC2086
  expect "$status" $words --json
  is_document error
  is_empty err
done <<TABLE
3|info missing.tflite|E0201
3|info folder|E0204
3|info noise|E0204
3|info empty.tflite|error[E02
3|info cut.tflite|cut.tflite
3|info empty.nir|error[E02
3|info cut.nir|cut.nir
3|convert missing.tflite -o m.nir|E0201
3|convert cut.tflite -o m.nir|cut.tflite
3|convert net.nir -o m.nir|is already a spiking network
4|convert $(golden refuse_float.tflite) -o m.nir|E0402
4|convert $(golden refuse_ops.tflite) -o m.nir|E0401
3|convert $model -o missing/m.nir|E0207
3|convert $model -o folder|E0207
3|run $model --input $x|convert it first
3|run missing.nir --input $x|E0201
3|run cut.nir --input $x|cut.nir
3|run net.nir --input missing.bin|E0201
3|run net.nir --input empty.bin|E0202
3|run net.nir --input odd.bin|E0205
3|run net.nir --input folder|E0205
3|run net.nir --input /dev/zero|E0204
3|run net.nir --input $x --labels missing.csv|E0201
3|run net.nir --input $x --labels odd.bin|E0204
3|run net.nir --input $x -o missing/out.h5|E0207
3|run net.nir --input $x -o net.nir|is also the input
3|run net.nir --input five.bin --save-output five.bin|is also the input
2|run net.nir --input $x -o out.bin --save-output out.bin|the same file
3|run net.nir --input $x --save-output folder/missing/y.bin|E0207
3|validate net.nir --input $x --expect missing.bin|E0201
3|validate net.nir --input $x --expect odd.bin|E0205
3|validate net.nir --input $x --expect empty.bin|error[E02
TABLE
checks=$((checks + 1))
[[ ! -e m.nir && -z $(ls -A folder) && -z $(find . -name '.*.??????') ]] ||
  complain "something was left behind: $(ls -A . folder)"

# Too few labels and labels that are no class are found before the simulation.
printf '0\n' >few.csv
expect 3 run net.nir --input "$x" --labels few.csv
has err E0206
python3 -c "print('9999\n' * 1000)" >big.csv
expect 3 run net.nir --input "$x" --labels big.csv
has err E0206

# Too little memory is a limit, not a crash.
for memory in 60000 80000 100000; do
  status=0
  (ulimit -v $memory; exec "$SYNFIRE" run net.nir --input "$x" --threads 1 >out 2>err) || status=$?
  checks=$((checks + 1))
  [[ $status =~ ^(0|5|127)$ ]] || complain "status $status with $memory kB: $(head -c 300 err)"
done
status=0
(ulimit -v 500000; exec "$SYNFIRE" bench brunel --scale 0.05 --time 10ms --threads 500 >out 2>err) || status=$?
[[ $status -eq 5 ]] || complain "status $status where threads cannot be started"
has err "of 500 can be had"

# A reader that goes away is no fault; a full disk is.
"$SYNFIRE" list | head -1 >/dev/null
[[ ${PIPESTATUS[0]} -eq 0 || ${PIPESTATUS[0]} -eq 141 ]] || complain "closed pipe: ${PIPESTATUS[0]}"
if [[ -e /dev/full ]]; then
  status=0
  "$SYNFIRE" list >/dev/full 2>err || status=$?
  [[ $status -eq 3 ]] || complain "full disk: $status"
  has err E0207
fi
[[ -n $y ]]
finish
