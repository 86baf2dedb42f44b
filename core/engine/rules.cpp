#include "core/engine/rules.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/random_sequence.h"

namespace synfire {
namespace {

double redraw(const Distribution& d, RandomSequence& random) {
  if (d.kind == DistributionKind::uniform)
    return d.first + (d.second - d.first) * random.spare_uniform();
  const double value = d.first + d.second * random.spare_normal();
  return d.kind == DistributionKind::lognormal ? std::exp(value) : value;
}

void draw_values(const Distribution& d, RandomSequence& random, std::span<float> values) {
  const auto first = static_cast<float>(d.first), second = static_cast<float>(d.second);
  if (d.is_constant()) {
    std::fill(values.begin(), values.end(), first);
    return;
  }
  if (d.kind == DistributionKind::uniform)
    for (float& value : values)
      value = static_cast<float>(d.first + (d.second - d.first) * random.uniform());
  else
    random.normals(values);
  if (d.kind != DistributionKind::uniform)
    for (float& value : values) value = first + second * value;
  if (d.kind == DistributionKind::lognormal)
    for (float& value : values) value = std::exp(value);
  const auto low = static_cast<float>(d.low), high = static_cast<float>(d.high);
  for (float& value : values)
    if (d.clipped) value = std::clamp(value, low, high);
  for (float& value : values)
    while (!(value >= low && value <= high)) value = static_cast<float>(redraw(d, random));
}

/// std::lgamma writes its sign to a variable that all threads share.
double log_factorial(double n) {
  int sign = 0;
  return lgamma_r(n + 1, &sign);
}

/// Few successes expected: by the gaps between them.
std::int64_t small_binomial(std::int64_t n, double p, RandomSequence& random) {
  const double log_miss = std::log1p(-p);
  std::int64_t successes = 0;
  double trial = 0;
  for (;;) {
    trial += std::floor(std::log1p(-random.uniform()) / log_miss) + 1;
    if (trial > static_cast<double>(n)) return successes;
    ++successes;
  }
}

/// Transformed rejection: Hörmann, "The generation of binomial random variates", J. Statist.
/// Comput. Simul. 46, 1993, algorithm BTRS without its squeeze of the logarithm. n p >= 10, p <=
/// 1/2.
std::int64_t large_binomial(std::int64_t trials, double p, RandomSequence& random) {
  const auto n = static_cast<double>(trials);
  const double q = 1 - p, deviation = std::sqrt(n * p * q);
  const double b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double alpha = (2.83 + 5.1 / b) * deviation, accept = 0.92 - 4.2 / b;
  const double mode = std::floor((n + 1) * p), log_odds = std::log(p / q);
  const double at_mode = log_factorial(mode) + log_factorial(n - mode);
  for (;;) {
    const double u = random.uniform() - 0.5, v = random.uniform();
    const double distance = 0.5 - std::abs(u);
    if (distance <= 0) continue;
    const double k = std::floor((2 * a / distance + b) * u + n * p + 0.5);
    if (k < 0 || k > n) continue;
    if (distance >= 0.07 && v <= accept) return static_cast<std::int64_t>(k);
    if (std::log(v * alpha / (a / (distance * distance) + b)) <=
        at_mode - log_factorial(k) - log_factorial(n - k) + (k - mode) * log_odds)
      return static_cast<std::int64_t>(k);
  }
}

std::int64_t binomial(std::int64_t n, double p, RandomSequence& random) {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(n, 1 - p, random);
  return static_cast<double>(n) * p < 10 ? small_binomial(n, p, random)
                                         : large_binomial(n, p, random);
}

/// Marked ones among `drawn` of `all`, of which `marked` are: from the mode outwards, by the ratios
/// of neighbouring probabilities.
std::int64_t hypergeometric(double all, double marked, double drawn, RandomSequence& random) {
  const double least = std::max(0.0, drawn - (all - marked)), most = std::min(drawn, marked);
  const double mode = std::clamp(std::floor((drawn + 1) * (marked + 1) / (all + 2)), least, most);
  const auto log_choose = [](double n, double k) {
    return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
  };
  const double at_mode = std::exp(log_choose(marked, mode) +
                                  log_choose(all - marked, drawn - mode) - log_choose(all, drawn));
  // p(k + 1) / p(k)
  const auto ratio = [&](double k) {
    return (marked - k) * (drawn - k) / ((k + 1) * (all - marked - drawn + k + 1));
  };
  double left = random.uniform() - at_mode;
  double below = mode, above = mode, at_below = at_mode, at_above = at_mode;
  while (left > 0 && (at_below > 0 || at_above > 0)) {
    at_above = above < most ? at_above * ratio(above) : 0;
    if ((left -= at_above) <= 0) return static_cast<std::int64_t>(above + 1);
    above = std::min(above + 1, most);
    at_below = below > least ? at_below / ratio(below - 1) : 0;
    if ((left -= at_below) <= 0) return static_cast<std::int64_t>(below - 1);
    below = std::max(below - 1, least);
  }
  return static_cast<std::int64_t>(mode);
}

}  // namespace

DelayRange delay_range(const Projection& projection, double dt_ms) {
  const auto* const rule = std::get_if<RandomRule>(&projection.connectivity);
  if (rule == nullptr || !rule->delay_ms) {
    const std::int32_t steps = delay_steps(projection.delay_ms, dt_ms);
    return {steps, steps};
  }
  const auto [least, greatest] = value_range(*rule->delay_ms);
  return {delay_steps(least, dt_ms), delay_steps(greatest, dt_ms)};
}

RuleSampler::RuleSampler(const Network& network, std::size_t projection, std::int64_t first,
                         std::int64_t count)
    : rule_(std::get<RandomRule>(network.projections[projection].connectivity)),
      seed_(network.seed),
      projection_(projection),
      dt_ms_(network.dt_ms),
      sources_(network.population(network.projections[projection].source).size()),
      targets_(network.population(network.projections[projection].target).size()),
      first_(first),
      excludes_(network.projections[projection].source == network.projections[projection].target &&
                !rule_.autapses) {
  if (rule_.kind == RuleKind::fixed_total_number) draw_total(first, count);
  if (rule_.kind == RuleKind::fixed_out_degree) draw_by_source(first, count);
}

Random RuleSampler::random(Stream stream, std::int64_t entity) const {
  return {seed_, stream, (projection_ << 32) | static_cast<std::uint64_t>(entity)};
}

/// In-degrees of a multinomial distribution, or a multivariate hypergeometric one without
/// multapses: each target takes its share of what is left.
void RuleSampler::draw_total(std::int64_t first, std::int64_t count) {
  auto left = static_cast<std::int64_t>(rule_.number);
  for (std::int64_t target = 0; target < first + count; ++target) {
    RandomSequence numbers(random(Stream::in_degree, target));
    const auto targets_left = static_cast<double>(targets_ - target);
    const double pairs = static_cast<double>(sources_ - (excludes_ ? 1 : 0));  // of one target
    const std::int64_t degree =
        rule_.multapses
            ? binomial(left, 1.0 / targets_left, numbers)
            : hypergeometric(pairs * targets_left, pairs, static_cast<double>(left), numbers);
    left -= degree;
    if (target >= first) in_degree_.push_back(degree);
  }
}

void RuleSampler::draw_by_source(std::int64_t first, std::int64_t count) {
  chosen_.resize(static_cast<std::size_t>(count));
  for (std::int64_t source = 0; source < sources_; ++source) {
    double drawn = 0;
    RandomSequence numbers(random(Stream::connectivity, source));
    begin_partners();
    while (drawn < rule_.number) {
      const std::uint32_t target = numbers.below(static_cast<std::uint32_t>(targets_));
      if (target == excluded(source) || !may_take(target)) continue;
      ++drawn;
      const std::int64_t place = target - first;
      if (place >= 0 && place < count)
        chosen_[static_cast<std::size_t>(place)].push_back(static_cast<std::uint32_t>(source));
    }
  }
}

/// Without multapses a neuron has each partner once: those that it has taken are marked.
bool RuleSampler::may_take(std::uint32_t partner) {
  if (rule_.multapses) return true;
  taken_in_.resize(static_cast<std::size_t>(std::max(sources_, targets_)), 0);
  return std::exchange(taken_in_[partner], draw_) != draw_;
}

void RuleSampler::draw_sources(std::int64_t target, std::vector<std::uint32_t>& sources) {
  const auto place = static_cast<std::size_t>(target - first_);
  switch (rule_.kind) {
    case RuleKind::fixed_in_degree:
      return draw_uniform(target, static_cast<std::int64_t>(rule_.number), sources);
    case RuleKind::fixed_total_number:
      return draw_uniform(target, in_degree_[place], sources);
    case RuleKind::fixed_out_degree:
      sources = chosen_[place];
      return;
    case RuleKind::pairwise_bernoulli:
      return draw_pairs(target, sources);
    case RuleKind::all_to_all:
      return draw_all(target, sources);
  }
}

void RuleSampler::draw_uniform(std::int64_t target, std::int64_t count,
                               std::vector<std::uint32_t>& sources) {
  sources.clear();
  RandomSequence numbers(random(Stream::connectivity, target));
  begin_partners();
  while (static_cast<std::int64_t>(sources.size()) < count) {
    // Rejected draws take the next random numbers.
    const std::size_t kept = sources.size();
    sources.resize(static_cast<std::size_t>(count));
    numbers.below(static_cast<std::uint32_t>(sources_), std::span(sources).subspan(kept));
    if (!excludes_ && rule_.multapses) return;
    const auto rejected = [&](std::uint32_t source) {
      return source == excluded(target) || !may_take(source);
    };
    sources.erase(std::remove_if(sources.begin() + static_cast<std::ptrdiff_t>(kept), sources.end(),
                                 rejected),
                  sources.end());
  }
}

void RuleSampler::draw_all(std::int64_t target, std::vector<std::uint32_t>& sources) const {
  sources.clear();
  for (std::int64_t source = 0; source < sources_; ++source)
    if (source != excluded(target)) sources.push_back(static_cast<std::uint32_t>(source));
}

void RuleSampler::draw_pairs(std::int64_t target, std::vector<std::uint32_t>& sources) const {
  sources.clear();
  if (rule_.number <= 0) return;
  RandomSequence numbers(random(Stream::connectivity, target));
  const double log_miss = std::log1p(-rule_.number);
  // Geometric jumps over the sources that are not connected: one draw a synapse, not one a pair.
  for (double source = -1;;) {
    const double jump =
        rule_.number < 1 ? std::floor(std::log1p(-numbers.uniform()) / log_miss) : 0;
    source += 1 + jump;
    if (source >= static_cast<double>(sources_)) return;
    const auto id = static_cast<std::uint32_t>(source);
    if (id != excluded(target)) sources.push_back(id);
  }
}

void RuleSampler::draw_weights(std::int64_t target, std::size_t count,
                               std::vector<float>& weights) const {
  RandomSequence numbers(random(Stream::weight, target));
  weights.resize(count);
  draw_values(rule_.weight, numbers, weights);
}

void RuleSampler::draw_delays(std::int64_t target, std::size_t count,
                              std::vector<std::int32_t>& steps) {
  RandomSequence numbers(random(Stream::delay, target));
  const auto [least, greatest] = value_range(*rule_.delay_ms);
  const auto low = static_cast<float>(std::max(1.0, std::round(least / dt_ms_)));
  const auto high = static_cast<float>(std::max(1.0, std::round(greatest / dt_ms_)));
  const auto per_step = static_cast<float>(1 / dt_ms_);
  values_.resize(count), steps.resize(count);
  draw_values(*rule_.delay_ms, numbers, values_);
  for (std::size_t i = 0; i < count; ++i) {
    const float rounded = values_[i] * per_step + 0.5F;
    steps[i] = static_cast<std::int32_t>(rounded < low ? low : rounded > high ? high : rounded);
  }
}

void RuleSampler::draw_delays_ms(std::int64_t target, std::size_t count, std::vector<double>& ms) {
  RandomSequence numbers(random(Stream::delay, target));
  const double greatest = value_range(*rule_.delay_ms).high;
  values_.resize(count), ms.resize(count);
  draw_values(*rule_.delay_ms, numbers, values_);
  for (std::size_t i = 0; i < count; ++i)
    ms[i] = std::clamp(static_cast<double>(values_[i]), 0.0, greatest);
}

}  // namespace synfire
