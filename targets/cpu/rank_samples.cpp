#include "targets/cpu/rank_samples.h"

#include <algorithm>
#include <cstring>

namespace synfire {
namespace {

/// Values of any plain type as words, each list with its length before it.
class Message {
 public:
  template <typename T>
  void put(std::span<const T> values) {
    words_.push_back(static_cast<std::uint32_t>(values.size()));
    words_.push_back(static_cast<std::uint32_t>(values.size() >> 32));
    const std::size_t at = words_.size();
    words_.resize(at + (values.size_bytes() + 3) / 4);
    if (!values.empty()) std::memcpy(words_.data() + at, values.data(), values.size_bytes());
  }
  template <typename T>
  void put(const std::vector<T>& values) {
    put(std::span<const T>(values));
  }
  Exchange::Words words() const { return words_; }

 private:
  std::vector<std::uint32_t> words_;
};

/// Appends the next list of the message to `values`; returns what follows it.
template <typename T>
Exchange::Words take(Exchange::Words words, std::vector<T>& values) {
  const std::size_t count = words[0] | static_cast<std::uint64_t>(words[1]) << 32;
  const std::size_t old = values.size(), bytes = count * sizeof(T);
  values.resize(old + count);
  if (count > 0) std::memcpy(values.data() + old, words.data() + 2, bytes);
  return words.subspan(2 + (bytes + 3) / 4);
}

/// Rank 0 has a sample whenever there is one.
std::int64_t first_sample(std::int64_t samples, std::size_t rank, std::size_t ranks) {
  const auto count = static_cast<std::int64_t>(ranks);
  return (samples * static_cast<std::int64_t>(rank) + count - 1) / count;
}

SampleSet block_of(const SampleSet& samples, std::int64_t first, std::int64_t count) {
  const auto width = samples.data.bytes().size() / static_cast<std::size_t>(samples.count());
  SampleSet block{Tensor(samples.data.type(), {count, samples.data.shape()[1]}), samples.shape, {}};
  std::memcpy(block.data.bytes().data(),
              samples.data.bytes().data() + width * static_cast<std::size_t>(first),
              width * static_cast<std::size_t>(count));
  return block;
}

/// Records and traces are of the first samples of all.
RunOptions options_of_block(RunOptions options, std::int64_t first, std::int64_t count) {
  if (first >= std::max<std::int64_t>(1, options.record_samples)) options.probes.clear();
  options.record_samples = std::clamp<std::int64_t>(options.record_samples - first, 0, count);
  return options;
}

void shift(std::vector<std::int64_t>& steps, std::int64_t by) {
  for (std::int64_t& step : steps) step += by;
}

Message pack(const RunResult& part) {
  Message message;
  std::vector<std::uint64_t> counts;
  for (const LayerActivity& layer : part.layers)
    counts.insert(counts.end(),
                  {layer.spikes, layer.synops, layer.deliveries, layer.dense_deliveries});
  message.put(std::as_bytes(part.outputs.bytes()));
  message.put(std::as_bytes(part.logits.bytes()));
  message.put(part.predictions);
  message.put(counts);
  for (const SpikeRecord& record : part.spikes)
    message.put(record.steps), message.put(record.neurons), message.put(record.payloads);
  for (const Trace& trace : part.traces) message.put(trace.steps), message.put(trace.values);
  return message;
}

void append_rows(Tensor& all, const std::vector<std::byte>& rows) {
  const auto width = static_cast<std::size_t>(all.shape()[1]) * size_of(all.type());
  const auto count = static_cast<std::int64_t>(width == 0 ? 0 : rows.size() / width);
  Tensor longer(all.type(), {all.shape()[0] + count, all.shape()[1]});
  std::copy(all.bytes().begin(), all.bytes().end(), longer.bytes().begin());
  std::copy(rows.begin(), rows.end(),
            longer.bytes().begin() + static_cast<std::ptrdiff_t>(all.bytes().size()));
  all = std::move(longer);
}

void add_counts(RunResult& all, const std::vector<std::uint64_t>& counts) {
  for (std::size_t i = 0; 4 * i < counts.size(); ++i) {
    LayerActivity& layer = all.layers[i];
    layer.spikes += counts[4 * i];
    layer.synops += counts[4 * i + 1];
    layer.deliveries += counts[4 * i + 2];
    layer.dense_deliveries += counts[4 * i + 3];
    all.spikes_total += counts[4 * i];
    all.synops_total += counts[4 * i + 1];
  }
}

/// A rank without recorded samples sends no records, and one without probed ones no traces.
void append(RunResult& all, Exchange::Words words) {
  std::vector<std::byte> outputs, logits;
  std::vector<std::uint64_t> counts;
  words = take(take(words, outputs), logits);
  words = take(take(words, all.predictions), counts);
  append_rows(all.outputs, outputs);
  append_rows(all.logits, logits);
  add_counts(all, counts);
  for (std::size_t i = 0; i < all.spikes.size() && !words.empty(); ++i)
    words =
        take(take(take(words, all.spikes[i].steps), all.spikes[i].neurons), all.spikes[i].payloads);
  for (std::size_t i = 0; i < all.traces.size() && !words.empty(); ++i)
    words = take(take(words, all.traces[i].steps), all.traces[i].values);
}

}  // namespace

RunResult run_samples_on_ranks(const Network& network, const SampleSet& samples,
                               const RunOptions& options, Exchange* exchange) {
  if (exchange == nullptr || samples.count() < 1) return run_samples(network, samples, options);
  const std::int64_t first = first_sample(samples.count(), exchange->rank(), exchange->ranks());
  const std::int64_t count =
      first_sample(samples.count(), exchange->rank() + 1, exchange->ranks()) - first;
  RunResult result;
  if (count > 0)
    result = run_samples(network, block_of(samples, first, count),
                         options_of_block(options, first, count));
  for (SpikeRecord& record : result.spikes) shift(record.steps, first * result.steps_per_sample);
  for (Trace& trace : result.traces) shift(trace.steps, first * result.steps_per_sample);
  result.wall_s = greatest_over_ranks(exchange, result.wall_s);
  const Message mine = pack(result);
  std::vector<Exchange::Words> parts;
  exchange->all_gather(mine.words(), parts);
  if (exchange->rank() > 0) return result;
  for (std::size_t rank = 1; rank < parts.size(); ++rank) append(result, parts[rank]);
  result.samples = samples.count();
  return result;
}

}  // namespace synfire
