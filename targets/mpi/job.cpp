#include "targets/mpi/job.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>

#include "core/base/diagnostics.h"
#include "targets/mpi/module/module.h"

namespace synfire {
namespace {

/// How many ranks Open MPI's, PMIx's or another MPI's starter says there are; 1 without one.
std::size_t ranks_started() {
  for (const char* const name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_SIZE"})
    if (const char* const value = std::getenv(name)) return std::strtoul(value, nullptr, 10);
  // Slurm's PMIx tells the number of ranks to MPI only.
  return std::getenv("PMIX_RANK") != nullptr ? 2 : 1;
}

/// The loaded module; null, with `reason`, when there is none.
void* load(std::string& reason) {
#ifdef SYNFIRE_MPI_MODULE
  std::error_code ignored;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  // Where it is built, and where it is installed.
  for (const auto& place : {folder, folder / SYNFIRE_MPI_MODULE_FOLDER}) {
    const auto path = place / SYNFIRE_MPI_MODULE;
    if (!std::filesystem::exists(path, ignored)) continue;
    // MPI's own modules look for its symbols among the global ones.
    if (void* const module = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL)) return module;
    reason = dlerror();
    return nullptr;
  }
  reason = std::string("its module " SYNFIRE_MPI_MODULE " is not beside the program");
#else
  reason = "this synfire was built without MPI";
#endif
  return nullptr;
}

template <typename Function>
Function* function_of(void* module, const char* name) {
  return reinterpret_cast<Function*>(dlsym(module, name));
}

[[noreturn]] void fail_to_join(const std::string& reason) {
  fail(Code::ranks_unavailable, "mpirun", "the ranks cannot join: " + reason,
       "start it without mpirun, or see `synfire doctor`");
}

}  // namespace

std::unique_ptr<Job> join_job() {
  const std::size_t ranks = ranks_started();
  if (ranks <= 1) return nullptr;
  std::string reason;
  void* const module = load(reason);
  if (module == nullptr) fail_to_join(reason);
  auto* const join = function_of<decltype(synfire_join_job)>(module, "synfire_join_job");
  if (join == nullptr) fail_to_join("its module is not of this version");
  std::unique_ptr<Job> job(join());
  if (job->exchange().ranks() > 1 || std::getenv("PMIX_RANK") != nullptr) return job;
  fail_to_join("they were started by another MPI than " + mpi_support());
}

std::string mpi_support() {
  std::string reason;
  void* const module = load(reason);
  if (module == nullptr) return reason;
  auto* const library = function_of<decltype(synfire_mpi_library)>(module, "synfire_mpi_library");
  return library == nullptr ? "its module is not of this version" : library();
}

}  // namespace synfire
