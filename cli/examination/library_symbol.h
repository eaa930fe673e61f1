// What the plugin has no need of in a GSSAPI library's Kerberos.
#pragma once

#include <dlfcn.h>

#include "sspi_gssapi/gss_library.h"

namespace negodbc::cli {

// A function of the libkrb5 that this library uses; NULL: it has none.
inline void* symbol_of(const sspi_gssapi::GssLibrary& library, const char* name) {
  void* const module = ::dlopen(library.file.c_str(), RTLD_NOW | RTLD_NOLOAD);
  return module == nullptr ? nullptr : ::dlsym(module, name);
}

}  // namespace negodbc::cli
