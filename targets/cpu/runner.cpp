#include "targets/cpu/runner.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>

#include "core/base/thread_pool.h"
#include "core/engine/clock_engine.h"
#include "encoders/stage.h"
#include "neurons/models.h"

namespace synfire {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Values of one step, of an input that takes a row a step.
std::int64_t row_of(const Input& input) {
  return element_count(Shape(input.shape.begin() + 1, input.shape.end()));
}

/// Those of input `index` among the columns of a sample for several inputs.
Tensor columns_of(const Tensor& sample, const std::vector<Input>& inputs, std::size_t index) {
  std::int64_t before = 0, all = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (i < index) before += row_of(inputs[i]);
    all += row_of(inputs[i]);
  }
  const std::size_t value = size_of(sample.type());
  const auto row = static_cast<std::size_t>(all) * value;
  const auto width = static_cast<std::size_t>(row_of(inputs[index])) * value;
  Tensor part(sample.type(), inputs[index].shape);
  for (std::size_t step = 0; step * width < part.bytes().size(); ++step)
    std::ranges::copy(
        sample.bytes().subspan(step * row + static_cast<std::size_t>(before) * value, width),
        part.bytes().begin() + static_cast<std::ptrdiff_t>(step * width));
  return part;
}

const Output& only_output(const Network& network) {
  if (network.outputs.size() != 1)
    fail(Code::network_invalid, "net.outputs",
         "running over samples needs one output, the network has " +
             std::to_string(network.outputs.size()));
  return network.outputs[0];
}

std::int64_t steps_of(const Network& network) {
  if (network.schedule.steps < 1)
    fail(Code::network_invalid, "net.schedule",
         "the network does not state how many steps a sample takes");
  return network.schedule.steps;
}

/// Rows of results, sized by the first one.
class Rows {
 public:
  explicit Rows(std::int64_t rows) : rows_(rows) {}

  void prepare(const Tensor& row) {
    tensor_ = Tensor(row.type(), {rows_, static_cast<std::int64_t>(row.size())});
  }
  void set(std::int64_t index, const Tensor& row) {
    const std::size_t width = row.bytes().size();
    std::copy(row.bytes().begin(), row.bytes().end(),
              tensor_.bytes().begin() +
                  static_cast<std::ptrdiff_t>(width * static_cast<std::size_t>(index)));
  }
  Tensor take() { return std::move(tensor_); }

 private:
  std::int64_t rows_;
  Tensor tensor_;
};

/// One thread's engine and its view of the network's ends.
class Worker {
 public:
  Worker(const CompiledNetwork& compiled, std::int64_t record_samples)
      : compiled_(compiled),
        inputs_(compiled.network().inputs),
        output_(only_output(compiled.network())),
        output_index_(compiled.index_of(output_.population)),
        steps_(steps_of(compiled.network())),
        engine_(compiled) {
    for (const Input& input : inputs_)
      input_indices_.push_back(compiled.index_of(input.population));
    if (record_samples > 0) observe();
  }

  /// The values of the output population after one sample.
  Tensor run(const Tensor& sample, std::vector<SpikeRecord>* records, std::int64_t first_step) {
    records_ = records;
    first_step_ = first_step;
    engine_.reset();
    const std::vector<Tensor> frames = frames_of(sample);
    for (std::int64_t step = 0; step < steps_; ++step) {
      inject_frames(frames, step);
      engine_.step();
    }
    return values();
  }

  /// The same sample step by step, for its traces.
  std::vector<Trace> trace(const Tensor& sample, const std::vector<ProbeSpec>& specs,
                           std::int64_t first_step) {
    std::vector<Probe> probes;
    std::vector<Trace> traces;
    for (const ProbeSpec& spec : specs) {
      probes.emplace_back(compiled_, spec);
      traces.push_back(probes.back().empty_trace());
    }
    records_ = nullptr;
    engine_.reset();
    const std::vector<Tensor> frames = frames_of(sample);
    for (std::int64_t step = 0; step < steps_; ++step) {
      inject_frames(frames, step);
      engine_.step();
      for (std::size_t i = 0; i < probes.size(); ++i)
        probes[i].record(engine_, first_step, traces[i]);
    }
    return traces;
  }

