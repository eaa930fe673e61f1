// What any plugin has to keep of the C ABI (negodbc/auth_plugin.h), one check a rule: for the tests
// of this plugin and a second one, and for `negodbc plugin check` on any. It knows nothing but the
// ABI.
//
// A check calls the plugin on the caller's thread, and may crash or hang where the plugin does.
#ifndef NEGODBC_CONFORMANCE_CHECKS_H_
#define NEGODBC_CONFORMANCE_CHECKS_H_

#include <cstdint>
#include <span>
#include <string>

#include "negodbc/auth_plugin.h"

namespace negodbc::conformance {

struct Subject {
  negodbc_auth_plugin_fn entry = nullptr;
  // For a login to a target that the KDC knows, by a credential that is there; NULL: there is none,
  // and checks that need one are not to be run. Kept by the caller.
  const negodbc_auth_options* login = nullptr;
  std::uint32_t timeout_ms = 20000;  // of each call that may wait
};

enum class Outcome : std::uint8_t {
  kept,
  broken,
  not_offered,  // the plugin, or this system, does not have what the rule is about
};

struct Result {
  Outcome outcome = Outcome::kept;
  std::string text;  // what was found instead, or what is not offered
};

struct Check {
  const char* name;     // "records_are_not_written_beyond_their_size"
  const char* promise;  // a sentence
  bool needs_login;
  Result (*run)(const Subject&);
};

std::span<const Check> checks();

}  // namespace negodbc::conformance

#endif  // NEGODBC_CONFORMANCE_CHECKS_H_
