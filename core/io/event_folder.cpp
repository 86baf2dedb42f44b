#include "core/io/event_folder.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/base/natural_order.h"
#include "core/io/csv.h"
#include "core/io/sample_folder.h"

namespace synfire {
namespace {

namespace fs = std::filesystem;

std::string extension_of(const fs::path& path) {
  std::string text = path.extension().string();
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

const SourceInfo* source_of(const fs::path& path, Sources sources) {
  const std::string extension = extension_of(path);
  for (const SourceInfo* const source : sources)
    if (std::ranges::find(source->extensions, extension) != source->extensions.end()) return source;
  return nullptr;
}

/// The extensions of the formats that have one, or with `many` many recordings a file.
std::string extensions_of(Sources sources, bool many) {
  std::string text;
  for (const SourceInfo* const source : sources)
    for (const std::string_view extension : source->extensions)
      if ((source->open != nullptr) == many)
        text += (text.empty() ? "" : ", ") + std::string(extension);
  return text;
}

struct Entry {
  fs::path file;
  const SourceInfo* source = nullptr;
  std::int64_t label = -1;
};

/// The lines of a table of recordings.
class TableReader {
 public:
  TableReader(const fs::path& table, fs::path folder, Sources sources)
      : reader_(table, kLongestLine), folder_(std::move(folder)), sources_(sources) {}

  /// False at the end. A line that is none gives no source.
  bool next(Entry& entry) {
    const auto* fields = next_fields();
    if (fields != nullptr && reader_.line() == 1 && fields->size() > 1 &&
        !parse_number(fields->back()))
      fields = next_fields();  // the names of the columns
    if (fields == nullptr) return false;
    entry = {};
    if (fields->size() < 2) return true;
    find(fields->front(), entry);
    last_ = fields->back();
    return true;
  }
  std::int64_t label() const { return parse_label(last_, reader_.where()); }
  std::string where() const { return reader_.where(); }

 private:
  static constexpr std::size_t kLongestLine = 4096;

  const std::vector<std::string_view>* next_fields() {
    const auto* const fields = reader_.next();
    if (fields == nullptr || fields->size() != 1) return fields;
    split_.clear();
    std::string_view text = fields->front();
    for (std::size_t at; (at = text.find_first_not_of(" \t")) != std::string_view::npos;) {
      text.remove_prefix(at);
      split_.push_back(text.substr(0, text.find_first_of(" \t")));
      text.remove_prefix(split_.back().size());
    }
    return &split_;
  }

  void find(std::string_view name, Entry& entry) const {
    if (!stays_inside(name)) return;
    const fs::path path = folder_ / name;
    std::error_code error;
    if (const SourceInfo* const source = source_of(path, sources_);
        source != nullptr && fs::is_regular_file(path, error)) {
      entry.file = path, entry.source = source;
      return;
    }
    for (const SourceInfo* const source : sources_)
      for (const std::string_view extension : source->extensions) {
        fs::path longer = path;
        longer += extension;
        if (!fs::is_regular_file(longer, error)) continue;
        entry.file = std::move(longer), entry.source = source;
        return;
      }
  }

  CsvReader reader_;
  fs::path folder_;
  Sources sources_;
  std::vector<std::string_view> split_;
  std::string_view last_;
};

std::vector<Entry> listed(const fs::path& table, const fs::path& folder, Sources sources) {
  TableReader reader(table, folder, sources);
  std::vector<Entry> entries;
  for (Entry entry; reader.next(entry);) {
    if (entry.source == nullptr)
      fail(Code::label_mismatch, reader.where(),
           "a line is a recording of " + folder.string() + " and its class", "such as \"1.bin,5\"");
    entry.label = reader.label();
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) fail(Code::label_mismatch, table.string(), "it lists no recordings");
  return entries;
}

/// What lies in a folder, links followed, in no order.
std::vector<fs::path> members(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    paths.push_back(at->path());
  if (error) fail(Code::file_not_found, folder.string(), error.message());
  return paths;
}

bool same_file(const fs::path& one, const fs::path& other) {
  std::error_code error;
  return fs::equivalent(one, other, error) && !error;
}

void add_recordings(const fs::path& folder, Sources sources, const fs::path& labels,
                    std::int64_t label, std::vector<Entry>& entries) {
  std::error_code error;
  for (const fs::path& path : members(folder)) {
    const SourceInfo* const source = source_of(path, sources);
    const bool is_one = source != nullptr && source->read != nullptr &&
                        !path.filename().string().starts_with('.') &&
                        fs::is_regular_file(path, error);
    if (is_one && (labels.empty() || !same_file(path, labels)))
      entries.push_back({path, source, label});
  }
}

/// Those of folders named 0, 1, 2 ...
std::vector<Entry> in_class_folders(const fs::path& folder, Sources sources,
                                    const fs::path& labels) {
  std::vector<Entry> entries;
  std::error_code error;
  for (const fs::path& path : members(folder)) {
    const std::string name = path.filename().string();
    const bool is_number =
        name.size() < 8 && name.find_first_not_of("0123456789") == std::string::npos;
    if (is_number && fs::is_directory(path, error))
      add_recordings(path, sources, labels, std::stoll(name), entries);
  }
  return entries;
}

void sort_by_name(std::vector<Entry>& entries) {
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    const auto order = natural_order(a.file.filename().string(), b.file.filename().string());
    return order != 0 ? order < 0 : a.label < b.label;
  });
}

std::vector<Entry> all_recordings(const fs::path& folder, Sources sources, const fs::path& labels) {
  std::vector<Entry> entries, classed = in_class_folders(folder, sources, labels);
  add_recordings(folder, sources, labels, -1, entries);
  if (entries.empty() && classed.empty())
    fail(Code::file_format, folder.string(),
         "has no recordings (" + extensions_of(sources, false) +
             "), nor folders 0, 1, 2 ... of them");
  if (!entries.empty() && !classed.empty())
    fail(Code::file_format, folder.string(),
         "has recordings, such as " + entries[0].file.filename().string() +
             ", beside folders of classes with others",
         "name those that are meant in y_labels.csv");
  if (entries.empty()) entries = std::move(classed);
  sort_by_name(entries);
  for (const Entry& entry : entries)
    if (entry.source != entries[0].source)
      fail(Code::file_format, folder.string(),
           "has recordings of different formats: " + entries[0].file.filename().string() + ", " +
               entry.file.filename().string(),
           "name those that are meant in y_labels.csv");
  return entries;
}

class EventFolder final : public EventSet {
 public:
  EventFolder(const fs::path& folder, Shape shape, Sources sources, const fs::path& labels)
      : shape_(std::move(shape)) {
    const fs::path own = folder / "y_labels.csv";
    const bool lists = !labels.empty() && lists_recordings(labels, folder, sources);
    if (lists || fs::exists(own)) {
      entries_ = listed(lists ? labels : own, folder, sources);
      read_.insert(lists ? labels : own);
    } else {
      entries_ = all_recordings(folder, sources, labels);
    }
  }

