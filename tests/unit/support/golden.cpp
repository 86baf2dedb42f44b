#include "support/golden.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>

#include "support/reference_executor.h"

namespace synfire::test {

std::vector<std::byte> bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::vector<char> text{std::istreambuf_iterator<char>(stream), {}};
  std::vector<std::byte> bytes(text.size());
  if (!text.empty()) std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

Tensor sample_of(const std::vector<std::byte>& bytes, std::size_t index, DataType type,
                 const Shape& shape) {
  Tensor sample(type, shape);
  const std::size_t size = sample.bytes().size();
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(index * size), size,
              sample.bytes().begin());
  return sample;
}

std::size_t mismatches(const Network& network, const std::vector<std::byte>& input,
                       const std::vector<std::byte>& golden, Compared compared) {
  const Input& in = network.inputs.at(0);
  const std::size_t sample_bytes = Tensor(in.element, in.shape).bytes().size();
  ReferenceExecutor executor(network);
  std::vector<std::byte> results;
  for (std::size_t i = 0; i < input.size() / sample_bytes; ++i) {
    const Tensor sample = sample_of(input, i, in.element, in.shape);
    const Tensor result =
        compared == Compared::logits ? executor.logits(sample) : executor.infer(sample);
    results.insert(results.end(), result.bytes().begin(), result.bytes().end());
  }
  const std::size_t common = std::min(results.size(), golden.size());
  std::size_t wrong = std::max(results.size(), golden.size()) - common;
  for (std::size_t i = 0; i < common; ++i) wrong += results[i] == golden[i] ? 0 : 1;
  return wrong;
}

}  // namespace synfire::test
