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

constexpr std::string_view kHead = "head", kState = "state-", kStretch = "stretch-", kRun = "run-";

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

}  // namespace

void CheckpointFacts::visit_state(StateArchive& archive) {
  archive("path", path);
  archive("experiment", experiment);
  visit_all(archive, "changes", changes, [&](std::string& change) { archive("", change); });
  visit_all(archive, "inputs", inputs, [&](InputFile& file) {
    archive("path", file.path);
    archive("sha256", file.sha256);
  });
  archive("output", output);
  archive("ranks", ranks);
  archive("run", run);
  archive("network_hash", network_hash);
  archive("threads", threads);
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
  archive("last_run", last_run);
  visit_all(archive, "states", states, [&](NamedFile& file) { archive("", file); });
  visit_all(archive, "stretches", stretches, [&](NamedFile& file) { archive("", file); });
}

CheckpointFolder::CheckpointFolder(std::filesystem::path path, CheckpointFacts facts,
                                   Exchange* exchange)
    : path_(std::move(path)), exchange_(exchange) {
  head_.facts = std::move(facts);
  head_.facts.ranks = ranks();
  next_ = head_;
  if (rank() == 0) {
    make_folder();
    refuse_checkpoint();
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
  folder->next_ = folder->head_;
  return folder;
}

void CheckpointFolder::refuse_checkpoint() const {
  if (std::filesystem::exists(path_ / kHead))
    fail(Code::checkpoint_exists, path_.string(), "there is a checkpoint of a run in it",
         "go on with `synfire run --resume " + path_.string() + "`, or remove the folder");
}

void CheckpointFolder::make_folder() {
  std::error_code error;
  std::filesystem::create_directory(path_, error);
  if (error) fail(Code::file_write, path_.string(), error.message());
  lock_.emplace(path_);
  check_writable(path_ / kHead);
}

CheckpointFolder::CheckpointFolder(std::filesystem::path path, std::string_view version,
                                   Exchange* exchange)
    : path_(std::move(path)), exchange_(exchange) {
  if (!std::filesystem::exists(path_ / kHead))
    fail(Code::file_not_found, path_.string(), "there is no checkpoint",
         "give the folder that `synfire run --checkpoint-every` made");
  if (rank() == 0) lock_.emplace(path_);
  head_.facts.version = version;
  const MappedFile file(path_ / kHead);
  restore_state(head_, file.bytes(), (path_ / kHead).string());
  next_ = head_, tried_ = head_.number, is_made_ = true;
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

std::string CheckpointFolder::read(const std::string& name, const Visit& visit) const {
  const std::filesystem::path path = path_ / name;
  const MappedFile file(path);
  StateArchive archive(file.bytes(), path.string());
  visit(archive);
  return archive.finish();
}

static void check_digest(const std::filesystem::path& path, bool is_equal) {
  if (!is_equal) fail(Code::checkpoint_mismatch, path.string(), "it is not of this checkpoint");
}

void CheckpointFolder::read(const NamedFile& named, const Visit& visit) const {
  check_digest(path_ / named.name, read(named.name, visit) == named.digest);
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
    if (rank() == 0) make_folder(), remove_files();
  });
  is_made_ = !gather(failure ? "" : "made").front().empty();
  if (!is_made_ && !failure)
    failure.emplace(std::vector{Diagnostic{
        Code::file_write, Severity::error, path_.string(), "rank 0 cannot make the folder", {}}});
  return failure;
}

void CheckpointFolder::begin_run(std::string network_hash, std::uint64_t threads) {
  next_.facts.network_hash = std::move(network_hash), next_.facts.threads = threads;
}

void CheckpointFolder::end_run(Visit left) {
  ended_.push_back(std::move(left));
  ++next_.facts.run;
  next_.facts.time_ms = 0;
  next_.states.clear(), next_.stretches.clear();
}

static std::string run_name(std::uint64_t run) { return std::string(kRun) + std::to_string(run); }

void CheckpointFolder::write_ended(Head& next) const {
  std::uint64_t run = next.facts.run - ended_.size();
  for (const Visit& left : ended_)
    next.last_run = write(run_name(run++), [&](StateArchive& archive) {
      archive.same("before", next.last_run);
      left(archive);
    });
}

void CheckpointFolder::load_ended(const Visit& left) const {
  std::string before;
  for (std::uint64_t run = 0; run < head_.facts.run; ++run)
    before = read(run_name(run), [&](StateArchive& archive) {
      archive.same("before", before, "it is not of this checkpoint");
      left(archive);
    });
  if (head_.facts.run > 0)
    check_digest(path_ / run_name(head_.facts.run - 1), before == head_.last_run);
}

