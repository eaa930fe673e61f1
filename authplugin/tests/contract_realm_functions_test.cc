// The function tables with the real libraries: every member of the A and the W table answers; what
// there is nothing for on systems without Windows' accounts says so.
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "tests/support/realm_fixture.h"
#include "tests/support/ways.h"

namespace negodbc::test {
namespace {

const SecurityFunctionTableA& table_a() {
  return sspi_gssapi::table_a();
}

std::string narrow(const SEC_WCHAR* wide) {
  const std::u16string text(wide);
  return {text.begin(), text.end()};
}

class Functions : public Realm {};

TEST_P(Functions, Members_are_all_there) {
  // Those that Windows reserves are the only empty ones.
  const auto empty = [](const auto& table, std::size_t reserved) {
    std::size_t count = 0;
    for (std::size_t at = sizeof(void*); at < sizeof(table); at += sizeof(void*)) {
      void* member = nullptr;
      std::memcpy(&member, reinterpret_cast<const char*>(&table) + at, sizeof(member));
      count += member == nullptr ? 1 : 0;
    }
    EXPECT_EQ(count, reserved);
  };
  empty(table(), 4);
  empty(table_a(), 4);
}

TEST_P(Functions, EnumerateSecurityPackages_and_QuerySecurityPackageInfo) {
  sec_ulong count = 0;
  PSecPkgInfoA all = nullptr;
  ASSERT_EQ(table_a().EnumerateSecurityPackagesA(&count, &all), SEC_E_OK);
  PSecPkgInfoW all_wide = nullptr;
  sec_ulong count_wide = 0;
  ASSERT_EQ(table().EnumerateSecurityPackagesW(&count_wide, &all_wide), SEC_E_OK);
  ASSERT_EQ(count, 3u);
  ASSERT_EQ(count_wide, count);
  bool found = false;
  for (sec_ulong i = 0; i < count; ++i) {
    EXPECT_EQ(all[i].Name, narrow(all_wide[i].Name));
    EXPECT_GE(all[i].cbMaxToken, 65536u);
    found = found || std::string(all[i].Name) == package();
    PSecPkgInfoA one = nullptr;
    ASSERT_EQ(table_a().QuerySecurityPackageInfoA(all[i].Name, &one), SEC_E_OK);
    EXPECT_STREQ(one->Name, all[i].Name);
    EXPECT_EQ(one->fCapabilities, all[i].fCapabilities);
    table_a().FreeContextBuffer(one);
  }
  EXPECT_TRUE(found);
  table_a().FreeContextBuffer(all);
  table().FreeContextBuffer(all_wide);
  PSecPkgInfoW none = nullptr;
  EXPECT_EQ(table().QuerySecurityPackageInfoW(WideArgument("Digest").get(), &none),
            SEC_E_SECPKG_NOT_FOUND);
}

TEST_P(Functions, A_whole_login_by_the_A_table) {
  std::string name = package();
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Version = NEGODBC_AUTH_IDENTITY_VERSION;
  identity.Length = sizeof(identity);
  identity.Library = library();
  CredHandle client{};
  TimeStamp expiry{};
  ASSERT_EQ(table_a().AcquireCredentialsHandleA(nullptr, name.data(), SECPKG_CRED_OUTBOUND, nullptr,
                                                &identity, nullptr, nullptr, &client, &expiry),
            SEC_E_OK);
  SecPkgCredentials_NamesA names{};
  ASSERT_EQ(table_a().QueryCredentialsAttributesA(&client, SECPKG_CRED_ATTR_NAMES, &names),
            SEC_E_OK);
  EXPECT_EQ(names.sUserName, user("alice"));
  table_a().FreeContextBuffer(names.sUserName);

  std::string target = kTarget;
  CtxtHandle context{};
  sec_ulong attributes = 0;
  const auto leg = [&](bool first, const Bytes& input, Bytes& token) {
    Bytes peer = input;
    SecBuffer in{static_cast<sec_ulong>(peer.size()), SECBUFFER_TOKEN, peer.data()};
    SecBufferDesc in_desc{SECBUFFER_VERSION, 1, &in};
    SecBuffer out{0, SECBUFFER_TOKEN, nullptr};
    SecBufferDesc out_desc{SECBUFFER_VERSION, 1, &out};
    const SECURITY_STATUS status = table_a().InitializeSecurityContextA(
        &client, first ? nullptr : &context, target.data(), kAll | ISC_REQ_ALLOCATE_MEMORY, 0,
        SECURITY_NETWORK_DREP, first ? nullptr : &in_desc, 0, &context, &out_desc, &attributes,
        &expiry);
    const auto* begin = static_cast<const std::byte*>(out.pvBuffer);
    token.assign(begin, begin + out.cbBuffer);
    if (out.pvBuffer != nullptr) table_a().FreeContextBuffer(out.pvBuffer);
    return status;
  };
  Bytes token;
  ASSERT_EQ(leg(true, {}, token), SEC_I_CONTINUE_NEEDED) << why(SEC_E_OK);
  const TestCredential acceptor = inbound();
  End server;
  ASSERT_EQ(server.accept(acceptor, token), SEC_E_OK);
  ASSERT_EQ(leg(false, server.token, token), SEC_E_OK);
  EXPECT_NE(attributes & ISC_RET_MUTUAL_AUTH, 0u);
  SecPkgContext_NamesA of_context{};
  ASSERT_EQ(table_a().QueryContextAttributesA(&context, SECPKG_ATTR_NAMES, &of_context), SEC_E_OK);
  EXPECT_EQ(of_context.sUserName, user("alice"));
  table_a().FreeContextBuffer(of_context.sUserName);

  SecBuffer packed{};
  ASSERT_EQ(
      table_a().ExportSecurityContext(&context, SECPKG_CONTEXT_EXPORT_DELETE_OLD, &packed, nullptr),
      SEC_E_OK);
  CtxtHandle imported{};
  ASSERT_EQ(table_a().ImportSecurityContextA(name.data(), &packed, nullptr, &imported), SEC_E_OK);
  table_a().FreeContextBuffer(packed.pvBuffer);
  EXPECT_EQ(table_a().DeleteSecurityContext(&imported), SEC_E_OK);
  EXPECT_EQ(table_a().FreeCredentialsHandle(&client), SEC_E_OK);
  EXPECT_EQ(table_a().FreeCredentialsHandle(&client), SEC_E_INVALID_HANDLE);
}

TEST_P(Functions, What_cannot_be_is_SEC_E_UNSUPPORTED_FUNCTION) {
  establish();
  CtxtHandle* context = &pair.client.handle;
  SecBufferDesc message{SECBUFFER_VERSION, 0, nullptr};
  void* token = nullptr;
  EXPECT_EQ(table().ApplyControlToken(context, &message), SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_EQ(table().ImpersonateSecurityContext(context), SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_EQ(table().RevertSecurityContext(context), SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_EQ(table().QuerySecurityContextToken(context, &token), SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_EQ(table_a().ApplyControlToken(context, &message), SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_EQ(
      table_a().AddCredentialsA(nullptr, nullptr, nullptr, 0, nullptr, nullptr, nullptr, nullptr),
      SEC_E_UNSUPPORTED_FUNCTION);
}

INSTANTIATE_TEST_SUITE_P(Libraries, Functions, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
