#include "core/engine/event_synapses.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/prefetch.h"
#include "core/engine/rules.h"
#include "core/engine/weight_scale.h"

namespace synfire {

/// Two passes over the same synapses, as in SynapseBlock: lengths of the rows, then their content.
class EventSynapses::Builder {
 public:
  Builder(EventSynapses& synapses, const Network& network, std::size_t index, const Slice& slice)
      : all_(synapses),
        network_(network),
        projection_(network.projections[index]),
        index_(index),
        slice_(slice) {}

  void build() {
    const auto sources = static_cast<std::size_t>(network_.population(projection_.source).size());
    all_.receptor_ = projection_.receptor;
    all_.weight_ = common_weight();
    cursors_.assign(sources, 0);
    visit([&](std::size_t source, std::uint16_t, float, double) { ++cursors_[source]; });
    lay_out(stores(), spreads());
    filling_ = true;
    visit([&](std::size_t source, std::uint16_t target, float weight, double delay) {
      const std::uint32_t at = cursors_[source]++;
      all_.targets_[at] = target;
      if (all_.weights_.size() > 0) all_.weights_[at] = weight;
      if (all_.delays_.size() > 0) all_.delays_[at] = delay;
    });
    note_delays();
  }

 private:
  const Sparse* rows() const { return std::get_if<Sparse>(&projection_.connectivity); }
  const OneToOne* pairs() const { return std::get_if<OneToOne>(&projection_.connectivity); }
  const RandomRule* rule() const { return std::get_if<RandomRule>(&projection_.connectivity); }

  bool stores() const {
    return has_many_weights(projection_) || (pairs() != nullptr && pairs()->weight.size() != 1);
  }
  bool spreads() const {
    if (rows() != nullptr) return !rows()->delay.empty();
    return rule() != nullptr && rule()->delay_ms && !rule()->delay_ms->is_constant();
  }
  double common_weight() const {
    if (rows() != nullptr) return rows()->weight.empty() ? 0 : rows()->weight.number(0);
    return pairs() != nullptr ? pairs()->weight.number(0) : rule()->weight.first;
  }

  template <typename See>
  void visit(See&& see) {
    if (rows() != nullptr)
      visit_rows(*rows(), see);
    else if (pairs() != nullptr)
      visit_pairs(*pairs(), see);
    else
      visit_rule(see);
  }

  template <typename See>
  void visit_rows(const Sparse& sparse, See& see) {
    const auto offsets = sparse.offsets.as<std::int64_t>();
    const auto targets = sparse.targets.as<std::int32_t>();
    for (std::size_t source = 0; source + 1 < offsets.size(); ++source)
      for (auto s = static_cast<std::size_t>(offsets[source]);
           s < static_cast<std::size_t>(offsets[source + 1]); ++s) {
        const std::int64_t place = targets[s] - slice_.first;
        if (place < 0 || place >= slice_.count) continue;
        see(source, static_cast<std::uint16_t>(place),
            stores() ? static_cast<float>(sparse.weight.number(s)) : 0.0F,
            spreads() ? sparse.delay.as<double>()[s] : 0.0);
      }
  }

  template <typename See>
  void visit_pairs(const OneToOne& one, See& see) {
    for (std::int64_t i = 0; i < slice_.count; ++i) {
      const auto source = static_cast<std::size_t>(slice_.first + i);
      see(source, static_cast<std::uint16_t>(i),
          stores() ? static_cast<float>(one.weight.number(source)) : 0.0F, 0.0);
    }
  }

  template <typename See>
  void visit_rule(See& see) {
    RuleSampler sampler(network_, index_, slice_.first, slice_.count);
    for (std::int64_t i = 0; i < slice_.count; ++i) {
      const std::int64_t target = slice_.first + i;
      sampler.draw_sources(target, drawn_);
      if (filling_ && stores()) sampler.draw_weights(target, drawn_.size(), weights_);
      if (filling_ && spreads()) sampler.draw_delays_ms(target, drawn_.size(), delays_);
      for (std::size_t s = 0; s < drawn_.size(); ++s)
        see(drawn_[s], static_cast<std::uint16_t>(i), s < weights_.size() ? weights_[s] : 0.0F,
            s < delays_.size() ? delays_[s] : 0.0);
    }
  }

  /// Lengths become the places where the rows begin.
  void lay_out(bool stores, bool spreads) {
    all_.offsets_ = HugeArray<std::uint32_t>(cursors_.size() + 1);
    std::uint64_t total = 0;
    for (std::size_t source = 0; source < cursors_.size(); ++source) {
      all_.offsets_[source] = static_cast<std::uint32_t>(total);
      total += std::exchange(cursors_[source], static_cast<std::uint32_t>(total));
    }
    if (total > UINT32_MAX)
      fail(Code::resource_limit, "net.projections." + projection_.name,
           "more than 2^32 synapses onto " + std::to_string(slice_.count) + " neurons",
           "split the projection");
    all_.offsets_[cursors_.size()] = static_cast<std::uint32_t>(total);
    all_.targets_ = HugeArray<std::uint16_t>(total);
    if (stores) all_.weights_ = HugeArray<float>(total);
    if (spreads) all_.delays_ = HugeArray<double>(total);
  }

  void note_delays() {
    if (all_.count() == 0) return;
    if (!all_.spreads()) {
      const bool rules = rule() != nullptr && rule()->delay_ms;
      all_.least_delay_ = all_.greatest_delay_ =
          rules ? rule()->delay_ms->first : projection_.delay_ms;
      return;
    }
    const auto [least, greatest] =
        std::minmax_element(all_.delays_.data(), all_.delays_.data() + all_.delays_.size());
    all_.least_delay_ = *least, all_.greatest_delay_ = *greatest;
  }

  EventSynapses& all_;
  const Network& network_;
  const Projection& projection_;
  std::size_t index_;
  Slice slice_;
  bool filling_ = false;
  std::vector<std::uint32_t> cursors_, drawn_;
  std::vector<float> weights_;
  std::vector<double> delays_;
};

EventSynapses::EventSynapses(const Network& network, std::size_t projection, const Slice& slice) {
  Builder(*this, network, projection, slice).build();
}

void EventSynapses::fetch(std::size_t source) const {
  constexpr std::uint32_t kLine = 64 / sizeof(std::uint16_t), kLines = 8;
  const std::uint32_t from = offsets_[source];
  const std::uint32_t to = std::min(offsets_[source + 1], from + kLines * kLine);
  for (std::uint32_t s = from; s < to; s += kLine) prefetch(targets_.data() + s);
}

PlasticSynapses EventSynapses::make_plastic(const Projection& projection) {
  PlasticSynapses made;
  made.delays = {0};  // they are here
  const std::size_t rows = spreads() ? targets_.size() : offsets_.size() - 1;
  made.begin = HugeArray<std::uint32_t>(rows + 1);
  for (std::size_t row = 0; row <= rows; ++row)
    made.begin[row] = spreads() ? static_cast<std::uint32_t>(row) : offsets_[row];
  made.target = HugeArray<std::uint16_t>(targets_.size());
  made.weight = HugeArray<float>(targets_.size());
  const EventRow all = part(0, static_cast<std::uint32_t>(targets_.size()));
  PlasticWeightCheck check;
  for (std::size_t s = 0; s < targets_.size(); ++s) {
    made.target[s] = targets_[s];
    made.weight[s] = static_cast<float>(std::abs(all.weight_of(s)));
    check.add(all.weight_of(s));
  }
  made.inhibits = check.inhibits(projection);
  weights_ = {};
  return made;
}

}  // namespace synfire