  std::size_t samples() const override { return entries_.size(); }
  std::vector<std::int64_t> labels() const override {
    std::vector<std::int64_t> labels;
    for (const Entry& entry : entries_)
      if (entry.label >= 0) labels.push_back(entry.label);
    return labels;
  }
  EventSample read(std::size_t sample) override {
    const Entry& entry = entries_.at(sample);
    if (entry.source->read == nullptr)
      fail(Code::file_format, entry.file.string(),
           "a file of many recordings is not one sample of a folder");
    EventSample events = entry.source->read(entry.file, shape_);
    read_.insert(entry.file);
    return events;
  }
  std::vector<fs::path> files() const override { return {read_.begin(), read_.end()}; }

 private:
  Shape shape_;
  std::vector<Entry> entries_;
  std::set<fs::path> read_;
};

}  // namespace

std::unique_ptr<EventSet> open_events(const fs::path& path, const Shape& shape, Sources sources,
                                      const fs::path& labels) {
  std::error_code error;
  if (!fs::exists(path, error))
    fail(Code::file_not_found, path.string(), "there is no such file or folder");
  if (fs::is_directory(path, error))
    return std::make_unique<EventFolder>(path, shape, sources, labels);
  const SourceInfo* const source = source_of(path, sources);
  if (source != nullptr && source->open != nullptr) return source->open(path, shape);
  fail(Code::file_format, path.string(),
       source != nullptr ? "is one recording" : "is of no format of recordings that is known",
       "give a folder of recordings (" + extensions_of(sources, false) +
           "), or a file that has many (" + extensions_of(sources, true) + ")");
}

bool lists_recordings(const fs::path& table, const fs::path& folder, Sources sources) {
  const std::string extension = extension_of(table);
  std::error_code error;
  if (extension != ".csv" && extension != ".tsv" && extension != ".txt") return false;
  if (!fs::is_regular_file(table, error) || !fs::is_directory(folder, error)) return false;
  TableReader reader(table, folder, sources);
  Entry first;
  return reader.next(first) && first.source != nullptr;
}

}  // namespace synfire
