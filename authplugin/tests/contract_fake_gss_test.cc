// The contract of InitializeSecurityContext row by row, on the fake library. Names of suites and
// tests are those of the table in authplugin/README.md.
#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "tests/fake/fake_fixture.h"

namespace negodbc::test {
namespace {

constexpr char kTarget[] = "service/host";
constexpr sec_ulong kMutual = ISC_REQ_MUTUAL_AUTH;

// One call with every parameter in the test's hand.
struct RawCall {
  CredHandle* credential = nullptr;
  CtxtHandle* context = nullptr;
  const char* target = kTarget;
  sec_ulong request = kMutual | ISC_REQ_ALLOCATE_MEMORY;
  sec_ulong reserved1 = 0;
  sec_ulong representation = SECURITY_NETWORK_DREP;
  std::vector<SecBuffer> input;
  bool has_input = false;
  sec_ulong reserved2 = 0;
  CtxtHandle made{};
  CtxtHandle* new_context = &made;
  std::vector<SecBuffer> output{SecBuffer{0, SECBUFFER_TOKEN, nullptr}};
  bool has_output = true;
  sec_ulong version = SECBUFFER_VERSION;
  sec_ulong attributes = 0;
  TimeStamp expiry{};

  SECURITY_STATUS run() {
    SecBufferDesc in{version, static_cast<sec_ulong>(input.size()), input.data()};
    SecBufferDesc out{version, static_cast<sec_ulong>(output.size()), output.data()};
    return sspi_gssapi::table_w().InitializeSecurityContextW(
        credential, context, target == nullptr ? nullptr : WideArgument(target).get(), request,
        reserved1, representation, has_input ? &in : nullptr, reserved2, new_context,
        has_output ? &out : nullptr, &attributes, &expiry);
  }
  void release() {
    for (SecBuffer& buffer : output) sspi_gssapi::table_w().FreeContextBuffer(buffer.pvBuffer);
    sspi_gssapi::table_w().DeleteSecurityContext(&made);
  }
};

class Parameter : public OnFakeGss {
 protected:
  void SetUp() override {
    fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = "first"},
                      FakeLeg{.major = GSS_S_COMPLETE}};
    call.credential = &credential.handle;
  }
  void TearDown() override {
    call.release();
    { TestCredential ended = std::move(credential); }
    OnFakeGss::TearDown();
  }
  TestCredential credential = outbound();
  RawCall call;
};

TEST_F(Parameter, phCredential_of_an_inbound_use_is_refused) {
  TestCredential in = inbound();
  call.credential = &in.handle;
  EXPECT_EQ(call.run(), SEC_E_INVALID_HANDLE);
}

TEST_F(Parameter, phCredential_stale_is_refused) {
  CredHandle stale{};
  {
    TestCredential ended = outbound();
    stale = ended.handle;
  }
  call.credential = &stale;
  EXPECT_EQ(call.run(), SEC_E_INVALID_HANDLE);
}

TEST_F(Parameter, phContext_is_NULL_first_and_the_partial_context_after) {
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_TRUE(SecIsValidHandle(&call.made));
  RawCall second;
  second.credential = &credential.handle;
  second.context = &call.made;
  second.new_context = &call.made;
  std::string answer = "answer";
  second.has_input = true;
  second.input = {SecBuffer{6, SECBUFFER_TOKEN, answer.data()}};
  EXPECT_EQ(second.run(), SEC_E_OK);
  ASSERT_EQ(fake.init_calls.size(), 2u);
  EXPECT_FALSE(fake.init_calls[0].has_input);
  EXPECT_EQ(fake.init_calls[1].input, "answer");
}

