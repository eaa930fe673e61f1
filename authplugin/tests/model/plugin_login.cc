#include "tests/model/plugin_login.h"

#include <dlfcn.h>

#include <stdexcept>

namespace negodbc::model {
namespace {

constexpr std::uint32_t kPatienceMs = 120000;  // many share a machine

const char* given(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

}  // namespace

const negodbc_auth_api& plugin_of(const std::string& file) {
  void* const module = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  const auto entry =
      module == nullptr
          ? nullptr
          : reinterpret_cast<negodbc_auth_plugin_fn>(::dlsym(module, "negodbc_auth_plugin"));
  const negodbc_auth_api* const api = entry == nullptr ? nullptr : entry(NEGODBC_AUTH_ABI_VERSION);
  if (api == nullptr) throw std::runtime_error(file + " is no plugin");
  return *api;
}

negodbc_auth_options options_of(const LoginRequest& request) {
  negodbc_auth_options options{};
  options.size = sizeof(options);
  options.flags_required = NEGODBC_AUTH_FLAG_MUTUAL;
  options.host = "localhost";
  options.service = request.service.c_str();
  options.library = request.library.c_str();
  options.package = request.package.c_str();
  options.credential_cache = given(request.cache);
  options.client_keytab = given(request.keytab);
  options.principal = given(request.principal);
  options.password = request.password ? request.password->c_str() : nullptr;
  options.credential_copies = request.credential_copies;
  options.target_life_s = request.target_life_s;
  return options;
}

PluginLogin::PluginLogin(const negodbc_auth_api& api, const LoginRequest& request,
                         const std::string& acceptor)
    : api_(api), acceptor_(acceptor), keytab_(request.service_keytab) {
  const negodbc_auth_options options = options_of(request);
  status_ = api_.open(&options, &session_);
}

PluginLogin::~PluginLogin() {
  api_.close(session_);
}

std::optional<std::string> PluginLogin::principal() {
  const char* name = nullptr;
  if (status_ >= 0) status_ = api_.principal(session_, kPatienceMs, &name);
  return status_ >= 0 ? std::optional<std::string>(name) : std::nullopt;
}

bool PluginLogin::first_leg() {
  begun_ = true;
  const void* token = nullptr;
  std::size_t size = 0;
  if (status_ >= 0) status_ = api_.step(session_, nullptr, 0, kPatienceMs, &token, &size);
  if (status_ >= 0) token_.assign(static_cast<const char*>(token), size);
  return status_ >= 0;
}

Outcome PluginLogin::failed() const {
  Outcome outcome;
  negodbc_auth_diagnosis record{};
  record.size = sizeof(record);
  api_.diagnosis(session_, &record);
  outcome.words = std::to_string(status_) + " " + record.text + " (" + record.principal + ", " +
                  record.credential_source + ", " + record.target + ")";
  return outcome;
}

Outcome PluginLogin::finish() {
  if (!begun_) first_leg();
  Outcome outcome;
  AcceptorLine line(acceptor_, keytab_);
  AcceptorLine::Answer answer;
  while (status_ >= 0) {
    if (!token_.empty()) answer = line.exchange(token_);
    if (answer.refused) {
      outcome.kind = Outcome::Kind::kRefused;
      outcome.words = answer.words;
      return outcome;
    }
    if (status_ == NEGODBC_AUTH_ESTABLISHED) {
      outcome.kind = Outcome::Kind::kSeen;
      outcome.principal = answer.client;
      return outcome;
    }
    const void* token = nullptr;
    std::size_t size = 0;
    status_ =
        api_.step(session_, answer.token.data(), answer.token.size(), kPatienceMs, &token, &size);
    token_.clear();
    if (status_ >= 0 && size != 0) token_.assign(static_cast<const char*>(token), size);
  }
  return failed();
}

}  // namespace negodbc::model
