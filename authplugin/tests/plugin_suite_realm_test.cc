// What any plugin has to keep of the C ABI in a realm, with whatever library it uses, against an
// acceptor of ours. NEGODBC_PLUGIN names the plugin's file.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/plugin.h"

namespace negodbc::test {
namespace {

constexpr std::uint32_t kAllFlags = NEGODBC_AUTH_FLAG_MUTUAL | NEGODBC_AUTH_FLAG_REPLAY_DETECT |
                                    NEGODBC_AUTH_FLAG_SEQUENCE_DETECT |
                                    NEGODBC_AUTH_FLAG_CONFIDENTIALITY | NEGODBC_AUTH_FLAG_INTEGRITY;

// The package.
class PluginSuite : public testing::TestWithParam<const char*> {
 protected:
  static void SetUpTestSuite() { prepare_acceptors(); }
  static negodbc_auth_options options() {
    negodbc_auth_options made = options_for("localhost");
    made.package = GetParam();
    made.flags_required = kAllFlags;
    return made;
  }
  static TestCredential acceptor() { return acquire("mit", GetParam(), SECPKG_CRED_INBOUND); }
  static negodbc_auth_status log_in() {
    PluginSession session(options());
    return session.log_in(acceptor());
  }
  static std::string alice() { return "alice@" + environment("NEGODBC_REALM"); }
};

TEST_P(PluginSuite, EstablishesWithWhatIsRequired) {
  PluginSession session(options());
  ASSERT_EQ(session.log_in(acceptor()), NEGODBC_AUTH_ESTABLISHED) << session.diagnosis().json;
  negodbc_auth_info info{};
  info.size = sizeof(info);
  ASSERT_EQ(session.api->query(session.session, &info), NEGODBC_AUTH_OK);
  EXPECT_EQ(info.flags_granted, kAllFlags) << "and nothing is delegated unasked";
  EXPECT_EQ(info.principal, alice());
  EXPECT_STREQ(info.package, "Kerberos");
  EXPECT_EQ(std::string(info.target).rfind("postgres/localhost", 0), 0u);
  EXPECT_GT(info.expires_at, ::time(nullptr));
  const negodbc_auth_diagnosis record = session.diagnosis();
  EXPECT_EQ(record.status, NEGODBC_AUTH_OK);
  EXPECT_EQ(record.flags_asked, kAllFlags);
  EXPECT_EQ(record.flags_granted, kAllFlags);
  EXPECT_GE(record.legs, 1u);
  EXPECT_EQ(record.principal, alice());
  EXPECT_GT(record.credential_expires_at, ::time(nullptr));
  EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_STATE) << "there is no further step";
}

TEST_P(PluginSuite, NamesThePrincipalBeforeAnyStep) {
  PluginSession session(options());
  const char* name = nullptr;
  ASSERT_EQ(session.api->principal(session.session, kTimeoutMs, &name), NEGODBC_AUTH_OK);
  EXPECT_EQ(name, alice());
  EXPECT_EQ(session.log_in(acceptor()), NEGODBC_AUTH_ESTABLISHED);
}

// Messages of one established session.
class PluginMessages : public PluginSuite {
 protected:
  void SetUp() override {
    ASSERT_EQ(session.log_in(acceptor()), NEGODBC_AUTH_ESTABLISHED) << session.diagnosis().json;
    info.size = sizeof(info);
    ASSERT_EQ(session.api->query(session.session, &info), NEGODBC_AUTH_OK);
  }
  negodbc_auth_status protect(const Bytes& plain, Bytes& sealed, std::size_t capacity) {
    sealed.resize(capacity);
    std::size_t size = capacity;
    const auto status =
        session.api->protect(session.session, plain.data(), plain.size(), sealed.data(), &size);
    if (status == NEGODBC_AUTH_OK) sealed.resize(size);
    needed = size;
    return status;
  }
  negodbc_auth_status unprotect(const Bytes& sealed, Bytes& plain) {
    plain.resize(sealed.size());
    std::size_t size = plain.size();
    const auto status =
        session.api->unprotect(session.session, sealed.data(), sealed.size(), plain.data(), &size);
    plain.resize(status == NEGODBC_AUTH_OK ? size : 0);
    return status;
  }
  PluginSession session{options()};
  negodbc_auth_info info{};
  std::size_t needed = 0;
};

TEST_P(PluginMessages, AreSealedInBothDirections) {
  for (const std::size_t size : {0u, 1u, 16u, 16384u, 1000000u}) {
    const Bytes plain(size, std::byte{0x5A});
    Bytes sealed;
    ASSERT_EQ(protect(plain, sealed, size + info.max_frame_overhead), NEGODBC_AUTH_OK)
        << session.diagnosis().json;
    Bytes opened;
    sec_ulong qop = 1;
    ASSERT_EQ(open(session.server, sealed, opened, &qop), SEC_E_OK) << size;
    EXPECT_EQ(opened, plain);
    EXPECT_EQ(qop, 0u) << "sealed, not only signed";
    ASSERT_EQ(seal(session.server, plain, sealed), SEC_E_OK);
    ASSERT_EQ(unprotect(sealed, opened), NEGODBC_AUTH_OK);
    EXPECT_EQ(opened, plain);
  }
}

TEST_P(PluginMessages, ABufferTooSmallIsToldAndNothingIsLost) {
  const Bytes plain = bytes_of("some text");
  Bytes sealed;
  EXPECT_EQ(protect(plain, sealed, 1), NEGODBC_AUTH_E_BUFFER_TOO_SMALL);
  ASSERT_GT(needed, plain.size());
  ASSERT_EQ(protect(plain, sealed, needed), NEGODBC_AUTH_OK) << "the size told is enough";
  Bytes opened;
  EXPECT_EQ(open(session.server, sealed, opened), SEC_E_OK) << "in sequence";
}

TEST_P(PluginMessages, AlteredOnesEndTheSession) {
  Bytes sealed;
  Bytes opened;
  ASSERT_EQ(seal(session.server, bytes_of("some text"), sealed), SEC_E_OK);
  sealed.back() ^= std::byte{1};
  EXPECT_EQ(unprotect(sealed, opened), NEGODBC_AUTH_E_MESSAGE_ALTERED);
  ASSERT_EQ(seal(session.server, bytes_of("some text"), sealed), SEC_E_OK);
  EXPECT_EQ(unprotect(sealed, opened), NEGODBC_AUTH_E_STATE);
  EXPECT_EQ(session.diagnosis().status, NEGODBC_AUTH_E_MESSAGE_ALTERED);
}

TEST_P(PluginMessages, RepeatedOnesAreRefused) {
  Bytes sealed;
  Bytes opened;
  ASSERT_EQ(seal(session.server, bytes_of("some text"), sealed), SEC_E_OK);
  ASSERT_EQ(unprotect(sealed, opened), NEGODBC_AUTH_OK);
  EXPECT_EQ(unprotect(sealed, opened), NEGODBC_AUTH_E_MESSAGE_ALTERED);
}

TEST_P(PluginMessages, LeftOutOnesAreRefused) {
  Bytes sealed;
  Bytes opened;
  for (int i = 0; i < 2; ++i) ASSERT_EQ(seal(session.server, bytes_of("x"), sealed), SEC_E_OK);
  EXPECT_EQ(unprotect(sealed, opened), NEGODBC_AUTH_E_MESSAGE_ALTERED);
}

// Not in the first tables.
#define NEGODBC_SKIP_WITHOUT(function) \
  if (!NEGODBC_AUTH_HAS(load_plugin(), function)) GTEST_SKIP() << "the plugin has no " #function

TEST_P(PluginMessages, AreOpenedWhereTheyLie) {
  NEGODBC_SKIP_WITHOUT(unprotect_in_place);
  void* data = nullptr;
  std::size_t size = 0;
  const auto open_in_place = [&](Bytes& message) {
    return session.api->unprotect_in_place(session.session, message.data(), message.size(), &data,
                                           &size);
  };
  // So many that whoever opens them changes underway (kWorthwhile of own_messages.h).
  for (const std::size_t length : {0u, 1u, 16u, 16384u, 300000u, 16384u, 17u}) {
    const Bytes plain(length, std::byte{0x5A});
    Bytes sealed;
    ASSERT_EQ(seal(session.server, plain, sealed), SEC_E_OK);
    ASSERT_EQ(open_in_place(sealed), NEGODBC_AUTH_OK) << session.diagnosis().json;
    ASSERT_EQ(size, length);
    const auto* const first = static_cast<const std::byte*>(data);
    EXPECT_TRUE(length == 0 ||
                (first >= sealed.data() && first + size <= sealed.data() + sealed.size()));
    EXPECT_TRUE(std::equal(plain.begin(), plain.end(), first, first + size));
  }
  Bytes altered;
  ASSERT_EQ(seal(session.server, Bytes(5000, std::byte{0x5A}), altered), SEC_E_OK);
  altered.back() ^= std::byte{1};
  EXPECT_EQ(open_in_place(altered), NEGODBC_AUTH_E_MESSAGE_ALTERED);
  EXPECT_EQ(size, 0u);
  EXPECT_EQ(altered, Bytes(altered.size())) << "nothing of it is left";
  EXPECT_EQ(open_in_place(altered), NEGODBC_AUTH_E_STATE);
}

TEST_P(PluginMessages, OnesThatAreOnlySignedAreNotOpenedAsSealedOnes) {
  NEGODBC_SKIP_WITHOUT(unprotect_in_place);
  Bytes wrapped;
  ASSERT_EQ(seal(session.server, bytes_of("signed"), wrapped, SECQOP_WRAP_NO_ENCRYPT), SEC_E_OK);
  void* data = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(session.api->unprotect_in_place(session.session, wrapped.data(), wrapped.size(), &data,
                                            &size),
            NEGODBC_AUTH_E_MESSAGE_ALTERED);
  EXPECT_EQ(wrapped, Bytes(wrapped.size())) << "nothing of it is left";
}

TEST_P(PluginMessages, AreWrappedSignedOrSealed) {
  NEGODBC_SKIP_WITHOUT(wrap);
  const Bytes plain = bytes_of("no layer, 0 bytes");  // what RFC 4752 has to tell
  for (const std::uint32_t sealed : {0u, 1u}) {
    Bytes wrapped(plain.size() + info.max_frame_overhead);
    std::size_t size = 1;
    EXPECT_EQ(session.api->wrap(session.session, sealed, plain.data(), plain.size(), wrapped.data(),
                                &size),
              NEGODBC_AUTH_E_BUFFER_TOO_SMALL);
    ASSERT_LE(size, wrapped.size());
    ASSERT_EQ(session.api->wrap(session.session, sealed, plain.data(), plain.size(), wrapped.data(),
                                &size),
              NEGODBC_AUTH_OK)
        << session.diagnosis().json;
    wrapped.resize(size);
    Bytes opened;
    sec_ulong qop = 1;
    ASSERT_EQ(open(session.server, wrapped, opened, &qop), SEC_E_OK);
    EXPECT_EQ(opened, plain);
    EXPECT_EQ(qop, sealed != 0 ? 0u : SECQOP_WRAP_NO_ENCRYPT);

    ASSERT_EQ(seal(session.server, plain, wrapped, qop), SEC_E_OK);
    opened.resize(wrapped.size());
    size = opened.size();
    std::uint32_t found = 7;
    ASSERT_EQ(session.api->unwrap(session.session, wrapped.data(), wrapped.size(), opened.data(),
                                  &size, &found),
              NEGODBC_AUTH_OK);
    opened.resize(size);
    EXPECT_EQ(opened, plain);
    EXPECT_EQ(found, sealed);
  }
  // What is only signed is not what protect() makes.
  Bytes wrapped;
  Bytes opened;
  ASSERT_EQ(seal(session.server, plain, wrapped, SECQOP_WRAP_NO_ENCRYPT), SEC_E_OK);
  EXPECT_EQ(unprotect(wrapped, opened), NEGODBC_AUTH_E_MESSAGE_ALTERED);
}

TEST_P(PluginMessages, AWrappedOneThatWasAlteredEndsTheSession) {
  NEGODBC_SKIP_WITHOUT(unwrap);
  Bytes wrapped;
  ASSERT_EQ(seal(session.server, bytes_of("signed"), wrapped, SECQOP_WRAP_NO_ENCRYPT), SEC_E_OK);
  wrapped[wrapped.size() / 2] ^= std::byte{1};
  Bytes opened(wrapped.size());
  std::size_t size = opened.size();
  std::uint32_t found = 7;
  EXPECT_EQ(session.api->unwrap(session.session, wrapped.data(), wrapped.size(), opened.data(),
                                &size, &found),
            NEGODBC_AUTH_E_MESSAGE_ALTERED);
  EXPECT_EQ(found, 0u);
  EXPECT_EQ(session.api->unwrap(session.session, wrapped.data(), wrapped.size(), opened.data(),
                                &size, &found),
            NEGODBC_AUTH_E_STATE);
}

TEST_P(PluginMessages, AreSignedByThemselves) {
  NEGODBC_SKIP_WITHOUT(sign);
  for (const std::size_t length : {0u, 1u, 100000u}) {
    const Bytes message(length, std::byte{0x5A});
    Bytes code(1);
    std::size_t size = code.size();
    EXPECT_EQ(session.api->sign(session.session, message.data(), length, code.data(), &size),
              NEGODBC_AUTH_E_BUFFER_TOO_SMALL);
    ASSERT_GT(size, 1u);
    code.resize(size);
    ASSERT_EQ(session.api->sign(session.session, message.data(), length, code.data(), &size),
              NEGODBC_AUTH_OK)
        << session.diagnosis().json;
    code.resize(size);
    EXPECT_EQ(verify(session.server, message, code), SEC_E_OK) << length << ": in sequence";
    ASSERT_EQ(sign(session.server, message, code), SEC_E_OK);
    EXPECT_EQ(
        session.api->verify(session.session, message.data(), length, code.data(), code.size()),
        NEGODBC_AUTH_OK);
  }
  Bytes code;
  ASSERT_EQ(sign(session.server, bytes_of("this"), code), SEC_E_OK);
  EXPECT_EQ(session.api->verify(session.session, "that", 4, code.data(), code.size()),
            NEGODBC_AUTH_E_MESSAGE_ALTERED);
  EXPECT_EQ(session.api->verify(session.session, "this", 4, code.data(), code.size()),
            NEGODBC_AUTH_E_STATE);
}

TEST_P(PluginMessages, WithoutACodeNothingIsVerified) {
  NEGODBC_SKIP_WITHOUT(verify);
  EXPECT_EQ(session.api->verify(session.session, "text", 4, nullptr, 0),
            NEGODBC_AUTH_E_MESSAGE_ALTERED);
}

// A started step, and what says that it can be finished.
class StartedSteps : public PluginSuite {
 protected:
  void SetUp() override { NEGODBC_SKIP_WITHOUT(start_step); }
  static void wake(void* waiter) { static_cast<std::promise<void>*>(waiter)->set_value(); }
  // As step().
  negodbc_auth_status step(PluginSession& session, const Bytes& input) {
    const void* made = nullptr;
    std::size_t size = 0;
    std::promise<void> ready;
    negodbc_auth_status status = session.api->start_step(
        session.session, input.data(), input.size(), kTimeoutMs, wake, &ready, &made, &size);
    if (status == NEGODBC_AUTH_PENDING) {
      ++pending;
      EXPECT_EQ(made, nullptr);
      const char* name = nullptr;
      EXPECT_EQ(session.api->principal(session.session, 1, &name), NEGODBC_AUTH_E_STATE);
      EXPECT_EQ(ready.get_future().wait_for(std::chrono::milliseconds(kTimeoutMs)),
                std::future_status::ready);
      status = session.api->finish_step(session.session, &made, &size);
    }
    const auto* const begin = static_cast<const std::byte*>(made);
    session.token.assign(begin, begin + size);
    return status;
  }
  int pending = 0;
};

TEST_P(StartedSteps, LogIn) {
  const TestCredential server = acceptor();
  if (NEGODBC_AUTH_HAS(load_plugin(), forget)) load_plugin()->forget(nullptr);
  for (int i = 0; i < 4; ++i) {
    PluginSession session(options());
    ASSERT_EQ(step(session, {}), NEGODBC_AUTH_CONTINUE) << session.diagnosis().json;
    const char* name = nullptr;
    ASSERT_EQ(session.api->principal(session.session, kTimeoutMs, &name), NEGODBC_AUTH_OK);
    EXPECT_EQ(name, alice());
    ASSERT_EQ(session.server.accept(server, session.token), SEC_E_OK);
    ASSERT_EQ(step(session, session.server.token), NEGODBC_AUTH_ESTABLISHED)
        << session.diagnosis().json;
    EXPECT_EQ(session.api->finish_step(session.session, nullptr, nullptr), NEGODBC_AUTH_E_ARGUMENT);
    const void* token = nullptr;
    std::size_t size = 0;
    EXPECT_EQ(session.api->finish_step(session.session, &token, &size), NEGODBC_AUTH_E_STATE);
  }
  EXPECT_GT(pending, 0) << "the first login has to ask somebody";
}

TEST_P(StartedSteps, TellWhatFails) {
  const std::string cache = environment("NEGODBC_CCACHE_NONE");
  negodbc_auth_options asked = options();
  asked.credential_cache = cache.c_str();
  PluginSession session(asked);
  EXPECT_EQ(step(session, {}), NEGODBC_AUTH_E_NO_CREDENTIALS);
  EXPECT_STRNE(session.diagnosis().text, "");
}

TEST_P(StartedSteps, AreLeftBehindByClose) {
  for (int i = 0; i < 50; ++i) {
    negodbc_auth_options asked = options();
    asked.credential_copies = NEGODBC_AUTH_OFF;
    PluginSession session(asked);
    const void* made = nullptr;
    std::size_t size = 0;
    EXPECT_EQ(session.api->start_step(session.session, nullptr, 0, kTimeoutMs, nullptr, nullptr,
                                      &made, &size),
              NEGODBC_AUTH_PENDING);
  }
  EXPECT_EQ(log_in(), NEGODBC_AUTH_ESTABLISHED);
}

TEST_P(PluginSuite, CancelledBeforehandIsCancelled) {
  NEGODBC_SKIP_WITHOUT(cancel);
  PluginSession session(options());
  ASSERT_EQ(session.api->cancel(session.session), NEGODBC_AUTH_OK);
  EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_CANCELLED);
  EXPECT_EQ(session.diagnosis().status, NEGODBC_AUTH_E_CANCELLED);
  EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_STATE);
  EXPECT_EQ(log_in(), NEGODBC_AUTH_ESTABLISHED) << "others are not affected";
}

