# The standard headers that nearly every source of a library includes, compiled once for all of them: a second of each
# compiler's run. Only where sources are joined: what is compiled by itself has to include what it needs.
function(negodbc_static_libraries folder result)
  get_directory_property(found DIRECTORY ${folder} BUILDSYSTEM_TARGETS)
  set(libraries "")
  foreach(target ${found})
    get_target_property(type ${target} TYPE)
    get_target_property(options ${target} COMPILE_OPTIONS)
    # What has been compiled with another level of optimisation is of no use to it.
    if(type STREQUAL STATIC_LIBRARY AND NOT "${options}" MATCHES "-O[0-3]")
      list(APPEND libraries ${target})
    endif()
  endforeach()
  get_directory_property(below DIRECTORY ${folder} SUBDIRECTORIES)
  foreach(each ${below})
    # Another project's sources are not ours to prepare.
    cmake_path(IS_PREFIX PROJECT_SOURCE_DIR ${each} ours)
    if(ours)
      negodbc_static_libraries(${each} deeper)
      list(APPEND libraries ${deeper})
    endif()
  endforeach()
  set(${result} ${libraries} PARENT_SCOPE)
endfunction()

function(negodbc_read_headers_once)
  if(NOT CMAKE_UNITY_BUILD OR CMAKE_DISABLE_PRECOMPILE_HEADERS)
    return()
  endif()
  negodbc_static_libraries(${PROJECT_SOURCE_DIR} libraries)
  # Precompiled headers belong to a target, and a target has a source.
  set(source ${PROJECT_BINARY_DIR}/headers.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Nothing of its own.\nnamespace negodbc {}\n")
  add_library(negodbc_headers STATIC EXCLUDE_FROM_ALL ${source})
  target_precompile_headers(negodbc_headers PRIVATE <algorithm> <array> <atomic> <charconv> <chrono> <condition_variable>
    <cstdint> <cstring> <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view> <thread> <tuple>
    <unordered_map> <utility> <variant> <vector>)
  foreach(library ${libraries})
    target_precompile_headers(${library} REUSE_FROM negodbc_headers)
  endforeach()
  # Precompiled, the standard library's own code is no system header's any more to GCC, which sees ghosts in it.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    foreach(library negodbc_headers ${libraries})
      target_compile_options(${library} PRIVATE -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
    endforeach()
  endif()
endfunction()
