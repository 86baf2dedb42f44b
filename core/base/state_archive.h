// The state of something that runs, saved and restored by one function: an object names its members
// in visit_state(StateArchive&), which reads them out of a running object and writes them into one
// that was made in the same way.
//
// Bytes: a head; then for every call its name, the size of an item, their number, and the items as
// they lie in memory; then the SHA-256 of all that, in hexadecimal digits. Made and read on one
// kind of machine: the head tells another order of bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/base/sha256.h"

namespace synfire {

class StateArchive;

/// Hands its changing members over: all that differs between two objects that were made with the
/// same arguments.
template <typename T>
concept HasState = requires(T& object, StateArchive& archive) {
  object.visit_state(archive);
};

/// What can be copied as it lies in memory. Pointers hide in such structs: do not hand those over.
template <typename T>
concept PlainState = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>;

/// vector, string, deque of plain items.
template <typename T>
concept StateList = std::ranges::sized_range<T> && requires(T& list) {
  list.resize(1);
} && PlainState<std::ranges::range_value_t<T>>;

/// span, array, HugeArray: their size is given.
template <typename T>
concept StateTable = !StateList<T> && requires(T & table) {
  table.data();
  table.size();
  requires PlainState<std::remove_cvref_t<decltype(*table.data())>>;
};

/// A pointer to one object, which may be null: the same in both.
template <typename T>
concept StateOwner = requires(T& owner) {
  owner.get();
  *owner;
  static_cast<bool>(owner);
};

class StateArchive {
 public:
  using Write = std::function<void(std::span<const std::byte>)>;

  /// Saves: `write` gets all bytes, piece by piece; what it throws is passed on.
  explicit StateArchive(Write write);
  /// Restores what an archive saved. `where` is the bytes' name in messages. Throws file_format,
  /// file_truncated or file_corrupt unless they are all there.
  StateArchive(std::span<const std::byte> bytes, std::string where);

  bool restores() const { return restores_; }

  /// Saves or restores one member: a plain value, a list or table of such, a range of lists, a
  /// pointer to an object, a range of these, or an object with a visit_state of its own. When
  /// restoring, lists get the size they had, and everything else must be as large as it was; throws
  /// checkpoint_mismatch at "where: outer.inner[3].name" otherwise.
  template <typename T>
  void operator()(std::string_view name, T&& member);
  /// A list that must have the size it had: for what neurons, synapses and settings fix.
  template <StateList T>
  void fixed(std::string_view name, T& list) {
    (*this)(name, std::span(list));
  }
  /// What does not change, but must be equal; throws checkpoint_mismatch.
  void same(std::string_view name, std::string_view mine, std::string_view hint = {});
  void same(std::string_view name, std::uint64_t mine, std::string_view hint = {});

  /// After the last member, once: the bytes are complete, or all were read. Returns their digest.
  std::string finish();

  /// Throws checkpoint_mismatch at the member that is being restored.
  [[noreturn]] void mismatch(const std::string& message, std::string_view hint = {}) const;

 private:
  struct Place {
    std::string_view name;
    std::size_t index;  // kWhole, or of an item of the range so called
  };
  static constexpr std::size_t kWhole = SIZE_MAX;

  template <typename Visit>
  void within(Place place, const Visit& visit);
  template <typename Range>
  void lists(std::string_view name, Range& range);

  /// Saves the head of an item, or reads it and returns how many there are.
  std::size_t head(std::string_view name, std::size_t item_bytes, std::size_t count);
  void items(std::string_view name, std::span<std::byte> bytes, std::size_t item_bytes);
  void content(std::span<std::byte> bytes);
  void put(std::span<const std::byte> bytes);
  void get(std::span<std::byte> bytes);
  void flush();

  bool restores_;
  Write write_;
  Sha256 digest_;
  std::string digest_text_;
  std::vector<std::byte> buffer_;
  std::span<const std::byte> left_;
  std::string where_;
  std::vector<Place> path_;
};

template <typename Visit>
void StateArchive::within(Place place, const Visit& visit) {
  path_.push_back(place);
  visit();
  path_.pop_back();
}

template <typename T>
void StateArchive::operator()(std::string_view name, T&& member) {
  using Member = std::remove_cvref_t<T>;
  static_assert(!std::is_same_v<Member, std::vector<bool>>, "it has no items in memory");
  if constexpr (HasState<Member>) {
    within({name, kWhole}, [&] { member.visit_state(*this); });
  } else if constexpr (StateList<Member> && requires { member.data(); }) {
    member.resize(head(name, sizeof(*member.data()), member.size()));
    content(std::as_writable_bytes(std::span(member)));
  } else if constexpr (StateList<Member>) {
    std::vector<std::ranges::range_value_t<Member>> copy(member.begin(), member.end());
    (*this)(name, copy);
    if (restores_) member.assign(copy.begin(), copy.end());
  } else if constexpr (StateTable<Member>) {
    items(name, std::as_writable_bytes(std::span(member.data(), member.size())),
          sizeof(*member.data()));
  } else if constexpr (StateOwner<Member>) {
    same(name, std::uint64_t{member ? 1U : 0U});
    if (member) within({name, kWhole}, [&] { (*member).visit_state(*this); });
  } else if constexpr (std::ranges::sized_range<Member>) {
    if constexpr (StateList<std::ranges::range_value_t<Member>>) {
      lists(name, member);
    } else {
      same(name, std::ranges::size(member));
      std::size_t index = 0;
      for (auto& each : member) within({name, index++}, [&] { (*this)("", each); });
    }
  } else {
    static_assert(PlainState<Member>, "hand its members over one by one, or give it visit_state");
    items(name, std::as_writable_bytes(std::span(&member, 1)), sizeof(Member));
  }
}

/// Their sizes, then the items of all: many lists are short.
template <typename Range>
void StateArchive::lists(std::string_view name, Range& range) {
  std::vector<std::uint32_t> sizes;
  for (const auto& list : range) sizes.push_back(static_cast<std::uint32_t>(list.size()));
  fixed(name, sizes);
  std::size_t index = 0;
  for (auto& list : range) {
    list.resize(restores_ ? std::min<std::size_t>(sizes[index], left_.size()) : list.size());
    within({name, index++}, [&] { content(std::as_writable_bytes(std::span(list))); });
  }
}

/// A list of any length whose items are not plain: how many there are, then `visit` for each.
template <typename T, typename Visit>
void visit_all(StateArchive& archive, std::string_view name, std::vector<T>& list,
               const Visit& visit) {
  std::uint64_t count = list.size();
  archive(name, count);
  list.resize(count);
  for (T& each : list) visit(each);
}

/// All of an object's state as bytes, and back into one that was made in the same way.
template <HasState T>
std::vector<std::byte> saved_state(T& object) {
  std::vector<std::byte> bytes;
  StateArchive archive([&](std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  });
  archive("", object);
  archive.finish();
  return bytes;
}
template <HasState T>
void restore_state(T& object, std::span<const std::byte> bytes, std::string where) {
  StateArchive archive(bytes, std::move(where));
  archive("", object);
  archive.finish();
}

}  // namespace synfire
