#include "converters/tflite/model_file.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace synfire::tflite {
namespace {

// Real models stay far below these; they bound the work that a hostile file can ask for.
constexpr flatbuffers::uoffset_t kMaxTables = 200'000;
constexpr flatbuffers::uoffset_t kMaxDepth = 16;
constexpr std::size_t kMaxRank = 8;
constexpr std::size_t kMaxOperands = 1024;  // of one operator
constexpr std::size_t kMaxAllOperands =
    500'000;  // vectors may be shared, so tables do not bound it
constexpr std::size_t kMaxNameLength = 256;
constexpr std::int64_t kMaxElements = std::numeric_limits<std::int32_t>::max();

std::string text_of(const flatbuffers::String* text) {
  if (text == nullptr) return {};
  const std::string_view view(text->c_str(), std::min<std::size_t>(text->size(), kMaxNameLength));
  return std::string(view.substr(0, view.find('\0')));
}

template <typename T>
std::span<const T> span_of(const flatbuffers::Vector<T>* values) {
  static_assert(sizeof(T) <= 4, "the verifier checks the alignment of 4 bytes only");
  if (values == nullptr) return {};
  return {reinterpret_cast<const T*>(values->Data()), values->size()};
}

template <typename T>
std::size_t size_of(const flatbuffers::Vector<T>* values) {
  return values == nullptr ? 0 : values->size();
}

class Reader {
 public:
  Reader(ModelFile& file, const std::string& where) : file_(file), where_(where) {}

  void read() {
    verify();
    const format::Model& model = *format::GetModel(file_.bytes.data());
    if (model.version() != 3)
      fail(Code::file_format, where_,
           "TFLite version " + std::to_string(model.version()) + ", only version 3 is known");
    file_.description = text_of(model.description());
    file_.subgraphs = size_of(model.subgraphs());
    if (file_.subgraphs == 0 || model.subgraphs()->Get(0) == nullptr)
      fail(Code::tflite_graph, where_, "the model has no subgraph");
    read_graph(model, *model.subgraphs()->Get(0));
    faults_.throw_if_error();
  }

 private:
  void verify() {
    const std::span<const std::byte> bytes = file_.bytes;
    const auto* start = reinterpret_cast<const std::uint8_t*>(bytes.data());
    if (bytes.size() < 8)
      fail(Code::file_truncated, where_, std::to_string(bytes.size()) + " bytes are no model");
    if (!format::ModelBufferHasIdentifier(start))
      fail(Code::file_format, where_, "not a TFLite model: the identifier TFL3 is missing");
    if (bytes.size() > FLATBUFFERS_MAX_BUFFER_SIZE)
      fail(Code::file_too_large, where_, "models above 2 GB are not supported");
    flatbuffers::Verifier verifier(start, bytes.size(), kMaxDepth, kMaxTables);
    if (!format::VerifyModelBuffer(verifier))
      fail(Code::file_corrupt, where_,
           "an offset or size leads outside the file's " + std::to_string(bytes.size()) + " bytes",
           "the file may have been cut off; copy it again");
  }

  void read_graph(const format::Model& model, const format::SubGraph& graph) {
    for (std::size_t i = 0; i < size_of(graph.tensors()); ++i)
      file_.tensors.push_back(read_tensor(model, graph, static_cast<std::uint32_t>(i)));
    for (std::size_t i = 0; i < size_of(graph.operators()); ++i)
      read_operator(model, graph, static_cast<std::uint32_t>(i));
    file_.inputs = indices(graph.inputs(), "the model's inputs", 0);
    file_.outputs = indices(graph.outputs(), "the model's outputs", 0);
  }

  TensorView read_tensor(const format::Model& model, const format::SubGraph& graph,
                         std::uint32_t index) {
    const format::Tensor& tensor = *graph.tensors()->Get(index);
    TensorView view;
    view.name = text_of(tensor.name());
    view.type = tensor.type();
    view.sparse = tensor.sparsity() != nullptr;
    const std::string place = "tensor " + std::to_string(index) + " (" + view.name + ")";
    read_shape(tensor, view, place);
    read_quantization(tensor, view);
    read_data(model, tensor, view, place);
    return view;
  }

  void read_shape(const format::Tensor& tensor, TensorView& view, const std::string& place) {
    const auto dimensions = span_of(tensor.shape());
    const auto signature = span_of(tensor.shape_signature());
    if (dimensions.size() > kMaxRank)
      return fault(place + " has " + std::to_string(dimensions.size()) + " dimensions");
    view.shape.assign(dimensions.begin(), dimensions.end());
    view.elements = 1;
    for (const std::int64_t dimension : view.shape) {
      if (dimension < 0) return fault(place + " has a negative dimension");
      if (dimension > 0 && view.elements > kMaxElements / dimension)
        return fault(place + " has more than 2^31 elements");
      view.elements *= dimension;
    }
    for (std::size_t i = 1; i < std::min(signature.size(), kMaxRank); ++i)
      view.dynamic = view.dynamic || signature[i] < 0;
  }

