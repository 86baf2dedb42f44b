// The smallest PNG writer: 8-bit grey images, for small pictures inside reports.
#pragma once

#include <string>

#include "core/io/svg.h"

namespace synfire::svg {

/// The file's bytes; "" when the image has no pixels or their number is not width x height.
std::string to_png(const GreyImage& image);
/// "data:image/png;base64,..."
std::string to_data_uri(const std::string& png);

}  // namespace synfire::svg
