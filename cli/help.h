// Help texts, made of the verbs' tables.
#pragma once

#include <string>

#include "cli/verb.h"

namespace synfire {

std::string program_help();
std::string verb_help(const Verb& verb);
/// "synfire run NETWORK --input X [options]"
std::string usage(const Verb& verb);
/// "-o, --output FILE"
std::string option_names(const OptionInfo& option);
/// Its meaning and its choices.
std::string argument_meaning(const ArgumentInfo& argument);
/// Its meaning with choices, range and default.
std::string option_meaning(const OptionInfo& option);

}  // namespace synfire