// A failure tells its status, what was tried and what to do; the session then only tells and
// closes.
void expect_failure(PluginSession& session, negodbc_auth_status expected) {
  const negodbc_auth_status status = session.step({});
  const negodbc_auth_diagnosis record = session.diagnosis();
  EXPECT_EQ(status, expected) << record.json;
  EXPECT_EQ(record.status, expected);
  for (const char* text : {record.text, record.hint, record.target, record.library, record.json})
    EXPECT_STRNE(text, "");
  EXPECT_TRUE(session.token.empty());
  EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_STATE);
  EXPECT_EQ(session.diagnosis().status, expected) << "the record goes on telling why";
}

TEST_P(PluginSuite, WithoutATicket) {
  const std::string cache = environment("NEGODBC_CCACHE_NONE");
  negodbc_auth_options asked = options();
  asked.credential_cache = cache.c_str();
  PluginSession session(asked);
  expect_failure(session, NEGODBC_AUTH_E_NO_CREDENTIALS);
  EXPECT_EQ(session.diagnosis().credential_source, cache);
}

TEST_P(PluginSuite, WithATicketThatHasTooLittleLife) {
  negodbc_auth_options asked = options();
  asked.min_lifetime_s = 40u * 365 * 86400;
  PluginSession session(asked);
  expect_failure(session, NEGODBC_AUTH_E_EXPIRED);
}

