// Files of this tree that firmware is made of, in the binary (cmake/Embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace synfire::mcu {

struct EmbeddedFile {
  std::string_view path;  // from the root of this tree
  std::string_view text;
};

std::span<const EmbeddedFile> embedded_files();

}  // namespace synfire::mcu
