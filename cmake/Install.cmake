# The binary, the static library, its headers and its CMake package.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

option(SYNFIRE_INSTALL "Install rules" ${PROJECT_IS_TOP_LEVEL})
if(NOT SYNFIRE_INSTALL)
  return()
endif()

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/synfire)

if(TARGET synfire_cli)
  install(TARGETS synfire_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET synfire_mpi_module)
  install(TARGETS synfire_mpi_module LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/synfire)
endif()
install(TARGETS synfire synfire_options EXPORT synfireTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT synfireTargets NAMESPACE synfire:: DESTINATION ${package_folder})

# Headers keep their folders below include/synfire, which is itself on the include path: installed
# code and code of this tree say #include "core/net/network.h" alike.
foreach(folder core neurons encoders converters targets)
  install(DIRECTORY ${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/synfire
    FILES_MATCHING PATTERN "*.h" PATTERN "*.def" PATTERN "mcu" EXCLUDE PATTERN "module" EXCLUDE)
endforeach()

configure_package_config_file(cmake/synfireConfig.cmake.in synfireConfig.cmake
  INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(synfireConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/synfireConfig.cmake ${PROJECT_BINARY_DIR}/synfireConfigVersion.cmake
  DESTINATION ${package_folder})
install(FILES LICENSE README.md VERSION DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