TEST_P(PluginSuite, ToAServiceNobodyKnows) {
  negodbc_auth_options asked = options();
  asked.service = "nosuchservice";
  PluginSession session(asked);
  expect_failure(session, NEGODBC_AUTH_E_TARGET_UNKNOWN);
}

TEST_P(PluginSuite, AGarbledReplyIsRefused) {
  PluginSession session(options());
  ASSERT_EQ(session.step({}), NEGODBC_AUTH_CONTINUE);
  EXPECT_LT(session.step(bytes_of("\x60\x05garbage")), 0);
  EXPECT_EQ(session.step(bytes_of("x")), NEGODBC_AUTH_E_STATE);
}

TEST_P(PluginSuite, NoTimeFailsAtOnce) {
  PluginSession session(options());
  EXPECT_EQ(session.step({}, 0), NEGODBC_AUTH_E_TIMED_OUT);
  EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_STATE);
}

TEST_P(PluginSuite, TwoUsersAtOnce) {
  const std::string cache = environment("NEGODBC_CCACHE_BOB");
  negodbc_auth_options of_bob = options();
  of_bob.credential_cache = cache.c_str();
  PluginSession alices(options());
  PluginSession bobs(of_bob);
  const char* name = nullptr;
  ASSERT_EQ(bobs.api->principal(bobs.session, kTimeoutMs, &name), NEGODBC_AUTH_OK);
  EXPECT_EQ(name, "bob@" + environment("NEGODBC_REALM"));
  ASSERT_EQ(alices.step({}), NEGODBC_AUTH_CONTINUE);
  const Bytes first = alices.token;
  ASSERT_EQ(bobs.log_in(acceptor()), NEGODBC_AUTH_ESTABLISHED);
  const TestCredential server = acceptor();
  ASSERT_EQ(alices.server.accept(server, first), SEC_E_OK);
  EXPECT_EQ(alices.step(alices.server.token), NEGODBC_AUTH_ESTABLISHED);
  EXPECT_EQ(alices.diagnosis().principal, alice());
  EXPECT_EQ(environment("KRB5CCNAME"), environment("NEGODBC_CCACHE_VALID"));
}

