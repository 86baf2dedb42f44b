// What the makers of layers share: the ends of a projection, and the parameters of its neurons.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "targets/mcu/layer.h"

namespace synfire::mcu {

/// What a layer is made of.
struct Ends {
  const LayerContext& context;
  const Projection& projection;
  const Population& source;
  const Population& target;
};

/// Throws `target_unsupported`: `what` has no kernel.
[[noreturn]] void refuse(const Population& target, const std::string& what);
[[noreturn]] void refuse(const Ends& ends, const std::string& what);

std::string place_of(const Population& population);
std::int32_t integer(const Population& population, std::string_view name, std::int64_t fallback);
std::int32_t zero_point_of(const Population& population);
std::int32_t low_of(const Population& population);
std::int32_t high_of(const Population& population);
std::string activation_of(const Ends& ends);
void expect_activation(const Ends& ends, std::string_view wanted);

/// The constants of a population whose activation is "linear", one for each channel.
std::vector<synfire_graded_t> neurons_of(const Ends& ends, std::int64_t channels);
/// Those of a layer whose channels have one factor; refuses others, as `what` with factors.
synfire_graded_t one_neuron_of(const Ends& ends, std::int64_t channels, const std::string& what);

/// A layer with its names and maps, without work.
Layer new_layer(const Ends& ends);

/// The kinds of connectivity that have kernels.
Layer make(const Ends& ends, const Dense& dense);
Layer make(const Ends& ends, const Conv2d& conv);
Layer make(const Ends& ends, const Pool2d& pool);
Layer make(const Ends& ends, const Sparse& sparse);
Layer make(const Ends& ends, const OneToOne& one);

/// Maps are stored by channels, rows and columns, which only shapes of three dimensions name.
void expect_map(const Ends& ends, Layout layout);
Window window_of(Pair kernel, Pair stride, Pair dilation, const Padding& padding, bool transposed);

}  // namespace synfire::mcu
