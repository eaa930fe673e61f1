// A plugin as a driver loads it.
#ifndef NEGODBC_TESTS_SUPPORT_PLUGIN_H_
#define NEGODBC_TESTS_SUPPORT_PLUGIN_H_

#include <cstdint>
#include <string>

#include "negodbc/auth_plugin.h"
#include "tests/support/handshake.h"

namespace negodbc::test {

// The table of the plugin file for this ABI version; NULL when it has none. The file is
// NEGODBC_PLUGIN of the environment, so that any plugin can be run through the tests, or the one
// that was built.
const negodbc_auth_api* load_plugin(std::uint32_t abi_version = NEGODBC_AUTH_ABI_VERSION);
// The table of this file.
const negodbc_auth_api* load_plugin_file(const std::string& file,
                                         std::uint32_t abi_version = NEGODBC_AUTH_ABI_VERSION);
std::string plugin_file();

constexpr std::uint32_t kTimeoutMs = 20000;

// Options with their size set, for a host in the realm.
negodbc_auth_options options_for(const char* host);

// A session, closed with its owner.
class PluginSession {
 public:
  // `plugin`: its table.
  explicit PluginSession(const negodbc_auth_options& options,
                         const negodbc_auth_api* plugin = load_plugin());
  PluginSession(const PluginSession&) = delete;
  PluginSession& operator=(const PluginSession&) = delete;
  ~PluginSession();

  negodbc_auth_status step(const Bytes& input, std::uint32_t timeout_ms = kTimeoutMs);
  negodbc_auth_diagnosis diagnosis() const;
  // Steps until established or failed, against an acceptor in this process.
  negodbc_auth_status log_in(const TestCredential& acceptor);

  const negodbc_auth_api* api;
  negodbc_auth_session* session = nullptr;
  negodbc_auth_status opened;
  Bytes token;  // of the last step
  End server;
};

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_SUPPORT_PLUGIN_H_
