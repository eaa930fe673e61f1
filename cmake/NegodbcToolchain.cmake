# What every target is compiled with: C++20, hidden symbols, warnings as errors, sanitizers by option.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(NEGODBC_SANITIZE "" CACHE STRING "Sanitizers for everything that is built, as in -fsanitize=")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual -Wformat=2 -Wundef -Werror
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast>)

# GCC looks for what it may forget when its memory has grown to 128 MB, which it has as soon as the tests' headers are
# read. From half a gigabyte on is early enough, and saves a fifteenth of the time.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_compile_options(--param=ggc-min-heapsize=524288)
endif()

if(NEGODBC_SANITIZE)
  add_compile_options(-fsanitize=${NEGODBC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${NEGODBC_SANITIZE})
endif()

# The same sources have been looked at by the same compiler where there is no sanitizer: a tenth of the time.
if(NEGODBC_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_compile_options(-w)
  add_link_options(-fuse-ld=lld)
endif()

# The sanitizer's run time, to be loaded before programs that were not built with it.
set(NEGODBC_SANITIZER_RUNTIME "")
if(NOT NEGODBC_SANITIZE MATCHES fuzzer AND NEGODBC_SANITIZE MATCHES "(address|thread)")
  string(SUBSTRING ${CMAKE_MATCH_1} 0 1 letter)
  set(runtime lib${letter}san.so)
  if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    if(letter STREQUAL t)
      message(FATAL_ERROR "clang 14's run time of the thread sanitizer ends when it is loaded as a library: take GCC")
    endif()
    set(runtime libclang_rt.asan-${CMAKE_SYSTEM_PROCESSOR}.so)
  endif()
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${runtime}
    OUTPUT_VARIABLE NEGODBC_SANITIZER_RUNTIME OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  # Clang links it into programs unless it is told otherwise, and has no name for itself that GCC knows too.
  if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    cmake_path(GET NEGODBC_SANITIZER_RUNTIME PARENT_PATH folder)
    # lld: a quarter of the time, and what is built so is not handed out.
    add_link_options(-shared-libasan -Wl,-rpath,${folder} -fuse-ld=lld)
    add_compile_definitions(__SANITIZE_ADDRESS__)
    # As GCC does: else a program's own operator delete with a size is none that others call.
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsized-deallocation>)
  endif()
endif()

# Joined sources (CMAKE_UNITY_BUILD): a room's files, some in one compiler's run, so that what they include is read once.
# Names that only one of two files shadows, and classes of what is a file's own, are no faults of the single file.
if(CMAKE_UNITY_BUILD)
  add_compile_options(-Wno-shadow $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>)
endif()

# A module brings the C++ run time that it needs, a small part, instead of having libstdc++ loaded and its four thousand
# symbols looked up: half of what the loader has to do in a process that logs in once. Nothing C++ crosses a module's border.
include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_LINK_OPTIONS -static-libstdc++ -static-libgcc)
check_cxx_source_compiles("#include <string>\nint main(int, char** v) { return static_cast<int>(std::string(v[0]).size()); }"
  NEGODBC_CAN_OWN_RUNTIME)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
function(negodbc_has_own_runtime target)
  if(NEGODBC_CAN_OWN_RUNTIME AND NOT NEGODBC_SANITIZE AND NOT WIN32)
    target_link_options(${target} PRIVATE -static-libstdc++ -static-libgcc)
  endif()
endfunction()

# A program or library whose work nobody waits for or measures, or that waits for another: it is compiled more often than run.
function(negodbc_is_unoptimized)
  foreach(target ${ARGN})
    target_compile_options(${target} PRIVATE -O0)
  endforeach()
endfunction()

# A source that reads the command line and does nothing else: CLI11's templates take the optimiser longer than the program
# will ever run in them.
function(negodbc_is_command_line source)
  set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS -O0)
endfunction()
