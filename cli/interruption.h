// What happens at Ctrl-C: the program ends with status 130 and leaves no partial output.
#pragma once

#include <filesystem>

namespace synfire {

/// Ends the program at SIGINT (status 130) or SIGTERM (143) unless outputs are being written.
void watch_interruptions(bool json);

/// This process is a rank of a job: rank 0 tells of an interruption, the others are silent.
void interruption_of_rank(std::size_t rank);

/// From here on the first SIGINT or SIGTERM only makes `interruption_asked` true; the next one ends
/// the program.
void defer_interruptions();
bool interruption_asked();

/// From here on outputs are being written, and an interruption waits for them. Never returns when
/// an interruption came first.
void begin_writing();

/// A folder that an interruption takes along.
void remove_when_interrupted(std::filesystem::path folder);
/// Removes such a folder now; not while an interruption does.
void remove_folder(const std::filesystem::path& folder);

}  // namespace synfire
