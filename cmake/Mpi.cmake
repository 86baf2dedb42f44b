# The module that ranks talk through: all there is of MPI, loaded under mpirun only, so that neither
# the program nor the library needs it.
option(SYNFIRE_MPI "Build the module for mpirun, where MPI is found" ON)
if(SYNFIRE_MPI)
  find_package(MPI QUIET COMPONENTS C)
  if(NOT MPI_C_FOUND)
    message(STATUS "MPI was not found: synfire will run on one rank only")
  endif()
endif()

function(synfire_mpi_module)
  if(NOT SYNFIRE_MPI OR NOT MPI_C_FOUND)
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/targets/mpi/module/*.cpp)
  add_library(synfire_mpi_module MODULE ${sources})
  set_target_properties(synfire_mpi_module PROPERTIES
    OUTPUT_NAME synfire_mpi LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  target_link_libraries(synfire_mpi_module PRIVATE synfire_options MPI::MPI_C)
  target_compile_definitions(synfire_mpi_module PRIVATE OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
  include(GNUInstallDirs)
  file(RELATIVE_PATH folder ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR}/synfire)
  target_compile_definitions(synfire_mpi PRIVATE
    SYNFIRE_MPI_MODULE="$<TARGET_FILE_NAME:synfire_mpi_module>"
    SYNFIRE_MPI_MODULE_FOLDER="${folder}")
endfunction()
