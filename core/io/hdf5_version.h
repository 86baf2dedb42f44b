#pragma once

#include <string>

namespace synfire {

/// "1.10.8", of the library that is loaded.
std::string hdf5_version();

}  // namespace synfire
