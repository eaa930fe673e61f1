// A thread's default credential cache, for libraries without gss_acquire_cred_from.
#ifndef NEGODBC_SSPI_GSSAPI_THREAD_CACHE_H_
#define NEGODBC_SSPI_GSSAPI_THREAD_CACHE_H_

#include "sspi_gssapi/credential_cache.h"
#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

// Makes a cache this thread's default while it lives. Heimdal cannot be told to forget a name (it
// crashes on NULL), so the default's own name is put in its place, and looked up anew each time on
// a thread where that has happened.
class ThreadCache {
 public:
  // "": the user's default.
  ThreadCache(const GssLibrary& library, const char* name) : library_(library) {
    const bool named = *name != '\0';
    if (library.gss_acquire_cred_from != nullptr || library.gss_krb5_ccache_name == nullptr ||
        (!named && !t_named)) {
      return;
    }
    set(named ? name : default_cache_name(library).c_str());
    restore_ = named;
  }
  ~ThreadCache() {
    if (restore_) set(default_cache_name(library_).c_str());
  }
  ThreadCache(const ThreadCache&) = delete;
  ThreadCache& operator=(const ThreadCache&) = delete;

 private:
  void set(const char* name) {
    if (*name == '\0') return;
    OM_uint32 minor = 0;
    library_.gss_krb5_ccache_name(&minor, name, nullptr);
    t_named = true;
  }
  static inline thread_local bool t_named = false;
  const GssLibrary& library_;
  bool restore_ = false;
};

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_THREAD_CACHE_H_
