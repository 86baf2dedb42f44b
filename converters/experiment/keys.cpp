#include "converters/experiment/keys.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

using enum KeyKind;
constexpr double kLongest = 1e12;  // ms

constexpr KeyInfo kKeys[] = {
    {"", "name", word, "", kOptional, "title of the network; the file's name without one"},
    {"", "description", word, "", kOptional, "what it is about; kept in the results"},

    {"run", "duration", quantity, "ms", kOptional,
     "simulated time that is recorded; with data sets until all have been shown", 0, kLongest},
    {"run", "warm_up", quantity, "ms", "0 ms", "simulated time before that", 0, kLongest},
    {"run", "dt", quantity, "ms", "0.1 ms", "step of the clock engine", 1e-6, 1e6},
    {"run", "seed", integer, "", "1", "seed of all random numbers", 0, 9.2e18},
    {"run", "engine", word, "", "clock", "clock (steps of dt) or event (continuous time)"},
    {"run", "threads", integer, "", "1", "threads; the spikes do not depend on it", 1, 1024},
    {"run", "spikes", boolean, "", "true",
     "keep all spikes; false: only those that probes ask for"},
    {"run", "repetitions", integer, "", "1", "runs with the seeds seed, seed + 1, ...", 1, 1e9},
    {"run", "checkpoint_every", quantity, "ms", kOptional,
     "simulated time between checkpoints, from which `run --resume` goes on", 1e-6, kLongest},

    {"stop", "rate", quantity, "Hz", kOptional,
     "end with an error where a population's mean rate over 50 ms is above this", 1e-9, 1e9},
    {"stop", "spikes", integer, "", kOptional, "end after so many spikes", 1, 9.2e18},
    {"stop", "wall", quantity, "s", kOptional, "end after so much time of the clock on the wall",
     1e-9, 1e12},

    {"population", "model", word, "", kRequired, "neuron model (`synfire list models`)"},
    {"population", "size", integer, "", kOptional, "number of neurons", 1, 2147483647},
    {"population", "shape", integers, "", kOptional, "or its dimensions, such as [28, 28]", 1,
     2147483647},

    {"projection", "source", words, "", kRequired, "population, or a list: one projection each"},
    {"projection", "target", words, "", kRequired, "population, or a list: one projection each"},
    {"projection", "rule", word, "", kRequired, "how neurons are connected, see the rules"},
    {"projection", "number", integer, "", kOptional, "of synapses, for rules that count them", 0,
     9.2e18},
    {"projection", "probability", real, "", kOptional, "for pairwise_bernoulli", 0, 1},
    {"projection", "weight", distribution, "", kRequired,
     "in the unit of the target model's weights; negative for inhibition"},
    {"projection", "delay", distribution, "ms", kRequired, "from spike to arrival", 0, 1e9},
    {"projection", "receptor", integer, "", "0", "which input of the target's neurons", 0, 255},
    {"projection", "autapses", boolean, "", "true", "a neuron may connect to itself"},
    {"projection", "multapses", boolean, "", "true", "a pair may have several synapses"},

    {"projection", "synapse", table, "", kOptional, "what spikes do to the synapses' strength"},
    {"projection", "plasticity", table, "", kOptional, "the rule that changes the weights"},

    {"synapse", "model", word, "", kRequired, "synapse model (`synfire list synapses`)"},

    {"plasticity", "rule", word, "", kRequired, "plasticity rule (`synfire list plasticity`)"},

    {"stimulus", "model", word, "", kRequired,
     "a neuron model that sends spikes or currents by itself"},
    {"stimulus", "target", words, "", kRequired,
     "population, or a list; each of its neurons gets a generator of its own"},
    {"stimulus", "weight", distribution, "", kOptional,
     "as that of a projection, but one value; of currents a factor, 1 without"},
    {"stimulus", "delay", quantity, "ms", kOptional, "from spike to arrival; one step without", 0,
     1e9},
    {"stimulus", "receptor", integer, "", "0", "which input of the target's neurons", 0, 255},
    {"stimulus", "file", word, "", kOptional,
     "for spike_train: a recording (.h5), or a table of times in ms and neurons (.csv)"},
    {"stimulus", "population", word, "", kOptional, "of such a recording, where it has several"},

    {"reward", "times", moments, "ms", kRequired,
     "when it is given to the rules that heed rewards, from the end of the warm-up", 0, 1e12},
    {"reward", "amount", real, "", "1", "below 0: a punishment", -1e9, 1e9},

    {"task", "kind", word, "", kRequired, "what is to be learned (`synfire list tasks`)"},
    {"task", "states", word, "", kRequired,
     "population of poisson generators that shows the states, by an equal part of it each"},
    {"task", "actions", words, "", kRequired,
     "a population for each action: most spikes of a trial decide"},
    {"task", "rate", quantity, "Hz", "40 Hz", "of the generators of the state that is shown", 0,
     1e6},
    {"task", "rest_rate", quantity, "Hz", "0 Hz", "of all others", 0, 1e6},
    {"task", "trial", quantity, "ms", "200 ms", "how long a state is shown", 1e-6, 1e9},
    {"task", "pause", quantity, "ms", "50 ms", "behind it, at rest", 0, 1e9},
    {"task", "reward_delay", quantity, "ms", "0 ms", "from the decision to its reward", 0, 1e9},
    {"task", "reward_scale", real, "", "1",
     "factor of the prediction error, which is given to the rules; 0: nothing is learned", -1e9,
     1e9},
    {"task", "prediction_rate", real, "", "0.05",
     "by which the prediction of a state's reward follows its error; 0: it stays 0", 0, 1},
    {"task", "discount", real, "", "0", "of the prediction of the state that follows", 0, 1},
    {"task", "episodes", integer, "", kOptional, "the run ends after so many", 1, 9.2e18},

    {"dataset", "images", word, "", kOptional,
     "samples: IDX, also .gz, .npy, .csv, raw .bin, or a folder of .bin"},
    {"dataset", "events", word, "", kOptional,
     "or recordings of spikes: a file or folder of a format of `synfire list sources`"},
    {"dataset", "element", word, "", "float32",
     "of raw samples: float32, taken as they are; int8 or uint8, whose range becomes 0 to 1"},
    {"dataset", "labels", word, "", kOptional,
     "classes of the samples: IDX, also .gz, .npy or .csv, or a table of recordings and their "
     "classes; samples may have them"},
    {"dataset", "population", word, "", kRequired,
     "what they are shown to: poisson generators, one for each value of a sample; or spike_train "
     "generators, which send the events of recordings"},
    {"dataset", "readout", word, "", kRequired, "population whose spikes answer"},
    {"dataset", "vote", word, "", "mean",
     "mean: the class whose neurons answer most in the mean; share: every spike counts for all "
     "classes, by their shares of its neuron's answers"},
    {"dataset", "encoder", table, "", kOptional, "how values become rates; rate without"},
    {"dataset", "shown", quantity, "ms", kRequired, "how long a sample is shown", 1e-6, 1e9},
    {"dataset", "rest", quantity, "ms", "0 ms", "nothing is shown for so long after it", 0, 1e9},
    {"dataset", "train", integers, "", kOptional, "samples to learn from, such as \"0:8000\"", 0,
     4294967295.0},
    {"dataset", "epochs", integer, "", "1", "how many times", 1, 1e6},
    {"dataset", "learning_rates", moments, "", kOptional,
     "by epoch, the last for all that follow: factors of the rules' rates of learning", 0, 1e6},
    {"dataset", "assign", integers, "", kOptional,
     "samples by which neurons get their classes, weights are kept; those to learn from without", 0,
     4294967295.0},
    {"dataset", "test", integers, "", kOptional,
     "samples to classify, weights are kept; all that are for nothing else without", 0,
     4294967295.0},
    {"dataset", "least_spikes", integer, "", "0",
     "a sample that fewer spikes answer is shown again, brighter", 0, 1e9},
    {"dataset", "brighten", real, "", "0.5", "by so much of the first time's rates", 1e-3, 1e3},

    {"encoder", "name", word, "", kRequired, "encoder that gives rates (`synfire list encoders`)"},

    {"probe", "population", words, "", kOptional, "what is recorded of: a population, or a list"},
    {"probe", "variable", word, "", kOptional,
     "of populations: spikes, or a state of the model, such as v"},
    {"probe", "interval", quantity, "ms", kOptional,
     "of states: every so often; every step without", 1e-6, 1e9},
    {"probe", "projection", words, "", kOptional,
     "or a plastic projection, whose weights are recorded"},
    {"probe", "times", moments, "ms", kOptional,
     "of weights: when, from the start of the recording; at its start and end without", 0, 1e12},
    {"probe", "neurons", integers, "", kOptional, "only these: a list or a range such as \"0:100\"",
     0, 4294967295.0},

    {"sweep", "mode", word, "", "grid",
     "grid: every value with every other; listed: the first values of all keys, the second, ..."},
    {"sweep", "KEY", values, "", kOptional,
     "any key of the experiment in quotes, such as \"run.seed\", or several with commas between "
     "them: a list of their values, or {from = ..., to = ..., count = ...}"},
};

