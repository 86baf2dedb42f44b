#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "core/base/diagnostics.h"
#include "core/io/common/recording_columns.h"
#include "core/io/common/recording_tables.h"
#include "core/io/hdf5.h"
#include "core/io/recording.h"

namespace synfire {
namespace {

template <typename T>
std::vector<T> in_order(const std::vector<T>& values, const std::vector<std::size_t>& order) {
  std::vector<T> result;
  result.reserve(order.size());
  for (const std::size_t i : order) result.push_back(values[i]);
  return result;
}

/// Sorted by time, as every reader of trains expects; tools may sort by neuron or not at all.
void sort_by_time(SpikeTrain& train) {
  const auto& times = train.timestamps_ms;
  if (std::is_sorted(times.begin(), times.end())) return;
  std::vector<std::size_t> order(times.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return times[a] < times[b]; });
  train.node_ids = in_order(train.node_ids, order);
  if (!train.payloads.empty()) train.payloads = in_order(train.payloads, order);
  train.timestamps_ms = in_order(times, order);
}

std::vector<std::int32_t> read_payloads(const Hdf5Group& group) {
  if (!group.has("payload")) return {};
  rows_of(group, "payload", 1);
  const Tensor tensor = group.read("payload");
  if (tensor.type() != DataType::int32)
    fail(Code::file_format, group.where("payload"), "payloads are 32-bit integers");
  const auto values = tensor.as<std::int32_t>();
  return {values.begin(), values.end()};
}

SpikeTrain read_train(const Hdf5Group& group, const std::string& population) {
  const char* const ids = group.has("gids") ? "gids" : "node_ids";  // gids: SONATA before 2019
  SpikeTrain train{population, read_times(group, "timestamps"), read_ids(group, ids),
                   read_payloads(group)};
  const std::size_t spikes = train.timestamps_ms.size();
  if (train.node_ids.size() != spikes ||
      (!train.payloads.empty() && train.payloads.size() != spikes))
    fail(Code::file_corrupt, group.where(),
         std::to_string(spikes) + " timestamps for " + std::to_string(train.node_ids.size()) + " " +
             ids);
  sort_by_time(train);
  return train;
}

/// The times of rows of data, which must rise, and how many columns each row has.
std::vector<double> read_row_times(const Hdf5Group& group) {
  std::vector<double> times = read_times(group, "time");
  const std::int64_t rows = rows_of(group, "data", 2);
  if (rows != static_cast<std::int64_t>(times.size()))
    fail(Code::file_corrupt, group.where("data"),
         std::to_string(rows) + " rows for " + std::to_string(times.size()) + " times");
  if (!std::is_sorted(times.begin(), times.end()))
    fail(Code::file_corrupt, group.where("time"), "the times do not rise");
  return times;
}

template <typename T>
std::vector<T> read_values(const Hdf5Group& group) {
  const Tensor tensor = group.read("data");
  std::vector<T> values(tensor.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(tensor.number(i));
  return values;
}

std::string read_units(const Hdf5Group& group) {
  return group.has_attribute("data", "units") ? group.text_attribute("data", "units") : "";
}

/// The neurons of a trace's columns, where the file tells them.
std::vector<std::uint64_t> read_columns(const Hdf5Group& trace) {
  if (!trace.has("node_ids")) return {};
  std::vector<std::uint64_t> ids = read_ids(trace, "node_ids");
  if (static_cast<std::int64_t>(ids.size()) != trace.shape("data")[1])
    fail(Code::file_corrupt, trace.where("node_ids"), "not one for each column of data");
  if (std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) != ids.end())
    fail(Code::file_corrupt, trace.where("node_ids"), "the ids do not rise");
  return ids;
}

class Reader {
 public:
  explicit Reader(Hdf5Group root) : root_(std::move(root)) {}

  Recording read() {
    if (root_.has("summary")) {
      result_.summary = read_summary(root_.group("summary"));
      read_provenance_of_runs();
      return std::move(result_);
    }
    if (!root_.has("spikes") && !root_.has("report") && !root_.has("weights") &&
        !root_.has("trials"))
      fail(Code::file_format, root_.where(),
           "there are no /spikes, no /report, no /weights and no /trials",
           "give a recording: `synfire run ... -o out.h5`, or spikes of a SONATA tool");
    attempt([&] { read_spikes(); });
    attempt([&] { read_traces(); });
    attempt([&] { read_weights(); });
    attempt([&] { read_trials(); });
    attempt([&] { read_classifications(); });
    attempt([&] { read_layers(); });
    attempt([&] { read_classes(); });
    attempt([&] { read_provenance(); });
    if (!faults_.empty()) throw Failure(faults_);
    order_populations();
    return std::move(result_);
  }

