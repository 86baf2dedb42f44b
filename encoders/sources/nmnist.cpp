// Recordings of the ATIS camera in the form of N-MNIST.
#include <array>
#include <string>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/io/file_reader.h"
#include "encoders/common/address_event.h"

namespace synfire {
namespace {

constexpr std::int64_t kEventBytes = 5;
constexpr unsigned kOverflowRow = 240;
constexpr std::int64_t kOverflow = 1 << 13;  // us

EventSample read(const std::filesystem::path& path, const Shape& shape) {
  FileReader file(path);
  const AddressMap map(shape, file.where());
  if (file.size() == 0) fail(Code::file_truncated, file.where(), "the file is empty");
  if (file.size() % kEventBytes != 0)
    fail(Code::file_truncated, file.where(),
         std::to_string(file.size()) + " bytes are not a whole number of events of 5 bytes");
  if (file.size() > kMaxSampleBytes)
    fail(Code::file_too_large, file.where(), "it has more than 2 GiB");
  std::vector<std::byte> bytes(static_cast<std::size_t>(file.size()));
  file.read(bytes);
  EventSample sample;
  sample.times_ms.reserve(bytes.size() / kEventBytes);
  sample.neurons.reserve(bytes.size() / kEventBytes);
  std::int64_t before_us = 0;
  for (std::size_t at = 0; at < bytes.size(); at += kEventBytes) {
    std::array<unsigned, kEventBytes> event{};
    for (std::size_t k = 0; k < event.size(); ++k)
      event[k] = std::to_integer<unsigned>(bytes[at + k]);
    const auto [x, y, high, middle, low] = event;
    if (y == kOverflowRow) {
      before_us += kOverflow;
      continue;
    }
    const auto neuron = map.neuron(x, y, (high & 128U) != 0);
    if (!neuron)
      refuse_event(file.where(), at / kEventBytes,
                   "pixel (" + std::to_string(x) + ", " + std::to_string(y) + ")", shape);
    const auto time_us = before_us + (((high & 127U) << 16U) | (middle << 8U) | low);
    sample.times_ms.push_back(static_cast<double>(time_us) / 1000);
    sample.neurons.push_back(*neuron);
  }
  return in_order(std::move(sample));
}

}  // namespace

extern const SourceInfo nmnist_source;
const SourceInfo nmnist_source{
    .name = "nmnist",
    .summary = "N-MNIST: events of a camera, a folder of recordings",
    .extensions = {".bin", ".bs2"},
    .layout =
        "5 bytes an event: x, y, then its polarity (1 bit) and time in us (23 bits), most "
        "significant bit first; y = 240 is no event, but adds 2^13 us to all times behind "
        "it;  neuron (polarity, y, x) of a population of shape [2, rows, columns], (y, x) of "
        "[rows, columns]",
    .source = "Orchard, Jayawant, Cohen and Thakor, Frontiers Neurosci. 9:437, 2015",
    .read = read};

}  // namespace synfire
