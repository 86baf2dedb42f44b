// How a leaky membrane (r = 1) answers to synaptic currents, in closed form; times in ms. The
// formulas hold for any time constants, equal ones too.
#pragma once

namespace synfire {

/// The potential at time t that a current has caused which is exp(-t / tau_syn), `mem` = exp(-t /
/// tau_mem), `syn` = exp(-t / tau_syn).
double exp_response(double tau_mem, double tau_syn, double t, double mem, double syn);

/// The same of a current that is t exp(-t / tau_syn).
double ramp_response(double tau_mem, double tau_syn, double t, double mem, double syn);

/// A time before which a membrane that starts at `v` cannot reach `threshold` from below; infinite
/// where it never does. It is drawn to `drawn` at most.
double earliest_rise(double tau_mem, double v, double drawn, double threshold);

}  // namespace synfire
