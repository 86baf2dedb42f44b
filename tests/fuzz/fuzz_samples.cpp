#include <array>

#include "core/io/samples.h"
#include "fuzz_input.h"

namespace {

constexpr std::array kNames{"fuzz.npy", "fuzz-idx3-ubyte", "fuzz-idx3-ubyte.gz", "fuzz.csv",
                            "fuzz.bin"};

void read_every_way(const std::filesystem::path& path) {
  using synfire::DataType;
  using synfire::fuzz::expect_result_or_failure;
  for (const DataType element : {DataType::int8, DataType::float32}) {
    expect_result_or_failure([&] { synfire::read_samples(path, element, {2, 3}); });
    expect_result_or_failure([&] { synfire::read_samples(path, element, {2, 3}, 1); });
    expect_result_or_failure([&] { synfire::read_rows(path, element, 6); });
  }
  expect_result_or_failure([&] { synfire::read_labels(path); });
}

}  // namespace

// The first byte chooses the file's name, which tells readers the format.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const char* name = kNames[data[0] % kNames.size()];
  read_every_way(synfire::fuzz::file_of({data + 1, size - 1}, name));
  return 0;
}
