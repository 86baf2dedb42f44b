#!/usr/bin/env bash
# Neuron models and generators in an experiment: the same spikes on every instruction set and any
# number of threads, and what is refused and where.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

cat >models.toml <<'END'
[run]
duration = "80 ms"
dt = "0.1 ms"
END
# population MODEL WEIGHT KEYS...: noisy neurons of a model, driven by spikes and a current.
population() {
  local model=$1 weight=$2
  shift 2
  printf '[population.%s]\nmodel = "%s"\nsize = 100\n' "$model" "$model"
  printf '%s\n' "$@"
  printf '[stimulus.%s_poisson]\nmodel = "poisson_inhomogeneous"\ntarget = "%s"\nweight = %s\n' \
    "$model" "$model" "$weight"
  printf 'times = ["5 ms", "40 ms"]\nrates = ["400 Hz", "900 Hz"]\n'
  printf '[stimulus.%s_noise]\nmodel = "current_noise"\ntarget = "%s"\n' "$model" "$model"
  printf 'mean = "1 pA"\nstd = "5 pA"\ninterval = "1 ms"\n'
}
{
  population coba_lif '"12 nS"'
  population adex '"12 nS"' 'solver_step = "0.1 ms"'
  population hodgkin_huxley '"8 nS"' 'solver_step = "0.025 ms"'
  population izhikevich '"6 mV"'
  population alif '"2 pA"'
  population gif '"60 pA"' 'v_threshold = "-55 mV"' 'q_eta_1 = "10 pA"' 'q_gamma_2 = "1 mV"'
  population cuba_lif '"2 pA"' 'input = "delta"'
} >>models.toml

hashes=()
for set in $("$SYNFIRE" doctor | sed -n 's/.*chooses among \(.*\)).*/\1/p' | tr -d ,); do
  SYNFIRE_SIMD=$set expect 0 run models.toml --json
  hashes+=("$(field "d['data']['spike_hash']")")
done
for threads in 2 3; do
  expect 0 run models.toml --threads $threads --json
  hashes+=("$(field "d['data']['spike_hash']")")
done
checks=$((checks + 1))
[[ $(printf '%s\n' "${hashes[@]}" | sort -u | wc -l) -eq 1 ]] || complain "hashes: ${hashes[*]}"
for model in coba_lif adex hodgkin_huxley izhikevich alif gif cuba_lif; do
  expect 0 explain $model
  has out "Equations:"
done

# refused KEYS... TEXT: a stimulus with these lines is refused with this text.
refused() {
  local text=${*: -1}
  printf '[run]\nduration = "1 ms"\n[population.n]\nmodel = "adex"\nsize = 2\n[stimulus.s]\n' >bad.toml
  printf 'target = "n"\n' >>bad.toml
  printf '%s\n' "${@:1:$#-1}" >>bad.toml
  expect 3 run bad.toml
  has err "$text"
}
refused 'model = "spike_train"' 'weight = "1 nS"' 'times = ["1 ms", "2 ms"]' 'neurons = [0]' \
  "1 neurons for 2 times"
refused 'model = "spike_train"' 'weight = "1 nS"' 'times = ["1 ms"]' 'neurons = [2]' \
  "is not the number of one of the 2 neurons"
refused 'model = "current_step"' 'times = ["2 ms", "1 ms"]' 'amplitudes = ["1 pA", "2 pA"]' \
  "the times do not rise"
refused 'model = "current_dc"' 'amplitude = "1 mV"' "a current is needed"
refused 'model = "poisson_inhomogeneous"' 'weight = "1 nS"' 'times = ["1 ms"]' "0 rates for 1 times"
finish
