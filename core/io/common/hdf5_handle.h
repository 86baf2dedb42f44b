// Private to core/io: the library's handles and the state that the groups of a file share.
#pragma once

#include <hdf5.h>

#include <string>
#include <utility>

#include "core/base/diagnostics.h"
#include "core/io/hdf5.h"

namespace synfire {

/// Owns one identifier of the HDF5 library.
class Handle {
 public:
  using Closer = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, Closer closer) : id_(id), closer_(closer) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), closer_(other.closer_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(closer_, other.closer_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { close(); }

  explicit operator bool() const { return id_ >= 0; }
  hid_t get() const { return id_; }
  herr_t close() { return id_ < 0 ? 0 : closer_(std::exchange(id_, -1)); }

 private:
  hid_t id_ = -1;
  Closer closer_ = nullptr;
};

struct Hdf5State {
  Handle file;
  std::string name;
  std::filesystem::path path;
  std::uint64_t file_size = 0;
  std::uint64_t user_block = 0;
  std::uint64_t budget = kHdf5ReadLimit;
};

/// The handle, or a failure when the library gave none.
inline Handle checked(hid_t id, Handle::Closer closer, Code code, const std::string& where,
                      const char* what) {
  if (id < 0) fail(code, where, what);
  return {id, closer};
}

/// The library's message stack is printed by default; it goes to nobody here.
void silence_hdf5();

/// Variable-length UTF-8, as h5py writes it.
Handle text_type();

/// The member opened as a dataset, when it is a plain local one.
Handle open_dataset(const Hdf5State& state, hid_t group, std::string_view member,
                    const std::string& where);

/// Takes `bytes` from the file's budget; throws file_too_large.
void spend(Hdf5State& state, std::uint64_t bytes, const std::string& where);

}  // namespace synfire
