#include "neurons/common/coded.h"

#include <algorithm>
#include <limits>

#include "core/base/state_archive.h"

namespace synfire {
namespace {

std::string activation_name(const Population& population) {
  return text_or(population.parameters, "activation", "none", population.name);
}

}  // namespace

MaximumReceptor::MaximumReceptor(const Population& population, const GroupContext& context)
    : best_(static_cast<std::size_t>(population.size())),
      arrived_(best_.size()),
      valid_(best_.size()) {
  if (context.taps == 0)
    fail(Code::parameter_invalid, "net.populations." + population.name,
         "activation maximum needs a max pool projection");
  for (std::size_t i = 0; i < valid_.size(); ++i) valid_[i] = valid_taps(context, i);
  reset();
}

void MaximumReceptor::reset() {
  std::fill(best_.begin(), best_.end(), std::numeric_limits<std::int32_t>::min());
  std::fill(arrived_.begin(), arrived_.end(), 0);
}

void MaximumReceptor::arrive(std::uint32_t target, std::uint32_t, std::int32_t payload) {
  best_[target] = std::max(best_[target], payload);
  ++arrived_[target];
}

void MaximumReceptor::read(std::span<std::int32_t> values) const {
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = arrived_[i] == valid_[i] ? best_[i] : std::max(best_[i], 0);
}

CodedGroup::CodedGroup(const Population& population, const GroupContext& context, Reads reads)
    : context_(context),
      pools_maximum_(activation_name(population) == "maximum"),
      value_(static_cast<std::size_t>(population.size())),
      activation_(make_activation(population, context)) {
  sums_[0].resize(value_.size());
  if (activation_name(population) == "add") sums_[1].resize(value_.size());
  if (pools_maximum_) maximum_ = std::make_unique<MaximumReceptor>(population, context);
  if (reads == Reads::map && activation_->has_map_kernel())
    map_.resize(value_.size() + SpikeList::kMapSlack), made_ = map_.data();
}

const std::vector<std::int32_t>& CodedGroup::values() const {
  if (!widened_) std::copy_n(made_, value_.size(), value_.begin());
  widened_ = true;
  return value_;
}

void CodedGroup::clear_sums() {
  if (clear_) return;
  for (auto& sums : sums_) std::fill(sums.begin(), sums.end(), 0);
  clear_ = true;
}

void CodedGroup::reset() {
  clear_sums();
  if (pools_maximum_) reset_taps();
}

void CodedGroup::inject(std::span<const std::int32_t> values) {
  if (values.size() != value_.size())
    fail(Code::sample_size, "net.inputs",
         std::to_string(values.size()) + " values for " + std::to_string(value_.size()) +
             " neurons");
  std::copy(values.begin(), values.end(), sums_[0].begin());
  clear_ = false;
}

Receptor CodedGroup::receptor(std::int32_t index) {
  clear_ = false;
  if (pools_maximum_) return tap_receptor();
  const std::size_t which = sums_[1].empty() ? 0 : static_cast<std::size_t>(index);
  return std::span<std::int32_t>(sums_[which]);
}

void CodedGroup::make_values() {
  if (pools_maximum_) read_taps(sums_[0]), reset_taps(), clear_ = false;
  finish_sums();
  if (has_map()) {
    nonzero_ = activation_->apply_to_map(sums_[0], std::span(map_).first(value_.size()));
    made_ = map_.data();
    widened_ = false, clear_ = true;
  } else {
    activation_->apply(sums_[0], sums_[1], value_);
    clear_sums();
  }
  values_ready();
}

void CodedGroup::send_map(SpikeList& out) {
  out.exchange_map(map_, value_.size(), nonzero_, activation_->range());
}

void CodedGroup::update(const Step& step, SpikeList& out) {
  if (step.integrate >= 0) integrate(step);
  if (step.fire < 0) return;
  if (step.fire == 0) make_values();
  if (context_.transmits) emit(step, out);
}

void MaximumReceptor::visit_state(StateArchive& archive) {
  archive.fixed("best", best_);
  archive.fixed("arrived", arrived_);
}

/// A map that was given away is copied back: it still tells the values.
void CodedGroup::visit_state(StateArchive& archive) {
  for (auto& sums : sums_) archive.fixed("sums", sums);
  archive.fixed("value", value_);
  archive("maximum", maximum_);
  if (has_map()) {
    if (made_ != map_.data()) std::copy_n(made_, value_.size(), map_.data()), made_ = map_.data();
    archive("map", std::span(map_.data(), value_.size()));
    archive("nonzero", nonzero_);
  }
  archive("widened", widened_);
  archive("clear", clear_);
  visit_code(archive);
}

std::vector<double> CodedGroup::state(std::string_view variable) const {
  if (variable == "v") return {sums_[0].begin(), sums_[0].end()};
  if (variable == "value") return {values().begin(), values().end()};
  return {};
}

}  // namespace synfire
