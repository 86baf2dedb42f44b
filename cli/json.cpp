// The one place where JSON values are compiled.
#include <cmath>

#include "cli/verb.h"

template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace synfire {

Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(); }

}  // namespace synfire
