#include "core/engine/byte_kernel.h"

#include <algorithm>

#define HWY_WANT_AVX3_DL  // for VNNI
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engine/byte_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/engine/pair_product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace synfire::kernel {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void add_start_all(std::int32_t* sum, std::span<const std::int32_t> start, std::size_t pixels) {
  const hn::ScalableTag<std::int32_t> d;
  for (std::size_t pixel = 0; pixel < pixels; ++pixel, sum += start.size()) {
    std::size_t j = 0;
    for (; j + hn::Lanes(d) <= start.size(); j += hn::Lanes(d))
      hn::StoreU(hn::Add(hn::LoadU(d, sum + j), hn::LoadU(d, start.data() + j)), d, sum + j);
    for (; j < start.size(); ++j)
      sum[j] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum[j]) +
                                         static_cast<std::uint32_t>(start[j]));
  }
}

#if SYNFIRE_QUAD_PRODUCTS
using Shorts = hn::ScalableTag<std::int16_t>;
using Bytes = hn::ScalableTag<std::uint8_t>;
using Words = hn::Repartition<std::int32_t, Bytes>;

/// keep_columns makes words of four rows' bytes by interleaving, and has those of bytes 16 m + 4 k
/// to 16 m + 4 k + 3 in part m of vector k. So that a vector has neighbours, m and k are exchanged
/// before.
constexpr std::int32_t kExchanged[16] = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};

template <ByteOrder kOrder>
void write_bytes(std::span<const std::int16_t> values, std::int16_t low, std::uint8_t* bytes) {
  const hn::Rebind<std::uint8_t, Shorts> half;
  const Bytes full;
  const Shorts d;
  const auto least = hn::Set(d, low);
  const auto order = hn::SetTableIndices(Words(), kExchanged);
  const auto narrowed = [&](std::size_t at) {
    return hn::DemoteTo(half, hn::Sub(hn::LoadU(d, values.data() + at), least));
  };
  std::size_t i = 0;
  for (; i + kByteBlock <= values.size(); i += kByteBlock) {
    auto block = hn::Combine(full, narrowed(i + kByteBlock / 2), narrowed(i));
    if constexpr (kOrder == ByteOrder::columns)
      block = hn::BitCast(full, hn::TableLookupLanes(hn::BitCast(Words(), block), order));
    hn::StoreU(block, full, bytes + i);
  }
  for (; i < values.size(); ++i) bytes[i] = static_cast<std::uint8_t>(values[i] - low);
}

struct Quad {
  hn::Vec<Words> v0, v1, v2, v3;
};

/// Words of the bytes of four rows, of 64 channels.
HWY_INLINE Quad interleaved(const std::uint8_t* const (&row)[4], std::size_t at) {
  const Bytes d;
  const hn::Repartition<std::uint16_t, Bytes> pairs;
  const auto a = hn::LoadU(d, row[0] + at), b = hn::LoadU(d, row[1] + at);
  const auto c = hn::LoadU(d, row[2] + at), e = hn::LoadU(d, row[3] + at);
  const auto low = hn::BitCast(pairs, hn::InterleaveLower(d, a, b));
  const auto low2 = hn::BitCast(pairs, hn::InterleaveLower(d, c, e));
  const auto high = hn::BitCast(pairs, hn::InterleaveUpper(d, a, b));
  const auto high2 = hn::BitCast(pairs, hn::InterleaveUpper(d, c, e));
  return {hn::BitCast(Words(), hn::InterleaveLower(pairs, low, low2)),
          hn::BitCast(Words(), hn::InterleaveUpper(pairs, low, low2)),
          hn::BitCast(Words(), hn::InterleaveLower(pairs, high, high2)),
          hn::BitCast(Words(), hn::InterleaveUpper(pairs, high, high2))};
}

HWY_INLINE Quad load_quad(const std::int32_t* from) {
  const Words d;
  return {hn::LoadU(d, from), hn::LoadU(d, from + 16), hn::LoadU(d, from + 32),
          hn::LoadU(d, from + 48)};
}
HWY_INLINE void store_quad(const Quad& quad, std::int32_t* to) {
  const Words d;
  hn::StoreU(quad.v0, d, to), hn::StoreU(quad.v1, d, to + 16);
  hn::StoreU(quad.v2, d, to + 32), hn::StoreU(quad.v3, d, to + 48);
}
HWY_INLINE void add_quad(Quad& sum, const Quad& word, const Quad& weight) {
  const Words d;
  sum.v0 = add_quad_products(d, sum.v0, word.v0, weight.v0);
  sum.v1 = add_quad_products(d, sum.v1, word.v1, weight.v1);
  sum.v2 = add_quad_products(d, sum.v2, word.v2, weight.v2);
  sum.v3 = add_quad_products(d, sum.v3, word.v3, weight.v3);
}

