// What the doctor's steps read: Kerberos' messages, keytabs, krb5.conf, DNS' answers.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "cli/examination/apart.h"
#include "cli/examination/examination.h"
#include "cli/examination/kdc_list.h"
#include "cli/examination/kerberos_configuration.h"
#include "cli/examination/kerberos_messages.h"
#include "cli/examination/keytab.h"
#include "cli/examination/testing/messages.h"
#include "cli/examination/words.h"

namespace negodbc::cli {
namespace {

using std::string_literals::operator""s;

std::string service_name(const std::string& first, const std::string& second) {
  return element(
      0x30, element(0xA0, number(2)) + element(0xA1, element(0x30, word(first) + word(second))));
}
std::string encoded_ticket(const std::string& version) {
  return element(
      0x61, element(0x30, element(0xA0, number(5)) + element(0xA1, word("R.TEST")) +
                              element(0xA2, service_name("postgres", "db")) +
                              element(0xA3, element(0x30, element(0xA0, number(18)) + version +
                                                              element(0xA2, element(4, "x"))))));
}
std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

TEST(KerberosMessages, A_ticket_shows_its_principal_and_key) {
  const std::string ticket = encoded_ticket(element(0xA1, number(3)));
  const auto facts = facts_of_ticket(bytes(ticket));
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->principal, "postgres/db@R.TEST");
  EXPECT_EQ(facts->encryption_type, 18);
  EXPECT_EQ(facts->key_version, 3);
  const std::string without = encoded_ticket("");
  ASSERT_TRUE(facts_of_ticket(bytes(without)));
  EXPECT_FALSE(facts_of_ticket(bytes(without))->key_version);
  // A read-only domain controller's number fills 32 bits.
  const std::string wide = encoded_ticket(element(0xA1, element(2, "\x80\x01\x00\x02"s)));
  ASSERT_TRUE(facts_of_ticket(bytes(wide)));
  EXPECT_EQ(facts_of_ticket(bytes(wide))->key_version, 0x80010002);
}

TEST(KerberosMessages, What_is_cut_off_or_altered_is_none) {
  const std::string ticket = encoded_ticket(element(0xA1, number(3)));
  for (std::size_t size = 0; size < ticket.size(); ++size)
    EXPECT_FALSE(facts_of_ticket(bytes(ticket.substr(0, size)))) << size;
  const std::string answer = kdc_error(25, "20260131120000Z");
  for (std::size_t size = 0; size < answer.size(); ++size)
    EXPECT_FALSE(kdc_answer(answer.substr(0, size))) << size;
  // Any byte may be another one: nothing is read beyond the end (sanitizers look).
  for (std::size_t at = 0; at < ticket.size(); ++at) {
    for (const int value : {0, 0x7F, 0x80, 0x84, 0xFF}) {
      std::string altered = ticket;
      altered[at] = static_cast<char>(value);
      (void)facts_of_ticket(bytes(altered));
      (void)facts_of_token(altered);
      (void)kdc_answer(altered);
    }
  }
  EXPECT_FALSE(facts_of_token("a token of something else"));
}

TEST(KerberosMessages, A_kdcs_error_tells_its_time) {
  const auto answer = kdc_answer(kdc_error(6, "20260131120001Z"));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->is_error);
  EXPECT_EQ(answer->code, 6);
  EXPECT_EQ(answer->time, 1769860801'000007);
  EXPECT_EQ(kdc_error_name(6), "the client is not known");
  EXPECT_EQ(kdc_error_name(99), "error 99");
  for (const char* time :
       {"20260231120001Z", "2026013112000", "20260131120001+", "-0260131120001Z"})
    EXPECT_FALSE(kdc_answer(kdc_error(6, time))) << time;
}

TEST(KerberosMessages, The_question_is_one_of_a_client_for_its_realm) {
  const std::string request = as_request("nobody", "R.TEST", 0xFFFFFFFF);
  EXPECT_EQ(static_cast<unsigned char>(request[0]), 0x6A);  // AS-REQ
  for (const char* part : {"nobody", "R.TEST", "krbtgt"})
    EXPECT_NE(request.find(part), std::string::npos) << part;
  // Whole: the length is that of what follows.
  EXPECT_EQ(static_cast<unsigned char>(request[1]), 0x82);
  const std::size_t length =
      (static_cast<std::size_t>(static_cast<unsigned char>(request[2])) << 8U) +
      static_cast<unsigned char>(request[3]);
  EXPECT_EQ(request.size(), length + 4);
}

std::string counted(const std::string& text) {
  return big_endian(static_cast<std::uint32_t>(text.size()), 2) + text;
}
std::string keytab_entry(int version, int type, const std::string& behind) {
  const std::string entry = big_endian(2, 2) + counted("R.TEST") + counted("postgres") +
                            counted("db") + big_endian(1, 4) + big_endian(0, 4) +
                            big_endian(static_cast<std::uint32_t>(version) & 0xFFU, 1) +
                            big_endian(static_cast<std::uint32_t>(type), 2) + counted("the key") +
                            behind;
  return big_endian(static_cast<std::uint32_t>(entry.size()), 4) + entry;
}

TEST(KeytabFile, Entries_with_short_and_long_versions) {
  const Keytab keytab =
      parse_keytab("\x05\x02"s + keytab_entry(3, 18, "") + keytab_entry(1, 23, big_endian(257, 4)));
  EXPECT_EQ(keytab.fault, "");
  ASSERT_EQ(keytab.entries.size(), 2u);
  EXPECT_EQ(keytab.entries[0].principal, "postgres/db@R.TEST");
  EXPECT_EQ(keytab.entries[0].key_version, 3u);
  EXPECT_EQ(keytab.entries[0].encryption_type, 18);
  EXPECT_TRUE(keytab.entries[0].short_version);
  EXPECT_EQ(keytab.entries[1].key_version, 257u);
  EXPECT_FALSE(keytab.entries[1].short_version);
}

TEST(KeytabFile, Deleted_entries_are_passed_over) {
  const std::string entry = keytab_entry(3, 18, "");
  const std::string hole = big_endian(static_cast<std::uint32_t>(-5), 4) + "12345";
  EXPECT_EQ(parse_keytab("\x05\x02"s + hole + entry).entries.size(), 1u);
}

TEST(KeytabFile, What_is_none_says_why) {
  EXPECT_EQ(parse_keytab("").fault, "it is empty");
  EXPECT_EQ(parse_keytab("\x05\x01rest").fault, "it is of a format older than 1996");
  EXPECT_EQ(parse_keytab("[libdefaults]").fault, "it is no keytab");
  EXPECT_EQ(parse_keytab("\x05\x02"s).fault, "it holds no key");
  EXPECT_EQ(read_keytab("/nonexistent/keytab").fault, "No such file or directory");
  EXPECT_EQ(read_keytab("FILE:/").fault, "it is a folder");
  const std::string whole = "\x05\x02"s + keytab_entry(3, 18, "") + keytab_entry(4, 18, "");
  for (std::size_t size = 7; size + 1 < whole.size(); ++size) {
    const Keytab keytab = parse_keytab(whole.substr(0, size));
    EXPECT_LE(keytab.entries.size(), 1u);
    EXPECT_TRUE(!keytab.fault.empty() || keytab.entries.size() == 1) << size;
  }
  EXPECT_EQ(parse_keytab(whole.substr(0, whole.size() - 1)).fault, "it is damaged behind entry 1");
  EXPECT_EQ(parse_keytab("\x05\x02\x80\x00\x00\x00"s).fault, "it is damaged behind entry 0");
}

KerberosConfiguration configuration_of(std::string_view lines) {
  KerberosConfiguration configuration;
  ConfigurationLines reader("krb5.conf");
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('|'), lines.size());
    reader.line(lines.substr(0, end), configuration.entries);
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return configuration;
}

