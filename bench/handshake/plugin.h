// The plugin as a driver uses it: loaded from lib/ beside bin/, reached through its C ABI alone.
#ifndef NEGODBC_BENCH_HANDSHAKE_PLUGIN_H
#define NEGODBC_BENCH_HANDSHAKE_PLUGIN_H

#include <filesystem>
#include <stdexcept>
#include <string>

#include "bench/base/shared_library.h"
#include "bench/handshake/gss.h"
#include "negodbc/auth_plugin.h"

namespace negodbc::bench {

inline constexpr std::uint32_t step_timeout_ms = 10'000;

inline const negodbc_auth_api& plugin() {
  static const negodbc_auth_api* api = [] {
    const auto directory =
        std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "lib";
    const SharedLibrary library(directory / "libnegodbc-auth.so");
    return library.symbol<const negodbc_auth_api*(std::uint32_t)>("negodbc_auth_plugin")(
        NEGODBC_AUTH_ABI_VERSION);
  }();
  return *api;
}

// Which of the plugin's caches a session uses.
enum class Caches { all, no_warm, none };

class PluginSession {
 public:
  PluginSession(const LibraryName& library, const char* package, std::uint32_t flags,
                Caches caches = Caches::all) {
    negodbc_auth_options options{};
    options.size = sizeof options;
    options.flags_required = flags;
    options.package = package;
    options.library = library.name;
    options.service = "postgres";
    options.host = "localhost";
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
