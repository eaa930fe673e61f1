// What krb5.conf says as far as it decides whose tickets are used, and whether it still says so.
#ifndef NEGODBC_SSPI_GSSAPI_CONFIGURATION_H_
#define NEGODBC_SSPI_GSSAPI_CONFIGURATION_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "negotiate/security_platform.h"
#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

void mix(std::uint64_t& into, std::uint64_t value);
void mix(auth::SourceStamp& into, const auth::SourceStamp& other);
// A file's identity, times and size; an absent one has a stamp, too. Waits for the file system.
auth::SourceStamp stamp_of_file(const char* path);
// Where a file's stamp has the time of its last change, in nanoseconds since 1970.
inline constexpr std::size_t kChangedAt = 3;
// Whether looking at a file waits for no other machine. Waits for the file system itself.
bool is_local(const std::string& path);

// The files of one environment (KRB5_CONFIG, HOME, the user), with what they include, and the name
// of the default cache of each library that has been asked for. It never changes: when a file does,
// another one is made.
class Configuration {
 public:
  using Ptr = std::shared_ptr<const Configuration>;

  // The one of this moment's environment, if it is known and its files are as they were. Nothing:
  // find() has to be asked. Does not wait.
  static Ptr known();
  // Reads what has to be read. May wait. `library`: also the name of its default cache.
  static Ptr find(const std::vector<std::string>& libraries);
  // Tells the one that find() has given last for this moment's environment from others; 0: it has
  // given none. Looks at no file.
  static std::uint64_t last_found(const auth::ThreadIdentity& user);

  // Of whom it is, and the variables that it follows from, as a key.
  const auth::PooledText& environment() const { return environment_; }
  const auth::SourceStamp& stamp() const { return stamp_; }
  // Why the libraries must not read it: a file of it would keep them waiting. ""
  const std::string& fault() const { return fault_; }
  // It has include lines, behind which Heimdal's library (before 8) would miss what logins need:
  // where both may be taken, MIT's is asked first.
  bool mit_first() const { return mit_first_; }
  // It has a word about a keytab of the user's (default_client_keytab_name).
  bool names_client_keytab() const { return names_client_keytab_; }
  // The default cache of a library where KRB5CCNAME does not name one; NULL: not asked for yet. ""
  // where the library cannot be loaded, or does not tell; that is believed for a second.
  const std::string* default_cache(std::string_view library) const;

 private:
  struct Default {
    std::string name;
    std::int64_t until_ms;  // of the steady clock
  };
  auth::PooledText environment_;
  std::vector<std::string> files_;
  std::string fault_;
  bool local_ = false;  // all of them
  bool mit_first_ = false;
  bool names_client_keytab_ = false;
  auth::SourceStamp stamp_;
  std::map<std::string, Default, std::less<>> defaults_;
};

// Why the library must not be called: a file of krb5.conf, its trace or its list of mechanisms
// would keep it waiting, and nothing ends such a call. ""
std::string fault_before_use(const GssLibrary& library);

// The user's default cache as this library has it at this moment; "" when it does not tell. Reads
// files only where what is known of krb5.conf does not tell.
auth::PooledText default_cache_now(const GssLibrary& library);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_CONFIGURATION_H_
