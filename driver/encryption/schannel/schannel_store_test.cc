// Windows' own certificate stores: the user's authorities, and the user's certificates.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "driver/base/error.h"
#include "driver/base/path.h"
#include "driver/base/windows_text.h"
#include "driver/encryption/schannel/schannel_context.h"
#include "driver/encryption/schannel/schannel_store.h"
#include "driver/encryption/testing/fake_schannel.h"
#include "driver/encryption/testing/fixed_certificates.h"

namespace negodbc::encryption::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Certificate certificate_in(const char* pem) {
  SecretBytes file(std::strlen(pem));
  std::memcpy(file.data(), pem, std::strlen(pem));
  Certificate first;
  EXPECT_EQ(add_certificates(file, memory_store().get(), &first), 1U);
  return first;
}

// In a store of the user's for as long as this lives. (Windows itself asks its user about a root.)
class Kept {
 public:
  Kept(const wchar_t* store, PCCERT_CONTEXT certificate)
      : store_(store), certificate_(certificate) {
    EXPECT_NE(CertAddCertificateContextToStore(open().get(), certificate,
                                               CERT_STORE_ADD_REPLACE_EXISTING, nullptr),
              FALSE);
  }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() {
    const CertificateStore store = open();
    PCCERT_CONTEXT kept = CertFindCertificateInStore(store.get(), X509_ASN_ENCODING, 0,
                                                     CERT_FIND_EXISTING, certificate_, nullptr);
    EXPECT_NE(kept, nullptr);
    if (kept != nullptr) CertDeleteCertificateFromStore(kept);
  }

 private:
  // What was changed is kept when it is closed.
  [[nodiscard]] CertificateStore open() const {
    return CertificateStore(
        CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, store_));
  }
  const wchar_t* store_;
  PCCERT_CONTEXT certificate_;
};

std::string thumbprint(PCCERT_CONTEXT certificate) {
  BYTE hash[20];
  DWORD size = sizeof hash;
  EXPECT_NE(CertGetCertificateContextProperty(certificate, CERT_SHA1_HASH_PROP_ID, hash, &size),
            FALSE);
  std::string text;
  char two[3];
  for (const BYTE byte : hash) {
    std::snprintf(two, sizeof two, "%02x", byte);
    text += two;
  }
  return text;
}

// Self-signed, with a key in a container of its own.
class OwnCertificate {
 public:
  OwnCertificate() {
    HCRYPTPROV provider = 0;
    remove();
    EXPECT_NE(CryptAcquireContextW(&provider, container_, MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES,
                                   CRYPT_NEWKEYSET | CRYPT_SILENT),
              FALSE);
    HCRYPTKEY key = 0;
    EXPECT_NE(CryptGenKey(provider, AT_KEYEXCHANGE, CRYPT_EXPORTABLE, &key), FALSE);
    CryptDestroyKey(key);
    wchar_t provider_name[] = MS_ENH_RSA_AES_PROV_W;
    CRYPT_KEY_PROV_INFO info = {};
    info.pwszContainerName = container_;
    info.pwszProvName = provider_name;
    info.dwProvType = PROV_RSA_AES;
    info.dwKeySpec = AT_KEYEXCHANGE;
    BYTE name[128];
    CERT_NAME_BLOB subject = {sizeof name, name};
    EXPECT_NE(CertStrToNameW(X509_ASN_ENCODING, L"CN=negodbc test", CERT_X500_NAME_STR, nullptr,
                             subject.pbData, &subject.cbData, nullptr),
              FALSE);
    made_.reset(CertCreateSelfSignCertificate(provider, &subject, 0, &info, nullptr, nullptr,
                                              nullptr, nullptr));
    EXPECT_NE(made_, nullptr) << GetLastError();
    CryptReleaseContext(provider, 0);
  }
  OwnCertificate(const OwnCertificate&) = delete;
  OwnCertificate& operator=(const OwnCertificate&) = delete;
  ~OwnCertificate() { remove(); }
  PCCERT_CONTEXT get() const { return made_.get(); }

 private:
  void remove() {
    HCRYPTPROV none = 0;
    CryptAcquireContextW(&none, container_, MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES,
                         CRYPT_DELETEKEYSET | CRYPT_SILENT);
  }
  wchar_t container_[32] = L"negodbc-store-test";
  Certificate made_;
};

