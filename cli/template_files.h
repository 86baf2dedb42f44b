// The experiments of examples/, in the binary: what `synfire new` writes.
#pragma once

#include <span>
#include <string_view>

namespace synfire {

struct EmbeddedFile {
  std::string_view path;  // from the root of this tree
  std::string_view text;
};

std::span<const EmbeddedFile> embedded_files();

}  // namespace synfire
