# Builds for Windows with mingw-w64: 64 bit, or 32 bit where the preset says so. What was built for 64 bit runs under Wine
# (NegodbcWindows.cmake).
set(CMAKE_SYSTEM_NAME Windows)
set(NEGODBC_WINDOWS_PROCESSOR x86_64 CACHE STRING "x86_64 or i686")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES NEGODBC_WINDOWS_PROCESSOR)
set(CMAKE_SYSTEM_PROCESSOR ${NEGODBC_WINDOWS_PROCESSOR})

# The posix variant has std::mutex and its friends; the plain name is the win32 one.
set(NEGODBC_MINGW ${NEGODBC_WINDOWS_PROCESSOR}-w64-mingw32)
set(CMAKE_C_COMPILER ${NEGODBC_MINGW}-gcc-posix)
set(CMAKE_CXX_COMPILER ${NEGODBC_MINGW}-g++-posix)
set(CMAKE_RC_COMPILER ${NEGODBC_MINGW}-windres)

if(NEGODBC_WINDOWS_PROCESSOR STREQUAL i686)
  # Floating-point numbers as in 64 bit (every Windows 10 has SSE2); callers' stacks are aligned to four bytes only.
  foreach(language C CXX)
    set(CMAKE_${language}_FLAGS_INIT "-msse2 -mfpmath=sse -mstackrealign")
  endforeach()
endif()

set(CMAKE_FIND_ROOT_PATH /usr/${NEGODBC_MINGW})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
# Packages of headers alone lie on the building system.
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE BOTH)

# The compiler's own libraries are linked in: only Windows' DLLs are imported.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-static")
set(CMAKE_MODULE_LINKER_FLAGS_INIT "-static")
