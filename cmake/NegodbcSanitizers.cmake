# Sanitizers, by the option NEGODBC_SANITIZE: everything is compiled and linked with them. NEGODBC_SANITIZER_RUNTIME is then the
# run time, to be loaded before programs that were not built with it.
set(NEGODBC_SANITIZE "" CACHE STRING "Sanitizers for everything that is built, as in -fsanitize=")
set(NEGODBC_SANITIZER_RUNTIME "")
if(NOT NEGODBC_SANITIZE)
  return()
endif()

add_compile_options(-fsanitize=${NEGODBC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
set(by_clang OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
  set(by_clang ON)
endif()

# The fuzz targets are programs by themselves.
if(NEGODBC_SANITIZE MATCHES fuzzer OR NOT NEGODBC_SANITIZE MATCHES "address|thread")
  add_link_options(-fsanitize=${NEGODBC_SANITIZE})
  return()
endif()

# A file of the compiler's, by its whole path.
function(negodbc_compilers_file file result)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${file}
    OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  if(NOT IS_ABSOLUTE "${path}")
    message(FATAL_ERROR "${CMAKE_CXX_COMPILER} finds no ${file}")
  endif()
  set(${result} ${path} PARENT_SCOPE)
endfunction()

# lld: a quarter of the time, and what is built so is not handed out.
add_link_options(-fuse-ld=lld)
if(by_clang)
  # As GCC does: else a program's own operator delete with a size is none that others call.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsized-deallocation>)
endif()

if(NEGODBC_SANITIZE MATCHES thread)
  # The same sources have been looked at by the same compiler for the other sanitizers: a tenth of the time.
  add_compile_options(-w)
  negodbc_compilers_file(libtsan.so NEGODBC_SANITIZER_RUNTIME)
  if(by_clang)
    # clang 14's own run time ends when it is loaded as a library. GCC's takes the same calls; it comes before all others, as
    # where GCC links it.
    negodbc_compilers_file(libtsan_preinit.o first)
    add_link_options("$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:${first}>" -Wl,--no-as-needed
      ${NEGODBC_SANITIZER_RUNTIME})
    add_compile_definitions(__SANITIZE_THREAD__)
    # By these it finds the lines of its reports; clang leaves them out where there is little debug information.
    add_compile_options(-gdwarf-aranges)
  else()
    add_link_options(-fsanitize=${NEGODBC_SANITIZE})
  endif()
elseif(by_clang)
  # Clang links the run time into programs unless it is told otherwise.
  negodbc_compilers_file(libclang_rt.asan-${CMAKE_SYSTEM_PROCESSOR}.so NEGODBC_SANITIZER_RUNTIME)
  cmake_path(GET NEGODBC_SANITIZER_RUNTIME PARENT_PATH folder)
  add_link_options(-fsanitize=${NEGODBC_SANITIZE} -shared-libasan -Wl,-rpath,${folder})
  add_compile_definitions(__SANITIZE_ADDRESS__)
else()
  negodbc_compilers_file(libasan.so NEGODBC_SANITIZER_RUNTIME)
  add_link_options(-fsanitize=${NEGODBC_SANITIZE})
endif()
