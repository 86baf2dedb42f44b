#include "cli/network_file.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/io/atomic_file.h"
#include "core/io/file_reader.h"
#include "core/io/hdf5.h"

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

bool is_named_as_network(const std::filesystem::path& path) {
  const auto extension = path.extension();
  return extension == ".nir" || extension == ".h5" || extension == ".tflite";
}

std::optional<ModelFormat> format_by_content(const std::filesystem::path& path) {
  const auto start = FileReader(path).peek(8);
  const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
  if (text == kHdf5Signature) return ModelFormat::nir;
  if (text.size() == 8 && text.substr(4) == kTfliteIdentifier) return ModelFormat::tflite;
  return std::nullopt;
}

[[noreturn]] void refuse_tflite(const std::filesystem::path& path) {
  fail(Code::file_format, path.string(), "is a TFLite model, not a spiking network",
       "convert it first: synfire convert " + path.string() + " -o " + path.stem().string() +
           ".nir");
}

/// The first of the names that may be what is meant; empty where none is there.
std::string first_simulated(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".toml" || entry.path().extension() == ".nir")
      names.push_back(entry.path().string());
  std::ranges::sort(names);
  return names.empty() ? "" : names.front();
}

[[noreturn]] void refuse_folder(const std::filesystem::path& folder) {
  const std::string name = folder.string(), inside = first_simulated(folder);
  fail(Code::file_format, name, "is a folder, neither an experiment (.toml) nor a network (.nir)",
       std::filesystem::exists(folder / "head")
           ? "a checkpoint goes on with `synfire run --resume " + name + "`"
       : inside.empty() ? "name the file; `synfire new` writes an experiment to start from"
                        : "did you mean '" + inside + "'?");
}

[[noreturn]] void refuse_missing(const std::filesystem::path& path) {
  std::string hint =
      "experiments end in .toml, networks in .nir; `synfire new` writes an experiment";
  for (const char* const extension : {".nir", ".toml"})
    if (const std::string name = path.string() + extension; std::filesystem::exists(name))
      hint = "did you mean '" + name + "'?";
  fail(Code::file_not_found, path.string(), "no such file", hint);
}

bool is_recording(const std::filesystem::path& path) {
  const Hdf5Group root = Hdf5Group::open(path);
  return !root.has("node") && (root.has("spikes") || root.has("runs") || root.has("provenance"));
}

}  // namespace

ModelFormat model_format_of(const std::filesystem::path& path) {
  const auto format = format_by_content(path);
  return format ? *format : format_by_name(path);
}

void check_simulated(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) refuse_folder(path);
  if (!std::filesystem::exists(path) && is_named_as_network(path)) return;
  if (!std::filesystem::exists(path)) refuse_missing(path);
  const auto format = format_by_content(path);
  if (!format && !is_named_as_network(path))
    fail(Code::file_format, path.string(), "is neither an experiment (.toml) nor a network (.nir)",
         "the name of an experiment ends in .toml");
  if (format == ModelFormat::tflite) refuse_tflite(path);
  if (format == ModelFormat::nir && is_recording(path))
    fail(Code::file_format, path.string(), "is a recording, not a network",
         "`synfire run --replay " + path.string() + "` runs its experiment again, `synfire plot " +
             path.string() + " -o page.html` draws it");
}

Network read_network(const std::filesystem::path& path, const NirOptions& options) {
  if (model_format_of(path) == ModelFormat::tflite) refuse_tflite(path);
  return read_nir(path, options);
}

void check_output(const std::filesystem::path& path, const std::filesystem::path& input) {
  std::error_code error;
  if (std::filesystem::equivalent(path, input, error))
    fail(Code::file_write, path.string(), "is also the input");
  check_writable(path);
}

}  // namespace synfire
