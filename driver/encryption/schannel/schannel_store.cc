#include "driver/encryption/schannel/schannel_store.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/base/windows_text.h"

namespace negodbc::encryption {
namespace {

struct Location {
  std::string_view name;
  DWORD flag;
};
constexpr Location locations[] = {{"CurrentUser", CERT_SYSTEM_STORE_CURRENT_USER},
                                  {"LocalMachine", CERT_SYSTEM_STORE_LOCAL_MACHINE}};

[[noreturn]] void refuse_store(const std::string& name, const std::string& why) {
  throw ConnectionError("08001", "the client certificate " + name + " can't be used: " + why);
}

const Location* location_of(const std::string& name) {
  const std::string_view first = std::string_view(name).substr(0, name.find('\\'));
  const auto* const found =
      std::find_if(std::begin(locations), std::end(locations),
                   [&](const Location& each) { return iequals(each.name, first); });
  return found == std::end(locations) || first.size() == name.size() ? nullptr : found;
}

// SHA-1 of the certificate; nothing: the text is none.
std::vector<BYTE> thumbprint_of(std::string_view text) {
  constexpr std::string_view mark = "\xe2\x80\x8e";  // left to right
  std::vector<BYTE> bytes;
  int high = -1;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with(mark)) {
      at += mark.size() - 1;
      continue;
    }
    if (text[at] == ' ' || text[at] == ':') continue;
    const int digit = hex_digit(text[at]);
    if (digit < 0) return {};
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<BYTE>(high * 16 + digit));
      high = -1;
    }
  }
  constexpr std::size_t size = 20;
  return high < 0 && bytes.size() == size ? bytes : std::vector<BYTE>();
}

}  // namespace

bool names_store(const std::string& certificate) {
  return location_of(certificate) != nullptr;
}

Certificate certificate_of_store(const std::string& name) {
  const Location* const location = location_of(name);
  const std::size_t first = name.find('\\');
  const std::size_t last = name.rfind('\\');
  std::vector<BYTE> thumbprint = location == nullptr
                                     ? std::vector<BYTE>()
                                     : thumbprint_of(std::string_view(name).substr(last + 1));
  if (thumbprint.empty() || last <= first + 1) {
    refuse_store(name, R"(one of a store is named as CurrentUser\MY\ and its thumbprint, 40 )"
                       "hexadecimal digits");
  }
  const std::wstring store_name = to_wide(name.substr(first + 1, last - first - 1));
  const CertificateStore store(
      CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0,
                    location->flag | CERT_STORE_READONLY_FLAG | CERT_STORE_OPEN_EXISTING_FLAG,
                    store_name.c_str()));
  if (store == nullptr) {
    refuse_store(name, "its store can't be opened: " + system_error_text(GetLastError()));
  }
  CRYPT_HASH_BLOB wanted = {static_cast<DWORD>(thumbprint.size()), thumbprint.data()};
  Certificate found(CertFindCertificateInStore(store.get(), X509_ASN_ENCODING, 0,
                                               CERT_FIND_SHA1_HASH, &wanted, nullptr));
  if (found == nullptr) {
    refuse_store(name,
                 "there is none of this thumbprint in the store (certmgr.msc shows the user's, "
                 "certlm.msc the machine's)");
  }
  DWORD size = 0;
  if (CertGetCertificateContextProperty(found.get(), CERT_KEY_PROV_INFO_PROP_ID, nullptr, &size) ==
      0)
    refuse_store(name, "it has no private key there: import it with its key (a .pfx file)");
  return found;
}

}  // namespace negodbc::encryption
