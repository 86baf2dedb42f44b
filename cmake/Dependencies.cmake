# Every third-party package, all from Debian 12; see docs/build.md for the reasons.
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(Flatbuffers QUIET CONFIG)
find_package(Eigen3 3.3 REQUIRED NO_MODULE)
find_package(fmt REQUIRED)
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(spdlog REQUIRED)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(hwy REQUIRED)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
find_program(FLATC_EXECUTABLE flatc REQUIRED)
find_path(FLATBUFFERS_INCLUDE_DIR flatbuffers/flatbuffers.h REQUIRED)

if(NOT TARGET hdf5::hdf5)
  add_library(hdf5::hdf5 INTERFACE IMPORTED)
  target_include_directories(hdf5::hdf5 INTERFACE ${HDF5_INCLUDE_DIRS})
  target_link_libraries(hdf5::hdf5 INTERFACE ${HDF5_C_LIBRARIES})
endif()

# The TFLite schema is our own minimal description of the format; flatc makes the reader from it.
set(schema ${CMAKE_CURRENT_SOURCE_DIR}/converters/tflite/tflite.fbs)
set(schema_folder ${CMAKE_CURRENT_BINARY_DIR}/generated/converters/tflite)
add_custom_command(OUTPUT ${schema_folder}/tflite_generated.h
  COMMAND ${FLATC_EXECUTABLE} --cpp --scoped-enums -o ${schema_folder} ${schema}
  DEPENDS ${schema} COMMENT "flatc tflite.fbs")
add_custom_target(synfire_tflite_header DEPENDS ${schema_folder}/tflite_generated.h)
add_library(synfire_tflite_schema INTERFACE)
add_dependencies(synfire_tflite_schema synfire_tflite_header)
target_include_directories(synfire_tflite_schema SYSTEM INTERFACE
  ${CMAKE_CURRENT_BINARY_DIR}/generated ${FLATBUFFERS_INCLUDE_DIR})
