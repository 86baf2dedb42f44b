#include "core/io/recording_report.h"
#include "fuzz_input.h"

// Whatever is read can also be drawn, in every kind.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto path = synfire::fuzz::file_of({data, size}, "fuzz.h5");
  synfire::fuzz::expect_result_or_failure([&] {
    const synfire::Recording recording = synfire::read_recording(path);
    synfire::to_html(synfire::recording_report(recording, view_of(recording, {}), {}, {}));
  });
  return 0;
}