  const ClockEngine& engine() const { return engine_; }

 private:
  /// Of each input.
  std::vector<Tensor> frames_of(const Tensor& sample) const {
    if (inputs_.size() == 1) return {encode(inputs_[0].encoders, sample)};
    std::vector<Tensor> frames;
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      frames.push_back(encode(inputs_[i].encoders, columns_of(sample, inputs_, i)));
    return frames;
  }

  void inject_frames(const std::vector<Tensor>& frames, std::int64_t step) {
    for (std::size_t i = 0; i < frames.size(); ++i)
      inject_frame(input_indices_[i], frames[i], step);
  }

  /// A sample of one frame stays for all steps; others have a frame for each step.
  void inject_frame(std::size_t population, const Tensor& frames, std::int64_t step) {
    NeuronGroup& group = engine_.group(population);
    const auto width = static_cast<std::size_t>(compiled_.network().populations[population].size());
    const bool each_step = compiled_.network().schedule.window == 0 &&
                           frames.size() == width * static_cast<std::size_t>(steps_);
    if (!each_step && step > 0) return;
    const std::size_t first = each_step ? width * static_cast<std::size_t>(step) : 0;
    const std::size_t count = each_step ? width : frames.size();
    if (frames.type() == DataType::int32)
      group.inject(frames.as<std::int32_t>().subspan(first, count));
    else
      group.inject(frames.as<float>().subspan(first, count));
  }

  Tensor values() const {
    const NeuronGroup& group = engine_.group(output_index_);
    const Shape shape = compiled_.network().populations[output_index_].shape;
    if (compiled_.network().populations[output_index_].format == NumberFormat::integer)
      return Tensor::of(shape, group.integer_values());
    return Tensor::of(shape, group.float_values());
  }

  void observe() {
    engine_.observe([this](std::int64_t step, std::size_t population, const SpikeList& spikes) {
      if (records_ == nullptr) return;
      SpikeRecord& record = (*records_)[population];
      for (std::size_t i = 0; i < spikes.size(); ++i) {
        record.steps.push_back(first_step_ + step);
        record.neurons.push_back(spikes.ids()[i]);
        record.payloads.push_back(spikes.payloads()[i]);
      }
    });
  }

  const CompiledNetwork& compiled_;
  const std::vector<Input>& inputs_;
  std::vector<std::size_t> input_indices_;
  const Output& output_;
  std::size_t output_index_;
  std::int64_t steps_;
  ClockEngine engine_;
  std::vector<SpikeRecord>* records_ = nullptr;
  std::int64_t first_step_ = 0;
};

/// A run in progress: samples are handed out one by one, results land at their sample's row.
class Run {
 public:
  Run(const Network& network, const SampleSet& samples, const RunOptions& options)
      : samples_(samples),
        options_(options),
        compiled_(network, model_registry(), options.kernels),
        output_(only_output(network)),
        outputs_(samples.count()),
        logits_(samples.count()),
        start_(Clock::now()),
        cpu_start_(std::clock()) {
    const std::int64_t recorded = std::min(options.record_samples, samples.count());
    records_.assign(static_cast<std::size_t>(std::max<std::int64_t>(recorded, 0)),
                    std::vector<SpikeRecord>(network.populations.size()));
    const std::int64_t threads = std::clamp<std::int64_t>(options.threads, 1, samples.count());
    for (const ProbeSpec& spec : options.probes) Probe(compiled_, spec);  // refuse before running
    for (std::int64_t i = 0; i < threads; ++i)
      workers_.push_back(std::make_unique<Worker>(compiled_, recorded));
  }

