// Everything that has a name: one view of the registries for `list`, `explain` and suggestions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/verb.h"

namespace synfire {

struct CatalogueEntry {
  std::string name;
  std::string summary;
  Json detail;       // parameters, equations, source ...
  std::string text;  // the same for people
};

struct CatalogueSection {
  std::string_view name;      // "models"
  std::string_view singular;  // "neuron model"
  std::vector<CatalogueEntry> (*entries)();
};

std::span<const CatalogueSection> catalogue();
std::vector<std::string> section_names();
std::vector<std::string> coding_names();

}  // namespace synfire