TEST_F(Parameter, phContext_stale_or_made_up_is_refused) {
  CtxtHandle made_up{12345, 67890};
  call.context = &made_up;
  EXPECT_EQ(call.run(), SEC_E_INVALID_HANDLE);
  call.context = nullptr;
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  CtxtHandle stale = call.made;
  ASSERT_EQ(table().DeleteSecurityContext(&call.made), SEC_E_OK);
  RawCall again;
  again.credential = &credential.handle;
  again.context = &stale;
  EXPECT_EQ(again.run(), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(table().DeleteSecurityContext(&stale), SEC_E_INVALID_HANDLE);
}

TEST_F(Parameter, pszTargetName_is_an_SPN) {
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(fake.imported, std::vector<std::string>{"hostbased:service@host"});
  EXPECT_EQ(fake.init_calls[0].target, "service@host");
}

TEST_F(Parameter, pszTargetName_with_a_realm_is_a_principal) {
  call.target = "service/host@REALM";
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(fake.imported, std::vector<std::string>{"principal:service/host@REALM"});
}

TEST_F(Parameter, pszTargetName_missing) {
  call.target = nullptr;
  EXPECT_EQ(call.run(), SEC_E_TARGET_UNKNOWN);
  EXPECT_TRUE(fake.init_calls.empty());
}

TEST_F(Parameter, pszTargetName_is_imported_once_not_once_per_leg) {
  End client;
  ASSERT_EQ(client.initialize(credential, kTarget, kMutual, nullptr), SEC_I_CONTINUE_NEEDED);
  const Bytes answer = bytes_of("answer");
  ASSERT_EQ(client.initialize(credential, kTarget, kMutual, &answer), SEC_E_OK);
  EXPECT_EQ(fake.imported.size(), 1u);
}

TEST_F(Parameter, Reserved1_and_Reserved2_must_be_zero) {
  call.reserved1 = 1;
  EXPECT_EQ(call.run(), SEC_E_INVALID_PARAMETER);
  call.reserved1 = 0;
  call.reserved2 = 1;
  EXPECT_EQ(call.run(), SEC_E_INVALID_PARAMETER);
  EXPECT_TRUE(fake.init_calls.empty());
}

TEST_F(Parameter, TargetDataRep_is_native_or_network) {
  call.representation = SECURITY_NATIVE_DREP;
  EXPECT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  RawCall other;
  other.credential = &credential.handle;
  other.representation = 7;
  EXPECT_EQ(other.run(), SEC_E_INVALID_PARAMETER);
}

TEST_F(Parameter, pInput_without_a_token_on_a_later_leg) {
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  RawCall second;
  second.credential = &credential.handle;
  second.context = &call.made;
  second.has_input = true;
  std::string data = "x";
  second.input = {SecBuffer{1, SECBUFFER_DATA, data.data()}};
  EXPECT_EQ(second.run(), SEC_E_INVALID_TOKEN) << "a buffer of the wrong type";
  second.has_input = false;
  EXPECT_EQ(second.run(), SEC_E_INVALID_TOKEN) << "no buffer at all";
}

TEST_F(Parameter, pInput_with_a_token_on_the_first_leg_where_the_server_began) {
  std::string hello = "hello";
  call.has_input = true;
  call.input = {SecBuffer{5, SECBUFFER_TOKEN | SECBUFFER_READONLY, hello.data()}};
  EXPECT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(fake.init_calls[0].input, "hello");
}

TEST_F(Parameter, pInput_malformed_descriptor) {
  call.has_input = true;
  call.version = 9;
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  call.version = SECBUFFER_VERSION;
  call.input = {SecBuffer{5, SECBUFFER_CHANNEL_BINDINGS, nullptr}};
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  EXPECT_TRUE(fake.init_calls.empty());
}

TEST_F(Parameter, pInput_with_channel_bindings) {
  std::array<std::byte, sizeof(SEC_CHANNEL_BINDINGS) + 4> packed{};
  SEC_CHANNEL_BINDINGS header{};
  header.cbApplicationDataLength = 4;
  header.dwApplicationDataOffset = sizeof(header);
  std::memcpy(packed.data(), &header, sizeof(header));
  std::memcpy(packed.data() + sizeof(header), "bind", 4);
  call.has_input = true;
  call.input = {SecBuffer{packed.size(), SECBUFFER_CHANNEL_BINDINGS, packed.data()}};
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(fake.init_calls[0].bindings, "bind");
  EXPECT_FALSE(fake.init_calls[0].has_input);
}

TEST_F(Parameter, pInput_with_channel_bindings_that_point_outside) {
  SEC_CHANNEL_BINDINGS header{};
  header.dwApplicationDataOffset = sizeof(header);
  header.cbApplicationDataLength = 0xFFFFFFFFu;
  call.has_input = true;
  call.input = {SecBuffer{sizeof(header), SECBUFFER_CHANNEL_BINDINGS, &header}};
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  EXPECT_TRUE(fake.init_calls.empty());
}

TEST_F(Parameter, pInput_without_channel_bindings_passes_none) {
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(fake.init_calls[0].bindings, "<none>");
}

TEST_F(Parameter, phNewContext_missing) {
  call.new_context = nullptr;
  EXPECT_EQ(call.run(), SEC_E_INVALID_HANDLE);
}

TEST_F(Parameter, phNewContext_gets_nothing_when_the_first_call_fails) {
  fake.init_legs = {FakeLeg{.major = GSS_S_FAILURE}};
  EXPECT_LT(call.run(), 0);
  EXPECT_FALSE(SecIsValidHandle(&call.made));
}

TEST_F(Parameter, pOutput_without_a_token_buffer) {
  call.output = {SecBuffer{0, SECBUFFER_DATA, nullptr}};
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  call.has_output = false;
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  call.has_output = true;
  call.output = {SecBuffer{0, SECBUFFER_TOKEN | SECBUFFER_READONLY, nullptr}};
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  EXPECT_TRUE(fake.init_calls.empty());
}

TEST_F(Parameter, pOutput_too_small_a_buffer) {
  std::array<char, 4> memory{};
  call.request = kMutual;
  call.output = {SecBuffer{memory.size(), SECBUFFER_TOKEN, memory.data()}};
  EXPECT_EQ(call.run(), SEC_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(call.output[0].cbBuffer, 5u) << "tells what would have been enough";
  EXPECT_FALSE(SecIsValidHandle(&call.made));
}

TEST_F(Parameter, pOutput_in_the_callers_buffer) {
  std::array<char, 16> memory{};
  call.request = kMutual;
  call.output = {SecBuffer{memory.size(), SECBUFFER_TOKEN, memory.data()}};
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(std::string(memory.data(), call.output[0].cbBuffer), "first");
  EXPECT_EQ(call.attributes & ISC_RET_ALLOCATED_MEMORY, 0u);
}

TEST_F(Parameter, pfContextAttr_tells_what_was_granted) {
  fake.init_legs = {FakeLeg{.flags = GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG}};
  call.request = kMutual | ISC_REQ_CONFIDENTIALITY | ISC_REQ_INTEGRITY | ISC_REQ_ALLOCATE_MEMORY;
  ASSERT_EQ(call.run(), SEC_E_OK);
  EXPECT_EQ(call.attributes, ISC_RET_MUTUAL_AUTH | ISC_RET_CONFIDENTIALITY | ISC_RET_CONNECTION |
                                 ISC_RET_ALLOCATED_MEMORY);
}

TEST_F(Parameter, ptsExpiry_tells_when_the_context_ends) {
  fake.init_legs = {FakeLeg{.life = 3600}};
  ASSERT_EQ(call.run(), SEC_E_OK);
  const std::int64_t ends = auth::system_platform().unix_time(call.expiry);
  EXPECT_NEAR(static_cast<double>(ends), static_cast<double>(::time(nullptr) + 3600), 5.0);
}

TEST_F(Parameter, ptsExpiry_for_ever) {
  fake.init_legs = {FakeLeg{.life = GSS_C_INDEFINITE}};
  ASSERT_EQ(call.run(), SEC_E_OK);
  EXPECT_EQ(auth::system_platform().unix_time(call.expiry), 0);
  EXPECT_EQ(call.expiry.HighPart, 0x7FFFFFFF);
}

// Each bit that is asked for, what the library is asked, and what comes back.
struct BitRow {
  const char* name;
  sec_ulong request;
  OM_uint32 asked;
  OM_uint32 granted;
  sec_ulong attribute;
};

class Request : public OnFakeGss, public testing::WithParamInterface<BitRow> {};

TEST_P(Request, Bit) {
  const BitRow& row = GetParam();
  fake.init_legs = {FakeLeg{.flags = row.granted}};
  const TestCredential credential = outbound();
  {
    End client;
    ASSERT_EQ(client.initialize(credential, kTarget, row.request, nullptr), SEC_E_OK);
    EXPECT_EQ(fake.init_calls[0].flags, row.asked);
    EXPECT_EQ(client.attributes & ~(ISC_RET_ALLOCATED_MEMORY | ISC_RET_CONNECTION), row.attribute);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Bits, Request,
    testing::Values(
        BitRow{"None", 0, 0, 0, 0},
        BitRow{"ISC_REQ_CONFIDENTIALITY", ISC_REQ_CONFIDENTIALITY, GSS_C_CONF_FLAG, GSS_C_CONF_FLAG,
               ISC_RET_CONFIDENTIALITY},
        BitRow{"ISC_REQ_CONFIDENTIALITY_not_granted", ISC_REQ_CONFIDENTIALITY, GSS_C_CONF_FLAG, 0,
               0},
        BitRow{"ISC_REQ_CONNECTION", ISC_REQ_CONNECTION, 0, 0, 0},
        BitRow{"ISC_REQ_DELEGATE", ISC_REQ_DELEGATE | ISC_REQ_MUTUAL_AUTH,
               GSS_C_DELEG_FLAG | GSS_C_MUTUAL_FLAG, GSS_C_DELEG_FLAG | GSS_C_MUTUAL_FLAG,
               ISC_RET_DELEGATE | ISC_RET_MUTUAL_AUTH},
        BitRow{"Delegate_by_policy", NEGODBC_ISC_REQ_DELEGATE_POLICY | ISC_REQ_MUTUAL_AUTH,
               GSS_C_DELEG_POLICY_FLAG | GSS_C_MUTUAL_FLAG, GSS_C_MUTUAL_FLAG, ISC_RET_MUTUAL_AUTH},
        BitRow{"ISC_REQ_EXTENDED_ERROR", ISC_REQ_EXTENDED_ERROR, 0x4000, 0x4000,
               ISC_RET_EXTENDED_ERROR},
        BitRow{"ISC_REQ_INTEGRITY", ISC_REQ_INTEGRITY, GSS_C_INTEG_FLAG, GSS_C_INTEG_FLAG,
               ISC_RET_INTEGRITY},
        BitRow{"ISC_REQ_MUTUAL_AUTH", ISC_REQ_MUTUAL_AUTH, GSS_C_MUTUAL_FLAG, GSS_C_MUTUAL_FLAG,
               ISC_RET_MUTUAL_AUTH},
        BitRow{"ISC_REQ_MUTUAL_AUTH_not_granted", ISC_REQ_MUTUAL_AUTH, GSS_C_MUTUAL_FLAG, 0, 0},
        BitRow{"ISC_REQ_NO_INTEGRITY", ISC_REQ_INTEGRITY | ISC_REQ_NO_INTEGRITY, 0,
               GSS_C_INTEG_FLAG, 0},
        BitRow{"ISC_REQ_REPLAY_DETECT", ISC_REQ_REPLAY_DETECT, GSS_C_REPLAY_FLAG, GSS_C_REPLAY_FLAG,
               ISC_RET_REPLAY_DETECT},
        BitRow{"ISC_REQ_SEQUENCE_DETECT", ISC_REQ_SEQUENCE_DETECT, GSS_C_SEQUENCE_FLAG,
               GSS_C_SEQUENCE_FLAG, ISC_RET_SEQUENCE_DETECT},
        BitRow{"ISC_REQ_STREAM", ISC_REQ_STREAM, 0, 0, ISC_RET_STREAM},
        BitRow{"ISC_REQ_IDENTIFY", ISC_REQ_IDENTIFY, GSS_C_IDENTIFY_FLAG, GSS_C_IDENTIFY_FLAG,
               ISC_RET_IDENTIFY},
        BitRow{"ISC_REQ_USE_DCE_STYLE", ISC_REQ_USE_DCE_STYLE, GSS_C_DCE_STYLE, GSS_C_DCE_STYLE,
               ISC_RET_USED_DCE_STYLE}),
    [](const auto& of) { return std::string(of.param.name); });

TEST_F(Parameter, ISC_REQ_ALLOCATE_MEMORY_is_freed_by_FreeContextBuffer_once) {
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_NE(call.attributes & ISC_RET_ALLOCATED_MEMORY, 0u);
  EXPECT_EQ(table().FreeContextBuffer(call.output[0].pvBuffer), SEC_E_OK);
  EXPECT_EQ(table().FreeContextBuffer(call.output[0].pvBuffer), SEC_E_INVALID_HANDLE);
  int foreign = 0;
  EXPECT_EQ(table().FreeContextBuffer(&foreign), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(table().FreeContextBuffer(nullptr), SEC_E_INVALID_HANDLE);
}

TEST_F(Parameter, ISC_REQ_PROMPT_FOR_CREDS_is_not_valid_here) {
  call.request |= ISC_REQ_PROMPT_FOR_CREDS;
  EXPECT_EQ(call.run(), SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_TRUE(fake.init_calls.empty());
}

TEST_F(Parameter, ISC_REQ_DELEGATE_needs_MUTUAL_AUTH) {
  call.request = ISC_REQ_DELEGATE;
  EXPECT_EQ(call.run(), SEC_E_UNSUPPORTED_FUNCTION);
  call.request = NEGODBC_ISC_REQ_DELEGATE_POLICY;
  EXPECT_EQ(call.run(), SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_TRUE(fake.init_calls.empty());
}

TEST_F(Parameter, ISC_REQ_USE_SUPPLIED_CREDS_looks_for_SECBUFFER_PKG_PARAMS) {
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Version = NEGODBC_AUTH_IDENTITY_VERSION;
  identity.Length = sizeof(identity);
  identity.Library = kFakeWithStores;
  identity.CredentialCache = "FILE:/supplied";
  call.request |= ISC_REQ_USE_SUPPLIED_CREDS;
  call.has_input = true;
  call.input = {SecBuffer{sizeof(identity), SECBUFFER_PKG_PARAMS, &identity}};
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(fake.stores, std::vector<std::string>{"ccache=FILE:/supplied"});
  EXPECT_NE(call.attributes & ISC_RET_USED_SUPPLIED_CREDS, 0u);
}

TEST_F(Parameter, SECBUFFER_PKG_PARAMS_malformed) {
  std::array<char, 8> garbage{};
  call.request |= ISC_REQ_USE_SUPPLIED_CREDS;
  call.has_input = true;
  call.input = {SecBuffer{garbage.size(), SECBUFFER_PKG_PARAMS, garbage.data()}};
  EXPECT_EQ(call.run(), SEC_E_UNKNOWN_CREDENTIALS);
}

TEST_F(Parameter, SECBUFFER_PKG_PARAMS_without_the_request_are_ignored) {
  std::array<char, 8> garbage{};
  call.has_input = true;
  call.input = {SecBuffer{garbage.size(), SECBUFFER_PKG_PARAMS, garbage.data()}};
  EXPECT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
}

// Success codes; COMPLETE_* never comes from GSSAPI: contract_loop_test.cc.
class Success : public OnFakeGss {
 protected:
  TestCredential credential = outbound();
  void TearDown() override {
    { TestCredential ended = std::move(credential); }
    OnFakeGss::TearDown();
  }
};

TEST_F(Success, SEC_E_OK_with_a_last_token) {
  fake.init_legs = {FakeLeg{.token = "last"}};
  End client;
  EXPECT_EQ(client.initialize(credential, kTarget, 0, nullptr), SEC_E_OK);
  EXPECT_EQ(text_of(client.token), "last");
}

TEST_F(Success, SEC_E_OK_without_a_token) {
  End client;
  EXPECT_EQ(client.initialize(credential, kTarget, 0, nullptr), SEC_E_OK);
  EXPECT_TRUE(client.token.empty());
}

TEST_F(Success, SEC_I_CONTINUE_NEEDED_with_an_empty_token) {
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED}};
  End client;
  EXPECT_EQ(client.initialize(credential, kTarget, 0, nullptr), SEC_I_CONTINUE_NEEDED);
  EXPECT_TRUE(client.token.empty());
}

TEST_F(Success, A_token_of_64_KiB) {
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = std::string(65536, 't')}};
  End client;
  EXPECT_EQ(client.initialize(credential, kTarget, 0, nullptr), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(client.token.size(), 65536u);
}

TEST_F(Success, CompleteAuthToken_has_nothing_to_do) {
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = "t"}};
  End client;
  ASSERT_EQ(client.initialize(credential, kTarget, 0, nullptr), SEC_I_CONTINUE_NEEDED);
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
  EXPECT_EQ(client.initialize(credential, kTarget, 0, nullptr), row.status);
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

class Sequence : public Success {};

TEST_F(Sequence, Two_legs) {
  fake.init_legs = {FakeLeg{.token = "only"}};
  fake.accept_legs = {FakeLeg{}};
  const TestCredential acceptor = inbound();
  Pair pair;
  shake_hands(pair, credential, acceptor, kTarget, 0);
  EXPECT_EQ(pair.client.status, SEC_E_OK);
  EXPECT_EQ(pair.server.status, SEC_E_OK);
  EXPECT_EQ(pair.legs, 1u);
}

TEST_F(Sequence, More_legs) {
  const FakeLeg more{.major = GSS_S_CONTINUE_NEEDED, .token = "m"};
  fake.init_legs = {more, more, more, FakeLeg{.token = "end"}};
  fake.accept_legs = {more, more, more, FakeLeg{}};
  const TestCredential acceptor = inbound();
  Pair pair;
  shake_hands(pair, credential, acceptor, kTarget, kMutual);
  EXPECT_EQ(pair.client.status, SEC_E_OK);
  EXPECT_EQ(pair.server.status, SEC_E_OK);
  EXPECT_EQ(pair.legs, 4u);
  EXPECT_EQ(fake.accept_inputs.back(), "end");
}

TEST_F(Sequence, An_empty_token_from_the_peer_is_passed_on) {
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED}, FakeLeg{}};
  End client;
  ASSERT_EQ(client.initialize(credential, kTarget, 0, nullptr), SEC_I_CONTINUE_NEEDED);
  const Bytes empty;
  EXPECT_EQ(client.initialize(credential, kTarget, 0, &empty), SEC_E_OK);
  EXPECT_TRUE(fake.init_calls[1].has_input);
}

