// A thread's default credential cache, for libraries without gss_acquire_cred_from.
#ifndef NEGODBC_SSPI_GSSAPI_THREAD_CACHE_H_
#define NEGODBC_SSPI_GSSAPI_THREAD_CACHE_H_

#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

// Makes a cache this thread's default while it lives. Heimdal does not tell what was there before;
// an empty name makes it ask the environment and krb5.conf again. So a thread on which the program
// itself may have named a cache must not come here (SecurityPlatform::leaves_thread_alone).
class ThreadCache {
 public:
  // "": nothing is done.
  ThreadCache(const GssLibrary& library, const char* name)
      : library_(library),
        set_(*name != '\0' && library.gss_acquire_cred_from == nullptr &&
             library.gss_krb5_ccache_name != nullptr) {
    if (set_) set(name);
  }
  ~ThreadCache() {
    if (set_) set("");
  }
  ThreadCache(const ThreadCache&) = delete;
  ThreadCache& operator=(const ThreadCache&) = delete;

 private:
  void set(const char* name) {
    OM_uint32 minor = 0;
    library_.gss_krb5_ccache_name(&minor, name, nullptr);
  }
  const GssLibrary& library_;
  const bool set_;
};

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_THREAD_CACHE_H_