void CheckpointFolder::save(double time_ms, const Visit& stretch, const Visit& state) {
  const auto write_mine = [&](Head& next) {
    next.facts.time_ms = time_ms;
    const std::string number = std::to_string(next.number);
    if (rank() == 0) {
      const std::string name = std::string(kStretch) + number;
      next.stretches.push_back({name, write(name, stretch)});
    }
    return write(std::string(kState) + number + "-" + std::to_string(rank()), state);
  };
  save(write_mine, true);
}

void CheckpointFolder::save() {
  save([](const Head&) { return std::string(); }, false);
}

void CheckpointFolder::save(const std::function<std::string(Head&)>& write_mine, bool has_states) {
  Head next = next_;
  next.number = ++tried_;
  const bool was_pruned = std::exchange(is_pruned_, false);  // not where this fails
  std::string mine;
  std::optional<Failure> failure = make_when_needed();
  if (!failure)
    failure = failure_of([&] {
      if (rank() == 0) write_ended(next);
      mine = write_mine(next);
    });
  const std::vector<std::string> digests = gather(mine);
  if (failure) throw *failure;
  next.states.clear();
  for (std::size_t r = 0; has_states && r < digests.size(); ++r) {
    if (digests[r].empty())
      fail(Code::file_write, path_.string(), "rank " + std::to_string(r) + " could not write");
    next.states.push_back(
        {std::string(kState) + std::to_string(tried_) + "-" + std::to_string(r), digests[r]});
  }
  if (rank() == 0) write(std::string(kHead), [&](StateArchive& archive) { archive("", next); });
  const Head before = std::exchange(head_, next);
  next_ = std::move(next);
  ended_.clear();
  if (rank() == 0) was_pruned ? prune(before) : prune();
  is_pruned_ = true;
}

void CheckpointFolder::load(const Visit& stretch, const Visit& state) const {
  read(head_.states.at(rank()), state);
  for (const NamedFile& file : head_.stretches) read(file, stretch);
}

bool CheckpointFolder::is_ours(const std::string& name) const {
  const std::string_view plain = std::string_view(name).substr(name.starts_with('.') ? 1 : 0);
  return plain.starts_with(kHead) || plain.starts_with(kState) || plain.starts_with(kStretch) ||
         plain.starts_with(kRun);
}

bool CheckpointFolder::is_named(const std::string& name) const {
  const auto has = [&](const std::vector<NamedFile>& files) {
    return std::ranges::find(files, name, &NamedFile::name) != files.end();
  };
  return name == kHead || name.starts_with(kRun) || has(head_.states) || has(head_.stretches);
}

void CheckpointFolder::prune(const Head& before) const {
  std::error_code ignored;
  for (const auto* const files : {&before.states, &before.stretches})
    for (const NamedFile& file : *files)
      if (!is_named(file.name)) std::filesystem::remove(path_ / file.name, ignored);
}

void CheckpointFolder::prune() const {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path_, ignored))
    if (const std::string name = entry.path().filename().string(); is_ours(name) && !is_named(name))
      std::filesystem::remove(entry.path(), ignored);
}

void CheckpointFolder::remove_files() const {
  std::error_code ignored;
  // First: what is left when this is interrupted is no checkpoint.
  std::filesystem::remove(path_ / kHead, ignored);
  for (const auto& entry : std::filesystem::directory_iterator(path_, ignored))
    if (is_ours(entry.path().filename().string())) std::filesystem::remove(entry.path(), ignored);
}

void CheckpointFolder::remove() {
  std::error_code ignored;
  if (rank() != 0 || !std::filesystem::exists(path_, ignored)) return;
  if (!lock_ && failure_of([this] { lock_.emplace(path_); })) return;  // another process uses it
  remove_files();
  lock_.reset();
  std::filesystem::remove(path_, ignored);
}

std::optional<Diagnostic> warning_of(const std::function<void()>& save) {
  const std::optional<Failure> failure = failure_of(save);
  if (!failure) return std::nullopt;
  const Diagnostic& first = failure->diagnostics().front();
  if (first.code != Code::file_write && first.code != Code::folder_in_use) throw *failure;
  return Diagnostic{Code::checkpoint_failed, Severity::warning, first.where, first.message,
                    "the checkpoint before, if any, is still there"};
}

}  // namespace synfire
