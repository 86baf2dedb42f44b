#include "targets/cpu/checkpoint.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "core/base/diagnostics.h"
#include "core/io/atomic_file.h"
#include "core/io/file_reader.h"

namespace synfire {
namespace {

constexpr std::string_view kHead = "head", kState = "state-", kStretch = "stretch-";

/// A file in memory, page by page as it is read.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path)
      : size_(static_cast<std::size_t>(regular_file_size(path))) {
    if (size_ == 0) return;
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    void* const data = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
    const int error = errno;
    if (file >= 0) close(file);
    if (file < 0 || data == MAP_FAILED)
      fail(Code::file_not_found, path.string(), std::strerror(error));
    data_ = static_cast<const std::byte*>(data);
  }
  ~MappedFile() {
    if (data_ != nullptr) munmap(const_cast<std::byte*>(data_), size_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  std::size_t size_;
  const std::byte* data_ = nullptr;
};

/// Their number, then each by itself.
template <typename T, typename Visit>
void visit_all(StateArchive& archive, std::string_view name, std::vector<T>& list,
               const Visit& visit) {
  std::uint64_t count = list.size();
  archive(name, count);
  list.resize(count);
  for (T& each : list) visit(each);
}

}  // namespace

void CheckpointFacts::visit_state(StateArchive& archive) {
  archive("experiment", experiment);
  visit_all(archive, "inputs", inputs, [&](InputFile& file) {
    archive("path", file.path);
    archive("sha256", file.sha256);
  });
  archive("network_hash", network_hash);
  archive("output", output);
  archive("threads", threads);
  archive("ranks", ranks);
  archive("time_ms", time_ms);
}

void CheckpointFolder::NamedFile::visit_state(StateArchive& archive) {
  archive("name", name);
  archive("digest", digest);
}

void CheckpointFolder::Head::visit_state(StateArchive& archive) {
  // First: another version may have other facts.
  archive.same("version", facts.version, "go on with the version that wrote it");
  archive("facts", facts);
  archive("number", number);
  visit_all(archive, "states", states, [&](NamedFile& file) { archive("", file); });
  visit_all(archive, "stretches", stretches, [&](NamedFile& file) { archive("", file); });
}

CheckpointFolder::CheckpointFolder(std::filesystem::path path, CheckpointFacts facts,
                                   Exchange* exchange)
    : path_(std::move(path)), exchange_(exchange) {
  head_.facts = std::move(facts);
  head_.facts.ranks = ranks();
  if (rank() == 0) {
    refuse_checkpoint();
    make_folder();
  }
  gather("");  // it is there for all ranks
  is_made_ = true;
}

std::unique_ptr<CheckpointFolder> CheckpointFolder::made_when_needed(std::filesystem::path path,
                                                                     CheckpointFacts facts,
                                                                     Exchange* exchange) {
  std::unique_ptr<CheckpointFolder> folder(new CheckpointFolder(std::move(path), exchange));
  folder->head_.facts = std::move(facts);
  folder->head_.facts.ranks = folder->ranks();
  return folder;
}

void CheckpointFolder::refuse_checkpoint() const {
  if (std::filesystem::exists(path_ / kHead))
    fail(Code::checkpoint_exists, path_.string(), "there is a checkpoint of a run in it",
         "go on with `synfire run --resume " + path_.string() + "`, or remove the folder");
}

void CheckpointFolder::make_folder() const {
  std::error_code error;
  std::filesystem::create_directory(path_, error);
  if (error) fail(Code::file_write, path_.string(), error.message());
  check_writable(path_ / kHead);
}

CheckpointFolder::CheckpointFolder(std::filesystem::path path, std::string_view version,
                                   Exchange* exchange)
    : path_(std::move(path)), exchange_(exchange) {
  if (!std::filesystem::exists(path_ / kHead))
    fail(Code::file_not_found, path_.string(), "there is no checkpoint",
         "give the folder that `synfire run --checkpoint-every` made");
  head_.facts.version = version;
  const MappedFile file(path_ / kHead);
  restore_state(head_, file.bytes(), (path_ / kHead).string());
  tried_ = head_.number, is_made_ = true;
  if (head_.facts.ranks != ranks())
    fail(Code::checkpoint_mismatch, path_.string(),
         "it has the states of " + std::to_string(head_.facts.ranks) + " ranks, these are " +
             std::to_string(ranks()),
         "start it with `mpirun -n " + std::to_string(head_.facts.ranks) + "`");
}

CheckpointFolder::~CheckpointFolder() {
  if (is_made_ && !exists()) remove();
}

std::string CheckpointFolder::write(const std::string& name, const Visit& visit) const {
  const std::filesystem::path path = path_ / name;
  AtomicFile file(path);
  std::ofstream stream(file.temporary(), std::ios::binary);
  StateArchive archive([&](std::span<const std::byte> bytes) {
    stream.write(reinterpret_cast<const char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()));
    if (!stream) fail(Code::file_write, path.string(), "the disk is full, or a limit is reached");
  });
  visit(archive);
  std::string digest = archive.finish();
  stream.close();
  if (!stream) fail(Code::file_write, path.string(), "the disk is full, or a limit is reached");
  file.commit();
  return digest;
}

void CheckpointFolder::read(const NamedFile& named, const Visit& visit) const {
  const std::filesystem::path path = path_ / named.name;
  const MappedFile file(path);
  StateArchive archive(file.bytes(), path.string());
  visit(archive);
  if (archive.finish() != named.digest)
    fail(Code::checkpoint_mismatch, path.string(), "it is not of this checkpoint");
}

/// That of every rank; a rank that has none sends an empty text.
std::vector<std::string> CheckpointFolder::gather(const std::string& digest) const {
  if (exchange_ == nullptr) return {digest};
  std::vector<std::uint32_t> words(digest.size() / sizeof(std::uint32_t));
  if (!words.empty()) std::memcpy(words.data(), digest.data(), digest.size());
  std::vector<Exchange::Words> all;
  exchange_->all_gather(words, all);
  std::vector<std::string> digests;
  for (const Exchange::Words each : all)
    digests.emplace_back(reinterpret_cast<const char*>(each.data()), each.size_bytes());
  return digests;
}

/// What `work` throws: a rank meets the others before it gives up.
template <typename Work>
static std::optional<Failure> failure_of(const Work& work) {
  try {
    work();
  } catch (const Failure& failure) {
    return failure;
  }
  return std::nullopt;
}

std::optional<Failure> CheckpointFolder::make_when_needed() {
  if (is_made_) return std::nullopt;
  std::optional<Failure> failure = failure_of([this] {
    if (rank() == 0) remove(), make_folder();
  });
  gather("");  // it is there for all ranks
  is_made_ = true;
  return failure;
}

void CheckpointFolder::save(double time_ms, const Visit& stretch, const Visit& state) {
  Head next = head_;
  next.number = ++tried_, next.facts.time_ms = time_ms;
  const std::string number = std::to_string(tried_);
  std::string mine;
  std::optional<Failure> failure = make_when_needed();
  if (!failure)
    failure = failure_of([&] {
      if (rank() == 0) {
        const std::string name = std::string(kStretch) + number;
        next.stretches.push_back({name, write(name, stretch)});
      }
      mine = write(std::string(kState) + number + "-" + std::to_string(rank()), state);
    });
  const std::vector<std::string> digests = gather(mine);
  if (failure) throw *failure;
  next.states.clear();
  for (std::size_t r = 0; r < digests.size(); ++r) {
    if (digests[r].empty())
      fail(Code::file_write, path_.string(), "rank " + std::to_string(r) + " could not write");
    next.states.push_back({std::string(kState) + number + "-" + std::to_string(r), digests[r]});
  }
  if (rank() == 0) write(std::string(kHead), [&](StateArchive& archive) { archive("", next); });
  head_ = std::move(next);
  if (rank() == 0) prune();
}

void CheckpointFolder::load(const Visit& stretch, const Visit& state) const {
  read(head_.states.at(rank()), state);
  for (const NamedFile& file : head_.stretches) read(file, stretch);
}

bool CheckpointFolder::is_ours(const std::string& name) const {
  const std::string_view plain = std::string_view(name).substr(name.starts_with('.') ? 1 : 0);
  return plain.starts_with(kHead) || plain.starts_with(kState) || plain.starts_with(kStretch);
}

bool CheckpointFolder::is_named(const std::string& name) const {
  const auto has = [&](const std::vector<NamedFile>& files) {
    return std::ranges::find(files, name, &NamedFile::name) != files.end();
  };
  return name == kHead || has(head_.states) || has(head_.stretches);
}

void CheckpointFolder::prune() const {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path_, ignored))
    if (const std::string name = entry.path().filename().string(); is_ours(name) && !is_named(name))
      std::filesystem::remove(entry.path(), ignored);
}

