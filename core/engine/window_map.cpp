#include "core/engine/delivery.h"

namespace synfire {
namespace {

/// Target coordinate that reads source coordinate `at` through tap `k`, or -1.
std::int64_t target_of(std::int64_t at, std::int32_t k, std::int32_t stride, std::int32_t dilation,
                       std::int32_t before, std::int64_t extent) {
  const std::int64_t shifted = at + before - std::int64_t{k} * dilation;
  if (shifted < 0 || shifted % stride != 0) return -1;
  return shifted / stride < extent ? shifted / stride : -1;
}

}  // namespace

std::vector<std::uint32_t> WindowMap::fan_out(std::size_t outputs) const {
  std::vector<std::uint32_t> fan_out;
  for (std::size_t pixel = 0; pixel + 1 < offsets.size(); ++pixel)
    fan_out.push_back(static_cast<std::uint32_t>(of(pixel).size() * outputs));
  return fan_out;
}

WindowMap window_map(const MapSize& source, const MapSize& target, Pair kernel, Pair stride,
                     Pair dilation, const Padding& padding) {
  WindowMap map;
  map.taps = kernel[0] * kernel[1];
  map.offsets.push_back(0);
  for (std::int64_t y = 0; y < source.height; ++y)
    for (std::int64_t x = 0; x < source.width; ++x) {
      for (std::int32_t ky = 0; ky < kernel[0]; ++ky) {
        const std::int64_t ty = target_of(y, ky, stride[0], dilation[0], padding[0], target.height);
        if (ty < 0) continue;
        for (std::int32_t kx = 0; kx < kernel[1]; ++kx) {
          const std::int64_t tx =
              target_of(x, kx, stride[1], dilation[1], padding[2], target.width);
          if (tx < 0) continue;
          map.reach.push_back({static_cast<std::uint32_t>(ky * kernel[1] + kx),
                               static_cast<std::uint32_t>(ty * target.width + tx)});
        }
      }
      map.offsets.push_back(static_cast<std::uint32_t>(map.reach.size()));
    }
  return map;
}

}  // namespace synfire