TEST(KerberosConfigurationFile, Sections_braces_and_values) {
  const KerberosConfiguration configuration = configuration_of(
      "# words|[libdefaults]| default_realm = \"A B\" |dns_lookup_kdc = No|x* = 1|"
      "[realms]|R = {|kdc = one|v4 = {|kdc = inner|}|kdc = two:750|}|S =|{|kdc = three|}*|"
      "R = {|kdc = four, five|}");
  EXPECT_EQ(configuration.value({"libdefaults", "default_realm"}), "A B");
  EXPECT_EQ(configuration.value({"libdefaults", "x"}), "1");
  EXPECT_FALSE(configuration.flag("dns_lookup_kdc", true));
  EXPECT_TRUE(configuration.flag("dns_lookup_realm", true));
  EXPECT_EQ(configuration.values({"realms", "R", "kdc"}),
            (std::vector<std::string>{"one", "two:750", "four, five"}));
  EXPECT_EQ(configuration.kdcs_of("R").size(), 4u);
  EXPECT_EQ(configuration.kdcs_of("R")[1].port, 750);
  EXPECT_EQ(configuration.kdcs_of("S").at(0).host, "three");
  EXPECT_TRUE(configuration.kdcs_of("T").empty());
}

TEST(KerberosConfigurationFile, A_hosts_realm_is_its_own_or_a_domains) {
  const KerberosConfiguration configuration =
      configuration_of("[domain_realm]|db.sales.test = ONE|.sales.test = TWO|test = THREE");
  EXPECT_EQ(configuration.realm_of_host("DB.Sales.test"), "ONE");
  EXPECT_EQ(configuration.realm_of_host("other.sales.test"), "TWO");
  EXPECT_EQ(configuration.realm_of_host("far.away.test"), "THREE");
  EXPECT_EQ(configuration.realm_of_host("db.example"), "");
  EXPECT_EQ(configuration.realm_of_host(""), "");
}

