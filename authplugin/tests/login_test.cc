// Logins through the plugin's C ABI with the real libraries, against an acceptor in this process.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/plugin.h"
#include "tests/support/ways.h"

namespace negodbc::test {
namespace {

class Login : public testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  static void SetUpTestSuite() { prepare_acceptors(); }
  const char* library() const { return std::get<0>(GetParam()); }
  const char* package() const { return std::get<1>(GetParam()); }
  negodbc_auth_options options(const char* host = "localhost") const {
    negodbc_auth_options made = options_for(host);
    made.library = library();
    made.package = package();
    return made;
  }
  TestCredential acceptor() const { return acquire(library(), package(), SECPKG_CRED_INBOUND); }
};

TEST_P(Login, EstablishesAndProtects) {
  negodbc_auth_options asked = options();
  asked.flags_required = NEGODBC_AUTH_FLAG_MUTUAL | NEGODBC_AUTH_FLAG_CONFIDENTIALITY |
                         NEGODBC_AUTH_FLAG_INTEGRITY | NEGODBC_AUTH_FLAG_SEQUENCE_DETECT |
                         NEGODBC_AUTH_FLAG_REPLAY_DETECT;
  PluginSession session(asked);
  ASSERT_EQ(session.opened, NEGODBC_AUTH_OK);
  ASSERT_EQ(session.log_in(acceptor()), NEGODBC_AUTH_ESTABLISHED) << session.diagnosis().json;

  negodbc_auth_info info{};
  info.size = sizeof(info);
  ASSERT_EQ(session.api->query(session.session, &info), NEGODBC_AUTH_OK);
  EXPECT_EQ(info.flags_granted & asked.flags_required, asked.flags_required);
  EXPECT_EQ(info.flags_granted & NEGODBC_AUTH_FLAG_DELEGATED, 0u);
  EXPECT_STREQ(info.package, "Kerberos");
  EXPECT_EQ(info.principal, "alice@" + environment("NEGODBC_REALM"));
  EXPECT_EQ(info.target, "postgres/localhost@" + environment("NEGODBC_REALM"));
  EXPECT_GT(info.expires_at, 0);

  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{16384}}) {
    const Bytes plain(size, std::byte{0x5A});
    Bytes sealed(size + info.max_frame_overhead);
    std::size_t sealed_size = sealed.size();
    ASSERT_EQ(session.api->protect(session.session, plain.data(), plain.size(), sealed.data(),
                                   &sealed_size),
              NEGODBC_AUTH_OK)
        << session.diagnosis().json;
    sealed.resize(sealed_size);
    Bytes opened;
    sec_ulong qop = 1;
    ASSERT_EQ(open(session.server, sealed, opened, &qop), SEC_E_OK) << size;
    EXPECT_EQ(opened, plain);
    EXPECT_EQ(qop, 0u);

    Bytes answer;
    ASSERT_EQ(seal(session.server, plain, answer), SEC_E_OK);
    Bytes read(answer.size());
    std::size_t read_size = read.size();
    ASSERT_EQ(session.api->unprotect(session.session, answer.data(), answer.size(), read.data(),
                                     &read_size),
              NEGODBC_AUTH_OK);
    read.resize(read_size);
    EXPECT_EQ(read, plain);
  }
}

TEST_P(Login, TheProgramsLogTellsOfIt) {
  std::vector<std::string> lines;
  std::mutex mutex;
  struct Log {
    std::vector<std::string>& lines;
    std::mutex& mutex;
  } data{lines, mutex};
  negodbc_auth_log to{};
  to.size = sizeof(to);
  to.level = NEGODBC_AUTH_LOG_INFO;
  to.data = &data;
  to.write = [](void* of, std::uint32_t, const char* line) {
    const auto& log = *static_cast<Log*>(of);
    const std::lock_guard lock(log.mutex);
    log.lines.emplace_back(line);
  };
  const std::string cache = environment("NEGODBC_CCACHE_BOB");
  negodbc_auth_options asked = options();
  asked.credential_cache = cache.c_str();
  PluginSession session(asked);
  ASSERT_EQ(session.api->forget(nullptr), NEGODBC_AUTH_OK);
  ASSERT_EQ(session.api->set_log(&to), NEGODBC_AUTH_OK);
  EXPECT_EQ(session.log_in(acceptor()), NEGODBC_AUTH_ESTABLISHED);
  ASSERT_EQ(session.api->set_log(nullptr), NEGODBC_AUTH_OK);
  const std::string bob = "bob@" + environment("NEGODBC_REALM");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], "credential taken: " + bob + ", " + cache);
  EXPECT_EQ(lines[1].rfind("login established (postgres/localhost", 0), 0u) << lines[1];
  EXPECT_NE(lines[1].find(bob + ", " + cache + ", " + library()), std::string::npos) << lines[1];
}

