// The plan of a firmware: a network's layers in the order of their computation, each with the
// kernel that serves it, its place in one arena of bytes, and constants that are proven to give the
// bits of the desktop. Nothing of it depends on a board.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/net/network.h"
#include "neurons/graded.h"
#include "targets/mcu/add_tables.h"
#include "targets/mcu/decoding.h"
#include "targets/mcu/single_step.h"

namespace synfire::mcu {

/// Where a population's values are: bytes u + zero, channel after channel, row after row.
struct Map {
  std::int64_t at = 0;  // of the first byte in the arena; below 0 in the working memory before it
  std::int64_t plane = 0;  // bytes from channel to channel
  std::int64_t pitch = 0;  // bytes from row to row
  std::int64_t channels = 0, rows = 0, columns = 0;
  std::int32_t zero = 0;  // the byte that means 0: zero_point - low

  bool operator==(const Map&) const = default;
};

struct Window {
  std::int32_t rows = 1, columns = 1;
  std::int32_t stride_rows = 1, stride_columns = 1;
  std::int32_t dilation_rows = 1, dilation_columns = 1;
  std::int32_t top = 0, left = 0;
};

/// How sums become bytes: in one step, or, of channels without one, by the reference's arithmetic.
struct Rescale {
  SingleSteps
      steps;  // of a channel without one, the start is its place in `exact`; empty if of none
  std::vector<synfire_graded_t> exact;

  bool single() const { return exact.empty(); }
  bool mixed() const { return !exact.empty() && !steps.channel.empty(); }
};

/// Convolution, pointwise and dense layers.
struct Linear {
  Window window;
  std::vector<std::int8_t> weight;  // [row][column][channel][width]
  std::int64_t width = 0;           // outputs, rounded up to whole lanes
  std::int64_t groups = 1;          // weights of one after the other, [group][row]...
  bool packed = false;              // two sums fit one accumulator
  Rescale rescale;

  /// Words of a packed layer's constants (snn_lanes_t of the runtime): eight outputs after the
  /// other, of each 64 outputs the last first.
  std::vector<std::int32_t> lanes() const;

  /// Bytes of working memory for the packed weights.
  std::int64_t word_bytes() const {
    return packed ? 2 * static_cast<std::int64_t>(weight.size()) / groups : 0;
  }
};

struct Depthwise {
  Window window;
  std::vector<std::int8_t> weight;  // [output channel][row][column]
  bool downwards = false;           // from the last channel to the first
  Rescale rescale;
};

struct Average {
  Window window;
  std::int32_t input_zero_point = 0, low = 0, high = 0, zero_point = 0;
};

/// The sum of a window inside the map, rescaled alike in all channels.
struct Mean {
  Window window;
  std::int64_t channels = 1;  // of a window: one, or all
  synfire_graded_t exact;
};

struct Maximum {
  Window window;
  std::int32_t low = 0, high = 0, zero_point = 0;
};

/// The sum of two maps of one shape.
struct Add {
  synfire_add_t exact;
  std::optional<AddTables> tables;  // with the same bits, where there are such
};

/// Values that move without being summed: each output has the value of one source, or none.
struct Relay {
  std::vector<std::int64_t> from;           // of the input's bytes, in the output's order; -1: none
  std::array<std::uint8_t, 256> byte = {};  // what the output makes of the source's byte
};

/// How the values of a network travel. Time to first spike needs no kernels of its own: a spike's
/// worth is known when it arrives.
enum class Coding : std::uint8_t { graded, ttfs, radix, rate, pipelined };

/// What sums are multiplied by before the activation, to / from, by receptor.
struct SumScale {
  std::array<std::int32_t, 2> to{1, 1}, from{1, 1};

  bool changes() const { return to != from; }
};

/// How a layer serves the binary spikes of its sources, beside the constants of its `work`, whose
/// sums are the same.
struct Spikes {
  Coding coding = Coding::radix;
  SumScale scale{};
  std::vector<std::uint32_t> words{};  // a linear layer's weights + 128, four to a word, by rows
  std::int64_t chunk = 0;              // inputs that are served together
  std::int32_t fold = 0;               // steps whose sums fit 16 bits
  std::int64_t memory = 0;             // bytes of working memory
};

/// A neuron of pipelined rate coding: its threshold and half of it, and its bias in one step.
struct Membrane {
  std::int64_t threshold = 0, half = 0, bias = 0;
};

/// What a layer of pipelined rate coding reads. Places of states are in bytes of the arena, those
/// of spikes in words.
struct PipeSource {
  MapSize size{};
  Map map{};                 // of an input, whose values are a current
  std::int64_t sent = 0;     // else: net numbers of spikes,
  std::int64_t spikes = 0;   // and a bit for each of the last step's
  std::int64_t history = 0;  // numbers of earlier steps, where the delay is longer than one
  std::int32_t zero = 0, delay = 1;
  bool is_current = false;
};

struct Pipelined {
  MapSize size{};
  std::vector<Membrane> membranes;  // by channel
  std::vector<PipeSource> sources;
  std::int32_t gain[2] = {1, 1};
  std::int64_t sums = 0, spikes = 0, sent = 0;  // places
  std::int32_t start = 0, least = 0, most = 0;  // step; net numbers of spikes
  std::int32_t low = 0, high = 0;               // values of a readout
  bool is_signed = false, is_readout = false;
};

/// A map that a layer reads, and the population whose values it holds.
struct Input {
  std::string population;
  Map map;
};

struct Layer {
  std::string name;           // of the population
  std::string origin;         // "CONV_2D #0"
  std::vector<Input> inputs;  // by receptor
  Map out;
  bool clears_margin = false;  // the kernel reads the input's margin, which has to be set first
  std::int64_t macs = 0;       // synapses that lie inside the map
  std::variant<Linear, Depthwise, Average, Mean, Maximum, Add, Relay> work;
  std::optional<Spikes> spikes;  // where the sources send binary spikes
  std::optional<Pipelined> pipelined;

  const Map& in() const { return inputs.front().map; }
};

struct Plan {
  std::string name, hash;
  Coding coding = Coding::graded;
  std::vector<Layer> layers;
  Map input, output;
  std::int32_t input_low = -128, output_low = -128;  // quantized value of a byte of 0
  bool transposed = false;  // rows and columns of all maps are swapped: columns are longer
  std::int64_t arena_bytes = 0;
  /// Where the input is in an arena of its own size without working memory for weights; both are
  /// those above unless the input lies in that memory.
  std::int64_t plain_input_at = 0, plain_arena_bytes = 0;
  std::int32_t shift = 12;             // of the steps that kernels have instructions for
  std::int64_t events = 0;             // of one position, at most
  std::int64_t word_bytes = 0;         // of the largest packed layer
  std::int64_t spike_bytes = 0;        // of the layer that needs most to serve its spikes
  std::int32_t window = 0, steps = 0;  // pipelined: of a neuron, of an inference
  Decoding decoding;
  std::vector<std::string> decoders;  // that the firmware leaves to its user
};

struct PlanOptions {
  std::int64_t word_limit = 8192;  // bytes of RAM that packed weights may take
  bool decodes = true;  // the output follows the logits, where the board has the decoders
};

/// Throws a Failure with every layer that has no kernel.
Plan make_plan(const Network& network, const PlanOptions& options = {});

/// "linear, packed", "depthwise", ... for reports.
std::string kernel_name(const Layer& layer);

}  // namespace synfire::mcu