 private:
  /// Faults of one part do not hide those of the next.
  template <typename Function>
  void attempt(const Function& function) {
    try {
      function();
    } catch (const Failure& failure) {
      const auto& more = failure.diagnostics();
      faults_.insert(faults_.end(), more.begin(), more.end());
    }
  }

  /// That of the first one.
  void read_provenance_of_runs() {
    if (!root_.has("runs") || !root_.group("runs").has("0")) return;
    Reader first(root_.group("runs").group("0"));
    first.read_provenance();
    result_.provenance = std::move(first.result_.provenance);
  }

  void read_spikes() {
    if (!root_.has("spikes")) return;
    const Hdf5Group spikes = root_.group("spikes");
    read_interval(spikes);
    if (spikes.has("timestamps")) {
      result_.spikes.push_back(read_train(spikes, "neurons"));
      return;
    }
    for (const std::string& name : ordered_members(spikes))
      attempt([&] { result_.spikes.push_back(read_train(spikes.group(name), name)); });
  }

  void read_interval(const Hdf5Group& spikes) {
    const auto number = [&](const char* name) {
      return spikes.has_attribute("", name) ? spikes.number_attribute("", name) : 0;
    };
    result_.interval = {number("begin_ms"), number("end_ms")};
    result_.trial_ms = number("trial_ms");
    for (const double value :
         {result_.interval.begin_ms, result_.interval.end_ms, result_.trial_ms})
      if (!std::isfinite(value) || std::abs(value) > kMaxTime || result_.trial_ms < 0)
        fail(Code::file_corrupt, spikes.where(), "begin_ms, end_ms or trial_ms is no such time");
  }

  void read_traces() {
    if (!root_.has("report")) return;
    const Hdf5Group report = root_.group("report");
    for (const std::string& population : ordered_members(report))
      attempt([&] { read_traces(report.group(population), population); });
  }

  void read_traces(const Hdf5Group& group, const std::string& population) {
    for (const std::string& variable : ordered_members(group))
      attempt([&] {
        const Hdf5Group trace = group.group(variable);
        std::vector<double> times = read_row_times(trace);
        result_.traces.push_back({population, variable, std::move(times),
                                  read_values<double>(trace), read_columns(trace),
                                  read_units(trace)});
      });
  }

  void read_weights() {
    if (!root_.has("weights")) return;
    const Hdf5Group weights = root_.group("weights");
    for (const std::string& name : ordered_members(weights))
      attempt([&] {
        const Hdf5Group group = weights.group(name);
        std::vector<double> times = read_row_times(group);
        WeightTrace trace{name, read_units(group), std::move(times), read_values<float>(group)};
        read_synapses(group, trace);
        result_.weights.push_back(std::move(trace));
      });
  }

  void read_trials() {
    if (!root_.has("trials")) return;
    const Hdf5Group trials = root_.group("trials");
    for (const std::string& name : ordered_members(trials))
      attempt([&] { result_.trials.push_back(read_trial_table(trials.group(name), name)); });
  }

  /// Whose the columns are, where the file tells.
  static void read_synapses(const Hdf5Group& group, WeightTrace& trace) {
    if (group.has("source_node_id")) {
      trace.source_ids = read_ids(group, "source_node_id");
      trace.target_ids = read_ids(group, "target_node_id");
      const auto columns = static_cast<std::size_t>(group.shape("data")[1]);
      if (trace.source_ids.size() != columns || trace.target_ids.size() != columns)
        fail(Code::file_corrupt, group.where(), "not a source and target for each column of data");
    }
    if (!group.has("source_shape")) return;
    trace.source_shape = read_numbers(group, "source_shape");
    double size = 1;
    for (const std::int64_t extent : trace.source_shape)
      size *= extent > 0 ? static_cast<double>(extent) : kMaxNeurons;
    if (size >= kMaxNeurons) fail(Code::file_corrupt, group.where("source_shape"), "no such shape");
  }

