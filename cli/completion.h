// Shell completion and the man page, printed from the verbs' tables.
#pragma once

#include <string>

namespace synfire {

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();
std::string man_page();

}  // namespace synfire
