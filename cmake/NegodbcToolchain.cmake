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

if(NEGODBC_SANITIZE)
  add_compile_options(-fsanitize=${NEGODBC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${NEGODBC_SANITIZE})
endif()

# Joined sources (CMAKE_UNITY_BUILD): a room's files, some in one compiler's run, so that what they include is read once.
# Names that only one of two files shadows, and classes of what is a file's own, are no faults of the single file.
if(CMAKE_UNITY_BUILD)
  add_compile_options(-Wno-shadow $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>)
endif()

# A source that reads the command line and does nothing else: CLI11's templates take the optimiser longer than the program
# will ever run in them.
function(negodbc_is_command_line source)
  set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS -O0)
endfunction()
