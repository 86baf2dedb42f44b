#include "cli/arguments.h"
#include "cli/model_info.h"
#include "cli/network_file.h"
#include "cli/verb.h"

namespace synfire {
namespace {

Outcome run(const Arguments& arguments, Session&) {
  const std::filesystem::path path = arguments.text("FILE");
  return model_format_of(path) == ModelFormat::tflite ? tflite_info(path) : nir_info(path);
}

}  // namespace

extern const Verb verb_info{
    .name = "info",
    .summary = "show what is in a model or network and what of it converts or runs",
    .examples = {"synfire info kws.tflite", "synfire info kws.nir --json"},
    .options = {},
    .arguments = {{"FILE", "a .tflite model or a .nir network, told apart by content"}},
    .run = run,
};

}  // namespace synfire
