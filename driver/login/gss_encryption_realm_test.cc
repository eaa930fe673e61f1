// GSS encryption with a real KDC and a real PostgreSQL, and somebody in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "driver/login/testing/gss_relay.h"
#include "driver/login/testing/login_failure.h"
#include "driver/login/testing/realm.h"

namespace negodbc::login::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using Direction = GssRelay::Direction;

// A bit of the byte at this place of the content; negative: counted from its end.
GssRelay::Change flip_at(const std::function<std::size_t(std::size_t size)>& place) {
  return [place](std::string packet) {
    packet[4 + place(packet.size() - 4)] ^= 0x10;
    return packet;
  };
}

// The server says nothing; the client may be writing or reading when it learns of the end.
const auto connection_over =
    AnyOf(HasSubstr("closed"), HasSubstr("the connection to the server broke"));

// library, package
class GssEncryption : public ::testing::TestWithParam<std::pair<const char*, const char*>> {
 protected:
  LoginSettings settings() const {
    LoginSettings settings = realm_settings();
    settings.hosts = {{"localhost", "127.0.0.1", relay.port()}};
    settings.integrated = auth::IntegratedLogin::required;
    settings.gss_library = GetParam().first;
    settings.auth_package = GetParam().second;
    settings.gssenc_mode = encryption::GssEncMode::require;
    return settings;
  }
  // The text with which a login ends whose packet is changed.
  std::string failed_login(Direction direction, int skip, const GssRelay::Change& change) {
    relay.change(direction, skip, change);
    const Failure failure = failure_of(settings());
    EXPECT_TRUE(relay.changed());
    EXPECT_THAT(failure.state, AnyOf("08001", "28000", "08S01")) << failure.text;
    return failure.text;
  }
  // The same with a session that is at work, many packets in both directions.
  std::string failed_work(Direction direction, int skip, const GssRelay::Change& change) {
    const auto session = login(settings(), nullptr);
    relay.change(direction, skip, change);
    const bool up = direction == Direction::to_server;
    const std::string statement = up ? "select length('" + std::string(300000, 'x') + "')"
                                     : std::string("select repeat('y', 300000)");
    std::string text;
    try {
      value_of(*session, statement);
    } catch (const Error& error) {
      EXPECT_EQ(error.state(), "08S01") << error.what();
      text = error.what();
    }
    EXPECT_TRUE(relay.changed());
    EXPECT_THROW(value_of(*session, "select 1"), Error) << "the connection is over";
    return text;
  }
  GssRelay relay{static_cast<std::uint16_t>(std::stoi(realm("NEGODBC_PGPORT")))};
};

INSTANTIATE_TEST_SUITE_P(
    Libraries, GssEncryption,
    ::testing::Values(std::pair("heimdal", "Negotiate"), std::pair("heimdal", "Kerberos"),
                      std::pair("mit", "Negotiate"), std::pair("mit", "Kerberos")),
    [](const auto& way) { return std::string(way.param.first) + "_" + way.param.second; });

TEST_P(GssEncryption, ThroughTheRelayUnchanged) {
  const auto session = login(settings(), nullptr);
  EXPECT_EQ(session->encryption(), "GSS");
  EXPECT_EQ(value_of(*session, "select repeat('y', 300000)"), std::string(300000, 'y'));
}

TEST_P(GssEncryption, AFlippedBitInAToken) {
  const auto middle = flip_at([](std::size_t size) { return size / 2; });
  EXPECT_THAT(failed_login(Direction::to_server, 0, middle),
              HasSubstr("closed the connection while GSS encryption was set up"));
  EXPECT_THAT(failed_login(Direction::to_client, 0, middle),
              HasSubstr("Integrated login to localhost"));
}

TEST_P(GssEncryption, AFlippedBitInAPiece) {
  // Of the header: token, flags, filler, extra count, sequence number (RFC 4121); then what is
  // sealed. The rotation count alone may have several values for one message.
  for (const std::size_t at : {0U, 2U, 3U, 4U, 8U, 15U, 16U, 20U}) {
    const auto flip = flip_at([at](std::size_t) { return at; });
    EXPECT_THAT(failed_login(Direction::to_server, 1, flip), HasSubstr("closed")) << at;
    EXPECT_THAT(failed_login(Direction::to_client, 1, flip),
                HasSubstr("GSS encryption of the connection"))
        << at;
    EXPECT_THAT(failed_work(Direction::to_server, 3, flip), connection_over) << at;
    EXPECT_THAT(failed_work(Direction::to_client, 3, flip),
                HasSubstr("GSS encryption of the connection"))
        << at;
  }
  for (const int part : {1, 2}) {
    const auto flip = flip_at([part](std::size_t size) { return part == 1 ? size / 2 : size - 1; });
    EXPECT_THAT(failed_work(Direction::to_server, 3, flip), connection_over);
    EXPECT_THAT(failed_work(Direction::to_client, 3, flip),
                HasSubstr("GSS encryption of the connection"));
  }
}

TEST_P(GssEncryption, APieceRepeatedOrLeftOut) {
  const auto twice = [](const std::string& packet) { return packet + packet; };
  const auto never = [](const std::string&) { return std::string(); };
  EXPECT_THAT(failed_work(Direction::to_client, 3, twice),
              HasSubstr("GSS encryption of the connection"));
  EXPECT_THAT(failed_work(Direction::to_client, 3, never),
              HasSubstr("GSS encryption of the connection"));
  // What MIT's server makes of a piece that is missing is its own affair; repeated, it is refused.
  EXPECT_THAT(failed_work(Direction::to_server, 3, twice), connection_over);
}

TEST_P(GssEncryption, AnAnnouncedLengthThatCannotBe) {
  const auto long_piece = [](std::string packet) {
    packet[1] = 1;
    return packet;
  };
  EXPECT_THAT(failed_work(Direction::to_client, 3, long_piece), HasSubstr("which can't be"));
}

}  // namespace
}  // namespace negodbc::login::testing