TEST_P(PluginSuite, ManyThreads) {
  std::atomic<int> done{0};
  std::vector<std::thread> threads;
  threads.reserve(16);
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 3; ++n) done += log_in() == NEGODBC_AUTH_ESTABLISHED ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 16 * 3);
}

TEST_P(PluginSuite, AChildAfterFork) {
  ASSERT_EQ(log_in(), NEGODBC_AUTH_ESTABLISHED);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(log_in() == NEGODBC_AUTH_ESTABLISHED ? 0 : 1);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(log_in(), NEGODBC_AUTH_ESTABLISHED);
}

TEST_P(PluginSuite, CountsWhatItDoes) {
  const negodbc_auth_api* api = load_plugin();
  negodbc_auth_counters before{};
  before.size = sizeof(before);
  ASSERT_EQ(api->counters(&before), NEGODBC_AUTH_OK);
  ASSERT_EQ(log_in(), NEGODBC_AUTH_ESTABLISHED);
  negodbc_auth_counters after{};
  after.size = sizeof(after);
  ASSERT_EQ(api->counters(&after), NEGODBC_AUTH_OK);
  EXPECT_EQ(after.sessions_opened, before.sessions_opened + 1);
  EXPECT_EQ(after.sessions_established, before.sessions_established + 1);
  EXPECT_EQ(after.sessions_failed, before.sessions_failed);
  EXPECT_GE(after.steps, before.steps + 2);
}

INSTANTIATE_TEST_SUITE_P(Packages, PluginSuite, testing::Values("Negotiate", "Kerberos"),
                         [](const auto& of) { return std::string(of.param); });
INSTANTIATE_TEST_SUITE_P(Packages, StartedSteps, testing::Values("Negotiate", "Kerberos"),
                         [](const auto& of) { return std::string(of.param); });
INSTANTIATE_TEST_SUITE_P(Packages, PluginMessages, testing::Values("Negotiate", "Kerberos"),
                         [](const auto& of) { return std::string(of.param); });

}  // namespace
}  // namespace negodbc::test
