// The plugin as a driver uses it: loaded at run time, reached through its C ABI alone. On every
// system.
#ifndef NEGODBC_BENCH_HANDSHAKE_PLUGIN_H
#define NEGODBC_BENCH_HANDSHAKE_PLUGIN_H

#include <stdexcept>
#include <string>

#include "driver/base/module.h"
#include "negodbc/auth_plugin.h"

namespace negodbc::bench {

inline constexpr std::uint32_t step_timeout_ms = 10'000;

// NEGODBC_BENCH_PLUGIN: where it lies, seen from this program's directory.
inline const negodbc_auth_api& plugin() {
  static const negodbc_auth_api* api = [] {
    std::string why = "this program's folder can't be found out";
    const std::string here = own_directory();
    void* const module = here.empty() ? nullptr : load_module(here + NEGODBC_BENCH_PLUGIN, why);
    void* const symbol = module == nullptr ? nullptr : module_symbol(module, "negodbc_auth_plugin");
    if (symbol == nullptr) throw std::runtime_error("the plugin can't be loaded: " + why);
    return reinterpret_cast<negodbc_auth_plugin_fn>(symbol)(NEGODBC_AUTH_ABI_VERSION);
  }();
  return *api;
}

// Which of the plugin's caches a session uses.
enum class Caches { all, no_warm, none };

class PluginSession {
 public:
  // `library`: a GSSAPI library by the plugin's word for it; not looked at on Windows. `sealing`:
  // NEGODBC_AUTH_SEALING_*.
  PluginSession(const char* library, const char* package, std::uint32_t flags,
                Caches caches = Caches::all, std::uint32_t sealing = NEGODBC_AUTH_SEALING_AUTO) {
    negodbc_auth_options options{};
    options.size = sizeof options;
    options.flags_required = flags;
    options.package = package;
    options.library = library;
    options.service = "postgres";
    options.host = "localhost";
    options.sealing = sealing;
    options.warm_contexts = caches == Caches::all ? 4 : NEGODBC_AUTH_OFF;
    if (caches == Caches::none) {
      options.credential_copies = NEGODBC_AUTH_OFF;
      options.target_life_s = NEGODBC_AUTH_OFF;
    }
    verify(plugin().open(&options, &session_));
  }
  PluginSession(const PluginSession&) = delete;
  PluginSession& operator=(const PluginSession&) = delete;
  ~PluginSession() { plugin().close(session_); }

  negodbc_auth_session* get() const { return session_; }

  // The first token is made and left where it is.
  void begin() {
    const void* token = nullptr;
    std::size_t size = 0;
    verify(plugin().step(session_, nullptr, 0, step_timeout_ms, &token, &size));
  }

  std::string step(const std::string& input) {
    const void* token = nullptr;
    std::size_t size = 0;
    established_ = verify(plugin().step(session_, input.data(), input.size(), step_timeout_ms,
                                        &token, &size)) == NEGODBC_AUTH_ESTABLISHED;
    return std::string(static_cast<const char*>(token), size);
  }
  bool established() const { return established_; }

  // Throws with the plugin's own words if the status is a failure.
  negodbc_auth_status verify(negodbc_auth_status status) const {
    if (status >= 0) return status;
    negodbc_auth_diagnosis record{};
    record.size = sizeof record;
    if (session_ == nullptr || plugin().diagnosis(session_, &record) < 0) {
      throw std::runtime_error("the plugin failed with " + std::to_string(status));
    }
    throw std::runtime_error(std::string(record.status_name) + ": " + record.text);
  }

 private:
  negodbc_auth_session* session_ = nullptr;
  bool established_ = false;
};

}  // namespace negodbc::bench

#endif
