// `bench events`: events against whole maps, by activity.
#pragma once

#include "cli/session.h"
#include "cli/verb.h"

namespace synfire {

Outcome bench_events(const Session& session);

}  // namespace synfire
