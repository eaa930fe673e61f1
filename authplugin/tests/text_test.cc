// Texts: UTF-16, hostile gss_display_status, names, targets, times, the guard of tokens.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <variant>

#include "negotiate/initiator.h"
#include "negotiate/session_options.h"
#include "negotiate/target_name.h"
#include "negotiate/utf16.h"
#include "sspi_gssapi/calls.h"
#include "sspi_gssapi/client_name.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/token_guard.h"
#include "tests/fake/fake_fixture.h"
#include "tests/support/environment.h"
#include "tests/support/scoped_variable.h"

namespace negodbc::test {
namespace {

using sspi_gssapi::display_status;
using sspi_gssapi::one_line;

const sspi_gssapi::GssLibrary& fake_library() {
  return *std::get<const sspi_gssapi::GssLibrary*>(sspi_gssapi::load_library(kFakeWithStores));
}

TEST(Utf16, ThereAndBack) {
  const std::string text = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80";
  EXPECT_EQ(auth::to_wide(text), u"a\u00e4\u20ac\U0001F600");
  EXPECT_EQ(auth::to_utf8(auth::to_wide(text)), text);
  EXPECT_EQ(auth::to_utf8(static_cast<const SEC_WCHAR*>(nullptr)), "");
}

TEST(Utf16, IllFormedInputIsReplaced) {
  const std::string replaced = "\xEF\xBF\xBD";
  for (const char* bad : {"\xFF", "\xC0", "\xE2\x82", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xC1\x81", "\xE0\x80\x80"}) {
    const std::string valid = auth::valid_utf8(bad);
    EXPECT_EQ(valid.substr(0, 3), replaced);
    EXPECT_EQ(auth::valid_utf8(valid), valid);
  }
  const SEC_WCHAR lone_high[] = {0xD800, u'x', 0};
  EXPECT_EQ(auth::to_utf8(lone_high), replaced + "x");
  const SEC_WCHAR lone_low[] = {0xDC00, 0};
  EXPECT_EQ(auth::to_utf8(lone_low), replaced);
}

TEST(OneLine, IsOneBoundedLine) {
  EXPECT_EQ(one_line("  a\r\n\tb\x01  c  "), "a b c");
  EXPECT_EQ(one_line(""), "");
  EXPECT_EQ(one_line(std::string("a\0b", 3)), "a b");
  EXPECT_LE(one_line(std::string(100000, 'x')).size(), 512u);
  std::string umlauts;
  for (int i = 0; i < 1000; ++i) umlauts += "\xC3\xA4";
  const std::string cut = one_line("x" + umlauts);
  EXPECT_LE(cut.size(), 512u);
  EXPECT_EQ(auth::valid_utf8(cut), cut) << "never cut within a character";
}

// "gpj.exe" that is shown as "exe.jpg", a line that begins anew, a word hidden in another one.
TEST(OneLine, NothingInItChangesHowTheRestIsShown) {
  for (const char* one :
       {"\xC2\x85", "\xC2\x9B", "\xD8\x9C", "\xE1\xA0\x8E", "\xE2\x80\x8B", "\xE2\x80\x8E",
        "\xE2\x80\x8F", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAA", "\xE2\x80\xAE",
        "\xE2\x81\xA0", "\xE2\x81\xA6", "\xE2\x81\xA9", "\xE2\x81\xAF", "\xEF\xBB\xBF",
        "\xEF\xBF\xB9", "\xF3\xA0\x80\x81", "\xF3\xA0\x81\xBF"}) {
    EXPECT_EQ(one_line(std::string("a") + one + one + "b"), "a b");
    EXPECT_EQ(one_line(one), "");
  }
  const std::string words = "\xC3\xA4\xC2\xA0\xE2\x80\x8D\xE2\x80\x93\xD7\x90\xF0\x9F\x98\x80";
  EXPECT_EQ(one_line(words), words) << "all else stays";
}

class Expiry : public OnFakeGss {};

// Half past two comes twice in the night in which summer time ends.
TEST_F(Expiry, OfAContextIsExactWhenSummerTimeEnds) {
  const ScopedVariable zone("TZ", "Europe/Berlin");
  ::tzset();
  auth::CredentialRequest request;
  request.package = "Kerberos";
  request.library = kFakeWithStores;
  request.credential_cache = "FILE:/nowhere";
  std::tm night{};
  night.tm_year = 2027 - 1900;
  night.tm_mon = 9;
  night.tm_mday = 31;
  night.tm_min = 30;
  for (const int hour : {0, 1}) {
    night.tm_hour = hour;
    const std::int64_t end = ::timegm(&night);
    ASSERT_GT(end, auth::unix_now_s());
    auto acquired = auth::Credential::acquire(auth::system_platform(), request, 0);
    ASSERT_TRUE(std::holds_alternative<auth::Credential::Ptr>(acquired));
    auth::ContextRequest asked;
    asked.target = "service/host@REALM";
    fake.init_legs = {FakeLeg{.life = static_cast<OM_uint32>(end - auth::unix_now_s())}};
    auth::Initiator::Step step =
        auth::Initiator(auth::system_platform(), std::get<auth::Credential::Ptr>(acquired),
                        "Kerberos", asked)
            .step({});
    const auto* done = std::get_if<auth::Initiator::Done>(&step.result);
    ASSERT_NE(done, nullptr);
    EXPECT_NEAR(static_cast<double>(done->context.facts().expires_at), static_cast<double>(end), 5);
  }
}

class DisplayStatus : public OnFakeGss {
 protected:
  std::string shown() const {
    return display_status(fake_library(), 7, GSS_C_MECH_CODE, &sspi_gssapi::kKrb5Mech);
  }
};

TEST_F(DisplayStatus, Endless) {
  fake.text = FakeText::kEndless;
  EXPECT_LE(shown().size(), 512u);
  EXPECT_LE(fake.display_calls, 8);
}
TEST_F(DisplayStatus, ManyLines) {
  fake.text = FakeText::kManyLines;
  EXPECT_EQ(shown(), "line one two1; line one two2; line one two3; line one two0");
}
TEST_F(DisplayStatus, Empty) {
  fake.text = FakeText::kEmpty;
  EXPECT_EQ(shown(), "");
}
TEST_F(DisplayStatus, NotUtf8) {
  fake.text = FakeText::kNotUtf8;
  const std::string text = shown();
  EXPECT_EQ(auth::valid_utf8(text), text);
  EXPECT_NE(text.find("bad"), std::string::npos);
  EXPECT_NE(text.find("text end"), std::string::npos);
}
TEST_F(DisplayStatus, Huge) {
  fake.text = FakeText::kHuge;
  EXPECT_EQ(shown(), std::string(512, 'x'));
}
TEST_F(DisplayStatus, Fails) {
  fake.text = FakeText::kFails;
  EXPECT_EQ(shown(), "");
}

TEST_F(DisplayStatus, AMadeUpMinorIsFoundAgainByItsWords) {
  const OM_uint32 unknown_server = sspi_gssapi::krb5_code(7);
  fake.minor_texts = {{100001, "Server unknown"}, {unknown_server, "Server unknown"}};
  EXPECT_EQ(sspi_gssapi::true_minor(fake_library(), 100001, &sspi_gssapi::kSpnegoMech),
            unknown_server);
  const auto explained =
      sspi_gssapi::explain(fake_library(), GSS_S_FAILURE, 100001, &sspi_gssapi::kSpnegoMech,
                           sspi_gssapi::Operation::kFirstLeg);
  EXPECT_EQ(explained.status, SEC_E_TARGET_UNKNOWN);
  EXPECT_EQ(explained.detail.text, "Server unknown");
  EXPECT_EQ(explained.detail.minor, unknown_server);
}

TEST_F(DisplayStatus, AMadeUpMinorWithoutAMatchStays) {
  fake.minor_texts = {{100002, "something else"}};
  EXPECT_EQ(sspi_gssapi::true_minor(fake_library(), 100002, &sspi_gssapi::kSpnegoMech), 100002u);
  fake.minor_texts = {{100003, ""}};
  EXPECT_EQ(sspi_gssapi::true_minor(fake_library(), 100003, &sspi_gssapi::kSpnegoMech), 100003u);
}

TEST(LastError, IsOfTheStatusAskedFor) {
  auth::ErrorDetail detail;
  detail.text = "x";
  sspi_gssapi::set_last_error(SEC_E_INTERNAL_ERROR, detail);
  EXPECT_EQ(sspi_gssapi::last_error(SEC_E_INTERNAL_ERROR).text, "x");
  EXPECT_EQ(sspi_gssapi::last_error(SEC_E_INVALID_HANDLE).text, "");
}

TEST(TargetForm, HostbasedWithoutARealmElseAPrincipal) {
  using sspi_gssapi::form_of_target;
  EXPECT_EQ(form_of_target("postgres/host").text, "postgres@host");
  EXPECT_EQ(form_of_target("postgres/host").type, &sspi_gssapi::kHostbasedName);
  EXPECT_EQ(form_of_target("postgres/10.0.0.1").text, "postgres@10.0.0.1");
  EXPECT_EQ(form_of_target("postgres/::1").text, "postgres@::1");
  for (const char* principal : {"postgres/host@REALM", "user@REALM", "user", "a/b/c", "/x"}) {
    EXPECT_EQ(form_of_target(principal).text, principal);
    EXPECT_EQ(form_of_target(principal).type, &sspi_gssapi::kKrb5Name);
  }
}

TEST(TargetName, IsComposed) {
  EXPECT_EQ(auth::compose_target("s", "h", ""), "s/h");
  EXPECT_EQ(auth::compose_target("s", "h", "R"), "s/h@R");
  EXPECT_EQ(auth::fault_of_target("s/h@R"), "");
  EXPECT_EQ(auth::fault_of_target("s/\xC3\xA4"), "");
  EXPECT_NE(auth::fault_of_target("s/" + std::string(2000, 'h')), "");
  EXPECT_NE(auth::fault_of_target(""), "");
  EXPECT_NE(auth::fault_of_target("@/h"), "");
  for (const char* bad : {"@R", "s@R/h", "/h", "s/", "s/@R", "s@", "s/h@", "s@R@R", "s/h@R@R"}) {
    EXPECT_NE(auth::fault_of_target(bad), "") << bad;
  }
}

TEST(TargetName, OfOneComponent) {
  EXPECT_EQ(auth::fault_of_target("pgsvc"), "");
  EXPECT_EQ(auth::fault_of_target("pgsvc@REALM"), "");
}

TEST(TargetName, AHostsLastDotIsNoPartOfIt) {
  EXPECT_EQ(auth::compose_target("s", "db.ad.test.", ""), "s/db.ad.test");
  EXPECT_EQ(auth::compose_target("s", "db.ad.test.", "R"), "s/db.ad.test@R");
  EXPECT_EQ(auth::compose_target("s", ".", ""), "s/.");
}

TEST(ClientName, WhichAreEnterpriseNames) {
  using sspi_gssapi::ClientKind;
  using sspi_gssapi::kind_of_client;
  for (const char* name :
       {"alice", "alice@R", "alice/admin@R", "alice\\@corp.example@R", "alice@corp.example"}) {
    EXPECT_EQ(kind_of_client(name), ClientKind::kPrincipal) << name;
  }
  EXPECT_EQ(kind_of_client("alice@corp.example@R"), ClientKind::kEnterprise);
  EXPECT_TRUE(sspi_gssapi::may_be_enterprise("alice@corp.example"));
  for (const char* name : {"alice", "alice@R", "alice@corp.example@R", "alice\\@corp.example@R"}) {
    EXPECT_FALSE(sspi_gssapi::may_be_enterprise(name)) << name;
  }
}

TEST(MinLifetime, OffIsNone) {
  negodbc_auth_options given{};
  given.size = sizeof(given);
  EXPECT_EQ(auth::read_options(given).min_lifetime_s, 15u);
  given.min_lifetime_s = NEGODBC_AUTH_OFF;
  EXPECT_EQ(auth::read_options(given).min_lifetime_s, 0u);
  given.min_lifetime_s = 7;
  EXPECT_EQ(auth::read_options(given).min_lifetime_s, 7u);
}

TEST(Times, ThereAndBack) {
  for (const std::int64_t time : {std::int64_t{1}, std::int64_t{1790000000}}) {
    EXPECT_EQ(sspi_gssapi::unix_time_of(sspi_gssapi::local_timestamp(time)), time);
  }
  EXPECT_EQ(sspi_gssapi::unix_time_of(sspi_gssapi::local_timestamp(0)), 0);
  EXPECT_EQ(sspi_gssapi::unix_time_of(TimeStamp{0, 0}), 0);
}

TEST(Times, ThereAndBackInEveryHourOfAYear) {
  for (const char* zone : {"Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"}) {
    const ScopedEnvironment in_use("TZ", zone);
    ::tzset();
    int twice = 0;  // the hour that an autumn's night has twice can't be told from its second time
    for (std::int64_t time = 1767225600; time < 1767225600 + 366 * 86400; time += 1800) {
      const auto back = sspi_gssapi::unix_time_of(sspi_gssapi::local_timestamp(time));
      if (back == time) continue;
      ++twice;
      EXPECT_LE(std::abs(back - time), 3600) << zone << ' ' << time;
    }
    EXPECT_LE(twice, 2) << zone;
  }
  ::tzset();
}

// A Kerberos reply: frame, mechanism, token identifier, one element.
std::string kerberos_reply(char id = 2) {
  return std::string("\x60\x0F\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02", 13) + id +
         std::string("\x00\x6F\x00", 3);
}
std::span<const std::byte> span_of(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
std::string element(char tag, const std::string& content) {
  return std::string{tag, static_cast<char>(content.size())} + content;
}
std::string wrapped_in_spnego(const std::string& token) {
  return element('\xA1', element('\x30', element('\xA0', std::string("\x0A\x01\x00", 3)) +
                                             element('\xA2', element('\x04', token))));
}

TEST(TokenGuard, WhatIsFramedWellPasses) {
  std::string reply = kerberos_reply();
  reply[1] = static_cast<char>(reply.size() - 2);
  EXPECT_TRUE(sspi_gssapi::is_kerberos_reply(span_of(reply)));
  std::string error = kerberos_reply(3);
  error[1] = static_cast<char>(error.size() - 2);
  EXPECT_TRUE(sspi_gssapi::is_kerberos_reply(span_of(error)));
  EXPECT_TRUE(sspi_gssapi::is_safe_reply(span_of(wrapped_in_spnego(reply)), true, true));
}

// KRB-ERROR: version, type, the server's time, the number.
TEST(TokenGuard, TheNumberOfAnErrorIsRead) {
  const auto error = [](const std::string& number) {
    const std::string fields = element('\xA0', std::string("\x02\x01\x05", 3)) +
                               element('\xA1', std::string("\x02\x01\x1E", 3)) +
                               element('\xA4', "\x18\x01Z") + element('\xA6', number);
    const std::string inner = element('\x7E', element('\x30', fields));
    const std::string oid("\x06\x09\x2A\x86\x48\x86\xF7\x12\x01\x02\x02", 11);
    return element('\x60', oid + std::string("\x03\x00", 2) + inner);
  };
  EXPECT_EQ(sspi_gssapi::kerberos_error_of(span_of(error("\x02\x01\x25"))), 37);
  EXPECT_EQ(sspi_gssapi::kerberos_error_of(span_of(error(std::string("\x02\x02\x00\x25", 4)))), 37);
  EXPECT_EQ(sspi_gssapi::kerberos_error_of(span_of(error("\x02\x01\x29"))), 41);
  const std::string whole = error("\x02\x01\x25");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(sspi_gssapi::kerberos_error_of(span_of(whole.substr(0, size)))) << size;
  }
}

TEST(TokenGuard, NoCutAndNoFlippedFramePasses) {
  std::string reply = kerberos_reply();
  reply[1] = static_cast<char>(reply.size() - 2);
  const std::string spnego = wrapped_in_spnego(reply);
  for (std::size_t size = 0; size < reply.size(); ++size) {
    EXPECT_FALSE(sspi_gssapi::is_kerberos_reply(span_of(reply.substr(0, size)))) << size;
  }
  for (std::size_t size = 0; size < spnego.size(); ++size) {
    EXPECT_FALSE(sspi_gssapi::is_safe_reply(span_of(spnego.substr(0, size)), true, true)) << size;
  }
  EXPECT_FALSE(sspi_gssapi::is_kerberos_reply(span_of(reply + "x")));
  for (std::size_t at = 0; at < 15; ++at) {
    std::string flipped = reply;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x40);
    EXPECT_FALSE(sspi_gssapi::is_kerberos_reply(span_of(flipped))) << at;
  }
  std::string request = kerberos_reply(1);
  request[1] = reply[1];
  EXPECT_FALSE(sspi_gssapi::is_kerberos_reply(span_of(request))) << "an AP-REQ is no reply";
}

TEST(TokenGuard, LengthsThatLie) {
  for (const std::string& bad :
       {std::string("\x60\x80\x00\x00", 4), std::string("\x60\x84\xFF\xFF\xFF\xFF", 6),
        std::string("\x60\x88\x00\x00\x00\x00\x00\x00\x00\x01\x00", 11), std::string("\x60", 1),
        std::string("\x60\x05garbage")}) {
    EXPECT_FALSE(sspi_gssapi::is_kerberos_reply(span_of(bad)));
    EXPECT_FALSE(sspi_gssapi::is_safe_reply(span_of(bad), true, false));
  }
}

TEST(TokenGuard, SpnegoWithoutATokenWhileOneIsDue) {
  const std::string bare =
      element('\xA1', element('\x30', element('\xA0', std::string("\x0A\x01\x00", 3))));
  EXPECT_FALSE(sspi_gssapi::is_safe_reply(span_of(bare), true, true));
  EXPECT_TRUE(sspi_gssapi::is_safe_reply(span_of(bare), true, false));
  const std::string twice =
      element('\xA1', element('\x30', element('\xA2', element('\x04', "a")) +
                                          element('\xA2', element('\x04', "b"))));
  EXPECT_FALSE(sspi_gssapi::read_spnego_reply(span_of(twice)).well_formed);
}

// A server that begins offers mechanisms.
std::string offer_of(const std::string& mechs, const std::string& more = "") {
  const std::string list = element('\xA0', element('\x30', mechs));
  return element('\x60', element('\x06', "\x2b\x06\x01\x05\x05\x02") +
                             element('\xA0', element('\x30', list + more)));
}
std::string mech(const gss_OID_desc& oid) {
  return element('\x06', std::string(static_cast<const char*>(oid.elements), oid.length));
}

TEST(ServerOffer, OfKerberosAndNtlm) {
  using sspi_gssapi::read_spnego_offer;
  const std::string hints = element('\xA3', element('\x30', ""));
  const std::string both =
      offer_of(mech(sspi_gssapi::kMicrosoftKrb5Mech) + mech(sspi_gssapi::kNtlmMech), hints);
  const auto offer = read_spnego_offer(span_of(both));
  EXPECT_TRUE(offer.well_formed);
  EXPECT_TRUE(offer.kerberos);
  EXPECT_TRUE(offer.ntlm);
  const std::string kerberos = offer_of(mech(sspi_gssapi::kKrb5Mech));
  EXPECT_TRUE(read_spnego_offer(span_of(kerberos)).kerberos);
  EXPECT_FALSE(read_spnego_offer(span_of(kerberos)).ntlm);
  const auto other = read_spnego_offer(span_of(offer_of(mech(sspi_gssapi::kSpnegoMech))));
  EXPECT_TRUE(other.well_formed);
  EXPECT_FALSE(other.kerberos || other.ntlm);
  for (std::size_t size = 0; size < both.size(); ++size) {
    EXPECT_FALSE(read_spnego_offer(span_of(both.substr(0, size))).well_formed) << size;
  }
  EXPECT_FALSE(read_spnego_offer(span_of(both + "x")).well_formed);
  EXPECT_FALSE(read_spnego_offer(span_of(offer_of(""))).well_formed) << "nothing is offered";
  EXPECT_FALSE(read_spnego_offer(span_of(offer_of(element('\x04', "x")))).well_formed);
  EXPECT_FALSE(read_spnego_offer(span_of(offer_of(mech(sspi_gssapi::kKrb5Mech), hints + hints)))
                   .well_formed);
  EXPECT_FALSE(read_spnego_offer(span_of(wrapped_in_spnego("x"))).well_formed);
}

}  // namespace
}  // namespace negodbc::test
