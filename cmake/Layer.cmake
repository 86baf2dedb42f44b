# Layers, registries and the one library made of them.

add_library(synfire_options INTERFACE)
target_compile_features(synfire_options INTERFACE cxx_std_20)
target_include_directories(synfire_options INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>
  $<INSTALL_INTERFACE:include/synfire>)
target_include_directories(synfire_options SYSTEM INTERFACE $<BUILD_INTERFACE:${RANDOM123_INCLUDE_DIR}>)
# Contraction off: the same sums on every instruction set.
target_compile_options(synfire_options INTERFACE $<BUILD_INTERFACE:-ffp-contract=off>)
# Warnings are for those who work on this tree, not for builds that it is a part of.
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(synfire_options INTERFACE
    $<BUILD_INTERFACE:-Wall -Wextra -Wconversion -Wshadow>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 warns of overlaps in "literal" + string that cannot be (GCC bug 105651).
    target_compile_options(synfire_options INTERFACE $<BUILD_INTERFACE:-Wno-restrict>)
  endif()
endif()
if(SYNFIRE_WERROR)
  target_compile_options(synfire_options INTERFACE $<BUILD_INTERFACE:-Werror>)
endif()
if(SYNFIRE_SANITIZE)
  # Two sets of vectors and no vectors show what there is to see; the others take time to compile.
  target_compile_options(synfire_options INTERFACE
    -fsanitize=${SYNFIRE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    -DSYNFIRE_SANITIZED=1 "-DHWY_DISABLED_TARGETS=(HWY_SSSE3|HWY_SSE4|HWY_AVX3_DL)")
  if(SYNFIRE_SANITIZE_WITHOUT)
    # A third of the time to compile. The address sanitizer sees wild pointers; the fuzzers, at night,
    # have all checks.
    target_compile_options(synfire_options INTERFACE -fno-sanitize=${SYNFIRE_SANITIZE_WITHOUT})
  endif()
  target_link_options(synfire_options INTERFACE -fsanitize=${SYNFIRE_SANITIZE})
endif()

# synfire_sanitize(<target> <layer>): leaves out layers that SYNFIRE_SANITIZE_LAYERS, where it is set,
# does not name.
function(synfire_sanitize target layer)
  if(SYNFIRE_SANITIZE_LAYERS AND NOT layer IN_LIST SYNFIRE_SANITIZE_LAYERS)
    target_compile_options(${target} PRIVATE -fno-sanitize=all -O0)
  endif()
endfunction()

# The standard headers that nearly every file includes are most of its compile time.
set(SYNFIRE_COMMON_HEADERS <algorithm> <array> <cmath> <cstdint> <filesystem> <functional> <map>
  <memory> <optional> <span> <string> <string_view> <variant> <vector>)

# synfire_layer(<name> FOLDER <folder> MORE <folders...> LINK <public...> PRIVATE_LINK <private...>)
# An object library of every source in the folder, its common/ folder and those of MORE in it.
function(synfire_layer name)
  cmake_parse_arguments(arg "" "FOLDER" "MORE;LINK;PRIVATE_LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${arg_FOLDER}/*.cpp ${arg_FOLDER}/common/*.cpp)
  foreach(folder IN LISTS arg_MORE)
    file(GLOB more CONFIGURE_DEPENDS ${arg_FOLDER}/${folder}/*.cpp)
    list(APPEND sources ${more})
  endforeach()
  add_library(synfire_${name} OBJECT ${sources})
  set_target_properties(synfire_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(synfire_${name} PUBLIC synfire_options ${arg_LINK} PRIVATE ${arg_PRIVATE_LINK})
  target_precompile_headers(synfire_${name} PRIVATE ${SYNFIRE_COMMON_HEADERS})
  synfire_sanitize(synfire_${name} ${name})
endfunction()

# synfire_registry(<layer> <function> <type> <header> <suffix> <folder> [<pattern>])
# Every folder/<name>.cpp (or every file of the pattern) defines `const <type> <name><suffix>`; the
# list of them is generated, so that adding a file is all it takes to add a thing.
function(synfire_registry layer function type header suffix folder)
  set(pattern "*.cpp")
  if(ARGC GREATER 6)
    set(pattern ${ARGV6})
  endif()
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/${pattern})
  set(declarations "")
  set(entries "")
  foreach(file IN LISTS files)
    cmake_path(GET file STEM stem)
    string(APPEND declarations "extern const ${type} ${stem}${suffix};\n")
    string(APPEND entries "    &${stem}${suffix},\n")
  endforeach()
  list(LENGTH files count)
  set(REGISTRY_FUNCTION ${function})
  set(REGISTRY_TYPE ${type})
  set(REGISTRY_HEADER ${header})
  set(REGISTRY_COUNT ${count})
  set(REGISTRY_DECLARATIONS ${declarations})
  set(REGISTRY_ENTRIES ${entries})
  set(output ${PROJECT_BINARY_DIR}/generated/${folder}/${function}_registry.cpp)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/registry.cpp.in ${output} @ONLY)
  target_sources(synfire_${layer} PRIVATE ${output})
endfunction()

# The one library that is installed, made of the layers' objects.
function(synfire_library)
  set(objects "")
  foreach(layer IN LISTS ARGN)
    list(APPEND objects $<TARGET_OBJECTS:synfire_${layer}>)
  endforeach()
  add_library(synfire ${objects})
  add_library(synfire::synfire ALIAS synfire)
  target_link_libraries(synfire PUBLIC synfire_options
    PRIVATE hdf5::hdf5 OpenSSL::Crypto ZLIB::ZLIB Threads::Threads fmt::fmt hwy::hwy ${CMAKE_DL_LIBS})
endfunction()
