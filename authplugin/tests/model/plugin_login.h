// A login through the plugin's C ABI, in parts.
#ifndef NEGODBC_TESTS_MODEL_PLUGIN_LOGIN_H_
#define NEGODBC_TESTS_MODEL_PLUGIN_LOGIN_H_

#include <optional>
#include <string>

#include "negodbc/auth_plugin.h"
#include "tests/model/acceptor.h"
#include "tests/model/login.h"

namespace negodbc::model {

// The table of a plugin's file, which stays loaded. Throws std::runtime_error.
const negodbc_auth_api& plugin_of(const std::string& file);

negodbc_auth_options options_of(const LoginRequest& request);

class PluginLogin {
 public:
  // `request` outlives it.
  PluginLogin(const negodbc_auth_api& api, const LoginRequest& request,
              const std::string& acceptor);
  ~PluginLogin();
  PluginLogin(const PluginLogin&) = delete;
  PluginLogin& operator=(const PluginLogin&) = delete;

  // As the plugin's principal() tells it; nothing: it fails.
  std::optional<std::string> principal();
  // The first token, not yet sent; false: it fails.
  bool first_leg();
  // What is left.
  Outcome finish();

 private:
  Outcome failed() const;

  const negodbc_auth_api& api_;
  negodbc_auth_session* session_ = nullptr;
  const std::string acceptor_;
  const std::string keytab_;
  negodbc_auth_status status_;
  bool begun_ = false;
  std::string token_;
};

}  // namespace negodbc::model

#endif  // NEGODBC_TESTS_MODEL_PLUGIN_LOGIN_H_