  static void read_quantization(const format::Tensor& tensor, TensorView& view) {
    const format::Quantization* quantization = tensor.quantization();
    if (quantization == nullptr) return;
    view.scales = span_of(quantization->scale());
    if (const auto* points = quantization->zero_point(); points != nullptr)
      view.zero_points = {reinterpret_cast<const std::byte*>(points->Data()),
                          points->size() * sizeof(std::int64_t)};
    view.quantized_dimension = quantization->quantized_dimension();
    view.custom_quantized = quantization->details_type() != format::QuantizationDetails::NONE;
  }

  /// Buffer 0 and empty buffers mean: no constant.
  void read_data(const format::Model& model, const format::Tensor& tensor, TensorView& view,
                 const std::string& place) {
    if (tensor.buffer() == 0) return;
    if (tensor.buffer() >= size_of(model.buffers()))
      return fault(place + " refers to buffer " + std::to_string(tensor.buffer()) + " of " +
                   std::to_string(size_of(model.buffers())));
    const format::Buffer& buffer = *model.buffers()->Get(tensor.buffer());
    if (buffer.offset() > 1) {
      faults_.error(Code::tflite_operator, where_,
                    place + " has its data outside the FlatBuffer, which is not supported");
      return;
    }
    view.data = std::as_bytes(span_of(buffer.data()));
    view.constant = !view.data.empty();
    const std::size_t size = element_size(view.type);
    if (view.constant && size != 0 &&
        view.data.size() != static_cast<std::size_t>(view.elements) * size)
      fault(place + " has " + std::to_string(view.data.size()) + " bytes of data for shape " +
            to_string(view.shape) + " of " + type_name(view.type));
  }

  void read_operator(const format::Model& model, const format::SubGraph& graph,
                     std::uint32_t index) {
    const format::Operator& table = *graph.operators()->Get(index);
    OperatorView view;
    view.index = static_cast<std::int32_t>(index);
    view.table = &table;
    const std::string place = "operator #" + std::to_string(index);
    if (table.opcode_index() >= size_of(model.operator_codes()))
      return fault(place + " has a code index out of range");
    const format::OperatorCode& code = *model.operator_codes()->Get(table.opcode_index());
    // Codes above 127 have only the newer field; older writers have only the deprecated one.
    view.code = std::max<std::int32_t>(code.builtin_code(), code.deprecated_builtin_code());
    view.version = code.version();
    view.custom_name = text_of(code.custom_code());
    view.inputs = indices(table.inputs(), place + "'s inputs", -1);
    view.outputs = indices(table.outputs(), place + "'s outputs", 0);
    file_.operators.push_back(std::move(view));
  }

  std::vector<std::int32_t> indices(const flatbuffers::Vector<std::int32_t>* values,
                                    const std::string& place, std::int32_t least) {
    const auto list = span_of(values);
    operands_ += list.size();
    if (list.size() > kMaxOperands || operands_ > kMaxAllOperands) {
      fault(place + " are more than any real model has");
      return {};
    }
    for (const std::int32_t index : list)
      if (index < least || index >= static_cast<std::int64_t>(file_.tensors.size()))
        fault(place + " name tensor " + std::to_string(index) + " of " +
              std::to_string(file_.tensors.size()));
    return {list.begin(), list.end()};
  }

  void fault(std::string message) {
    // A hostile file can have a fault in every tensor; the first hundred tell enough.
    if (faults_.list().size() < 100) faults_.error(Code::tflite_graph, where_, std::move(message));
  }

  ModelFile& file_;
  const std::string& where_;
  Diagnostics faults_;
  std::size_t operands_ = 0;
};

}  // namespace

std::int64_t TensorView::zero_point(std::size_t index) const {
  std::int64_t value = 0;
  std::memcpy(&value, zero_points.data() + index * sizeof value, sizeof value);
  return value;
}

std::string type_name(format::TensorType type) {
  const char* name = format::EnumNameTensorType(type);
  return *name == '\0' ? "type " + std::to_string(static_cast<int>(type)) : name;
}

std::size_t element_size(format::TensorType type) {
  using enum format::TensorType;
  switch (type) {
    case INT8:
    case UINT8:
    case BOOL:
      return 1;
    case FLOAT16:
    case INT16:
    case UINT16:
      return 2;
    case FLOAT32:
    case INT32:
    case UINT32:
      return 4;
    case INT64:
    case UINT64:
    case FLOAT64:
    case COMPLEX64:
      return 8;
    case COMPLEX128:
      return 16;
    default:
      return 0;
  }
}

ModelFile read_model_file(std::vector<std::byte> bytes, const std::string& where) {
  ModelFile file;
  file.bytes = std::move(bytes);
  Reader(file, where).read();
  return file;
}

}  // namespace synfire::tflite
