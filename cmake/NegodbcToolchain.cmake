# What every target is compiled with: C++20, hidden symbols, warnings as errors, sanitizers by option (NegodbcSanitizers.cmake).
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

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual -Wformat=2 -Wundef -Werror
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast>)

# GCC looks for what it may forget when its memory has grown to 128 MB, which it has as soon as the tests' headers are
# read. From half a gigabyte on is early enough, and saves a fifteenth of the time.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_compile_options(--param=ggc-min-heapsize=524288)
endif()

include(NegodbcSanitizers)

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

# A program that nobody gets is linked by lld, where there is one: a quarter of the time, for Windows a thirtieth.
find_program(NEGODBC_LLD ld.lld)
function(negodbc_is_not_handed_out target)
  if(NEGODBC_LLD AND MINGW AND CMAKE_CROSSCOMPILING)
    set(wrapper ${PROJECT_SOURCE_DIR}/cmake/windows/link_with_lld)
    target_link_options(${target} PRIVATE "SHELL:-wrapper \"${wrapper}\"")
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${wrapper})
  elseif(NEGODBC_LLD AND NOT WIN32 AND NOT APPLE)
    target_link_options(${target} PRIVATE -fuse-ld=lld)
  endif()
endfunction()

# A program or library whose work nobody waits for or measures, or that waits for another: it is compiled more often than run.
function(negodbc_is_unoptimized)
  foreach(target ${ARGN})
    target_compile_options(${target} PRIVATE -O0)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL EXECUTABLE)
      negodbc_is_not_handed_out(${target})
    endif()
  endforeach()
endfunction()

# A source that reads the command line and does nothing else: CLI11's templates take the optimiser longer than the program
# will ever run in them.
function(negodbc_is_command_line source)
  set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS -O0)
endfunction()