void CheckpointFolder::remove() const {
  if (rank() != 0) return;
  std::error_code ignored;
  // First: what is left when this is interrupted is no checkpoint.
  std::filesystem::remove(path_ / kHead, ignored);
  for (const auto& entry : std::filesystem::directory_iterator(path_, ignored))
    if (is_ours(entry.path().filename().string())) std::filesystem::remove(entry.path(), ignored);
  std::filesystem::remove(path_, ignored);
}

template <typename T>
static void append(std::vector<T>& all, std::vector<T>& more) {
  if (all.empty()) return all.swap(more);
  all.insert(all.end(), more.begin(), more.end());
}

/// add(one, more) for each of them.
template <typename T, typename Add>
static void append_each(std::vector<T>& all, std::vector<T>& more, const Add& add) {
  if (all.empty()) return all.swap(more);
  for (std::size_t i = 0; i < more.size(); ++i) add(all[i], more[i]);
}

void RecordedStretch::append(RecordedStretch more) {
  std::ranges::move(more.spikes, std::back_inserter(spikes));
  append_each(traces, more.traces, [](StateTrace& trace, StateTrace& rest) {
    synfire::append(trace.times_ms, rest.times_ms);
    synfire::append(trace.values, rest.values);
  });
  append_each(weights, more.weights, [](WeightTrace& trace, WeightTrace& rest) {
    if (rest.times_ms.empty()) return;
    if (trace.times_ms.empty()) return std::swap(trace, rest);
    synfire::append(trace.times_ms, rest.times_ms);
    synfire::append(trace.values, rest.values);
  });
}

