// The contract with the real libraries and a real KDC: delegation. Names are those of the table in
// authplugin/README.md.
#include <gtest/gtest.h>

#include "tests/support/realm_fixture.h"

namespace negodbc::test {
namespace {

TEST_P(Realm, ISC_REQ_DELEGATE_hands_the_credential_over) {
  establish(kAll | ISC_REQ_DELEGATE);
  ASSERT_NE(pair.server.attributes & ASC_RET_DELEGATE, 0u);
  EXPECT_NE(pair.client.attributes & ISC_RET_DELEGATE, 0u);
  SecPkgContext_DelegatedCredential delegated{};
  ASSERT_EQ(table().QueryContextAttributesW(&pair.server.handle, NEGODBC_ATTR_DELEGATED_CREDENTIAL,
                                            &delegated),
            SEC_E_OK);
  // A host program hands it on: a login as the user that delegated it.
  NEGODBC_AUTH_IDENTITY identity{};
  identity.NativeCredential = delegated.NativeCredential;
  EXPECT_EQ(logged_in_as(identity), user("alice"));
}

TEST_P(Realm, Delegation_by_policy_does_nothing_where_the_KDC_does_not_say_so) {
  establish(kAll | NEGODBC_ISC_REQ_DELEGATE_POLICY);
  EXPECT_EQ(pair.server.attributes & ASC_RET_DELEGATE, 0u);
  SecPkgContext_DelegatedCredential delegated{};
  EXPECT_EQ(table().QueryContextAttributesW(&pair.server.handle, NEGODBC_ATTR_DELEGATED_CREDENTIAL,
                                            &delegated),
            SEC_E_NO_CREDENTIALS);
}

}  // namespace
}  // namespace negodbc::test
