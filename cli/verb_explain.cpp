#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cli/arguments.h"
#include "cli/catalogue.h"
#include "cli/verb.h"

namespace synfire {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void add_entry(const CatalogueSection& section, const CatalogueEntry& entry, Outcome& outcome) {
  Json item{{"kind", section.singular}, {"name", entry.name}, {"summary", entry.summary}};
  item.update(entry.detail);
  outcome.data["entries"].push_back(std::move(item));
  if (!outcome.text.empty()) outcome.text += '\n';
  outcome.text +=
      fmt::format("{} ({}): {}\n{}", entry.name, section.singular, entry.summary, entry.text);
}

std::vector<std::string> explainable_names() {
  std::vector<std::string> names;
  for (const CatalogueSection& section : catalogue())
    for (const CatalogueEntry& entry : section.entries()) names.push_back(entry.name);
  return names;
}

/// A name may be in two sections: `rate` may be an encoder and a coding. All are shown.
Outcome run(const Arguments& arguments, Session&) {
  const std::string name = arguments.text("NAME");
  Outcome outcome;
  outcome.data["entries"] = Json::array();
  for (const CatalogueSection& section : catalogue())
    for (const CatalogueEntry& entry : section.entries())
      if (lower(entry.name) == lower(name)) add_entry(section, entry, outcome);
  if (outcome.text.empty()) {
    const std::string near = suggestion(name, explainable_names());
    fail(Code::unknown_name, "synfire explain", "nothing is named '" + name + "'",
         near.empty() ? "`synfire list` shows every name" : near);
  }
  return outcome;
}

}  // namespace

extern const Verb verb_explain{
    .name = "explain",
    .summary =
        "explain a message code, neuron model, synapse, plasticity rule, task, encoder, decoder, "
        "source or coding",
    .examples = {"synfire explain E0205", "synfire explain radix"},
    .options = {},
    .arguments = {{"NAME", "a code such as E0205, or a name of `synfire list`", ValueKind::text}},
    .run = run,
};

}  // namespace synfire
