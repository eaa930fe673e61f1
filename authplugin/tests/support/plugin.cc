#include "tests/support/plugin.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace negodbc::test {

std::string plugin_file() {
  const char* file = std::getenv("NEGODBC_PLUGIN");
  return file == nullptr ? NEGODBC_AUTH_PLUGIN_FILE : file;
}

const negodbc_auth_api* load_plugin(std::uint32_t abi_version) {
  return load_plugin_file(plugin_file(), abi_version);
}

const negodbc_auth_api* load_plugin_file(const std::string& file, std::uint32_t abi_version) {
  // Its table lives as long as it is loaded.
  void* module = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  EXPECT_NE(module, nullptr) << ::dlerror();
  if (module == nullptr) return nullptr;
  const auto entry =
      reinterpret_cast<negodbc_auth_plugin_fn>(::dlsym(module, "negodbc_auth_plugin"));
  EXPECT_NE(entry, nullptr);
  const negodbc_auth_api* api = entry == nullptr ? nullptr : entry(abi_version);
  ::dlclose(module);
  return api;
}

negodbc_auth_options options_for(const char* host) {
  negodbc_auth_options options{};
  options.size = sizeof(options);
  options.flags_required = NEGODBC_AUTH_FLAG_MUTUAL;
  options.service = "postgres";
  options.host = host;
  return options;
}

PluginSession::PluginSession(const negodbc_auth_options& options, const negodbc_auth_api* plugin)
    : api(plugin), opened(api->open(&options, &session)) {}

PluginSession::~PluginSession() {
  api->close(session);
}

negodbc_auth_status PluginSession::step(const Bytes& input, std::uint32_t timeout_ms) {
  const void* made = nullptr;
  std::size_t size = 0;
  const negodbc_auth_status status =
      api->step(session, input.data(), input.size(), timeout_ms, &made, &size);
  const auto* begin = static_cast<const std::byte*>(made);
  token.clear();
  if (size != 0) token.assign(begin, begin + size);
  return status;
}

negodbc_auth_diagnosis PluginSession::diagnosis() const {
  negodbc_auth_diagnosis record{};
  record.size = sizeof(record);
  EXPECT_EQ(api->diagnosis(session, &record), NEGODBC_AUTH_OK);
  return record;
}

negodbc_auth_status PluginSession::log_in(const TestCredential& acceptor) {
  negodbc_auth_status status = step({});
  while (status >= 0) {
    if (!token.empty() && server.accept(acceptor, token) < 0) return NEGODBC_AUTH_E_INTERNAL;
    if (status == NEGODBC_AUTH_ESTABLISHED) break;
    status = step(server.token);
  }
  return status;
}

}  // namespace negodbc::test
