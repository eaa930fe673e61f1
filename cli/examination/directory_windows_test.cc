// Windows' LDAP client against a server whose answers are written by hand (RFC 4511).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/examination/directory.h"
#include "cli/examination/testing/messages.h"
#include "driver/base/error.h"
#include "driver/login/testing/scripted_peer.h"

namespace negodbc::cli {
namespace {

using login::testing::PeerConnection;
using login::testing::ScriptedPeer;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr int bind_request = 0x60;
constexpr int search_request = 0x63;
constexpr int insufficient_rights = 50;
constexpr int invalid_credentials = 49;

std::string octets(const std::string& text) {
  return element(0x04, text);
}
std::string result(int tag, int code) {
  return element(tag,
                 element(0x0A, std::string(1, static_cast<char>(code))) + octets("") + octets(""));
}
std::string attribute(const std::string& name, const std::string& value) {
  return element(0x30, octets(name) + element(0x31, octets(value)));
}
std::string entry(const std::string& name, const std::string& attributes) {
  return element(0x64, octets(name) + element(0x30, attributes));
}

struct Request {
  std::string number;  // its whole element
  int kind = 0;        // 0: the client has gone
  std::string body;
};

std::string counted_body(const PeerConnection& peer) {
  const std::string head = peer.read(2);
  if (head.size() < 2) return {};
  std::size_t size = static_cast<unsigned char>(head[1]);
  if (size >= 0x80) {
    const std::string length = peer.read(size & 0x7FU);
    size = 0;
    for (const char c : length) size = (size << 8U) | static_cast<unsigned char>(c);
  }
  return peer.read(size);
}

Request next_request(const PeerConnection& peer) {
  const std::string body = counted_body(peer);
  if (body.size() < 3) return {};
  const std::size_t size = 2 + static_cast<std::size_t>(body[1]);
  return {body.substr(0, size), static_cast<unsigned char>(body[size]), body.substr(size)};
}

void answer(const PeerConnection& peer, const Request& request,
            const std::vector<std::string>& parts) {
  for (const std::string& part : parts) peer.send(element(0x30, request.number + part));
}

struct Server {
  int bind = 0, search = 0;  // their results
  std::vector<std::string> accounts;
  std::string asked;
};

ScriptedPeer::Script serves(Server& server) {
  return [&server](const PeerConnection& peer) {
    for (Request request = next_request(peer); request.kind != 0; request = next_request(peer)) {
      if (request.kind == bind_request) answer(peer, request, {result(0x61, server.bind)});
      if (request.kind != search_request) continue;
      std::vector<std::string> parts = server.accounts;
      int code = server.search;
      if (request.body.find("servicePrincipalName") == std::string::npos) {
        parts = {entry("", attribute("defaultNamingContext", "DC=corp") +
                               attribute("dnsHostName", "dc1.corp"))};
        code = 0;
      } else {
        server.asked = request.body;
      }
      parts.push_back(result(0x65, code));
      answer(peer, request, parts);
    }
  };
}

std::uint16_t port = 0;

Finding told_by(std::uint16_t at, Deadline deadline = Deadline::after(10s)) {
  port = at;
  return told_directory(
      [](std::chrono::milliseconds time) { return open_directory_at("127.0.0.1", port, time); },
      "postgres/db", false, deadline);
}

TEST(WindowsDirectory, AnswersAreReadWithAllTheirLetters) {
  Server server;
  server.accounts = {entry("CN=Żółć,DC=corp", attribute("sAMAccountName", "żółć") +
                                                  attribute("userAccountControl", "514"))};
  const ScriptedPeer peer(serves(server));
  const Finding finding = told_by(peer.port());
  EXPECT_EQ(finding.text, "postgres/db is the name of żółć");
  EXPECT_EQ(finding.verdict, Verdict::note) << "it is disabled";
  ASSERT_EQ(finding.facts.size(), 3u);
  EXPECT_EQ(finding.facts[0].source, "dc1.corp");
  EXPECT_EQ(finding.facts[1].value, "CN=Żółć,DC=corp");
  EXPECT_THAT(server.asked, HasSubstr("DC=corp"));
  EXPECT_THAT(server.asked, HasSubstr("postgres/db"));
}

TEST(WindowsDirectory, TwoAndNoneAreCounted) {
  Server server;
  const ScriptedPeer peer(serves(server));
  EXPECT_TRUE(told_by(peer.port()).remedy.starts_with("setspn -S postgres/db "));
  server.accounts = {entry("CN=a,DC=corp", attribute("sAMAccountName", "a")),
                     entry("CN=b,DC=corp", attribute("sAMAccountName", "b"))};
  EXPECT_TRUE(told_by(peer.port()).remedy.starts_with("setspn -X"));
}

TEST(WindowsDirectory, RefusalsAreInItsWords) {
  Server server;
  server.search = insufficient_rights;
  {
    const ScriptedPeer peer(serves(server));
    EXPECT_THAT(told_by(peer.port()).text, HasSubstr("not asked: the domain controller does not "
                                                     "answer the question: "));
  }
  server.bind = invalid_credentials;
  {
    const ScriptedPeer peer(serves(server));
    EXPECT_THAT(told_by(peer.port()).text, HasSubstr("does not let this user in: "));
  }
  EXPECT_THAT(told_by(login::testing::closed_port()).text,
              HasSubstr("not asked: no domain controller answers: "));
}

TEST(WindowsDirectory, OneThatIsSilentIsLetGo) {
  const ScriptedPeer peer(
      [](const PeerConnection& connection) { connection.sleep_until_closed(); });
  const auto begun = std::chrono::steady_clock::now();
  const Finding finding = told_by(peer.port(), Deadline::after(500ms));
  EXPECT_EQ(finding.verdict, Verdict::skipped);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

}  // namespace
}  // namespace negodbc::cli