  RunResult execute() {
    // The first sample runs alone: it tells the size and type of the results.
    run_sample(*workers_[0], next_++);
    on_threads(workers_.size(), [this](std::size_t i) { work(*workers_[i], i == 0); });
    RunResult result = collect();
    collect_traces(result);
    return result;
  }

 private:
  void work(Worker& worker, bool reports) {
    try {
      for (std::int64_t i = next_++; i < samples_.count() && !stopped_; i = next_++) {
        run_sample(worker, i);
        if (reports && options_.progress)
          options_.progress({done_, samples_.count(), seconds_since(start_)});
      }
    } catch (...) {
      stopped_ = true;
      throw;
    }
  }

  void run_sample(Worker& worker, std::int64_t index) {
    auto* records = static_cast<std::size_t>(index) < records_.size()
                        ? &records_[static_cast<std::size_t>(index)]
                        : nullptr;
    const Tensor values =
        worker.run(samples_.sample(index), records, index * compiled_.network().schedule.steps);
    const std::span<const Stage> stages(output_.decoders);
    const std::size_t first = std::min<std::size_t>(1, stages.size());
    const Tensor logits = decode(stages.first(first), values);
    const Tensor output = decode(stages.subspan(first), logits);
    if (index == 0) logits_.prepare(logits), outputs_.prepare(output);
    logits_.set(index, logits);
    outputs_.set(index, output);
    ++done_;
  }

  RunResult collect() {
    RunResult result;
    result.wall_s = seconds_since(start_);
    result.cpu_s = static_cast<double>(std::clock() - cpu_start_) / CLOCKS_PER_SEC;
    result.samples = samples_.count();
    result.steps_per_sample = compiled_.network().schedule.steps;
    result.dt_ms = compiled_.network().dt_ms;
    result.outputs = outputs_.take();
    result.logits = logits_.take();
    collect_predictions(result);
    collect_layers(result);
    collect_spikes(result);
    return result;
  }

  static void collect_predictions(RunResult& result) {
    const auto width = static_cast<std::size_t>(result.logits.shape()[1]);
    for (std::int64_t row = 0; row < result.samples; ++row) {
      const std::size_t first = static_cast<std::size_t>(row) * width;
      std::size_t best = 0;
      for (std::size_t i = 1; i < width; ++i)
        if (result.logits.number(first + i) > result.logits.number(first + best)) best = i;
      result.predictions.push_back(static_cast<std::int64_t>(best));
    }
  }

  void collect_layers(RunResult& result) const {
    const Network& network = compiled_.network();
    for (std::size_t i = 0; i < network.populations.size(); ++i) {
      const Population& population = network.populations[i];
      LayerActivity layer;
      layer.population = population.name;
      layer.origin = population.origin;
      layer.neurons = population.size();
      layer.macs = macs(i);
      for (const auto& worker : workers_) {
        layer.spikes += worker->engine().spikes(i);
        layer.synops += worker->engine().synops(i);
        layer.deliveries += worker->engine().deliveries(i);
        layer.dense_deliveries += worker->engine().dense_deliveries(i);
      }
      result.spikes_total += layer.spikes;
      result.synops_total += layer.synops;
      result.macs_per_sample += layer.macs;
      result.layers.push_back(std::move(layer));
    }
  }

  /// What the layer costs when it is computed densely: one per synapse inside the map.
  std::uint64_t macs(std::size_t population) const {
    const Network& network = compiled_.network();
    std::int64_t count = 0;
    for (const Projection& projection : network.projections)
      if (projection.target == network.populations[population].name)
        count += synapse_count(network, projection);
    return static_cast<std::uint64_t>(count);
  }

