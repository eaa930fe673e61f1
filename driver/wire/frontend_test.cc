#include "driver/wire/frontend.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "driver/base/error.h"

namespace negodbc::wire {
namespace {

using namespace std::string_literals;

// The bytes are those of PostgreSQL 15's documentation, chapter 55.7, written out.
TEST(Frontend, WritesTheStartupMessage) {
  std::string out;
  const std::vector<std::pair<std::string, std::string>> parameters = {{"user", "alice"},
                                                                       {"database", "d"}};
  Frontend(out).startup(parameters);
  EXPECT_EQ(out, "\0\0\0\x1F\0\3\0\0user\0alice\0database\0d\0\0"s);
}

TEST(Frontend, WritesTheRequestsThatHaveNoType) {
  std::string out;
  Frontend(out).ssl_request();
  EXPECT_EQ(out, "\0\0\0\x08\x04\xd2\x16\x2f"s);
  out.clear();
  Frontend(out).gssenc_request();
  EXPECT_EQ(out, "\0\0\0\x08\x04\xd2\x16\x30"s);
  out.clear();
  Frontend(out).cancel_request(0x01020304, "\xff\xfe\0\x01"s);
  EXPECT_EQ(out, "\0\0\0\x10\x04\xd2\x16\x2e\x01\x02\x03\x04\xff\xfe\0\x01"s);
}

TEST(Frontend, WritesAuthenticationMessages) {
  std::string out;
  Frontend(out).password("p w");
  EXPECT_EQ(out, "p\0\0\0\x08p w\0"s);
  out.clear();
  Frontend(out).gss_response("\x60\0z"s);
  EXPECT_EQ(out, "p\0\0\0\x07\x60\0z"s);
  out.clear();
  Frontend(out).gss_response("");
  EXPECT_EQ(out, "p\0\0\0\x04"s);
  out.clear();
  Frontend(out).sasl_initial_response("SCRAM-SHA-256", "n,,n=,r=x");
  EXPECT_EQ(out, "p\0\0\0\x1fSCRAM-SHA-256\0\0\0\0\x09n,,n=,r=x"s);
  out.clear();
  Frontend(out).sasl_response("c=biws");
  EXPECT_EQ(out, "p\0\0\0\x0a"s + "c=biws");
}

TEST(Frontend, WritesTheExtendedProtocol) {
  std::string out;
  Frontend frontend(out);
  const std::array<std::uint32_t, 2> types = {23, 0};
  frontend.parse("s", "select $1,$2", types);
  EXPECT_EQ(out, "P\0\0\0\x1ds\0select $1,$2\0\0\x02\0\0\0\x17\0\0\0\0"s);
  out.clear();
  const std::string binary("\0\x01", 2);
  const std::array<BindValue, 3> values = {BindValue{"7", Format::text}, BindValue{},
                                           BindValue{binary, Format::binary}};
  const std::array<Format, 1> formats = {Format::text};
  frontend.bind("", "s", values, formats);
  EXPECT_EQ(out, "B\0\0\0\x24\0s\0\0\x03\0\0\0\0\0\x01\0\x03\0\0\0\x01"s + "7" +
                     "\xff\xff\xff\xff\0\0\0\x02\0\x01\0\x01\0\0"s);
  out.clear();
  frontend.describe_statement("s");
  frontend.describe_portal("");
  frontend.execute("", 0);
  frontend.execute("p", 100);
  frontend.close_statement("s");
  frontend.close_portal("p");
  frontend.flush();
  frontend.sync();
  EXPECT_EQ(out,
            "D\0\0\0\x07Ss\0D\0\0\0\x06P\0E\0\0\0\x09\0\0\0\0\0E\0\0\0\x0ap\0\0\0\0d"s
            "C\0\0\0\x07Ss\0C\0\0\0\x07Pp\0H\0\0\0\x04S\0\0\0\x04"s);
}

TEST(Frontend, WritesTheSimpleProtocol) {
  std::string out;
  Frontend frontend(out);
  frontend.query("select 1");
  frontend.copy_fail("no");
  frontend.terminate();
  EXPECT_EQ(out, "Q\0\0\0\x0dselect 1\0f\0\0\0\x07no\0X\0\0\0\x04"s);
}

TEST(Frontend, RefusesAZeroByteAndLeavesTheBufferAsItWas) {
  std::string out = "kept";
  Frontend frontend(out);
  const std::vector<std::pair<std::string, std::string>> parameters = {{"user", "a\0b"s}};
  const auto refused = [&](const auto& write) {
    try {
      write();
    } catch (const Error& error) {
      EXPECT_EQ(error.state(), "22021");
      EXPECT_EQ(out, "kept");
      return true;
    }
    return false;
  };
  EXPECT_TRUE(refused([&] { frontend.startup(parameters); }));
  EXPECT_TRUE(refused([&] { frontend.query("select '\0'"s); }));
  EXPECT_TRUE(refused([&] { frontend.parse("s", "\0"s, {}); }));
  EXPECT_TRUE(refused([&] { frontend.password("\0"s); }));
  EXPECT_TRUE(refused([&] { frontend.bind("", "\0"s, {}, {}); }));
}

TEST(Frontend, RefusesMoreParametersThanTheProtocolCarries) {
  std::string out;
  const std::vector<std::uint32_t> types(65536);
  EXPECT_THROW(Frontend(out).parse("", "", types), Error);
  EXPECT_EQ(out, "");
  EXPECT_NO_THROW(Frontend(out).parse("", "", std::span(types).first(65535)));
}

}  // namespace
}  // namespace negodbc::wire
