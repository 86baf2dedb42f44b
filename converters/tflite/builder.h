// Grows the network while the operators are converted one after the other: which population holds
// the value of which tensor, and what is still pending on the way (padding, encoders, decoders).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "converters/tflite/model_file.h"
#include "converters/tflite/quantization.h"
#include "converters/tflite/tflite.h"

namespace synfire::tflite {

/// What stands for a tensor.
struct Value {
  enum class Kind : std::uint8_t {
    missing,      // not made yet
    population,   // values of a population
    float_input,  // the model's float32 input, before its QUANTIZE
    result,       // behind a decoder stage: only reshapes and further decoders may follow
    refused,      // its operator could not be converted; consumers are still checked
  };
  Kind kind = Kind::missing;
  std::size_t population = 0;
  Shape shape;                  // of the tensor, without batch
  Padding padding{0, 0, 0, 0};  // zeros around the map that a convolution takes over (PAD)
  std::vector<Stage> decoders;  // of a result
};

/// A source of a window operation: a map, and zeros to be added around it.
struct MapSource {
  std::size_t population = 0;
  MapSize size;  // without the padding
  Padding padding{0, 0, 0, 0};
};

class Operation;

class Builder {
 public:
  Builder(const ModelFile& file, std::string name, const TfliteOptions& options);

  const ModelFile& file() const { return file_; }
  Rounding rounding() const { return rounding_; }
  Network take_network() { return std::move(network_); }
  const Population& population(std::size_t index) const { return network_.populations[index]; }

  Value& value(std::int32_t tensor) { return values_[static_cast<std::size_t>(tensor)]; }

  /// The model's input: a population, or pending until QUANTIZE when it is float32.
  void add_input(std::int32_t tensor);
  /// The population behind a QUANTIZE of the float32 input.
  std::size_t add_quantized_input(const Shape& shape, const Affine& affine);
  void add_output(std::int32_t tensor);

  /// A graded population named by `kind` and a running number.
  std::size_t add_population(const Operation& operation, const std::string& kind, Shape shape,
                             const Affine& affine, const Range& range, const char* activation,
                             Parameters parameters = {});
  void connect(std::size_t source, std::size_t target, Connectivity connectivity,
               std::int32_t receptor = 0);

  /// The population with all of a value's neurons in order; pending padding becomes a relay.
  std::size_t flat_source(const Operation& operation, std::int32_t tensor);
  /// The same as a map of {height, width, channels}; `keep_padding` leaves it to the caller.
  MapSource map_source(const Operation& operation, std::int32_t tensor, bool keep_padding);
  /// A population that repeats neuron from[i] of `source` at i; -1 gives the constant 0.
  std::size_t add_relay(const Operation& operation, const std::string& kind, std::size_t source,
                        Shape shape, const std::vector<std::int64_t>& from);

  /// Accounts for memory that the network will hold; throws `resource_limit` when a small file asks
  /// for far more than it contains.
  void charge(const Operation& operation, std::int64_t bytes);

 private:
  std::size_t add_input_population(const Shape& shape, const Affine& affine);
  void shape_as_map(const Operation& operation, std::size_t& population, const Shape& map);
  void apply_padding(const Operation& operation, Value& value);

  const ModelFile& file_;
  Rounding rounding_;
  Network network_;
  std::vector<Value> values_;
  std::vector<bool> shape_used_;  // a projection depends on the population's shape as a map
  std::int64_t budget_;
  std::int32_t counter_ = 0;
  std::int32_t input_tensor_ = -1;
};

/// The population of an operator that is only checked.
constexpr std::size_t kNoPopulation = static_cast<std::size_t>(-1);

/// For each element of a tensor of shape `out`, the element of one of shape `in` that it repeats,
/// or -1: dimension d of `out`, less before[d], is dimension axes[d] of `in`.
std::vector<std::int64_t> element_origins(const Shape& out, const Shape& in,
                                          const std::vector<std::size_t>& axes,
                                          const std::vector<std::int64_t>& before);

/// An int8 {1} weight of one: the synapse that passes a value on.
Tensor unit_weight();

}  // namespace synfire::tflite
