// What `bench` keeps of the spikes: statistics for comparison with other simulators, and a picture.
#pragma once

#include <string>

#include "cli/verb.h"
#include "core/io/svg.h"
#include "core/net/network.h"
#include "targets/cpu/bench.h"

namespace synfire {

/// By population: rate, published rate where there is one, CV of ISI, correlation.
Json statistics_json(const BenchResult& result, const Network& network);
std::string statistics_text(const BenchResult& result, const Network& network);

Recording bench_recording(const BenchResult& result, const Network& network);
/// The raster of its first 500 ms.
std::string bench_raster(const Recording& recording, const std::string& title);

}  // namespace synfire
