#include <array>

#include "core/io/event_folder.h"
#include "core/io/samples.h"
#include "encoders/stage.h"
#include "fuzz_input.h"

namespace {

constexpr std::array kNames{"fuzz.npy", "fuzz-idx3-ubyte", "fuzz-idx3-ubyte.gz",
                            "fuzz.csv", "fuzz.bin",        "fuzz.h5"};

/// As one recording and as many, and as a table of recordings, with every format that may do.
void read_events(const std::filesystem::path& path) {
  using synfire::fuzz::expect_result_or_failure;
  for (const synfire::SourceInfo* const source : synfire::sources())
    expect_result_or_failure([&] {
      if (source->read != nullptr) source->read(path, {2, 34, 34});
      if (source->open == nullptr) return;
      const auto events = source->open(path, {700});
      for (std::size_t i = 0; i < events->samples(); ++i) events->read(i);
    });
  expect_result_or_failure([&] {
    const std::filesystem::path folder = path.parent_path();
    if (synfire::lists_recordings(path, folder, synfire::sources()))
      synfire::open_events(folder, {2, 34, 34}, synfire::sources(), path);
  });
}

void read_every_way(const std::filesystem::path& path) {
  using synfire::DataType;
  using synfire::fuzz::expect_result_or_failure;
  for (const DataType element : {DataType::int8, DataType::float32}) {
    expect_result_or_failure([&] { synfire::read_samples(path, element, {2, 3}); });
    expect_result_or_failure([&] { synfire::read_samples(path, element, {2, 3}, 1); });
    expect_result_or_failure([&] { synfire::read_rows(path, element, 6); });
  }
  expect_result_or_failure([&] { synfire::read_labels(path); });
  read_events(path);
}

}  // namespace

// The first byte chooses the file's name, which tells readers the format.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const char* name = kNames[data[0] % kNames.size()];
  read_every_way(synfire::fuzz::file_of({data + 1, size - 1}, name));
  return 0;
}
