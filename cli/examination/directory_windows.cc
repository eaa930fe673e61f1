// LDAP by Windows' own client.
#include <windows.h>
// After windows.h.
#include <winldap.h>

#include <algorithm>
#include <memory>

#include "cli/examination/directory.h"
#include "driver/base/error.h"
#include "driver/base/windows_text.h"

namespace negodbc::cli {
namespace {

[[noreturn]] void refuse_ldap(const char* what, ULONG code) {
  const wchar_t* const words = ldap_err2stringW(code);
  throw Error("08001",
              std::string(what) + ": " +
                  (words == nullptr ? "LDAP's error " + std::to_string(code) : from_wide(words)));
}

struct EndConnection {
  void operator()(LDAP* connection) const { ldap_unbind(connection); }
};
struct FreeMessage {
  void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
struct FreeWords {
  void operator()(wchar_t* words) const { ldap_memfreeW(words); }
};
struct FreeValues {
  void operator()(wchar_t** values) const { ldap_value_freeW(values); }
};

class WindowsDirectory final : public Directory {
 public:
  // `server`: NULL: the domain's, asked as who runs this program.
  WindowsDirectory(wchar_t* server, std::uint16_t port, std::chrono::milliseconds time)
      : time_{static_cast<LONG>(time.count() / 1000),
              static_cast<LONG>(time.count() % 1000 * 1000)},
        connection_(ldap_initW(server, port)) {
    if (connection_ == nullptr)
      throw Error("08001", "LDAP can't be spoken: " + system_error_text(LdapGetLastError()));
    set(LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3);
    // In whole seconds.
    const auto seconds = static_cast<ULONG>((time.count() + 999) / 1000);
    set(LDAP_OPT_TIMELIMIT, std::max<ULONG>(seconds, 1));
    set(LDAP_OPT_SEND_TIMEOUT, std::max<ULONG>(seconds, 1));
    (void)ldap_set_option(connection_.get(), LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    // What domain controllers may insist on; not every client knows it.
    (void)ldap_set_option(connection_.get(), LDAP_OPT_SIGN, LDAP_OPT_ON);
    (void)ldap_set_option(connection_.get(), LDAP_OPT_ENCRYPT, LDAP_OPT_ON);
    ULONG code = ldap_connect(connection_.get(), &time_);
    if (code != LDAP_SUCCESS) refuse_ldap("no domain controller answers", code);
    code = ldap_bind_sW(connection_.get(), nullptr, nullptr,
                        server == nullptr ? LDAP_AUTH_NEGOTIATE : LDAP_AUTH_SIMPLE);
    if (code == LDAP_SERVER_DOWN || code == LDAP_TIMEOUT)
      refuse_ldap("no domain controller answers", code);
    if (code != LDAP_SUCCESS) refuse_ldap("the domain controller does not let this user in", code);
  }

  std::vector<DirectoryEntry> search(const std::string& base, Reach reach,
                                     const std::string& filter,
                                     const std::vector<std::string>& attributes) override {
    std::vector<std::wstring> names;
    names.reserve(attributes.size());
    for (const std::string& attribute : attributes) names.push_back(to_wide(attribute));
    std::vector<wchar_t*> list;
    list.reserve(names.size() + 1);
    for (std::wstring& name : names) list.push_back(name.data());
    list.push_back(nullptr);
    constexpr ULONG most = 16;
    LDAPMessage* raw = nullptr;
    const ULONG code = ldap_search_ext_sW(
        connection_.get(), to_wide(base).data(),
        reach == Reach::entry ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE, to_wide(filter).data(),
        list.data(), 0, nullptr, nullptr, &time_, most, &raw);
    const std::unique_ptr<LDAPMessage, FreeMessage> answer(raw);
    if (code != LDAP_SUCCESS && code != LDAP_SIZELIMIT_EXCEEDED)
      refuse_ldap("the domain controller does not answer the question", code);
    std::vector<DirectoryEntry> found;
    for (LDAPMessage* entry = ldap_first_entry(connection_.get(), answer.get()); entry != nullptr;
         entry = ldap_next_entry(connection_.get(), entry)) {
      found.push_back(entry_of(entry, attributes, names));
    }
    return found;
  }

 private:
  void set(int option, ULONG value) const {
    (void)ldap_set_option(connection_.get(), option, &value);
  }
  DirectoryEntry entry_of(LDAPMessage* from, const std::vector<std::string>& attributes,
                          std::vector<std::wstring>& names) {
    DirectoryEntry entry;
    const std::unique_ptr<wchar_t, FreeWords> name(ldap_get_dnW(connection_.get(), from));
    if (name != nullptr) entry.name = from_wide(name.get());
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::unique_ptr<wchar_t*, FreeValues> values(
          ldap_get_valuesW(connection_.get(), from, names[i].data()));
      for (wchar_t** value = values.get(); value != nullptr && *value != nullptr; ++value)
        entry.values.emplace_back(attributes[i], from_wide(*value));
    }
    return entry;
  }

  LDAP_TIMEVAL time_;
  const std::unique_ptr<LDAP, EndConnection> connection_;
};

}  // namespace

std::unique_ptr<Directory> open_directory(std::chrono::milliseconds time) {
  return std::make_unique<WindowsDirectory>(nullptr, LDAP_PORT, time);
}

std::unique_ptr<Directory> open_directory_at(const std::string& server, std::uint16_t port,
                                             std::chrono::milliseconds time) {
  return std::make_unique<WindowsDirectory>(to_wide(server).data(), port, time);
}

}  // namespace negodbc::cli
