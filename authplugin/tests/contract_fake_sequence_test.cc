// The contract of InitializeSecurityContext on the fake library: sequences. Names of suites and
// tests are those of the table in authplugin/README.md.
#include <gtest/gtest.h>

#include "tests/fake/contract_fixture.h"

namespace negodbc::test {
namespace {

class Sequence : public WithCredential {};

TEST_F(Sequence, Two_legs) {
  fake.init_legs = {FakeLeg{.token = "only"}};
  fake.accept_legs = {FakeLeg{}};
  const TestCredential acceptor = inbound();
  Pair pair;
  shake_hands(pair, credential, acceptor, kFakeTarget, 0);
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
  shake_hands(pair, credential, acceptor, kFakeTarget, kMutual);
  EXPECT_EQ(pair.client.status, SEC_E_OK);
  EXPECT_EQ(pair.server.status, SEC_E_OK);
  EXPECT_EQ(pair.legs, 4u);
  EXPECT_EQ(fake.accept_inputs.back(), "end");
}

TEST_F(Sequence, An_empty_token_from_the_peer_is_passed_on) {
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED}, FakeLeg{}};
  End client;
  ASSERT_EQ(client.initialize(credential, kFakeTarget, 0, nullptr), SEC_I_CONTINUE_NEEDED);
  const Bytes empty;
  EXPECT_EQ(client.initialize(credential, kFakeTarget, 0, &empty), SEC_E_OK);
  EXPECT_TRUE(fake.init_calls[1].has_input);
}

TEST_F(Sequence, Deletion_after_a_late_failure) {
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = "t"},
                    FakeLeg{.major = GSS_S_DEFECTIVE_TOKEN}};
  {
    End client;
    ASSERT_EQ(client.initialize(credential, kFakeTarget, 0, nullptr), SEC_I_CONTINUE_NEEDED);
    const Bytes answer = bytes_of("bad");
    EXPECT_EQ(client.initialize(credential, kFakeTarget, 0, &answer), SEC_E_INVALID_TOKEN);
    EXPECT_EQ(client.initialize(credential, kFakeTarget, 0, &answer), SEC_E_INVALID_HANDLE)
        << "there is no session any more";
    EXPECT_EQ(fake.contexts, 1) << "but the handle lives until it is deleted";
  }
  EXPECT_EQ(fake.contexts, 0);
}

TEST_F(Sequence, Insufficient_attributes_are_told_and_the_context_can_be_deleted) {
  fake.init_legs = {FakeLeg{.flags = 0}};
  End client;
  ASSERT_EQ(client.initialize(credential, kFakeTarget, kMutual, nullptr), SEC_E_OK);
  EXPECT_EQ(client.attributes & ISC_RET_MUTUAL_AUTH, 0u);
  client.exists = false;
  EXPECT_EQ(table().DeleteSecurityContext(&client.handle), SEC_E_OK);
}

TEST_F(Sequence, Calling_again_after_completion_asks_for_re_authentication) {
  fake.init_legs = {FakeLeg{.token = "first"}, FakeLeg{.token = "second"}};
  End client;
  ASSERT_EQ(client.initialize(credential, kFakeTarget, 0, nullptr), SEC_E_OK);
  const Bytes none;
  EXPECT_EQ(client.initialize(credential, kFakeTarget, 0, &none), SEC_E_OK);
  EXPECT_EQ(text_of(client.token), "second");
  EXPECT_FALSE(fake.init_calls[1].has_input);
  EXPECT_EQ(fake.contexts, 1);
  const Bytes late = bytes_of("late");
  EXPECT_EQ(client.initialize(credential, kFakeTarget, 0, &late), SEC_E_INVALID_TOKEN);
}

TEST_F(Sequence, The_token_is_opaque) {
  std::string binary("\0\xFF\x60\0", 4);
  fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = binary}, FakeLeg{}};
  End client;
  ASSERT_EQ(client.initialize(credential, kFakeTarget, 0, nullptr), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(text_of(client.token), binary);
  ASSERT_EQ(client.initialize(credential, kFakeTarget, 0, &client.token), SEC_E_OK);
  EXPECT_EQ(fake.init_calls[1].input, binary);
}

}  // namespace
}  // namespace negodbc::test
