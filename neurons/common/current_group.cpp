#include "neurons/common/current_group.h"

namespace synfire {
namespace {

std::vector<float> values(const ParameterReader& read, std::string_view name, float fallback) {
  return read.numbers(name, fallback);
}
std::vector<double> values(const ParameterReader& read, std::string_view name, double fallback) {
  return read.reals(name, fallback);
}

}  // namespace

template <typename Real>
CurrentParameters<Real>::CurrentParameters(const ParameterReader& read)
    : tau_mem(values(read, "tau_mem_ms", Real{20})),
      tau_exc(values(read, "tau_syn_exc_ms", Real{5})),
      tau_inh(values(read, "tau_syn_inh_ms", Real{5})),
      r(values(read, "r", Real{1})),
      leak(values(read, "v_leak", Real{0})),
      offset(values(read, "i_offset", Real{0})),
      threshold(values(read, "v_threshold", Real{1})),
      reset(values(read, "v_reset", Real{0})) {}

template struct CurrentParameters<float>;
template struct CurrentParameters<double>;

std::vector<ParameterInfo> current_parameters() {
  constexpr double kAny = 3.4e38;
  std::vector<ParameterInfo> list{
      {"tau_mem_ms", "tau_mem", "ms", 20.0, 1e-9, 1e12, "membrane time constant"},
      {"tau_syn_exc_ms", "tau_exc", "ms", 5.0, 1e-9, 1e12, "time constant of receptor 0's current"},
      {"tau_syn_inh_ms", "tau_inh", "ms", 5.0, 1e-9, 1e12, "time constant of receptor 1's current"},
      {"r", "R", "GOhm", 1.0, -kAny, kAny, "membrane resistance: factor of the currents"},
      {"i_offset", "I0", "pA", 0.0, -kAny, kAny, "constant input current"},
      {"v_leak", "v_leak", "mV", 0.0, -kAny, kAny, "potential without input"}};
  for (const ParameterInfo& parameter : initial_parameters(0, "mV")) list.push_back(parameter);
  for (const ParameterInfo& parameter : threshold_parameters()) list.push_back(parameter);
  return list;
}

}  // namespace synfire
