// Large arrays on huge pages: rows of synapses are read at random, and with small pages every row
// costs an address translation.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

namespace synfire {

/// For vectors whose memory goes back to the system at once when they are done.
template <typename T>
struct PageAllocator {
  using value_type = T;

  PageAllocator() = default;
  template <typename Other>
  explicit PageAllocator(const PageAllocator<Other>&) {}

  T* allocate(std::size_t size) {
    void* const data =
        mmap(nullptr, size * sizeof(T), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) throw std::bad_alloc();
    return static_cast<T*>(data);
  }
  void deallocate(T* data, std::size_t size) { munmap(data, size * sizeof(T)); }
  bool operator==(const PageAllocator&) const = default;
};

/// State of many neurons. Arrays that are walked together begin at pages: a load that follows a
/// store to the same place of another page waits for it, and here it comes first.
template <typename T>
using StateArray = std::vector<T, PageAllocator<T>>;

template <typename T>
class HugeArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  HugeArray() = default;
  /// `size` elements, all bytes 0.
  explicit HugeArray(std::size_t size) : size_(size) {
    if (size == 0) return;
    constexpr std::size_t kPage = std::size_t{1} << 21;
    const std::size_t bytes = (size * sizeof(T) + kPage - 1) / kPage * kPage;
    void* const data =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) throw std::bad_alloc();
    if (size * sizeof(T) >= kPage) madvise(data, bytes, MADV_HUGEPAGE);  // a hint only
    data_ = std::unique_ptr<T[], Unmap>(static_cast<T*>(data), Unmap{bytes});
  }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(T); }

 private:
  struct Unmap {
    std::size_t bytes = 0;
    void operator()(T* data) const { munmap(data, bytes); }
  };
  std::unique_ptr<T[], Unmap> data_;
  std::size_t size_ = 0;
};

}  // namespace synfire
