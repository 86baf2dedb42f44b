#include "neurons/izhikevich.h"

#include "neurons/common/point_group.h"

namespace synfire {
namespace {

struct Izhikevich {
  using Real = float;
  using Constants = synfire_izhikevich_t;
  using State = synfire_izhikevich_state_t;
  static constexpr std::array kStates{StateField{"v", &State::v, "mV"},
                                      StateField{"u", &State::u, "mV/ms"}};
  static constexpr std::array<float State::*, 0> kEntries{};
  static constexpr std::size_t kReceptors = 1;
  static constexpr bool kChance = false;

  static std::vector<ParameterInfo> parameters() {
    return joined(
        {{free_number("a", "a", "1/ms", 0.02, "rate of the recovery"),
          free_number("b", "b", "1/ms", 0.2, "sensitivity of the recovery to v"),
          potential("c", "c", -65, "potential after a spike"),
          free_number("d", "d", "mV/ms", 8, "recovery by a spike"),
          free_number("i_offset", "I0", "mV/ms", 0, "constant input current"),
          potential("v_peak", "", 30, "potential that is a spike")},
         initial_parameters(-65, "mV"),
         {free_number("u_init", "u(0)", "mV/ms", -13, "recovery at the start"),
          {"solver", "", "", std::string("runge_kutta"), 0, 0,
           "runge_kutta, or published: two half steps of v and one of u by Euler's method"},
          solver_parameter(0.1)}});
  }
  static Constants lower(const NeuronNumbers::One& number, double dt_ms) {
    const auto real = [&](std::string_view name) { return static_cast<float>(number(name)); };
    Constants p{};
    p.published = number.choice("solver", {"runge_kutta", "published"});
    p.substeps = p.published != 0 ? 1 : number.substeps();
    p.h = static_cast<float>(dt_ms / p.substeps);
    p.a = real("a"), p.b = real("b"), p.c = real("c"), p.d = real("d");
    p.i_offset = real("i_offset"), p.v_peak = real("v_peak"), p.u_init = real("u_init");
    return p;
  }
  static State start(const Constants& p, double v) { return {static_cast<float>(v), p.u_init}; }

  SYNFIRE_KERNEL void integrate(const Constants& p, State& s, std::int32_t, float current) {
    synfire_izhikevich_integrate(&p, &s, current);
  }
  SYNFIRE_KERNEL void receive(const Constants&, State& s, std::int32_t, float input, float) {
    synfire_izhikevich_receive(&s, input);
  }
  SYNFIRE_KERNEL std::int32_t fire(const Constants& p, State& s, std::int32_t, double) {
    return synfire_izhikevich_fire(&p, &s);
  }
};

}  // namespace

extern const ModelInfo izhikevich_model;
const ModelInfo izhikevich_model{
    .name = "izhikevich",
    .summary = "Izhikevich's simple model: a quadratic membrane with recovery",
    .nir_name = "",
    .pynn_name = "Izhikevich",
    .format = NumberFormat::float32,
    .receptors = 1,
    .splits = true,
    .currents = Currents::taken,
    .parameters = Izhikevich::parameters(),
    .states = states_of<Izhikevich>(),
    .equations =
        "v' = 0.04 v^2 + 5 v + 140 - u + i_offset + I,  u' = a (b v - u);  v += w per spike;  "
        "spike "
        "when v >= v_peak, then v <- c, u <- u + d. Runge-Kutta 4 in parts of dt, or the published "
        "script's steps",
    .source = "Izhikevich, IEEE Trans. Neural Networks 14, 2003; izhikevich of NEST",
    .create = make_point_group<Izhikevich>};

}  // namespace synfire