  void collect_spikes(RunResult& result) const {
    if (records_.empty()) return;
    for (std::size_t i = 0; i < compiled_.network().populations.size(); ++i) {
      SpikeRecord all;
      all.population = compiled_.network().populations[i].name;
      for (const auto& sample : records_) append(all, sample[i]);
      result.spikes.push_back(std::move(all));
    }
  }

  /// Probed samples run once more, after the counters were read, so that the others are not slowed.
  void collect_traces(RunResult& result) {
    if (options_.probes.empty()) return;
    Worker worker(compiled_, 0);
    const std::int64_t samples =
        std::min(std::max<std::int64_t>(1, options_.record_samples), samples_.count());
    for (std::int64_t i = 0; i < samples; ++i) {
      const auto traces =
          worker.trace(samples_.sample(i), options_.probes, i * compiled_.network().schedule.steps);
      if (result.traces.empty()) result.traces = traces;
      if (i == 0) continue;
      for (std::size_t p = 0; p < traces.size(); ++p) append(result.traces[p], traces[p]);
    }
  }

  static void append(Trace& all, const Trace& part) {
    all.steps.insert(all.steps.end(), part.steps.begin(), part.steps.end());
    all.values.insert(all.values.end(), part.values.begin(), part.values.end());
  }

  static void append(SpikeRecord& all, const SpikeRecord& part) {
    all.steps.insert(all.steps.end(), part.steps.begin(), part.steps.end());
    all.neurons.insert(all.neurons.end(), part.neurons.begin(), part.neurons.end());
    all.payloads.insert(all.payloads.end(), part.payloads.begin(), part.payloads.end());
  }

  const SampleSet& samples_;
  const RunOptions& options_;
  CompiledNetwork compiled_;
  const Output& output_;
  Rows outputs_, logits_;
  Clock::time_point start_;
  std::clock_t cpu_start_;
  std::vector<std::vector<SpikeRecord>> records_;  // [sample][population]
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<std::int64_t> next_{0}, done_{0};
  std::atomic<bool> stopped_{false};
};

}  // namespace

std::string_view LayerActivity::kernels() const {
  if (deliveries == 0) return "";
  if (dense_deliveries == 0) return "event";
  return dense_deliveries == deliveries ? "dense" : "mixed";
}

Shape sample_shape(const Network& network) {
  const std::vector<Input>& inputs = network.inputs;
  if (inputs.size() == 1) return inputs[0].shape;
  std::int64_t columns = 0;
  for (const Input& input : inputs) {
    const bool steps = network.schedule.window == 0 && !input.shape.empty() &&
                       input.shape[0] == network.schedule.steps;
    if (!steps || input.element != inputs[0].element)
      fail(Code::network_invalid, "net.inputs." + input.name,
           "of several inputs each must take a row of the same type in every step");
    columns += row_of(input);
  }
  if (inputs.empty())
    fail(Code::network_invalid, "net.inputs", "the network has no input for samples");
  return {network.schedule.steps, columns};
}

RunResult run_samples(const Network& network, const SampleSet& samples, const RunOptions& options) {
  (void)sample_shape(network);
  if (samples.count() < 1) fail(Code::sample_size, "--input", "there is no sample");
  return Run(network, samples, options).execute();
}

double accuracy(const RunResult& result, const std::vector<std::int64_t>& labels) {
  if (labels.size() < static_cast<std::size_t>(result.samples))
    fail(Code::label_mismatch, "--labels",
         std::to_string(labels.size()) + " labels for " + std::to_string(result.samples) +
             " samples");
  const std::int64_t classes = result.logits.shape()[1];
  std::int64_t right = 0;
  for (std::size_t i = 0; i < result.predictions.size(); ++i) {
    if (labels[i] < 0 || labels[i] >= classes)
      fail(Code::label_mismatch, "--labels",
           "label " + std::to_string(labels[i]) + " of row " + std::to_string(i) +
               " is not a class, the network has " + std::to_string(classes));
    right += labels[i] == result.predictions[i] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(result.samples);
}

}  // namespace synfire
