// The contract of InitializeSecurityContext on the fake library: what is requested and what comes
// of it. Names of suites and tests are those of the table in authplugin/README.md.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "tests/fake/contract_fixture.h"

namespace negodbc::test {
namespace {

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
    ASSERT_EQ(client.initialize(credential, kFakeTarget, row.request, nullptr), SEC_E_OK);
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

TEST_F(Parameter, fContextReq_of_a_later_leg_says_who_allocates) {
  std::array<char, 16> memory{};
  for (const bool lent : {true, false}) {
    fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = "first"},
                      FakeLeg{.token = "last"}};
    RawCall first;
    first.credential = &credential.handle;
    std::array<char, 16> first_memory{};
    if (!lent) {
      first.request = kMutual;
      first.output = {SecBuffer{first_memory.size(), SECBUFFER_TOKEN, first_memory.data()}};
    }
    ASSERT_EQ(first.run(), SEC_I_CONTINUE_NEEDED);
    LaterCall second(first.made);
    if (lent) {
      second.request = kMutual;
      second.output = {SecBuffer{memory.size(), SECBUFFER_TOKEN, memory.data()}};
    }
    ASSERT_EQ(second.run(), SEC_E_OK);
    const SecBuffer& out = second.output[0];
    EXPECT_EQ(out.pvBuffer == memory.data(), lent);
    EXPECT_EQ(std::string(static_cast<const char*>(out.pvBuffer), out.cbBuffer), "last");
    EXPECT_EQ(second.attributes & ISC_RET_ALLOCATED_MEMORY,
              lent ? sec_ulong{0} : ISC_RET_ALLOCATED_MEMORY);
    if (!lent) table().FreeContextBuffer(out.pvBuffer);
    table().DeleteSecurityContext(&first.made);
    if (lent) table().FreeContextBuffer(first.output[0].pvBuffer);
  }
}

TEST_F(Parameter, fContextReq_of_a_later_leg_changes_no_protection) {
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  LaterCall second(call.made);
  second.request = ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_CONFIDENTIALITY;
  ASSERT_EQ(second.run(), SEC_E_OK);
  EXPECT_EQ(fake.init_calls[1].flags, fake.init_calls[0].flags);
}

TEST_F(Parameter, ISC_REQ_USE_SUPPLIED_CREDS_without_any_is_not_granted) {
  call.request |= ISC_REQ_USE_SUPPLIED_CREDS;
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(call.attributes & ISC_RET_USED_SUPPLIED_CREDS, 0u);
}

TEST_F(Parameter, SECBUFFER_PKG_PARAMS_shorter_than_their_version_says) {
  // At the end of memory that can be read, so that a byte too many is a crash.
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const pages =
      ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(pages, MAP_FAILED);
  ASSERT_EQ(::mprotect(static_cast<char*>(pages) + page, page, PROT_NONE), 0);
  call.request |= ISC_REQ_USE_SUPPLIED_CREDS;
  call.has_input = true;
  for (const sec_ulong version : {SEC_WINNT_AUTH_IDENTITY_VERSION, NEGODBC_AUTH_IDENTITY_VERSION}) {
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{8}, sizeof(SEC_WINNT_AUTH_IDENTITY_W),
          sizeof(SEC_WINNT_AUTH_IDENTITY_EXW) - 1}) {
      char* const at = static_cast<char*>(pages) + page - size;
      std::memset(at, 0, size);
      const std::array numbers = {version, static_cast<sec_ulong>(sizeof(NEGODBC_AUTH_IDENTITY))};
      std::memcpy(at, numbers.data(), std::min(size, sizeof(numbers)));
      call.input = {SecBuffer{static_cast<sec_ulong>(size), SECBUFFER_PKG_PARAMS, at}};
      EXPECT_EQ(call.run(), SEC_E_UNKNOWN_CREDENTIALS) << version << " " << size;
    }
  }
  ::munmap(pages, 2 * page);
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

}  // namespace
}  // namespace negodbc::test
