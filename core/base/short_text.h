// Numbers in messages: "1.5", not "1.500000".
#pragma once

#include <cstdio>
#include <string>

namespace synfire {

inline std::string short_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.5g", value);
  return text;
}

}  // namespace synfire
