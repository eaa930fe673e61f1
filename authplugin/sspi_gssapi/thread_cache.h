// A thread's default credential cache, for libraries without gss_acquire_cred_from.
#ifndef NEGODBC_SSPI_GSSAPI_THREAD_CACHE_H_
#define NEGODBC_SSPI_GSSAPI_THREAD_CACHE_H_

#include "sspi_gssapi/configuration.h"
#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

// Makes a cache this thread's default while it lives. Heimdal 7 neither tells what was there before
// nor can be told to forget a name (an empty one changes nothing, NULL crashes): the user's default
// is named in its place. So a thread on which the program itself may use Heimdal must not come here
// (SecurityPlatform::leaves_thread_alone).
class ThreadCache {
 public:
  // "": the user's default, which is named anew on a thread where one has been named before.
  ThreadCache(const GssLibrary& library, const char* name) : library_(library) {
    const bool named = can_name(library) && *name != '\0';
    if (!named && !(can_name(library) && t_named)) return;
    // Before anything is named: at the end there may be no memory to find it.
    const auth::PooledText users = default_cache_now(library_);
    if (named) {
      back_ = users;
      set(name);
    } else if (!users.empty()) {
      set(users.c_str());
    }
  }
  ~ThreadCache() {
    if (!back_.empty()) set(back_.c_str());
  }
  ThreadCache(const ThreadCache&) = delete;
  ThreadCache& operator=(const ThreadCache&) = delete;

 private:
  static bool can_name(const GssLibrary& library) {
    return library.gss_acquire_cred_from == nullptr && library.gss_krb5_ccache_name != nullptr;
  }
  void set(const char* name) {
    OM_uint32 minor = 0;
    library_.gss_krb5_ccache_name(&minor, name, nullptr);
    t_named = true;
  }
  static inline thread_local bool t_named = false;
  const GssLibrary& library_;
  auth::PooledText back_;  // the user's default, to be named at the end
};

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_THREAD_CACHE_H_
