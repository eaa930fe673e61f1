# How a test is made: negodbc_add_test(NAME SOURCES... LIBS... [REALM] [TIMED] [SERIAL] [EVERYWHERE] [COST n] [LABELS...]
#   [ARGS...])
#   REALM   the program is run inside a private realm (tests/realm): its environment names the KDC,
#           the PostgreSQL server, the tickets and the ODBC ini files.
#   TIMED   it looks at the clock, and waits more than it computes: a processor is kept for it; others are run three to one.
#   SERIAL  nothing else runs beside it, because it measures.
#   COST    seconds that it takes, where it is among the longest: those begin first.
#   LABELS  ctest -N -L LABEL lists them:
#     unit      needs no realm (given where REALM is not)
#     realm     runs inside a realm (given by REALM)
#     clients   programs of others on the driver; packaging/check quick leaves them out, and oracle, fault, long, slow
#     oracle    what the driver says beside what another says of the same
#     fault     faults that are injected
#     slow      waits as long as its subject does, or keeps the machine to itself for long
#     contract, auth   the plugin's
#     windows   in a build for Windows, all of them
#     long      goes on for NEGODBC_LONG_SECONDS by its own watch (60 when that is not set); not under a sanitizer,
#               unless it says EVERYWHERE
if(CMAKE_CROSSCOMPILING)
  # No package of it for the other system: built from the sources that the package for this one has.
  set(INSTALL_GTEST OFF)
  set(joined ${CMAKE_UNITY_BUILD})
  set(CMAKE_UNITY_BUILD OFF)
  add_subdirectory(/usr/src/googletest ${CMAKE_BINARY_DIR}/googletest EXCLUDE_FROM_ALL)
  set(CMAKE_UNITY_BUILD ${joined})
  foreach(part gtest gtest_main gmock)
    target_compile_options(${part} PRIVATE -w -O0)
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
# A process with threads sleeps at its end, so that what they do then is seen: a tenth of the second that it would.
set(NEGODBC_TSAN_OPTIONS
  "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/sanitizers/tsan.supp:halt_on_error=1:atexit_sleep_ms=100")
set(NEGODBC_TEST_ENVIRONMENT
  "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/sanitizers/lsan.supp:print_suppressions=0"
  ${NEGODBC_TSAN_OPTIONS}
  "UBSAN_OPTIONS=print_stacktrace=1")

# A test tells its lines itself; in a debugger it is looked at in the preset debug, and under a sanitizer the report has them.
set(NEGODBC_TEST_OPTIONS -O0)
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" AND NOT NEGODBC_SANITIZE)
  list(APPEND NEGODBC_TEST_OPTIONS -g0)
endif()
# Before each use of a pointer a look whether it is null or crooked: a fifth of what compiling a test takes. AddressSanitizer
# tells of the null one anyway, and what is tested is compiled with all checks.
if(NEGODBC_SANITIZE MATCHES "address.*undefined")
  list(APPEND NEGODBC_TEST_OPTIONS -fno-sanitize=null,alignment,object-size,vptr)
endif()

# What is the same in every realm is made once a build.
list(APPEND NEGODBC_TEST_ENVIRONMENT "NEGODBC_REALM_TEMPLATES=${CMAKE_BINARY_DIR}/realm")

# negodbc_register_test(NAME command... ) with the same words: for scripts.
function(negodbc_register_test)
  cmake_parse_arguments(T "REALM;TIMED;SERIAL;EVERYWHERE" "NAME;TIMEOUT;COST" "COMMAND;LABELS;ENVIRONMENT" ${ARGN})
  if(NEGODBC_SANITIZE AND "long" IN_LIST T_LABELS AND NOT T_EVERYWHERE)
    return()
  endif()
  if(T_REALM)
    list(APPEND T_LABELS realm)
    set(T_COMMAND ${NEGODBC_REALM} run --driver $<TARGET_FILE:negodbc> -- ${T_COMMAND})
    set(asan "${NEGODBC_ASAN_OPTIONS}")
  else()
    set(asan "${NEGODBC_ASAN_OPTIONS}:strict_string_checks=1")
  endif()
  if(NOT "realm" IN_LIST T_LABELS)
    list(APPEND T_LABELS unit)
  endif()
  if(WIN32)
    list(APPEND T_LABELS windows)
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 300)
    if(NEGODBC_SANITIZE MATCHES thread)
      set(T_TIMEOUT 600)  # a third of the speed
    endif()
  endif()
  add_test(NAME ${T_NAME} COMMAND ${T_COMMAND})
  set_tests_properties(${T_NAME} PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}"
    ENVIRONMENT "${asan};${NEGODBC_TEST_ENVIRONMENT};${T_ENVIRONMENT}")
  if(T_COST)
    set_tests_properties(${T_NAME} PROPERTIES COST ${T_COST})
  endif()
  if(T_TIMED)
    set_tests_properties(${T_NAME} PROPERTIES PROCESSORS 3)
  endif()
  if(T_SERIAL)
    set_tests_properties(${T_NAME} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()

# What tests are compiled with: without optimisation, since they are compiled more often than run, and what nearly all of
# them include is read once. Sources that are joined (CMAKE_UNITY_BUILD) all are, as a test is changed more seldom than built.
function(negodbc_compile_as_test target)
  target_compile_options(${target} PRIVATE ${NEGODBC_TEST_OPTIONS})
  set_target_properties(${target} PROPERTIES UNITY_BUILD_BATCH_SIZE 24)
  target_precompile_headers(${target} REUSE_FROM negodbc_test_headers)
  negodbc_is_not_handed_out(${target})
endfunction()

# (A program for another system runs in its emulator.)
function(negodbc_add_test)
  cmake_parse_arguments(T "REALM;TIMED;SERIAL;EVERYWHERE" "NAME;TIMEOUT;COST" "SOURCES;LIBS;LABELS;ARGS;ENVIRONMENT" ${ARGN})
  if(WIN32 AND T_NAME IN_LIST NEGODBC_TESTS_NOT_ON_WINDOWS)
    return()
  endif()
  add_executable(${T_NAME} ${T_SOURCES})
  negodbc_compile_as_test(${T_NAME})
  target_link_libraries(${T_NAME} PRIVATE ${T_LIBS} negodbc_test_support
    GTest::gmock GTest::gtest GTest::gtest_main)
  set(words "")
  foreach(word REALM TIMED SERIAL EVERYWHERE)
    if(T_${word})
      list(APPEND words ${word})
    endif()
  endforeach()
  if(T_REALM)
    add_dependencies(${T_NAME} negodbc negodbc_auth)
  endif()
  negodbc_register_test(NAME ${T_NAME} ${words} TIMEOUT ${T_TIMEOUT} COST ${T_COST} LABELS ${T_LABELS}
    ENVIRONMENT ${T_ENVIRONMENT} COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:${T_NAME}> ${T_ARGS})
endfunction()
