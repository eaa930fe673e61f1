// The contract of InitializeSecurityContext on the fake library: NTLM, never unasked. Names of
// suites and tests are those of the table in authplugin/README.md.
#include <gtest/gtest.h>

#include "tests/fake/contract_fixture.h"

namespace negodbc::test {
namespace {

class Ntlm : public OnFakeGss {};

TEST_F(Ntlm, Negotiate_never_chooses_it_unasked) {
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = "t"}};
  fake.has_ntlm = true;
  fake.runs_ntlm = true;
  const TestCredential credential = outbound("Negotiate");
  EXPECT_EQ(fake.offered.size(), 1u) << "only Kerberos is offered";
  End client;
  EXPECT_EQ(client.initialize(credential, kFakeTarget, 0, nullptr), SEC_E_SECPKG_NOT_FOUND);
  EXPECT_TRUE(client.token.empty());
  EXPECT_EQ(sspi_gssapi::last_error(SEC_E_SECPKG_NOT_FOUND).cause, auth::Cause::kNtlmRefused);
}

TEST_F(Ntlm, Negotiate_may_choose_it_when_it_is_allowed) {
  fake.has_ntlm = true;
  fake.runs_ntlm = true;
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Library = kFakeWithStores;
  identity.PackageList = "ntlm";
  const TestCredential credential = acquire("Negotiate", SECPKG_CRED_OUTBOUND, identity);
  EXPECT_EQ(fake.offered.size(), 2u);
  End client;
  EXPECT_EQ(client.initialize(credential, kFakeTarget, 0, nullptr), SEC_E_OK);
  SecPkgContext_NegotiationInfoW chosen{};
  ASSERT_EQ(table().QueryContextAttributesW(&client.handle, SECPKG_ATTR_NEGOTIATION_INFO, &chosen),
            SEC_E_OK);
  EXPECT_EQ(std::u16string(chosen.PackageInfo->Name), u"NTLM");
  table().FreeContextBuffer(chosen.PackageInfo);
}

TEST_F(Ntlm, The_package_needs_a_mechanism) {
  const TestCredential without = outbound("NTLM");
  EXPECT_EQ(without.status, SEC_E_SECPKG_NOT_FOUND);
  fake.has_ntlm = true;
  const TestCredential with = outbound("NTLM");
  EXPECT_EQ(with.status, SEC_E_OK);
}

}  // namespace
}  // namespace negodbc::test
