// The contract of InitializeSecurityContext on the fake library: success and failure. Names of
// suites and tests are those of the table in authplugin/README.md.
#include <gtest/gtest.h>

#include "tests/fake/contract_fixture.h"

namespace negodbc::test {
namespace {

// Success codes; COMPLETE_* never comes from GSSAPI: contract_loop_test.cc.
class Success : public WithCredential {};

TEST_F(Success, SEC_E_OK_with_a_last_token) {
  fake.init_legs = {FakeLeg{.token = "last"}};
  End client;
  EXPECT_EQ(client.initialize(credential, kFakeTarget, 0, nullptr), SEC_E_OK);
  EXPECT_EQ(text_of(client.token), "last");
}

TEST_F(Success, SEC_E_OK_without_a_token) {
  End client;
  EXPECT_EQ(client.initialize(credential, kFakeTarget, 0, nullptr), SEC_E_OK);
  EXPECT_TRUE(client.token.empty());
}

TEST_F(Success, SEC_I_CONTINUE_NEEDED_with_an_empty_token) {
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED}};
  End client;
  EXPECT_EQ(client.initialize(credential, kFakeTarget, 0, nullptr), SEC_I_CONTINUE_NEEDED);
  EXPECT_TRUE(client.token.empty());
}

TEST_F(Success, A_token_of_64_KiB) {
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = std::string(65536, 't')}};
  End client;
  EXPECT_EQ(client.initialize(credential, kFakeTarget, 0, nullptr), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(client.token.size(), 65536u);
}

TEST_F(Success, CompleteAuthToken_has_nothing_to_do) {
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = "t"}};
  End client;
  ASSERT_EQ(client.initialize(credential, kFakeTarget, 0, nullptr), SEC_I_CONTINUE_NEEDED);
  SecBufferDesc none{SECBUFFER_VERSION, 0, nullptr};
  EXPECT_EQ(table().CompleteAuthToken(&client.handle, &none), SEC_E_OK);
  EXPECT_EQ(table().CompleteAuthToken(&client.handle, nullptr), SEC_E_INVALID_TOKEN);
  CtxtHandle made_up{1, 2};
  EXPECT_EQ(table().CompleteAuthToken(&made_up, &none), SEC_E_INVALID_HANDLE);
}

// Failure codes: the majors and minors that lead to each are in error_map_test.cc; here they come
// through the call, with the library's words.
struct FailureRow {
  const char* name;
  OM_uint32 major;
  OM_uint32 minor;
  SECURITY_STATUS status;
};
class Failure : public OnFakeGss, public testing::WithParamInterface<FailureRow> {};

TEST_P(Failure, Code) {
  const FailureRow& row = GetParam();
  fake.init_legs = {FakeLeg{.major = row.major, .minor = row.minor}};
  const TestCredential credential = outbound();
  End client;
  EXPECT_EQ(client.initialize(credential, kFakeTarget, 0, nullptr), row.status);
  EXPECT_FALSE(client.exists);
  const auth::ErrorDetail detail = sspi_gssapi::last_error(row.status);
  EXPECT_EQ(detail.major, row.major);
  EXPECT_EQ(detail.minor, row.minor);
  EXPECT_NE(detail.text, "");
}

INSTANTIATE_TEST_SUITE_P(
    Codes, Failure,
    testing::Values(
        FailureRow{"SEC_E_INSUFFICIENT_MEMORY", GSS_S_FAILURE, 12, SEC_E_INSUFFICIENT_MEMORY},
        FailureRow{"SEC_E_INTERNAL_ERROR", GSS_S_FAILURE, 0, SEC_E_INTERNAL_ERROR},
        FailureRow{"SEC_E_INVALID_HANDLE", GSS_S_NO_CONTEXT, 0, SEC_E_INVALID_HANDLE},
        FailureRow{"SEC_E_INVALID_TOKEN", GSS_S_DEFECTIVE_TOKEN, 0, SEC_E_INVALID_TOKEN},
        FailureRow{"SEC_E_LOGON_DENIED", GSS_S_FAILURE, sspi_gssapi::krb5_code(18),
                   SEC_E_LOGON_DENIED},
        FailureRow{"SEC_E_NO_AUTHENTICATING_AUTHORITY", GSS_S_FAILURE, sspi_gssapi::krb5_code(156),
                   SEC_E_NO_AUTHENTICATING_AUTHORITY},
        FailureRow{"SEC_E_NO_CREDENTIALS", GSS_S_NO_CRED, 0, SEC_E_NO_CREDENTIALS},
        FailureRow{"SEC_E_TARGET_UNKNOWN", GSS_S_FAILURE, sspi_gssapi::krb5_code(7),
                   SEC_E_TARGET_UNKNOWN},
        FailureRow{"SEC_E_UNSUPPORTED_FUNCTION", GSS_S_UNAVAILABLE, 0, SEC_E_UNSUPPORTED_FUNCTION},
        FailureRow{"SEC_E_WRONG_PRINCIPAL", GSS_S_FAILURE, sspi_gssapi::krb5_code(144),
                   SEC_E_WRONG_PRINCIPAL},
        FailureRow{"SEC_E_TIME_SKEW", GSS_S_FAILURE, sspi_gssapi::krb5_code(37), SEC_E_TIME_SKEW}),
    [](const auto& of) { return std::string(of.param.name); });

}  // namespace
}  // namespace negodbc::test
