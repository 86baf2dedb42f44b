#include <cmath>
#include <utility>
#include <vector>

#include "core/base/state_archive.h"
#include "core/engine/plastic_rows.h"

namespace synfire {
namespace {

class TsodyksMarkram final : public SynapseDynamics {
 public:
  TsodyksMarkram(const Parameters& parameters, const std::string& where, std::size_t rows)
      : u_(number_or(parameters, "u", 0.5, where)),
        tau_rec_ms_(number_or(parameters, "tau_rec_ms", 800, where)),
        tau_facil_ms_(number_or(parameters, "tau_facil_ms", 0, where)),
        rows_(rows, {u_, 1, -1}) {}

  float arrive(std::uint32_t row, double now_ms) override {
    State& state = rows_[row];
    recover(state, now_ms);
    const double released = state.u * state.x;
    state.x -= released;
    return static_cast<float>(released);
  }

  std::uint64_t bytes() const override { return rows_.size() * sizeof(State); }
  void visit_state(StateArchive& archive) override { archive.fixed("rows", rows_); }

 private:
  struct State {
    double u, x;  // of the last spike; behind it
    double time;  // of it; below 0: there was none
  };

  /// To the values that the next spike meets.
  void recover(State& state, double now_ms) const {
    const double elapsed = now_ms - std::exchange(state.time, now_ms);
    if (elapsed > now_ms) return;  // the first spike
    state.x = 1 - (1 - state.x) * (tau_rec_ms_ > 0 ? std::exp(-elapsed / tau_rec_ms_) : 0);
    state.u =
        u_ + state.u * (1 - u_) * (tau_facil_ms_ > 0 ? std::exp(-elapsed / tau_facil_ms_) : 0);
  }

  double u_, tau_rec_ms_, tau_facil_ms_;
  std::vector<State> rows_;
};

std::unique_ptr<SynapseDynamics> create(const SynapseContext& context) {
  return std::make_unique<TsodyksMarkram>(context.projection.synapse.parameters,
                                          "net.projections." + context.projection.name + ".synapse",
                                          context.rows);
}

}  // namespace

extern const SynapseInfo tsodyks_markram_synapse;
const SynapseInfo tsodyks_markram_synapse{
    .name = "tsodyks_markram",
    .summary = "short-term depression and facilitation",
    .pynn_name = "TsodyksMarkramSynapse",
    .parameters = {{"u", "U", "1", 0.5, 1e-6, 1, "part of the resources that a first spike uses"},
                   {"tau_rec_ms", "tau_rec", "ms", 800.0, 0, 1e6, "recovery of the resources"},
                   {"tau_facil_ms", "tau_facil", "ms", 0.0, 0, 1e6,
                    "decay of the facilitation; 0: none"}},
    .equations =
        "spike n, dt after the one before, acts with w u x: u <- U + u (1 - U) exp(-dt / "
        "tau_facil), x <- 1 - (1 - x + u x) exp(-dt / tau_rec); u = U, x = 1 at the first",
    .source =
        "Tsodyks, Pawelzik & Markram, Neural Comput. 10, 1998; Maass & Markram, Neural Networks "
        "15, 2002, equations 1 and 2",
    .create = create};

}  // namespace synfire
