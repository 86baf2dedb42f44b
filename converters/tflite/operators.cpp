#include "converters/tflite/operators.h"

#include <array>

namespace synfire::tflite {
namespace {

/// In the order of the builtin codes, from 0. To support an operator, name its function here.
// clang-format off
constexpr auto kOperators = std::to_array<OperatorEntry>({
    {"ADD", convert_add}, {"AVERAGE_POOL_2D", convert_average_pool}, {"CONCATENATION"},
    {"CONV_2D", convert_conv}, {"DEPTHWISE_CONV_2D", convert_depthwise_conv}, {"DEPTH_TO_SPACE"},
    {"DEQUANTIZE", convert_dequantize}, {"EMBEDDING_LOOKUP"}, {"FLOOR"},
    {"FULLY_CONNECTED", convert_fully_connected}, {"HASHTABLE_LOOKUP"}, {"L2_NORMALIZATION"},
    {"L2_POOL_2D"}, {"LOCAL_RESPONSE_NORMALIZATION"}, {"LOGISTIC"}, {"LSH_PROJECTION"}, {"LSTM"},
    {"MAX_POOL_2D", convert_max_pool}, {"MUL"}, {"RELU"}, {"RELU_N1_TO_1"}, {"RELU6"},
    {"RESHAPE", convert_reshape}, {"RESIZE_BILINEAR"}, {"RNN"}, {"SOFTMAX", convert_softmax},
    {"SPACE_TO_DEPTH"}, {"SVDF"}, {"TANH"}, {"CONCAT_EMBEDDINGS"}, {"SKIP_GRAM"}, {"CALL"},
    {"CUSTOM"}, {"EMBEDDING_LOOKUP_SPARSE"}, {"PAD", convert_pad},
    {"UNIDIRECTIONAL_SEQUENCE_RNN"}, {"GATHER"}, {"BATCH_TO_SPACE_ND"}, {"SPACE_TO_BATCH_ND"},
    {"TRANSPOSE", convert_transpose}, {"MEAN", convert_mean}, {"SUB"}, {"DIV"},
    {"SQUEEZE", convert_reshape}, {"UNIDIRECTIONAL_SEQUENCE_LSTM"}, {"STRIDED_SLICE"},
    {"BIDIRECTIONAL_SEQUENCE_RNN"}, {"EXP"}, {"TOPK_V2"}, {"SPLIT"},
    {"LOG_SOFTMAX", convert_log_softmax}, {"DELEGATE"}, {"BIDIRECTIONAL_SEQUENCE_LSTM"}, {"CAST"},
    {"PRELU"}, {"MAXIMUM"}, {"ARG_MAX"}, {"MINIMUM"}, {"LESS"}, {"NEG"}, {"PADV2", convert_pad},
    {"GREATER"}, {"GREATER_EQUAL"}, {"LESS_EQUAL"}, {"SELECT"}, {"SLICE"}, {"SIN"},
    {"TRANSPOSE_CONV"}, {"SPARSE_TO_DENSE"}, {"TILE"}, {"EXPAND_DIMS", convert_reshape},
    {"EQUAL"}, {"NOT_EQUAL"}, {"LOG"}, {"SUM"}, {"SQRT"}, {"RSQRT"}, {"SHAPE"}, {"POW"},
    {"ARG_MIN"}, {"FAKE_QUANT"}, {"REDUCE_PROD"}, {"REDUCE_MAX"}, {"PACK"}, {"LOGICAL_OR"},
    {"ONE_HOT"}, {"LOGICAL_AND"}, {"LOGICAL_NOT"}, {"UNPACK"}, {"REDUCE_MIN"}, {"FLOOR_DIV"},
    {"REDUCE_ANY"}, {"SQUARE"}, {"ZEROS_LIKE"}, {"FILL"}, {"FLOOR_MOD"}, {"RANGE"},
    {"RESIZE_NEAREST_NEIGHBOR"}, {"LEAKY_RELU"}, {"SQUARED_DIFFERENCE"}, {"MIRROR_PAD"}, {"ABS"},
    {"SPLIT_V"}, {"UNIQUE"}, {"CEIL"}, {"REVERSE_V2"}, {"ADD_N"}, {"GATHER_ND"}, {"COS"},
    {"WHERE"}, {"RANK"}, {"ELU"}, {"REVERSE_SEQUENCE"}, {"MATRIX_DIAG"},
    {"QUANTIZE", convert_quantize}, {"MATRIX_SET_DIAG"}, {"ROUND"}, {"HARD_SWISH"}, {"IF"},
    {"WHILE"}, {"NON_MAX_SUPPRESSION_V4"}, {"NON_MAX_SUPPRESSION_V5"}, {"SCATTER_ND"},
    {"SELECT_V2"}, {"DENSIFY"}, {"SEGMENT_SUM"}, {"BATCH_MATMUL"},
    {"PLACEHOLDER_FOR_GREATER_OP_CODES"}, {"CUMSUM"}, {"CALL_ONCE"}, {"BROADCAST_TO"}, {"RFFT2D"},
    {"CONV_3D"}, {"IMAG"}, {"REAL"}, {"COMPLEX_ABS"}, {"HASHTABLE"}, {"HASHTABLE_FIND"},
    {"HASHTABLE_IMPORT"}, {"HASHTABLE_SIZE"}, {"REDUCE_ALL"}, {"CONV_3D_TRANSPOSE"},
    {"VAR_HANDLE"}, {"READ_VARIABLE"}, {"ASSIGN_VARIABLE"}, {"BROADCAST_ARGS"},
    {"RANDOM_STANDARD_NORMAL"}, {"BUCKETIZE"}, {"RANDOM_UNIFORM"}, {"MULTINOMIAL"}, {"GELU"},
    {"DYNAMIC_UPDATE_SLICE"}, {"RELU_0_TO_1"}, {"UNSORTED_SEGMENT_PROD"},
    {"UNSORTED_SEGMENT_MAX"}, {"UNSORTED_SEGMENT_SUM"}, {"ATAN2"}, {"UNSORTED_SEGMENT_MIN"},
    {"SIGN"}, {"BITCAST"}, {"BITWISE_XOR"}, {"RIGHT_SHIFT"},
});
// clang-format on
static_assert(kOperators.size() == 162);

constexpr std::int32_t kCustom = 32;

const TensorView* operand(const ModelFile& file, const std::vector<std::int32_t>& list,
                          std::size_t position) {
  if (position >= list.size() || list[position] < 0) return nullptr;
  return &file.tensors[static_cast<std::size_t>(list[position])];
}

/// Below 2^31, as weights have fewer elements than that.
std::int64_t macs_per_output(const TensorView& weight, Convert convert) {
  const Shape& shape = weight.shape;
  if (weight.elements == 0) return 0;
  if (convert == convert_fully_connected && shape.size() == 2) return shape[1];
  if (shape.size() != 4) return 0;
  if (convert == convert_conv) return weight.elements / shape[0];
  return convert == convert_depthwise_conv ? shape[1] * shape[2] : 0;
}

}  // namespace

const OperatorEntry* find_operator(std::int32_t code) {
  if (code < 0 || code >= static_cast<std::int32_t>(kOperators.size())) return nullptr;
  return &kOperators[static_cast<std::size_t>(code)];
}

std::string operator_name(const OperatorView& view) {
  if (view.code == kCustom) return "CUSTOM " + view.custom_name;
  const OperatorEntry* entry = find_operator(view.code);
  return entry == nullptr ? "operator " + std::to_string(view.code) : entry->name;
}

std::int64_t nominal_macs(const ModelFile& file, const OperatorView& view) {
  const OperatorEntry* entry = find_operator(view.code);
  const TensorView* weight = operand(file, view.inputs, 1);
  const TensorView* output = operand(file, view.outputs, 0);
  if (entry == nullptr || weight == nullptr || output == nullptr) return 0;
  return output->elements * macs_per_output(*weight, entry->convert);
}

}  // namespace synfire::tflite
