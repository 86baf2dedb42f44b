// The table of operators: every builtin code's name, and how it is converted.
#pragma once

#include <string>

#include "converters/tflite/operation.h"

namespace synfire::tflite {

using Convert = void (*)(const Operation&);

struct OperatorEntry {
  const char* name;
  Convert convert = nullptr;  // nullptr: not supported
};

/// The entry of a builtin code, or nullptr for codes that are not known.
const OperatorEntry* find_operator(std::int32_t code);

/// "CONV_2D", "CUSTOM name", "operator 999".
std::string operator_name(const OperatorView& view);

/// Multiply-accumulates of one inference, taps outside the map included; 0 for operators without
/// weights and for shapes that contradict each other.
std::int64_t nominal_macs(const ModelFile& file, const OperatorView& view);

void convert_add(const Operation& operation);
void convert_average_pool(const Operation& operation);
void convert_conv(const Operation& operation);
void convert_depthwise_conv(const Operation& operation);
void convert_dequantize(const Operation& operation);
void convert_fully_connected(const Operation& operation);
void convert_log_softmax(const Operation& operation);
void convert_max_pool(const Operation& operation);
void convert_mean(const Operation& operation);
void convert_pad(const Operation& operation);
void convert_quantize(const Operation& operation);
void convert_reshape(const Operation& operation);
void convert_softmax(const Operation& operation);
void convert_transpose(const Operation& operation);

}  // namespace synfire::tflite