constexpr RuleName kRules[] = {
    {"one_to_one", "", "neuron i to neuron i"},
    {"fixed_in_degree", "number", "`number` random sources for each target"},
    {"fixed_out_degree", "number", "`number` random targets for each source"},
    {"fixed_total_number", "number", "`number` random synapses in all"},
    {"pairwise_bernoulli", "probability", "each ordered pair with `probability`"},
    {"all_to_all", "", "each ordered pair once"},
};

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

}  // namespace

std::string_view to_string(KeyKind kind) {
  constexpr std::string_view names[] = {"quantity",   "distribution", "number", "integer",
                                        "boolean",    "word",         "words",  "integers",
                                        "quantities", "table",        "values"};
  return names[static_cast<std::size_t>(kind)];
}

std::span<const KeyInfo> experiment_keys() { return kKeys; }

const KeyInfo& key_info(std::string_view section, std::string_view name) {
  for (const KeyInfo& key : kKeys)
    if (key.section == section && key.name == name) return key;
  fail(Code::internal, "experiment", "no key " + std::string(section) + "." + std::string(name));
}

std::string key_of(const ParameterInfo& parameter) {
  const std::string unit = "_" + lower(parameter.unit);
  std::string name(parameter.name);
  if (unit.size() > 1 && name.size() > unit.size() && name.ends_with(unit))
    name.resize(name.size() - unit.size());
  return name;
}

std::span<const RuleName> rule_names() { return kRules; }

}  // namespace synfire
