// The one place where JSON values are compiled.
#include "cli/verb.h"

template class nlohmann::basic_json<nlohmann::ordered_map>;
