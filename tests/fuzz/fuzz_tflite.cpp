// libFuzzer: any bytes as a TFLite model. What converts must be a valid network.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "converters/tflite/tflite.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    synfire::summarize_tflite(bytes, "fuzz");
    const synfire::Network network = synfire::read_tflite(bytes, "fuzz");
    synfire::Diagnostics diagnostics;
    synfire::validate(network, diagnostics);
    if (diagnostics.has_error()) std::abort();
  } catch (const synfire::Failure&) {
  }
  return 0;
}