TEST_P(Login, NamesThePrincipalBeforeAnyStep) {
  PluginSession session(options());
  const char* name = nullptr;
  ASSERT_EQ(session.api->principal(session.session, kTimeoutMs, &name), NEGODBC_AUTH_OK);
  EXPECT_EQ(name, "alice@" + environment("NEGODBC_REALM"));
  EXPECT_EQ(session.diagnosis().credential_source, environment("KRB5CCNAME"));
  EXPECT_EQ(session.log_in(acceptor()), NEGODBC_AUTH_ESTABLISHED);
}

TEST_P(Login, TakesANamedCache) {
  negodbc_auth_options asked = options();
  const std::string cache = environment("NEGODBC_CCACHE_WRONG");
  asked.credential_cache = cache.c_str();
  PluginSession session(asked);
  const char* name = nullptr;
  ASSERT_EQ(session.api->principal(session.session, kTimeoutMs, &name), NEGODBC_AUTH_OK)
      << session.diagnosis().json;
  EXPECT_EQ(name, "mallory@" + environment("NEGODBC_REALM"));
  EXPECT_EQ(session.log_in(acceptor()), NEGODBC_AUTH_ESTABLISHED) << session.diagnosis().json;
}

// What every failure tells: its status, the SPN, where the credential was looked for, a remedy.
void expect_failure(PluginSession& session, negodbc_auth_status expected,
                    const std::string& hint_part) {
  const negodbc_auth_status status = session.step({});
  const negodbc_auth_diagnosis why = session.diagnosis();
  EXPECT_EQ(status, expected) << why.json;
  EXPECT_EQ(why.status, expected);
  EXPECT_NE(std::string(why.text), "");
  EXPECT_NE(std::string(why.hint).find(hint_part), std::string::npos) << why.hint;
  EXPECT_NE(std::string(why.library), "");
  EXPECT_NE(std::string(why.credential_source), "");
  EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_STATE);
  EXPECT_EQ(session.diagnosis().status, expected);
}

TEST_P(Login, NoTicket) {
  negodbc_auth_options asked = options();
  const std::string cache = environment("NEGODBC_CCACHE_NONE");
  asked.credential_cache = cache.c_str();
  PluginSession session(asked);
  expect_failure(session, NEGODBC_AUTH_E_NO_CREDENTIALS, "kinit");
  EXPECT_EQ(session.diagnosis().credential_source, cache);
}

TEST_P(Login, ExpiredTicket) {
  negodbc_auth_options asked = options();
  const std::string cache = environment("NEGODBC_CCACHE_EXPIRED");
  asked.credential_cache = cache.c_str();
  PluginSession session(asked);
  expect_failure(session, NEGODBC_AUTH_E_EXPIRED, "kinit");
  EXPECT_EQ(session.diagnosis().principal, "alice@" + environment("NEGODBC_REALM"));
}

// Whether the record of a failed first step has this cause and this in its hint.
void expect_cause(const negodbc_auth_options& asked, const char* cause, const char* hint) {
  PluginSession session(asked);
  EXPECT_LT(session.step({}), 0);
  const negodbc_auth_diagnosis why = session.diagnosis();
  EXPECT_EQ(why.status, NEGODBC_AUTH_E_NO_CREDENTIALS);
  EXPECT_NE(std::string(why.json).find("\"cause\":\"" + std::string(cause) + "\""),
            std::string::npos)
      << why.json;
  EXPECT_NE(std::string(why.hint).find(hint), std::string::npos) << why.hint;
}

TEST_P(Login, ACacheOfAnUnknownType) {
  negodbc_auth_options asked = options();
  asked.credential_cache = "FOO:bar";
  expect_cause(asked, "cache_type", "FOO:bar");
}

TEST_P(Login, ACacheThatADaemonKeepsWithoutTheDaemon) {
  for (const char* socket :
       {"/run/.heim_org.h5l.kcm-socket", "/var/run/.heim_org.h5l.kcm-socket"}) {
    if (std::filesystem::exists(socket)) GTEST_SKIP() << "there is one on this machine";
  }
  negodbc_auth_options asked = options();
  for (const char* cache : {"KCM:", "KCM:1234"}) {
    asked.credential_cache = cache;
    expect_cause(asked, "cache_daemon", "Start the daemon");
  }
  asked.principal = "alice";
  for (const char* cache : {"KCM:", "KCM:1234"}) {
    asked.credential_cache = cache;
    expect_cause(asked, "cache_daemon", "Start the daemon");
  }
}

TEST_P(Login, ACacheOfSomebodyElse) {
  negodbc_auth_options asked = options();
  asked.principal = "bob";
  expect_cause(asked, "other_principal", "Run kinit bob");
}