  void read_classifications() {
    if (!root_.has("classifications")) return;
    const Hdf5Group all = root_.group("classifications");
    for (const std::string& name : ordered_members(all))
      attempt(
          [&] { result_.classifications.push_back(read_classification(all.group(name), name)); });
  }

  void read_layers() {
    if (!root_.has("layers")) return;
    const Hdf5Group layers = root_.group("layers");
    for (const std::string& name : layers.read_texts("population")) {
      result_.layers.emplace_back();
      result_.layers.back().population = name;
    }
    read_counts(layers, "neurons", kMaxNeurons, &LayerRow::neurons);
    for (const auto& [name, member] : {std::pair{"spikes", &LayerRow::spikes},
                                       {"synops", &LayerRow::synops},
                                       {"macs", &LayerRow::macs}})
      if (layers.has(name)) read_counts(layers, name, kMaxCount, member);
  }

  /// One column of the layers' table.
  template <typename T>
  void read_counts(const Hdf5Group& layers, std::string_view name, double most,
                   T LayerRow::*member) {
    const Tensor counts = layers.read(name);
    if (counts.size() != result_.layers.size())
      fail(Code::file_corrupt, layers.where(name), "not one number for each population");
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const double count = counts.number(i);
      if (!(count >= 0 && count <= most))
        fail(Code::file_corrupt, layers.where(name),
             "no such count: " + result_.layers[i].population);
      result_.layers[i].*member = static_cast<T>(count);
    }
  }

  void read_classes() {
    if (!root_.has("outputs")) return;
    const Hdf5Group outputs = root_.group("outputs");
    for (const auto& [name, member] :
         {std::pair{"predictions", &Recording::predictions}, {"labels", &Recording::labels}}) {
      if (!outputs.has(name)) continue;
      rows_of(outputs, name, 1);
      const Tensor classes = outputs.read(name);
      if (classes.type() != DataType::int64)
        fail(Code::file_format, outputs.where(name), "classes are integers of 64 bits");
      const auto values = classes.as<std::int64_t>();
      (result_.*member).assign(values.begin(), values.end());
    }
  }

  /// Groups are read in the order of their names; the network has an order of its own.
  void order_populations() {
    std::map<std::string, std::size_t> places;
    for (const LayerRow& row : result_.layers)
      places.emplace(link_name(row.population), places.size());
    const auto place = [&](const auto& record) {
      const auto found = places.find(record.population);
      return found == places.end() ? places.size() : found->second;
    };
    const auto earlier = [&](const auto& a, const auto& b) { return place(a) < place(b); };
    std::stable_sort(result_.spikes.begin(), result_.spikes.end(), earlier);
    std::stable_sort(result_.traces.begin(), result_.traces.end(), earlier);
  }

  void read_provenance() {
    if (!root_.has("provenance")) return;
    const Hdf5Group group = root_.group("provenance");
    const auto text = [&](const char* name) {
      return group.has_attribute("", name) ? group.text_attribute("", name) : std::string();
    };
    const auto number = [&](const char* name, double fallback) {
      return group.has_attribute("", name) ? group.number_attribute("", name) : fallback;
    };
    Provenance& facts = result_.provenance;
    facts.version = text("version");
    facts.network_hash = text("network_hash");
    facts.compiler = text("compiler");
    facts.isa = text("isa");
    facts.started = text("started");
    facts.ended = text("ended");
    facts.wall_s = number("wall_s", 0);
    facts.threads = static_cast<std::int32_t>(std::clamp(number("threads", 1), 1.0, 1e6));
    if (group.has_attribute("", "seed")) facts.seed = group.unsigned_attribute("", "seed");
    if (group.has_attribute("", "argv")) facts.argv = group.texts_attribute("", "argv");
  }

  Hdf5Group root_;
  Recording result_;
  std::vector<Diagnostic> faults_;
};

}  // namespace

Recording read_recording(const std::filesystem::path& path, std::optional<std::uint64_t> run) {
  Hdf5Group root = Hdf5Group::open(path);
  if (!run) return Reader(std::move(root)).read();
  const std::string name = std::to_string(*run);
  if (!root.has("runs") || !root.group("runs").has(name))
    fail(Code::bad_option_value, root.where(), "there is no run " + name,
         root.has("runs")
             ? "its runs are 0 to " + std::to_string(root.group("runs").children().size() - 1)
             : "it is not of a sweep");
  return Reader(root.group("runs").group(name)).read();
}

}  // namespace synfire
