#include "core/engine/spike_list.h"

#include "core/base/state_archive.h"
#include "core/engine/map_kernel.h"

namespace synfire {
namespace {
constexpr std::size_t kVectorEnd = 64;  // the kernels write whole vectors
}

std::int16_t* SpikeList::begin_map(std::size_t neurons) {
  clear();
  if (map_.size() < neurons + kMapSlack) map_.resize(neurons + kMapSlack);
  mapped_ = neurons;
  listed_ = ranged_ = false;
  return map_.data();
}

void SpikeList::set_values(std::span<const std::int32_t> values) {
  const kernel::Narrowed narrowed = kernel::narrow(values, begin_map(values.size()));
  size_ = narrowed.nonzero;
  if (narrowed.fits) return;
  mapped_ = 0;
  listed_ = true;
  ids_.resize(std::max(ids_.size(), values.size() + kVectorEnd));
  payloads_.resize(ids_.size());
  kernel::compress_nonzero(values, ids_.data(), payloads_.data());
}

void SpikeList::exchange_map(AlignedVector<std::int16_t>& map, std::size_t neurons,
                             std::size_t nonzero, kernel::ValueRange range) {
  map_.swap(map);
  if (map.size() < map_.size()) map.resize(map_.size());
  mapped_ = neurons, size_ = nonzero;
  listed_ = false;
  range_ = range, ranged_ = true;
}

void SpikeList::list_events() const {
  // Room for every neuron at once, so that busier steps do not allocate.
  ids_.resize(std::max(ids_.size(), mapped_ + kVectorEnd));
  payloads_.resize(ids_.size());
  kernel::compress_nonzero(map(), ids_.data(), payloads_.data());
  listed_ = true;
}

void SpikeList::visit_state(StateArchive& archive) {
  std::size_t size = size_, mapped = mapped_;
  archive("size", size);
  archive("mapped", mapped);
  if (archive.restores()) {
    clear();
    if (mapped > 0)
      begin_map(mapped);
    else
      reserve(size);
    size_ = size;
  }
  if (mapped > 0) return archive("map", std::span(map_.data(), mapped));
  archive("ids", std::span(ids_.data(), size));
  archive("payloads", std::span(payloads_.data(), size));
}

}  // namespace synfire