RecordedStretch::Length RecordedStretch::length() const {
  Length length;
  length.pieces = spikes.size();
  for (const StateTrace& each : traces) length.state_times.push_back(each.times_ms.size());
  for (const WeightTrace& each : weights) length.weight_times.push_back(each.times_ms.size());
  return length;
}

/// All but the first `part` of `whole` rows.
template <typename T>
static std::vector<T> tail(const std::vector<T>& list, std::size_t part, std::size_t whole) {
  const std::size_t columns = whole == 0 ? 0 : list.size() / whole;
  return {list.begin() + static_cast<std::ptrdiff_t>(part * columns), list.end()};
}

RecordedStretch RecordedStretch::since(const Length& before) const {
  const auto part_of = [](const std::vector<std::size_t>& parts, std::size_t i) {
    return i < parts.size() ? parts[i] : 0;
  };
  RecordedStretch rest;
  rest.spikes.assign(spikes.begin() + static_cast<std::ptrdiff_t>(before.pieces), spikes.end());
  for (const StateTrace& trace : traces) {
    const std::size_t part = part_of(before.state_times, rest.traces.size());
    const std::size_t whole = trace.times_ms.size();
    rest.traces.push_back({trace.population, trace.variable, tail(trace.times_ms, part, whole),
                           tail(trace.values, part, whole), trace.node_ids, trace.units});
  }
  for (const WeightTrace& trace : weights) {
    const std::size_t part = part_of(before.weight_times, rest.weights.size());
    const std::size_t whole = trace.times_ms.size();
    WeightTrace& some = rest.weights.emplace_back();
    some.projection = trace.projection, some.units = trace.units;
    some.times_ms = tail(trace.times_ms, part, whole);
    some.values = tail(trace.values, part, whole);
    some.source_shape = trace.source_shape;
  }
  return rest;
}

void RecordedStretch::visit_state(StateArchive& archive) {
  visit_all(archive, "spikes", spikes, [&](Piece& piece) {
    visit_all(archive, "trains", piece, [&](SpikePiece& train) { archive("", train); });
  });
  visit_all(archive, "traces", traces, [&](StateTrace& trace) {
    archive("population", trace.population);
    archive("variable", trace.variable);
    archive("times", trace.times_ms);
    archive("values", trace.values);
    archive("node_ids", trace.node_ids);
    archive("units", trace.units);
  });
  visit_all(archive, "weights", weights, [&](WeightTrace& trace) {
    archive("projection", trace.projection);
    archive("units", trace.units);
    archive("times", trace.times_ms);
    archive("values", trace.values);
    archive("source_shape", trace.source_shape);
  });
}

std::vector<SpikeTrain> joined(const std::vector<RecordedStretch::Piece>& pieces) {
  std::vector<SpikeTrain> trains;
  const std::size_t populations = pieces.empty() ? 0 : pieces.front().size();
  for (std::size_t p = 0; p < populations; ++p) {
    SpikeTrain& train = trains.emplace_back(SpikeTrain{pieces.front()[p].population, {}, {}, {}});
    std::size_t spikes = 0;
    for (const RecordedStretch::Piece& piece : pieces) spikes += piece[p].neurons.size();
    train.timestamps_ms.reserve(spikes), train.node_ids.reserve(spikes);
    for (const RecordedStretch::Piece& piece : pieces) piece[p].append_to(train);
  }
  return trains;
}

}  // namespace synfire
