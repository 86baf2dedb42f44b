// Quantized networks whose values are carried by spikes, as firmware: a window of the schedule is
// one pass over a layer, so that the plan is that of the values, with kernels that serve spikes.
#pragma once

#include "targets/mcu/plan.h"

namespace synfire::mcu {

/// The coding that all of the network's populations have. Throws `target_unsupported` for every
/// population whose neurons have no firmware.
Coding coding_of(const Network& network);

/// The folder of kernels that firmware needs beside those of values; empty where it needs none.
std::string_view coding_folder(Coding coding);

/// Whether other neurons listen to the population.
bool transmits(const Network& network, const Population& population);

/// Whether there are neurons of pipelined rate coding.
bool is_pipelined(const Network& network);

/// The network of graded neurons whose values are what the coded neurons send: values, or spike
/// counts where they are rate coded with T steps.
Network value_network(const Network& network, Coding coding);

/// Of a population; 1 / 1 but for rate coding with less than 255 steps.
SumScale sum_scale_of(const Network& network, const Population& target);

/// Makes the layer serve the spikes of its sources. Throws `target_unsupported` where there is no
/// kernel that does.
void serve_spikes(Layer& layer, const Network& network, Coding coding);

/// The layer's tables and descriptor in C, and the function that serves it.
std::string spikes_text(const Layer& layer, const std::string& id);
std::string spikes_function(const Layer& layer);
/// "linear, radix", ... for reports.
std::string spikes_kernel_name(const Layer& layer);

}  // namespace synfire::mcu
