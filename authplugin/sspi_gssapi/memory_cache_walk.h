// Heimdal 7 goes through all MEMORY: caches of the process (krb5_cc_cache_match) when it is asked
// for a credential by name, and its NTLM mechanism at each credential and first token of an
// acceptor. It reads freed memory there when another thread destroys two of them meanwhile, so that
// here a cache that ends during such a walk is destroyed when the walk is over. That holds for the
// caches and walks of this copy of the plugin; the program's own are its own.
#ifndef NEGODBC_SSPI_GSSAPI_MEMORY_CACHE_WALK_H_
#define NEGODBC_SSPI_GSSAPI_MEMORY_CACHE_WALK_H_

#include <string>

#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

class MemoryCacheWalks;

// Held over a call that may walk. One at a time in a process, because the NTLM mechanism also
// destroys caches of its own on the way; a walk may wait for a KDC, and those behind it with it.
class MemoryCacheWalk {
 public:
  // With false it does nothing: the call does not walk.
  explicit MemoryCacheWalk(bool walks);
  ~MemoryCacheWalk();
  MemoryCacheWalk(const MemoryCacheWalk&) = delete;
  MemoryCacheWalk& operator=(const MemoryCacheWalk&) = delete;

 private:
  MemoryCacheWalks* const walks_;  // NULL: does not walk
};

// Now, or after the walk that is going on. Waits for nobody. Where there is no memory to remember
// the name during a walk, the cache stays until the process ends.
void destroy_memory_cache(const GssLibrary& library, const std::string& name) noexcept;

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_MEMORY_CACHE_WALK_H_