TEST(KerberosConfigurationFile, A_kdcs_place) {
  EXPECT_EQ(kdc_place("h").port, 88);
  EXPECT_EQ(kdc_place("h:750").port, 750);
  EXPECT_EQ(kdc_place("[::1]:750").host, "::1");
  EXPECT_EQ(kdc_place("[::1]:750").port, 750);
  EXPECT_EQ(kdc_place("::1").host, "::1");
  EXPECT_TRUE(kdc_place("tcp/h:750").tcp);
  EXPECT_FALSE(kdc_place("tcp/h:750").udp);
  EXPECT_EQ(kdc_place("https://h/KdcProxy").proxy, "https://h/KdcProxy");
  for (const char* wrong : {"h:port", "h:99999", "[::1", "sctp/h"})
    EXPECT_EQ(kdc_place(wrong).host, "") << wrong;
}

TEST(KerberosConfigurationFile, A_kdc_that_is_named_twice_is_one) {
  const std::vector<KdcPlace> places =
      configuration_of("[realms]|R = {|kdc = tcp/h|kdc = h|kdc = h:89|}").kdcs_of("R");
  ASSERT_EQ(places.size(), 2u);
  EXPECT_TRUE(places[0].udp && places[0].tcp);
}

std::string dns_name(const std::vector<std::string>& labels) {
  std::string out;
  for (const std::string& label : labels) out += static_cast<char>(label.size()) + label;
  return out + '\0';
}
std::string srv(int priority, int weight, int port, const std::string& target) {
  const std::string data = big_endian(static_cast<std::uint32_t>(priority), 2) +
                           big_endian(static_cast<std::uint32_t>(weight), 2) +
                           big_endian(static_cast<std::uint32_t>(port), 2) + target;
  return dns_name({"_kerberos", "_udp", "r"}) + big_endian(33, 2) + big_endian(1, 2) +
         big_endian(60, 4) + counted(data);
}

