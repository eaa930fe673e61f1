// MIT's library asks whether a ticket is over before it looks into a memory cache for how far this
// machine's clock is from the KDC's: where the clock is ahead, tickets would end that much too
// early. Of a file it knows that from the beginning.
#ifndef NEGODBC_SSPI_GSSAPI_NAMELESS_CACHE_H_
#define NEGODBC_SSPI_GSSAPI_NAMELESS_CACHE_H_

#include <optional>
#include <string>
#include <utility>

namespace negodbc::sspi_gssapi {

class Krb5;

// A credential cache in a file that only this process has open: nothing is left of it when that
// ends, however that comes.
class NamelessCache {
 public:
  // Makes it krb5.cache, initialised for krb5.principal with the time that the context knows.
  // Nothing: it can't be had; krb5.cache is NULL then. Throws std::bad_alloc.
  static std::optional<NamelessCache> make(Krb5& krb5);
  NamelessCache(NamelessCache&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  NamelessCache& operator=(NamelessCache&&) = delete;
  ~NamelessCache();

  // The library's, as long as this lives.
  std::string name() const;

 private:
  explicit NamelessCache(int file) : file_(file) {}
  int file_;
};

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_NAMELESS_CACHE_H_
