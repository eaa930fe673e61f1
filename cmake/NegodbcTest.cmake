# How a test is made: negodbc_add_test(NAME SOURCES... LIBS... [REALM] [LABELS...] [ARGS...])
#   REALM   the program is run inside a private realm (tests/realm): its environment names the KDC,
#           the PostgreSQL server, the tickets and the ODBC ini files.
if(CMAKE_CROSSCOMPILING)
  # No package of it for the other system: built from the sources that the package for this one has.
  set(INSTALL_GTEST OFF)
  add_subdirectory(/usr/src/googletest ${CMAKE_BINARY_DIR}/googletest EXCLUDE_FROM_ALL)
  foreach(part gtest gtest_main gmock)
    target_compile_options(${part} PRIVATE -w)
    get_target_property(folders ${part} INTERFACE_INCLUDE_DIRECTORIES)
    set_target_properties(${part} PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${folders}")
  endforeach()
else()
  find_package(GTest REQUIRED)
endif()
find_program(NEGODBC_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
set(NEGODBC_REALM ${NEGODBC_PYTHON} ${PROJECT_SOURCE_DIR}/tests/realm/realm.py)

# The sanitizers' settings, for every test: findings in the GSSAPI libraries are named in tests/sanitizers.
# strict_string_checks only where those libraries are not: Heimdal's strndup() takes what is no string.
set(NEGODBC_ASAN_OPTIONS "ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1")
set(NEGODBC_TEST_ENVIRONMENT
  "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/sanitizers/lsan.supp:print_suppressions=0"
  "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/sanitizers/tsan.supp:halt_on_error=1"
  "UBSAN_OPTIONS=print_stacktrace=1")

# negodbc_register_test(NAME command... ) with the same REALM, LABELS: for scripts.
function(negodbc_register_test)
  cmake_parse_arguments(T "REALM" "NAME;TIMEOUT" "COMMAND;LABELS;ENVIRONMENT" ${ARGN})
  if(T_REALM)
    list(APPEND T_LABELS realm)
    set(driver --driver $<TARGET_FILE:negodbc>)
    set(T_COMMAND ${NEGODBC_REALM} run ${driver} -- ${T_COMMAND})
  endif()
  if(T_REALM)
    set(asan "${NEGODBC_ASAN_OPTIONS}")
  else()
    set(asan "${NEGODBC_ASAN_OPTIONS}:strict_string_checks=1")
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 300)
  endif()
  add_test(NAME ${T_NAME} COMMAND ${T_COMMAND})
  set_tests_properties(${T_NAME} PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}"
    ENVIRONMENT "${asan};${NEGODBC_TEST_ENVIRONMENT};${T_ENVIRONMENT}")
endfunction()

# (A program for another system runs in its emulator.)
function(negodbc_add_test)
  cmake_parse_arguments(T "REALM" "NAME;TIMEOUT" "SOURCES;LIBS;LABELS;ARGS;ENVIRONMENT" ${ARGN})
  if(WIN32 AND T_NAME IN_LIST NEGODBC_TESTS_NOT_ON_WINDOWS)
    return()
  endif()
  add_executable(${T_NAME} ${T_SOURCES})
  target_link_libraries(${T_NAME} PRIVATE ${T_LIBS} negodbc_test_support
    GTest::gmock GTest::gtest GTest::gtest_main)
  set(realm "")
  if(T_REALM)
    set(realm REALM)
    add_dependencies(${T_NAME} negodbc negodbc_auth)
  endif()
  negodbc_register_test(NAME ${T_NAME} ${realm} TIMEOUT ${T_TIMEOUT} LABELS ${T_LABELS}
    ENVIRONMENT ${T_ENVIRONMENT} COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:${T_NAME}> ${T_ARGS})
endfunction()
