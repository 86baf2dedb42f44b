#include "cli/network_file.h"

#include <string_view>

#include "core/base/diagnostics.h"
#include "core/io/atomic_file.h"
#include "core/io/file_reader.h"

namespace synfire {
namespace {

constexpr std::string_view kHdf5Signature{"\x89HDF\r\n\x1a\n", 8};
constexpr std::string_view kTfliteIdentifier{"TFL3"};  // at byte 4

ModelFormat format_by_name(const std::filesystem::path& path) {
  const auto extension = path.extension();
  if (extension == ".tflite") return ModelFormat::tflite;
  if (extension == ".nir" || extension == ".h5") return ModelFormat::nir;
  fail(Code::file_format, path.string(), "is neither a TFLite model nor a NIR network");
}

}  // namespace

ModelFormat model_format_of(const std::filesystem::path& path) {
  const auto start = FileReader(path).peek(8);
  const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
  if (text == kHdf5Signature) return ModelFormat::nir;
  if (text.size() == 8 && text.substr(4) == kTfliteIdentifier) return ModelFormat::tflite;
  return format_by_name(path);
}

Network read_network(const std::filesystem::path& path, const NirOptions& options) {
  if (model_format_of(path) == ModelFormat::tflite)
    fail(Code::file_format, path.string(), "is a TFLite model, not a spiking network",
         "convert it first: synfire convert " + path.string() + " -o " + path.stem().string() +
             ".nir");
  return read_nir(path, options);
}

void check_output(const std::filesystem::path& path, const std::filesystem::path& input) {
  std::error_code error;
  if (std::filesystem::equivalent(path, input, error))
    fail(Code::file_write, path.string(), "is also the input");
  check_writable(path);
}

}  // namespace synfire
