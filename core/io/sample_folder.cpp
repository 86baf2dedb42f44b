#include "core/io/sample_folder.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/io/csv.h"
#include "core/io/file_reader.h"
#include "core/io/idx.h"
#include "core/io/npy.h"

namespace synfire {
namespace {

constexpr std::size_t kLongestLine = 4096;

struct FolderEntry {
  std::filesystem::path file;
  std::string where;  // the line that names it
};

/// A name of the list must stay inside the folder.
std::filesystem::path inside(const std::filesystem::path& folder, std::string_view name,
                             const std::string& where) {
  if (!stays_inside(name))
    fail(Code::file_corrupt, where, "a file name inside the folder is needed");
  return folder / name;
}

bool is_header(const std::vector<std::string_view>& fields) {
  return fields.size() > 1 && !parse_number(fields.back());
}

std::vector<FolderEntry> listed_files(const std::filesystem::path& folder, std::int64_t limit,
                                      std::vector<std::int64_t>& labels) {
  CsvReader reader(folder / "y_labels.csv", kLongestLine);
  std::vector<FolderEntry> entries;
  while (limit < 0 || static_cast<std::int64_t>(entries.size()) < limit) {
    const auto* fields = reader.next();
    if (fields == nullptr) break;
    if (entries.empty() && reader.line() == 1 && is_header(*fields)) continue;
    if (fields->size() < 2 || fields->size() > 3)
      fail(Code::label_mismatch, reader.where(),
           "a line is \"name,label\" or \"name,classes,label\"");
    entries.push_back({inside(folder, fields->front(), reader.where()), reader.where()});
    labels.push_back(parse_label(fields->back(), reader.where()));
  }
  return entries;
}

std::vector<FolderEntry> all_files(const std::filesystem::path& folder, std::int64_t limit) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error))
    if (at->path().extension() == ".bin") paths.push_back(at->path());
  if (error) fail(Code::file_not_found, folder.string(), error.message());
  std::sort(paths.begin(), paths.end());
  if (limit >= 0 && static_cast<std::int64_t>(paths.size()) > limit)
    paths.resize(static_cast<std::size_t>(limit));
  std::vector<FolderEntry> entries;
  for (const auto& path : paths) entries.push_back({path, path.string()});
  return entries;
}

void read_entry(const FolderEntry& entry, std::span<std::byte> sample, DataType element,
                const Shape& shape) {
  if (!std::filesystem::exists(entry.file))
    fail(Code::file_not_found, entry.where, entry.file.string() + " does not exist");
  FileReader file(entry.file);
  const auto bytes = static_cast<std::int64_t>(sample.size());
  if (file.size() != bytes)
    fail(Code::sample_size, file.where(),
         std::to_string(file.size()) + " bytes, one sample has " + std::to_string(bytes) + " (" +
             std::string(to_string(element)) + " " + to_string(shape) + ")");
  file.read(sample);
}

}  // namespace

TensorFormat format_of(const std::filesystem::path& path) {
  regular_file_size(path);
  const auto extension = path.extension();
  if (extension == ".bin" || extension == ".raw") return TensorFormat::raw;
  if (extension == ".npy") return TensorFormat::npy;
  if (extension == ".csv") return TensorFormat::csv;
  FileReader file(path);
  if (file.size() == 0) fail(Code::file_truncated, path.string(), "the file is empty");
  if (is_npy(file)) return TensorFormat::npy;
  if (looks_like_idx(path)) return TensorFormat::idx;
  fail(Code::file_format, path.string(), "is neither .bin, .npy, .csv nor IDX (.gz)",
       "name the file by its format");
}

void read_sample_folder(const std::filesystem::path& folder, DataType element, const Shape& shape,
                        std::int64_t limit, SampleSet& samples) {
  const bool listed = std::filesystem::exists(folder / "y_labels.csv");
  const auto entries =
      listed ? listed_files(folder, limit, samples.labels) : all_files(folder, limit);
  if (entries.empty() && limit != 0)
    fail(Code::sample_size, folder.string(), "has neither y_labels.csv nor .bin files");
  const std::int64_t row = element_count(shape);
  const auto rows = static_cast<std::int64_t>(entries.size());
  check_sample_bytes(folder, rows, row, size_of(element));
  samples.data = Tensor(element, {rows, row});
  const std::size_t bytes = static_cast<std::size_t>(row) * size_of(element);
  for (std::size_t i = 0; i < entries.size(); ++i)
    read_entry(entries[i], samples.data.bytes().subspan(i * bytes, bytes), element, shape);
}

bool stays_inside(const std::filesystem::path& name) {
  const bool climbs = std::find(name.begin(), name.end(), "..") != name.end();
  return !name.empty() && !name.is_absolute() && !climbs;
}

std::int64_t parse_label(std::string_view field, const std::string& where) {
  std::int64_t label = -1;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), label);
  if (error != std::errc{} || end != field.data() + field.size() || label < 0)
    fail(Code::label_mismatch, where, "a label is a class number: 0, 1, 2 ...");
  return label;
}

}  // namespace synfire
