// How far curves of a sweep are from points that others have measured, for `plot --against`.
#pragma once

#include <string>
#include <vector>

#include "cli/verb.h"
#include "core/io/picture.h"

namespace synfire {

/// How far a curve of a sweep is from the points that it is compared with.
struct Distance {
  std::string result, curve;
  CurvePoints points;
};

/// None without points or a sweep. Throws what sweep_curves() and compare() throw.
std::vector<Distance> distances_of(const RecordingView& view, const PictureOptions& options);

Json to_json(const std::vector<Distance>& distances);
/// A table, with a row for all points where there are several curves; "" of none.
std::string to_text(const std::vector<Distance>& distances);

}  // namespace synfire