class Stores : public ::testing::Test {
 protected:
  Stores() { fake_schannel() = FakeSchannel{}; }
  ~Stores() override { EXPECT_EQ(fake_schannel().live(), 0); }
  // What a context with this certificate is refused by.
  std::string refusal(const std::string& certificate) {
    settings_.ssl_cert = certificate;
    try {
      const TlsContext made(settings_, fake_schannel_table());
    } catch (const ConnectionError& error) {
      EXPECT_EQ(error.state(), "08001");
      return error.what();
    }
    return "";
  }
  TlsOptions settings_;
};

// First: an engine that has looked before may keep what it saw.
TEST_F(Stores, AnAuthorityOfTheUsersAloneIsTrusted) {
  const Certificate root = certificate_in(names_pem);
  settings_.ssl_root_cert = "system";
  const TlsContext context(settings_, fake_schannel_table());
  {
    const Kept kept(L"ROOT", root.get());
    EXPECT_EQ(context.distrust(root.get()), "");
  }
  EXPECT_THAT(context.distrust(certificate_in(common_name_pem).get()),
              HasSubstr("not issued by a trusted root"));
}

TEST_F(Stores, ACertificateOfTheUsersIsTakenWithItsKey) {
  const OwnCertificate own;
  const Kept kept(L"MY", own.get());
  const std::string digits = thumbprint(own.get());
  std::string pasted = "\xe2\x80\x8e";
  for (std::size_t at = 0; at < digits.size(); at += 2) pasted += digits.substr(at, 2) + " ";
  for (const std::string& name : {"CurrentUser\\MY\\" + digits, "currentuser\\My\\" + pasted}) {
    settings_.ssl_cert = name;
    const TlsContext context(settings_, fake_schannel_table());
    EXPECT_EQ(fake_schannel().certificates_given, 1U) << name;
    EXPECT_TRUE(fake_schannel().key_is_named);
    EXPECT_FALSE(context.may_be_kept()) << "another user may ask next, or it may be taken away";
  }
  EXPECT_THAT(refusal("LocalMachine\\MY\\" + digits), HasSubstr("there is none"));
  settings_.ssl_key = "a file";
  EXPECT_THAT(refusal("CurrentUser\\MY\\" + digits), HasSubstr("leave sslkey out"));
}

TEST_F(Stores, WhatIsNotThereIsSaid) {
  const std::string digits(40, '7');
  EXPECT_THAT(refusal("CurrentUser\\MY\\" + digits),
              AllOf(HasSubstr(digits), HasSubstr("there is none of this thumbprint")));
  EXPECT_THAT(refusal("CurrentUser\\no such store\\" + digits), HasSubstr("can't be"));
  for (const std::string wrong :
       {"CurrentUser\\MY\\", "CurrentUser\\MY", "CurrentUser\\\\7777", "CurrentUser\\MY\\x777"})
    EXPECT_THAT(refusal(wrong), HasSubstr("40 hexadecimal digits")) << wrong;
  // Those are files.
  EXPECT_THAT(refusal("CurrentUser"), HasSubstr("can't be read"));
  EXPECT_THAT(refusal("Elsewhere\\MY\\" + digits), HasSubstr("can't be read"));
}

TEST_F(Stores, ACertificateWithoutAKeyIsNone) {
  const Certificate bare = certificate_in(common_name_pem);
  const Kept kept(L"MY", bare.get());
  EXPECT_THAT(refusal("CurrentUser\\MY\\" + thumbprint(bare.get())), HasSubstr("no private key"));
}

// In a profile with any letters.
TEST_F(Stores, FilesOfTheUsersProfileAreFound) {
  const std::filesystem::path profile =
      std::filesystem::temp_directory_path() / path_of("negodbc Żółć 日本");
  std::filesystem::create_directories(profile / "postgresql");
  std::ofstream(profile / "postgresql" / "root.crt", std::ios::binary) << names_pem;
  const std::wstring before = _wgetenv(L"APPDATA") == nullptr ? L"" : _wgetenv(L"APPDATA");
  _wputenv_s(L"APPDATA", profile.c_str());
  settings_.ssl_mode = SslMode::verify_ca;
  EXPECT_EQ(TlsContext(settings_, fake_schannel_table()).distrust(certificate_in(names_pem).get()),
            "");
  std::filesystem::remove_all(profile);
  EXPECT_THROW(TlsContext(settings_, fake_schannel_table()), ConnectionError);
  _wputenv_s(L"APPDATA", before.c_str());
}

}  // namespace
}  // namespace negodbc::encryption::testing
