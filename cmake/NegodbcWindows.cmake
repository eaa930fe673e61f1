# What every target for Windows is compiled with, and how its programs are run where they were cross-built.
add_compile_definitions(WIN32_LEAN_AND_MEAN NOMINMAX _WIN32_WINNT=0x0A00 _FILE_OFFSET_BITS=64
  __USE_MINGW_ANSI_STDIO=1)
# For headers that need help (sql.h).
include_directories(BEFORE SYSTEM ${CMAKE_CURRENT_LIST_DIR}/windows/include)

# negodbc_describe_module(TARGET DESCRIPTION [MANIFEST]): name, version and licence of what is handed out, as a resource
# (windows/module.rc.in); of a program its manifest, too.
function(negodbc_describe_module target module_description)
  get_target_property(type ${target} TYPE)
  get_target_property(module_name ${target} OUTPUT_NAME)
  if(NOT module_name)
    set(module_name ${target})
  endif()
  set(module_type VFT_DLL)
  set(module_file ${module_name}.dll)
  if(type STREQUAL EXECUTABLE)
    set(module_type VFT_APP)
    set(module_file ${module_name}.exe)
  endif()
  set(module_manifest "")
  if(ARGC GREATER 2)
    set(module_manifest "CREATEPROCESS_MANIFEST_RESOURCE_ID RT_MANIFEST \"${ARGV2}\"\n")
  endif()
  set(resource ${CMAKE_CURRENT_BINARY_DIR}/${target}_module.rc)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/windows/module.rc.in ${resource} @ONLY)
  set_source_files_properties(${resource} PROPERTIES OBJECT_DEPENDS "${ARGV2}")
  target_sources(${target} PRIVATE ${resource})
endfunction()

if(CMAKE_CROSSCOMPILING)
  # One Wine prefix serves all presets: it is large.
  set(CMAKE_CROSSCOMPILING_EMULATOR ${PROJECT_SOURCE_DIR}/tests/wine/run ${PROJECT_SOURCE_DIR}/build/wine)

  # Libraries of headers alone are taken from the building system, each by itself: its /usr/include must not be
  # searched.
  function(negodbc_host_headers folder)
    find_path(NEGODBC_HOST_${folder} ${folder} PATHS /usr/include NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH REQUIRED)
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include)
    file(CREATE_LINK ${NEGODBC_HOST_${folder}}/${folder} ${PROJECT_BINARY_DIR}/include/${folder} SYMBOLIC)
  endfunction()
  negodbc_host_headers(nlohmann)
  negodbc_host_headers(CLI)
  foreach(library nlohmann_json CLI11)
    add_library(${library}::${library} INTERFACE IMPORTED)
    target_include_directories(${library}::${library} SYSTEM INTERFACE ${PROJECT_BINARY_DIR}/include)
  endforeach()
endif()

include(${CMAKE_CURRENT_LIST_DIR}/windows/exceptions.cmake)
