#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/catalogue.h"
#include "cli/table.h"
#include "cli/verb.h"

namespace synfire {
namespace {

void add_section(const CatalogueSection& section, Outcome& outcome) {
  std::vector<std::vector<std::string>> rows{{std::string(section.name), ""}};
  Json& list = outcome.data[std::string(section.name)] = Json::array();
  for (const CatalogueEntry& entry : section.entries()) {
    list.push_back({{"name", entry.name}, {"summary", entry.summary}});
    list.back().update(entry.detail);
    rows.push_back({"  " + entry.name, entry.summary});
  }
  if (!outcome.text.empty()) outcome.text += '\n';
  outcome.text += text_table(rows);
}

Outcome run(const Arguments& arguments, Session&) {
  const std::string wanted = arguments.text("SECTION");
  Outcome outcome;
  for (const CatalogueSection& section : catalogue())
    if (wanted.empty() || wanted == section.name) add_section(section, outcome);
  return outcome;
}

}  // namespace

extern const Verb verb_list{
    .name = "list",
    .summary =
        "list neuron and synapse models, plasticity rules, tasks, keys of experiments, encoders, "
        "decoders, sources, codings, message codes and file formats",
    .examples = {"synfire list", "synfire list codings --json"},
    .options = {},
    .arguments = {{"SECTION", "what to list, all without", ValueKind::choice, section_names,
                   false}},
    .run = run,
};

}  // namespace synfire