TEST_P(Login, TheRecordTellsWhatHasBecomeOfIt) {
  PluginSession session(options());
  ASSERT_EQ(session.log_in(acquire(library(), package(), SECPKG_CRED_INBOUND)),
            NEGODBC_AUTH_ESTABLISHED);
  EXPECT_EQ(session.diagnosis().outcome, NEGODBC_AUTH_LOGIN_NOT_TOLD);
  EXPECT_EQ(session.api->login_ended(session.session, 4, nullptr), NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_EQ(session.api->login_ended(nullptr, NEGODBC_AUTH_LOGIN_REFUSED, nullptr),
            NEGODBC_AUTH_E_ARGUMENT);
  ASSERT_EQ(session.api->login_ended(session.session, NEGODBC_AUTH_LOGIN_REFUSED, "no such role"),
            NEGODBC_AUTH_OK);
  const negodbc_auth_diagnosis why = session.diagnosis();
  EXPECT_EQ(why.status, NEGODBC_AUTH_E_LOGON_DENIED);
  EXPECT_STREQ(why.status_name, "SEC_E_LOGON_DENIED");
  EXPECT_EQ(why.outcome, NEGODBC_AUTH_LOGIN_REFUSED);
  EXPECT_STREQ(why.peer_words, "no such role");
  EXPECT_STREQ(why.text, "no such role");
  // Who knows the first records only gets no more than these.
  negodbc_auth_diagnosis old{};
  old.size = offsetof(negodbc_auth_diagnosis, outcome);
  ASSERT_EQ(session.api->diagnosis(session.session, &old), NEGODBC_AUTH_OK);
  EXPECT_EQ(old.peer_words, nullptr);
  EXPECT_EQ(old.status, NEGODBC_AUTH_E_LOGON_DENIED);
}

TEST_P(Login, TicketWithTooLittleLife) {
  negodbc_auth_options asked = options();
  asked.min_lifetime_s = 40u * 365 * 86400;
  PluginSession session(asked);
  expect_failure(session, NEGODBC_AUTH_E_EXPIRED, "kinit");
}

TEST_P(Login, TicketWithLittleLifeWhereNoneIsAskedFor) {
  const std::string cache =
      "FILE:" + testing::TempDir() + "negodbc-short-" + std::to_string(::getpid());
  const std::string kinit = "kinit.heimdal --cache=" + cache +
                            " --lifetime=10s --keytab=" + environment("NEGODBC_ALICE_KEYTAB") +
                            " alice";
  ASSERT_EQ(std::system(kinit.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
  negodbc_auth_options asked = options();
  asked.credential_cache = cache.c_str();
  {
    PluginSession session(asked);
    EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_EXPIRED) << "15 s are asked for by default";
  }
  asked.min_lifetime_s = NEGODBC_AUTH_OFF;
  PluginSession session(asked);
  EXPECT_EQ(session.log_in(acceptor()), NEGODBC_AUTH_ESTABLISHED) << session.diagnosis().json;
  std::filesystem::remove(cache.substr(5));
}

TEST_P(Login, AHostWithItsLastDot) {
  PluginSession session(options("localhost."));
  EXPECT_EQ(session.log_in(acceptor()), NEGODBC_AUTH_ESTABLISHED) << session.diagnosis().json;
  EXPECT_EQ(std::string(session.diagnosis().target).substr(0, 18), "postgres/localhost");
}

TEST_P(Login, ATargetOfOneComponent) {
  for (const std::string& target :
       {std::string("alice"), "alice@" + environment("NEGODBC_REALM")}) {
    negodbc_auth_options asked = options();
    asked.target = target.c_str();
    PluginSession session(asked);
    EXPECT_EQ(session.step({}), NEGODBC_AUTH_CONTINUE) << session.diagnosis().json;
  }
}

TEST_P(Login, AClientKeytabsFirstEntry) {
  const std::string keytab = environment("NEGODBC_ALICE_KEYTAB");
  negodbc_auth_options asked = options();
  asked.client_keytab = keytab.c_str();
  PluginSession session(asked);
  EXPECT_EQ(session.log_in(acceptor()), NEGODBC_AUTH_ESTABLISHED) << session.diagnosis().json;
  EXPECT_EQ(session.diagnosis().principal, "alice@" + environment("NEGODBC_REALM"));
}

TEST_P(Login, UnknownService) {
  negodbc_auth_options asked = options();
  asked.service = "nosuchservice";
  PluginSession session(asked);
  expect_failure(session, NEGODBC_AUTH_E_TARGET_UNKNOWN, "nosuchservice/localhost");
}

TEST_P(Login, MalformedTokenFromThePeer) {
  PluginSession session(options());
  ASSERT_EQ(session.step({}), NEGODBC_AUTH_CONTINUE);
  const negodbc_auth_status status = session.step(bytes_of("\x60\x05garbage"));
  EXPECT_EQ(status, NEGODBC_AUTH_E_INVALID_TOKEN) << session.diagnosis().json;
  EXPECT_EQ(session.step(bytes_of("x")), NEGODBC_AUTH_E_STATE);
}

TEST_P(Login, NoTimeFailsAtOnce) {
  PluginSession session(options());
  EXPECT_EQ(session.step({}, 0), NEGODBC_AUTH_E_TIMED_OUT);
  EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_STATE);
}

INSTANTIATE_TEST_SUITE_P(Libraries, Login, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
