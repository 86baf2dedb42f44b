#include "converters/passes/common/coding.h"

#include <algorithm>
#include <cmath>

namespace synfire {
namespace {

/// Greatest magnitude of a population's values u = q - zero_point.
std::int64_t greatest_value(const Population& population) {
  const std::string where = "net.populations." + population.name;
  const std::int64_t zero = integer_or(population.parameters, "zero_point", 0, where);
  const std::int64_t low = integer_or(population.parameters, "low", -128, where);
  const std::int64_t high = integer_or(population.parameters, "high", 127, where);
  return std::max(std::abs(low - zero), std::abs(high - zero));
}

/// Sum of |weight| that reaches each output channel (or neuron), at most.
struct WeightSums {
  const Population& target;

  std::vector<std::int64_t> operator()(const Dense& dense) const {
    return rows(dense.weight, dense.weight.shape()[0]);
  }
  std::vector<std::int64_t> operator()(const Conv2d& conv) const {
    return rows(conv.weight, conv.weight.shape()[0]);
  }
  std::vector<std::int64_t> operator()(const Pool2d& pool) const {
    return {pool.kind == PoolKind::max ? 1 : std::int64_t{pool.kernel[0]} * pool.kernel[1]};
  }
  std::vector<std::int64_t> operator()(const OneToOne& one) const { return rows(one.weight, 1); }
  std::vector<std::int64_t> operator()(const Sparse& sparse) const {
    std::vector<std::int64_t> sums(static_cast<std::size_t>(target.size()));
    const auto targets = sparse.targets.as<std::int32_t>();
    for (std::size_t s = 0; s < targets.size(); ++s)
      sums[static_cast<std::size_t>(targets[s])] += magnitude(sparse.weight, s);
    return sums;
  }
  std::vector<std::int64_t> operator()(const RandomRule&) const { return {}; }

 private:
  static std::int64_t magnitude(const Tensor& weight, std::size_t index) {
    return std::llround(std::abs(weight.number(weight.size() == 1 ? 0 : index)));
  }
  static std::vector<std::int64_t> rows(const Tensor& weight, std::int64_t count) {
    std::vector<std::int64_t> sums(static_cast<std::size_t>(count));
    const std::size_t width = weight.size() / sums.size();
    for (std::size_t i = 0; i < sums.size(); ++i)
      for (std::size_t j = 0; j < width; ++j) sums[i] += magnitude(weight, i * width + j);
    return sums;
  }
};

std::int32_t signed_bits(std::int64_t magnitude) {
  std::int32_t bits = 1;
  while (magnitude > 0) ++bits, magnitude >>= 1;
  return bits;
}

std::int32_t worst_bits(const Network& network, const Population& population) {
  std::int64_t worst = 0;
  for (const Projection& projection : network.projections) {
    if (projection.target != population.name) continue;
    const std::int64_t value = greatest_value(network.population(projection.source));
    const std::vector<std::int64_t> sums =
        std::visit(WeightSums{population}, projection.connectivity);
    const std::vector<std::int32_t> bias = integers_or(
        population.parameters, "bias", 0, std::max<std::size_t>(1, sums.size()), population.name);
    for (std::size_t i = 0; i < sums.size(); ++i)
      worst = std::max(worst, sums[i] * value + std::abs(std::int64_t{bias[i]}));
  }
  return signed_bits(worst);
}

std::string number_format(const Network& network, const Population& population,
                          bool binary_spikes) {
  for (const Projection& projection : network.projections) {
    if (projection.target != population.name) continue;
    const std::string payload = binary_spikes ? "spike" : "int9";
    const auto* dense = std::get_if<Dense>(&projection.connectivity);
    const auto* conv = std::get_if<Conv2d>(&projection.connectivity);
    const Tensor* weight = dense ? &dense->weight : conv ? &conv->weight : nullptr;
    return payload + (weight ? " x " + std::string(to_string(weight->type())) : "") + " -> int32";
  }
  return std::string(to_string(population.format));
}

std::int64_t incoming_synapses(const Network& network, const Population& population) {
  std::int64_t count = 0;
  for (const Projection& projection : network.projections)
    if (projection.target == population.name) count += synapse_count(network, projection);
  return count;
}

}  // namespace

std::string_view to_string(Fidelity fidelity) {
  switch (fidelity) {
    case Fidelity::exact:
      return "exact";
    case Fidelity::approximate:
      return "approximate";
    case Fidelity::unsupported:
      return "unsupported";
  }
  return "?";
}

const CodingInfo& find_coding(std::string_view name) {
  std::vector<std::string> names;
  for (const CodingInfo* coding : codings()) {
    if (coding->name == name) return *coding;
    names.emplace_back(coding->name);
  }
  const std::string near = nearest_name(name, names);
  std::string all;
  for (const std::string& n : names) all += (all.empty() ? "" : ", ") + n;
  fail(Code::unknown_name, "--coding", "there is no coding " + std::string(name),
       near.empty() ? "codings: " + all : "did you mean '" + near + "'?");
}

void apply_coding(Network& network, std::string_view name, const CodingOptions& options,
                  Diagnostics& diagnostics) {
  const CodingInfo& coding = find_coding(name);
  coding.apply(network, options);
  network.metadata["coding"] = std::string(name);
  for (const LayerReport& row : layer_report(network, name, options))
    if (row.fidelity != Fidelity::exact)
      diagnostics.warning(Code::approximate, "net.populations." + row.layer, row.reason);
}

std::vector<LayerReport> layer_report(const Network& network, std::string_view name,
                                      const CodingOptions& options) {
  const CodingInfo& coding = find_coding(name);
  std::vector<LayerReport> rows;
  for (const Population& population : network.populations) {
    const Verdict verdict = coding.verdict(population, options);
    rows.push_back({population.name, population.origin, population.model,
                    number_format(network, population, name != "graded"), verdict.fidelity,
                    verdict.reason, population.size(), incoming_synapses(network, population),
                    worst_bits(network, population)});
  }
  return rows;
}

}  // namespace synfire