TEST_F(Sequence, Deletion_after_a_late_failure) {
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = "t"},
                    FakeLeg{.major = GSS_S_DEFECTIVE_TOKEN}};
  {
    End client;
    ASSERT_EQ(client.initialize(credential, kTarget, 0, nullptr), SEC_I_CONTINUE_NEEDED);
    const Bytes answer = bytes_of("bad");
    EXPECT_EQ(client.initialize(credential, kTarget, 0, &answer), SEC_E_INVALID_TOKEN);
    EXPECT_EQ(client.initialize(credential, kTarget, 0, &answer), SEC_E_INVALID_HANDLE)
        << "there is no session any more";
    EXPECT_EQ(fake.contexts, 1) << "but the handle lives until it is deleted";
  }
  EXPECT_EQ(fake.contexts, 0);
}

TEST_F(Sequence, Insufficient_attributes_are_told_and_the_context_can_be_deleted) {
  fake.init_legs = {FakeLeg{.flags = 0}};
  End client;
  ASSERT_EQ(client.initialize(credential, kTarget, kMutual, nullptr), SEC_E_OK);
  EXPECT_EQ(client.attributes & ISC_RET_MUTUAL_AUTH, 0u);
  client.exists = false;
  EXPECT_EQ(table().DeleteSecurityContext(&client.handle), SEC_E_OK);
}

