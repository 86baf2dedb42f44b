# Whole-tree checks. Builds are tests too, so that one that breaks is a line in the summary; they
# run alone because each of them uses every core.
set(check ${CMAKE_CURRENT_SOURCE_DIR}/check)

synfire_script_test(check.format check ${check}/format.sh)
synfire_script_test(check.layers check ${check}/layers.sh)

function(synfire_build_test preset)
  add_test(NAME build.${preset} COMMAND ${check}/build.sh ${preset} ${ARGN})
  set_tests_properties(build.${preset} PROPERTIES LABELS check TIMEOUT 1500 RUN_SERIAL ON
    FIXTURES_SETUP ${preset})
endfunction()

function(synfire_nested_test preset)
  add_test(NAME tests.${preset} COMMAND ${CMAKE_CTEST_COMMAND}
    --test-dir ${PROJECT_SOURCE_DIR}/build/${preset} --output-on-failure --no-tests=error ${ARGN})
  set_tests_properties(tests.${preset} PROPERTIES LABELS check TIMEOUT 1200 RUN_SERIAL ON
    FIXTURES_REQUIRED ${preset} ENVIRONMENT "UBSAN_OPTIONS=print_stacktrace=1")
endfunction()

cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
synfire_build_test(asan-ubsan)
# Whole models are for the fast build: sanitizers see every operator in the small cases. cli.files
# limits the address space, which the sanitizer's shadow memory does not survive; kernels, ranks and
# simd run what others run, on more instruction sets and processes; tests of firmware are mostly the work of
# C compilers, and the fast build's compile what is generated with sanitizers; help asks every verb; examples
# and docs run for long what unit tests run for a moment, threads are TSan's.
synfire_nested_test(asan-ubsan -L "unit|cli" -E "Shared|TfliteLenet|_models|Firmware|cli.(checkpoint_sweep|coded_|event_|examples_|experiment_docs|files|firmware_|help|kernels|keyword_|packages|ranks|reward|simd|threads)|-mcu" -j ${cores})
# TSan sees the program at work on several threads.
synfire_build_test(tsan --target synfire_cli)
synfire_nested_test(tsan -R cli.threads)

# The library as others use it: installed, and as a part of their own build.
set(prefix ${CMAKE_CURRENT_BINARY_DIR}/consumer/prefix)
add_test(NAME install COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --prefix ${prefix})
set_tests_properties(install PROPERTIES LABELS check FIXTURES_SETUP installed)

function(synfire_consumer_test kind)
  add_test(NAME consumer.${kind} COMMAND ${CMAKE_CTEST_COMMAND}
    --build-and-test ${CMAKE_CURRENT_SOURCE_DIR}/consumer/${kind}
    ${CMAKE_CURRENT_BINARY_DIR}/consumer/${kind}
    --build-generator ${CMAKE_GENERATOR} --build-target consumer
    --build-options -DCMAKE_BUILD_TYPE=Debug ${ARGN} --test-command consumer)
  set_tests_properties(consumer.${kind} PROPERTIES LABELS check TIMEOUT 1200 RUN_SERIAL ON)
endfunction()
synfire_consumer_test(find_package -DCMAKE_PREFIX_PATH=${prefix})
set_tests_properties(consumer.find_package PROPERTIES FIXTURES_REQUIRED installed)
# A whole build more each, so only tests/nightly.sh asks for them.
option(SYNFIRE_NIGHTLY_CHECKS "Also fuzz, and build the library as a part of another build" OFF)
if(SYNFIRE_NIGHTLY_CHECKS)
  synfire_consumer_test(add_subdirectory)
  synfire_build_test(fuzz --target synfire_fuzzers)
  file(GLOB fuzzers CONFIGURE_DEPENDS fuzz/fuzz_*.cpp)
  foreach(fuzzer IN LISTS fuzzers)
    cmake_path(GET fuzzer STEM stem)
    add_test(NAME ${stem} COMMAND ${check}/fuzz.sh ${stem} ${SYNFIRE_FUZZ_SECONDS})
    math(EXPR limit "${SYNFIRE_FUZZ_SECONDS} + 120")
    set_tests_properties(${stem} PROPERTIES LABELS check TIMEOUT ${limit} FIXTURES_REQUIRED fuzz)
  endforeach()
endif()
