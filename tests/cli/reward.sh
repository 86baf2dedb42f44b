#!/usr/bin/env bash
# Learning by reward: what `synfire new reward` and `new maze` write is learned, seen and repeated.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

holds() {
  checks=$((checks + 1))
  [[ $(field "$1") == True ]] || complain "not so: $1: $(field "d['data']['tasks']" | head -c 600)"
}

expect 0 list tasks
has out "bandit"
expect 0 explain maze
has out "north, east, south, west"

# The bandit: the better arm is found, and found again when the arms have changed places; the same
# on two threads; nothing is found where nothing is learned.
expect 0 new reward
expect 0 run reward.toml -o reward.h5 --json
is_document pass
cp out one
holds "d['data']['tasks'][0]['episodes'] == 600"
holds "min(d['data']['tasks'][0]['curve'][b]['best'] for b in (3, 4, 8, 9)) > 0.8"
holds "d['data']['tasks'][0]['curve'][5]['best'] < 0.7"
expect 0 run reward.toml --threads 2 --json
for part in spike_hash tasks; do
  checks=$((checks + 1))
  [[ $(field "d['data']['$part'] == json.load(open('one'))['data']['$part']") == True ]] ||
    complain "two threads: another $part"
done
expect 0 run reward.toml --set task.bandit.reward_scale=0 --json
holds "0.3 < sum(b['best'] for b in d['data']['tasks'][0]['curve']) / 10 < 0.7"
expect 0 run --replay reward.h5
expect 0 plot reward.h5 --kind learning -o learning.svg
has learning.svg "bandit: share of best actions"
expect 0 plot reward.h5 --report page.html
has page.html "bandit: reward per episode"

# The maze, a few episodes of it: text, and a row for each run.
expect 0 new maze
expect 0 run maze.toml --set task.walk.episodes=8
has out "task walk"
has out "(least 8)"
expect 0 run maze.toml --set task.walk.episodes=2 --set run.repetitions=2 -o both.h5 --json
[[ $(field "len([r['tasks'][0]['last_actions'] for r in d['data']['runs']])") == 2 ]] || complain "not two rows"

# Rewards at known times, in both engines; below 0 they punish.
cat >timed.toml <<'TOML'
[run]
duration = "300 ms"
[population.in]
model = "spike_train"
size = 1
times = ["10 ms", "110 ms"]
[population.out]
model = "lif"
size = 1
input = "delta"
v_threshold = "50 mV"
[stimulus.drive]
model = "spike_train"
target = "out"
times = ["15 ms"]
weight = "100 mV"
[projection.p]
source = "in"
target = "out"
rule = "all_to_all"
weight = "1 mV"
delay = "1 ms"
[projection.p.plasticity]
rule = "stdp_reward"
a_plus = 0.5
tau_reward = "0 ms"
[reward.r]
times = ["100 ms"]
[probe.w]
projection = "p"
times = ["99 ms", "101 ms"]
TOML
change() {
  expect 0 run timed.toml "$@" -o timed.h5
  expect 0 plot timed.h5 --kind weights --data csv
  python3 -c "import csv; r = list(csv.reader(open('out'))); print(f'{float(r[2][2]) - float(r[1][2]):.5f}')"
}
gained=$(change)
checks=$((checks + 1))
python3 -c "import math, sys; sys.exit(abs($gained - 0.5 * math.exp(-4.1 / 20 - 84.9 / 1000)) > 1e-5)" ||
  complain "a reward gave $gained"
[[ $(change --engine event) == "$gained" ]] || complain "the event engine's reward is another"
[[ $(change --set reward.r.amount=-1) == "-$gained" ]] || complain "a punishment is no reward turned round"

# Bad input: all of it, and where.
sed -e 's/"S\.\.\.\."/"S#..."/' -e 's/"\.##\.\."/"###.."/' maze.toml >walled.toml
expect 3 run walled.toml
has err "walled.toml:18:1: task.walk.maze: no way leads from the start at row 1, column 1"
expect 3 run reward.toml --set 'task.bandit.arms=[0.8, 1.2]' --set task.bandit.states=cues
has err "1.2 is outside 0 to 1"
has err "did you mean 'cue'?"
expect 3 run reward.toml --set projection.choice.plasticity.rule=stdp_pair
has err "such rules are: stdp_reward"
expect 3 run reward.toml --engine event
has err "use engine"
finish