TEST(KdcsByDns, In_the_order_of_their_priority_and_weight) {
  const std::string message =
      big_endian(1, 2) + big_endian(0x8180, 2) + big_endian(0, 2) + big_endian(4, 2) +
      big_endian(0, 4) + srv(20, 0, 88, dns_name({"last", "r"})) +
      srv(10, 5, 88, dns_name({"second", "r"})) + srv(10, 9, 750, dns_name({"first", "r"})) +
      srv(0, 0, 0, dns_name({}));
  const auto places = [](const std::string& from) {
    return kdcs_of_dns_answer(reinterpret_cast<const unsigned char*>(from.data()),
                              static_cast<int>(from.size()), false);
  };
  const std::vector<KdcPlace> found = places(message);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].host, "first.r");
  EXPECT_EQ(found[0].port, 750);
  EXPECT_EQ(found[1].host, "second.r");
  EXPECT_EQ(found[2].host, "last.r");
  EXPECT_EQ(found[0].whence, "DNS");
  EXPECT_FALSE(found[0].tcp);
  for (std::size_t size = 0; size < message.size(); ++size) (void)places(message.substr(0, size));
}

TEST(SpnCandidates, Each_of_the_hosts_names_with_each_services_name) {
  EXPECT_EQ(spn_candidates("pg", "DB.example.test", {"real.example.test"}, "pg/db.example.test"),
            (std::vector<std::string>{"postgres/db.example.test", "POSTGRES/db.example.test",
                                      "pg/real.example.test", "postgres/real.example.test",
                                      "POSTGRES/real.example.test", "pg/db", "postgres/db",
                                      "POSTGRES/db", "pg/real", "postgres/real", "POSTGRES/real"}));
  EXPECT_EQ(spn_candidates("postgres", "10.0.0.5", {}, "x"),
            (std::vector<std::string>{"postgres/10.0.0.5", "POSTGRES/10.0.0.5"}));
  EXPECT_TRUE(spn_candidates("postgres", "/run/postgresql", {}, "x").empty());
}

TEST(Words, Times_and_spans) {
  EXPECT_EQ(time_text(1769860801), "2026-01-31 12:00:01Z");
  EXPECT_EQ(time_text(0), "never");
  EXPECT_EQ(span_text(-119), "119 s");
  EXPECT_EQ(span_text(3599), "59 min");
  EXPECT_EQ(span_text(36000), "10 h 0 min");
  EXPECT_EQ(span_text(259200), "3 days");
}

TEST(ApartProcess, Returns_what_the_action_returns) {
  const std::string large(300000, 'x');
  const Apart apart = run_apart([&] { return std::string(300000, 'x'); },
                                Deadline::after(std::chrono::seconds(10)));
  EXPECT_EQ(apart.end, Apart::End::returned);
  EXPECT_EQ(apart.said, large);
}

TEST(ApartProcess, A_crash_stays_there) {
  const Apart apart = run_apart(
      []() -> std::string {
        ::signal(SIGTERM, SIG_DFL);
        ::raise(SIGTERM);
        return "";
      },
      Deadline::after(std::chrono::seconds(10)));
  EXPECT_EQ(apart.end, Apart::End::crashed);
  EXPECT_EQ(apart.reason, "signal 15");
}

TEST(ApartProcess, What_is_thrown_is_told) {
  const Apart apart = run_apart([]() -> std::string { throw std::runtime_error("no luck"); },
                                Deadline::after(std::chrono::seconds(10)));
  EXPECT_EQ(apart.end, Apart::End::crashed);
  EXPECT_EQ(apart.reason, "no luck");
}

TEST(ApartProcess, What_hangs_is_ended_at_the_deadline) {
  const auto begun = std::chrono::steady_clock::now();
  const Apart apart = run_apart(
      []() -> std::string {
        for (;;) ::pause();
      },
      Deadline::after(std::chrono::milliseconds(200)));
  EXPECT_EQ(apart.end, Apart::End::timed_out);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(200));
}

}  // namespace
}  // namespace negodbc::cli