/// One target row of one block of channels: `words` are those of the padded columns.
void keep_row(const KeptColumns& k, const std::int32_t* words, const std::int32_t* weight,
              std::int32_t* sum) {
  for (std::size_t x = 0; x < k.width; ++x, sum += k.channels) {
    Quad total = load_quad(sum);
    const std::int32_t* from = words + x * k.stride * kByteBlock;
    for (std::size_t c = 0; c < k.kernel_columns; ++c, from += k.dilation * kByteBlock)
      add_quad(total, load_quad(from), load_quad(weight + c * kByteBlock));
    store_quad(total, sum);
  }
}

/// The same of three kernel columns, whose weights stay in registers.
void keep_row_of_three(const KeptColumns& k, const std::int32_t* words, const std::int32_t* weight,
                       std::int32_t* sum) {
  const Quad w0 = load_quad(weight), w1 = load_quad(weight + kByteBlock),
             w2 = load_quad(weight + 2 * kByteBlock);
  const std::size_t next = k.dilation * kByteBlock, step = k.stride * kByteBlock;
  const std::size_t width = k.width, channels = k.channels;
  for (std::size_t x = 0; x < width; ++x, sum += channels, words += step) {
    Quad total = load_quad(sum);
    add_quad(total, load_quad(words), w0);
    add_quad(total, load_quad(words + next), w1);
    add_quad(total, load_quad(words + 2 * next), w2);
    store_quad(total, sum);
  }
}

void keep_block(const KeptColumns& k, std::size_t block, std::int32_t* words) {
  constexpr std::size_t kRows = KeptColumns::kRows;
  const auto* const weight =
      reinterpret_cast<const std::int32_t*>(k.weight) + block * k.kernel_columns * kByteBlock;
  for (std::size_t y = 0; y < k.row.size() / kRows; ++y) {
    const std::uint8_t* rows[kRows];
    for (std::size_t r = 0; r < kRows; ++r)
      rows[r] = k.map + k.row[y * kRows + r] + block * kByteBlock;
    for (std::size_t x = 0; x < k.map_width; ++x)
      store_quad(interleaved(rows, x * k.channels), words + x * kByteBlock);
    std::int32_t* const sum = k.sum + y * k.width * k.channels + block * kByteBlock;
    k.kernel_columns == 3 ? keep_row_of_three(k, words, weight, sum)
                          : keep_row(k, words, weight, sum);
  }
}

void keep_all(const KeptColumns& k) {
  HWY_ALIGN std::int32_t words[KeptColumns::kMostWidth * kByteBlock];
  for (std::size_t block = 0; block < k.channels / kByteBlock; ++block) keep_block(k, block, words);
}

void to_bytes_all(std::span<const std::int16_t> values, std::int16_t low, ByteOrder order,
                  std::uint8_t* bytes) {
  order == ByteOrder::plain ? write_bytes<ByteOrder::plain>(values, low, bytes)
                            : write_bytes<ByteOrder::columns>(values, low, bytes);
}
#else
void keep_all(const KeptColumns&) {}
void to_bytes_all(std::span<const std::int16_t>, std::int16_t, ByteOrder, std::uint8_t*) {}
#endif

}  // namespace HWY_NAMESPACE
}  // namespace synfire::kernel
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire::kernel {

HWY_EXPORT(add_start_all);
HWY_EXPORT(to_bytes_all);
HWY_EXPORT(keep_all);

void add_to_pixels(std::int32_t* sum, std::span<const std::int32_t> start, std::size_t pixels) {
  HWY_DYNAMIC_DISPATCH(add_start_all)(sum, start, pixels);
}
void to_bytes(std::span<const std::int16_t> values, std::int16_t low, ByteOrder order,
              std::uint8_t* bytes) {
  HWY_DYNAMIC_DISPATCH(to_bytes_all)(values, low, order, bytes);
}
void keep_columns(const KeptColumns& columns) { HWY_DYNAMIC_DISPATCH(keep_all)(columns); }

}  // namespace synfire::kernel
#endif