TEST_F(Sequence, Calling_again_after_completion_asks_for_re_authentication) {
  fake.init_legs = {FakeLeg{.token = "first"}, FakeLeg{.token = "second"}};
  End client;
  ASSERT_EQ(client.initialize(credential, kTarget, 0, nullptr), SEC_E_OK);
  const Bytes none;
  EXPECT_EQ(client.initialize(credential, kTarget, 0, &none), SEC_E_OK);
  EXPECT_EQ(text_of(client.token), "second");
  EXPECT_FALSE(fake.init_calls[1].has_input);
  EXPECT_EQ(fake.contexts, 1);
  const Bytes late = bytes_of("late");
  EXPECT_EQ(client.initialize(credential, kTarget, 0, &late), SEC_E_INVALID_TOKEN);
}

TEST_F(Sequence, The_token_is_opaque) {
  std::string binary("\0\xFF\x60\0", 4);
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = binary}, FakeLeg{}};
  End client;
  ASSERT_EQ(client.initialize(credential, kTarget, 0, nullptr), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(text_of(client.token), binary);
  ASSERT_EQ(client.initialize(credential, kTarget, 0, &client.token), SEC_E_OK);
  EXPECT_EQ(fake.init_calls[1].input, binary);
}

class Ntlm : public OnFakeGss {};

TEST_F(Ntlm, Negotiate_never_chooses_it_unasked) {
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = "t"}};
  fake.has_ntlm = true;
  fake.runs_ntlm = true;
  const TestCredential credential = outbound("Negotiate");
  EXPECT_EQ(fake.offered.size(), 1u) << "only Kerberos is offered";
  End client;
  EXPECT_EQ(client.initialize(credential, kTarget, 0, nullptr), SEC_E_SECPKG_NOT_FOUND);
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
  EXPECT_EQ(client.initialize(credential, kTarget, 0, nullptr), SEC_E_OK);
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
