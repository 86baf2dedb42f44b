#include "cli/expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/base/diagnostics.h"
#include "core/io/csv.h"
#include "core/io/file_reader.h"
#include "core/io/npy.h"
#include "core/io/sample_folder.h"

namespace synfire {
namespace {

/// A stage that the file could be, with the rows that it would then have.
struct Fit {
  CompareStage stage;
  std::int64_t rows = -1;  // -1: not known before reading
  bool same_type = false;  // the file itself says so
};

std::string row_text(const CompareStage& stage) {
  return fmt::format("{} rows of {} {}", stage.name, stage.row, to_string(stage.type));
}

std::vector<Fit> raw_fits(const std::filesystem::path& path, const ExpectContext& context) {
  const std::int64_t size = regular_file_size(path);
  std::vector<Fit> fits;
  for (const CompareStage& stage : context.stages) {
    const std::int64_t bytes = stage.row * static_cast<std::int64_t>(size_of(stage.type));
    if (bytes > 0 && size > 0 && size % bytes == 0) fits.push_back({stage, size / bytes, false});
  }
  return fits;
}

std::vector<Fit> npy_fits(const std::filesystem::path& path, const ExpectContext& context) {
  FileReader file(path);
  const NpyHeader header = read_npy_header(file);
  std::vector<Fit> fits;
  for (const CompareStage& stage : context.stages)
    if (!header.shape.empty() && header.row_size() == stage.row)
      fits.push_back({stage, header.rows(), holder_of(header.type) == stage.type});
  return fits;
}

bool all_integers(const std::vector<std::string_view>& fields) {
  return std::all_of(fields.begin(), fields.end(), [](std::string_view field) {
    return field.find_first_not_of("+-0123456789") == std::string_view::npos;
  });
}

bool is_real(DataType type) { return type == DataType::float32 || type == DataType::float64; }

/// Numbers without a decimal point are integers. The second line decides, the first may be a
/// header.
std::vector<Fit> csv_fits(const std::filesystem::path& path, const ExpectContext& context) {
  CsvReader reader(path, std::size_t{1} << 20);
  const auto* fields = reader.next();
  if (fields == nullptr) return {};
  std::vector<std::string> first(fields->begin(), fields->end());
  const auto* const second = reader.next();
  const bool integers =
      second != nullptr ? all_integers(*second) : all_integers({first.begin(), first.end()});
  std::vector<Fit> fits;
  for (const CompareStage& stage : context.stages)
    if (static_cast<std::int64_t>(first.size()) == stage.row)
      fits.push_back({stage, -1, is_real(stage.type) != integers});
  return fits;
}

std::vector<Fit> fits_of(const std::filesystem::path& path, const ExpectContext& context) {
  switch (format_of(path)) {
    case TensorFormat::raw:
      return raw_fits(path, context);
    case TensorFormat::npy:
      return npy_fits(path, context);
    case TensorFormat::csv:
      return csv_fits(path, context);
    case TensorFormat::idx:
      break;
  }
  fail(Code::file_format, path.string(), "expected outputs are read from .bin, .npy or .csv");
}

/// "int8" as a whole word of the file's name.
bool name_has_type(const std::filesystem::path& path, DataType type) {
  const std::string name = path.filename().string();
  const std::string_view word = to_string(type);
  const auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  for (std::size_t at = name.find(word); at != std::string::npos; at = name.find(word, at + 1)) {
    const bool starts = at == 0 || !is_letter(name[at - 1]);
    const std::size_t end = at + word.size();
    if (starts && (end == name.size() || !is_letter(name[end]))) return true;
  }
  return false;
}

/// The only fit for which `holds` is true.
template <typename Holds>
std::optional<CompareStage> only(const std::vector<Fit>& fits, Holds holds) {
  if (std::count_if(fits.begin(), fits.end(), holds) != 1) return std::nullopt;
  return std::find_if(fits.begin(), fits.end(), holds)->stage;
}

std::optional<CompareStage> decide(const std::vector<Fit>& fits, const std::filesystem::path& path,
                                   const ExpectContext& context) {
  const auto same_type = [](const Fit& fit) { return fit.same_type; };
  const auto in_range = [&](const Fit& fit) { return fit.rows <= context.samples; };
  const auto same_rows = [&](const Fit& fit) { return fit.rows == context.samples; };
  const auto named = [&](const Fit& fit) { return name_has_type(path, fit.stage.type); };
  if (const auto stage = only(fits, same_type)) return stage;
  if (!context.limited)
    if (const auto stage = only(fits, same_rows)) return stage;
  if (const auto stage = only(fits, named)) return stage;
  if (!context.limited) return only(fits, in_range);
  return only(fits, same_rows);
}

[[noreturn]] void fail_unfit(const std::filesystem::path& path, const ExpectContext& context) {
  std::vector<std::string> texts;
  for (const CompareStage& stage : context.stages) texts.push_back(row_text(stage));
  fail(Code::sample_size, path.string(),
       fmt::format("is not a whole number of {}", fmt::join(texts, " or ")));
}

}  // namespace

CompareStage choose_stage(const std::filesystem::path& expected, const ExpectContext& context) {
  const auto fits = fits_of(expected, context);
  if (fits.empty()) fail_unfit(expected, context);
  if (fits.size() == 1) return fits.front().stage;
  if (const auto stage = decide(fits, expected, context)) return *stage;
  fail(Code::missing_argument, expected.string(),
       fmt::format("fits {} and {}", row_text(fits[0].stage), row_text(fits[1].stage)),
       "say which with --stage output or --stage logits");
}

CompareStage named_stage(const std::string& name, const ExpectContext& context) {
  for (const CompareStage& stage : context.stages)
    if (stage.name == name) return stage;
  fail(Code::bad_option_value, "synfire validate",
       "the network has no " + name + " apart from its output");
}

}  // namespace synfire
