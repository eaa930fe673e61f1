// What a peer may send instead of a reply, through the plugin, with the real libraries.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <tuple>

#include "tests/support/forged_reply.h"
#include "tests/support/plugin.h"
#include "tests/support/repetition.h"
#include "tests/support/ways.h"

namespace negodbc::test {
namespace {

using sspi_gssapi::NegState;

class ForgedReply : public testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  static void SetUpTestSuite() { prepare_acceptors(); }
  const char* library() const { return std::get<0>(GetParam()); }
  const char* package() const { return std::get<1>(GetParam()); }
  bool negotiates() const { return std::string_view(package()) == "Negotiate"; }
  negodbc_auth_options options() const {
    negodbc_auth_options made = options_for("localhost");
    made.library = library();
    made.package = package();
    return made;
  }
  TestCredential acceptor() const { return acquire(library(), package(), SECPKG_CRED_INBOUND); }
  // As this package has it; `state` only where it negotiates.
  Bytes within(const Bytes& token, NegState state = NegState::kIncomplete) const {
    return negotiates() ? spnego_reply(state, token, {}) : token;
  }
  // Of a session whose first token was answered so.
  negodbc_auth_status answered(PluginSession& session, const Bytes& reply) const {
    EXPECT_EQ(session.step({}), NEGODBC_AUTH_CONTINUE) << session.diagnosis().json;
    return session.step(reply);
  }
  static std::string json(const PluginSession& session) { return session.diagnosis().json; }
};

TEST_P(ForgedReply, A_clock_that_is_another_is_told_and_not_believed) {
  const std::string file = testing::TempDir() + "/forged-" + library() + "-" + package() +
                           std::to_string(::getpid()) + ".cc";
  std::filesystem::copy_file(environment("NEGODBC_CCACHE_VALID").substr(5), file,
                             std::filesystem::copy_options::overwrite_existing);
  const auto contents = [&] {
    std::ifstream in(file, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(in), {}};
  };
  const std::string cache = "FILE:" + file;
  for (const std::uint32_t copies : {0u, NEGODBC_AUTH_OFF}) {
    negodbc_auth_options asked = options();
    asked.credential_cache = cache.c_str();
    asked.credential_copies = copies;
    {
      // Where nothing is copied the library puts the service's ticket there.
      PluginSession first(asked);
      EXPECT_EQ(first.log_in(acceptor()), NEGODBC_AUTH_ESTABLISHED) << json(first);
    }
    const std::string before = contents();
    {
      PluginSession session(asked);
      EXPECT_EQ(answered(session, within(kerberos_error(37, std::time(nullptr) + 3L * 3600))),
                NEGODBC_AUTH_E_CLOCK_SKEW)
          << json(session);
      EXPECT_TRUE(session.token.empty()) << "no token of the time that the peer wants";
    }
    EXPECT_TRUE(contents() == before) << "nothing is noted";
    PluginSession next(asked);
    EXPECT_EQ(next.log_in(acceptor()), NEGODBC_AUTH_ESTABLISHED) << json(next);
  }
  std::filesystem::remove(file);
}

// The libraries count their own faults on behind those of the protocol: "no credentials cache", of
// a peer.
TEST_P(ForgedReply, A_number_that_is_no_error_of_Kerberos_is_a_refusal) {
  for (const std::int32_t number : {0, -1, 128, 195, 200, 1 << 30}) {
    PluginSession session(options());
    EXPECT_EQ(answered(session, within(kerberos_error(number, std::time(nullptr)))),
              NEGODBC_AUTH_E_LOGON_DENIED)
        << number << ": " << json(session);
  }
}

TEST_P(ForgedReply, Who_ends_the_negotiation_may_tell_why) {
  if (!negotiates()) GTEST_SKIP() << "Kerberos has no such word";
  const auto refused = [&](const Bytes& token) { return within(token, NegState::kReject); };
  PluginSession plain(options());
  EXPECT_EQ(answered(plain, refused({})), NEGODBC_AUTH_E_LOGON_DENIED) << json(plain);
  EXPECT_NE(json(plain).find("peer_refused"), std::string::npos) << json(plain);
  const std::time_t now = std::time(nullptr);
  PluginSession key(options());
  EXPECT_EQ(answered(key, refused(kerberos_error(41, now))), NEGODBC_AUTH_E_LOGON_DENIED);
  EXPECT_NE(json(key).find("server_key"), std::string::npos) << json(key);
  PluginSession clock(options());
  EXPECT_EQ(answered(clock, refused(kerberos_error(37, now))), NEGODBC_AUTH_E_CLOCK_SKEW)
      << json(clock);
  PluginSession generic(options());
  EXPECT_EQ(answered(generic, refused(kerberos_error(60, now))), NEGODBC_AUTH_E_LOGON_DENIED)
      << json(generic);
}

// Whatever is altered in a reply: it is a token that is none, or somebody else's, and never a fault
// of this program's.
TEST_P(ForgedReply, A_reply_altered_anywhere_is_the_peers_fault) {
  const TestCredential server = acceptor();
  std::size_t size = fewer_by;  // more than the first place
  // Under a sanitizer a part of the places, each library and package others.
  const std::size_t first = std::string_view(library()).size() + std::string_view(package()).size();
  for (std::size_t at = first % fewer_by; at < size; at += fewer_by) {
    for (const std::byte bit : {std::byte{0x01}, std::byte{0x80}}) {
      PluginSession session(options());
      ASSERT_EQ(session.step({}), NEGODBC_AUTH_CONTINUE) << json(session);
      End other;
      ASSERT_GE(other.accept(server, session.token), 0);
      size = other.token.size();
      Bytes altered = other.token;
      if (at >= altered.size()) break;
      altered[at] ^= bit;
      const negodbc_auth_status status = session.step(altered);
      // What is no part of what Kerberos protects may be other than it was.
      EXPECT_TRUE(status == NEGODBC_AUTH_E_INVALID_TOKEN ||
                  status == NEGODBC_AUTH_E_WRONG_PRINCIPAL ||
                  status == NEGODBC_AUTH_E_LOGON_DENIED || status == NEGODBC_AUTH_E_UNSUPPORTED ||
                  status == NEGODBC_AUTH_CONTINUE || status == NEGODBC_AUTH_ESTABLISHED)
          << at << ": " << json(session);
    }
  }
  EXPECT_GT(size, 40u);
}

INSTANTIATE_TEST_SUITE_P(Libraries, ForgedReply, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
