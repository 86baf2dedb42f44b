// The stateless nodes between two neuron nodes, composed into one projection.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "converters/nir/common/graph.h"
#include "core/net/connectivity.h"

namespace synfire::nir {

/// Linear, Affine, Conv2d, SumPool2d, AvgPool2d, Flatten, Scale, Delay and the ends of nested
/// graphs.
bool is_stateless_type(std::string_view type);

/// The linear map from a source population to the signal after the nodes applied so far.
class Chain {
 public:
  Chain(Shape source, const std::string& where);

  /// Puts a node after the map. Throws nir_node when the composition is not one projection,
  /// network_invalid when shapes do not fit, file_format; all located at `where`.
  /// Without `with_bias` the node's bias is left out (it was counted for another path).
  void apply(const Node& node, bool with_bias, const std::string& where);

  const Shape& shape() const { return shape_; }
  /// What a target must be when the map is a window: {channels, height, width}; else empty.
  Shape map_shape() const;
  /// Bias of the signal, one value per element; empty when it is zero everywhere.
  const std::vector<double>& offset() const { return offset_; }
  bool offset_is_float64() const { return offset_is_float64_; }
  /// Sum of the delays when all sources have the same, in ms.
  double delay_ms() const { return delay_ms_; }
  /// Delays that differ between sources make sparse rows with a delay each, at least `dt_ms`.
  Connectivity connectivity(double dt_ms, const std::string& where) const;

 private:
  void check_signal(const std::string& where) const;
  void apply_dense(const Node& node, const std::string& where);
  void apply_conv(Conv2d conv, const std::string& where);
  void apply_pool(const Node& node, const std::string& where);
  void apply_scale(const Node& node, const std::string& where);
  void apply_delay(const Node& node, const std::string& where);
  void add_bias(const Node& node, const std::string& where);
  void expand_window(Tensor& weight, const std::string& where);
  void push_offset(const Tensor& weight);
  void push_offset(const Conv2d& conv, const MapSize& input);
  Connectivity with_delays(double dt_ms, const std::string& where) const;

  struct Identity {};
  struct Elementwise {
    Tensor weight;  // one per source
  };
  Shape source_;
  Shape shape_;
  MapSize window_input_;               // where the composed window starts
  Shape window_shape_;                 // and the map it gives
  std::optional<Tensor> exact_scale_;  // the weight as it was before it filled the population
  std::variant<Identity, Elementwise, Pool2d, Conv2d, Dense> map_;
  std::vector<double> offset_;
  bool offset_is_float64_ = false;
  double delay_ms_ = 0;
  std::vector<double> source_delay_ms_;  // beside delay_ms_; empty: zero
};

}  // namespace synfire::nir
