#include "core/base/state_archive.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace synfire {
namespace {

struct FileHead {
  std::uint64_t mark = 0x0A1A'5354'4154'4500;  // also tells the order of bytes
  std::uint64_t format = 1;
  bool operator==(const FileHead&) const = default;
};
constexpr std::size_t kDigest = 64;
constexpr std::size_t kBuffer = std::size_t{1} << 20;

/// Before every member.
struct MemberHead {
  std::uint32_t name_bytes, item_bytes;
  std::uint64_t count;
};

std::span<const std::byte> bytes_of(const std::string_view text) {
  return std::as_bytes(std::span(text));
}

}  // namespace

StateArchive::StateArchive(Write write) : restores_(false), write_(std::move(write)) {
  buffer_.reserve(kBuffer);
  const FileHead head;
  put(std::as_bytes(std::span(&head, 1)));
}

StateArchive::StateArchive(std::span<const std::byte> bytes, std::string where)
    : restores_(true), left_(bytes), where_(std::move(where)) {
  FileHead head;
  if (bytes.size() < sizeof head + kDigest)
    fail(Code::file_truncated, where_, "it has " + std::to_string(bytes.size()) + " bytes only");
  get(std::as_writable_bytes(std::span(&head, 1)));
  if (head.mark != FileHead{}.mark)
    fail(Code::file_format, where_, "this is not a saved state, or one of another kind of machine");
  if (head != FileHead{})
    fail(Code::file_format, where_,
         "its format has number " + std::to_string(head.format) + ", this version reads 1");
  digest_.update(bytes.first(bytes.size() - kDigest));
  digest_text_ = digest_.hex();
  if (!std::ranges::equal(bytes_of(digest_text_), bytes.last(kDigest)))
    fail(Code::file_corrupt, where_, "its digest is not that of its content",
         "it was cut off or damaged");
  left_ = left_.first(left_.size() - kDigest);
}

void StateArchive::mismatch(const std::string& message, std::string_view hint) const {
  std::string path;
  for (const Place& place : path_) {
    if (!place.name.empty()) path += (path.empty() ? "" : ".") + std::string(place.name);
    if (place.index != kWhole) path += "[" + std::to_string(place.index) + "]";
  }
  fail(Code::checkpoint_mismatch, path.empty() ? where_ : where_ + ": " + path, message,
       std::string(hint));
}

std::size_t StateArchive::head(std::string_view name, std::size_t item_bytes, std::size_t count) {
  const MemberHead mine{static_cast<std::uint32_t>(name.size()),
                        static_cast<std::uint32_t>(item_bytes), count};
  if (!restores_) {
    put(std::as_bytes(std::span(&mine, 1)));
    put(bytes_of(name));
    return count;
  }
  MemberHead found;
  std::string found_name;
  within({name, kWhole}, [&] {
    get(std::as_writable_bytes(std::span(&found, 1)));
    found_name.resize(std::min<std::size_t>(found.name_bytes, left_.size()));
    get(std::as_writable_bytes(std::span(found_name)));
    if (found_name != name) mismatch("'" + found_name + "' comes in its place");
    if (found.item_bytes != item_bytes)
      mismatch("its items have " + std::to_string(found.item_bytes) + " bytes, not " +
               std::to_string(item_bytes));
    if (item_bytes > 0 && found.count > left_.size() / item_bytes) mismatch("it is cut off");
  });
  return found.count;
}

void StateArchive::items(std::string_view name, std::span<std::byte> bytes,
                         std::size_t item_bytes) {
  const std::size_t mine = bytes.size() / item_bytes;
  const std::size_t found = head(name, item_bytes, mine);
  within({name, kWhole}, [&] {
    if (found != mine)
      mismatch("it has " + std::to_string(found) + " items, not " + std::to_string(mine));
    content(bytes);
  });
}

void StateArchive::content(std::span<std::byte> bytes) { restores_ ? get(bytes) : put(bytes); }

void StateArchive::same(std::string_view name, std::string_view mine, std::string_view hint) {
  std::string found(mine);
  (*this)(name, found);
  if (found == mine) return;
  within({name, kWhole},
         [&] { mismatch("it has '" + found + "', not '" + std::string(mine) + "'", hint); });
}

void StateArchive::same(std::string_view name, std::uint64_t mine, std::string_view hint) {
  std::uint64_t found = mine;
  (*this)(name, found);
  if (found == mine) return;
  within({name, kWhole}, [&] {
    mismatch("it has " + std::to_string(found) + ", not " + std::to_string(mine), hint);
  });
}

void StateArchive::put(std::span<const std::byte> bytes) {
  if (buffer_.size() + bytes.size() > kBuffer) flush();
  if (bytes.size() < kBuffer) {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    return;
  }
  digest_.update(bytes);
  write_(bytes);
}

void StateArchive::flush() {
  digest_.update(buffer_);
  write_(buffer_);
  buffer_.clear();
}

void StateArchive::get(std::span<std::byte> bytes) {
  if (bytes.size() > left_.size()) mismatch("it is cut off");
  if (!bytes.empty()) std::memcpy(bytes.data(), left_.data(), bytes.size());
  left_ = left_.subspan(bytes.size());
}

std::string StateArchive::finish() {
  if (restores_) {
    if (!left_.empty()) mismatch(std::to_string(left_.size()) + " bytes more than expected");
    return digest_text_;
  }
  flush();
  digest_text_ = digest_.hex();
  write_(bytes_of(digest_text_));
  return digest_text_;
}

}  // namespace synfire
