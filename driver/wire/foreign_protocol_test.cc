#include "driver/wire/foreign_protocol.h"

#include <gtest/gtest.h>

namespace negodbc::wire {
namespace {

using namespace std::string_view_literals;

TEST(ForeignProtocol, IsKnownByItsFirstBytes) {
  EXPECT_EQ(foreign_protocol("HTTP/1.1 400 Bad Request\r\n"), "HTTP");
  EXPECT_EQ(foreign_protocol("SSH-2.0-OpenSSH_9.2p1\r\n"), "SSH");
  EXPECT_EQ(foreign_protocol("\x15\x03\x01\0\x02\x02\x46"sv), "TLS");
  EXPECT_EQ(foreign_protocol("\x16\x03\x03\0\x7a\x02"sv), "TLS");
  EXPECT_EQ(foreign_protocol("J\0\0\0\x0a"
                             "8.0.36\0"sv),
            "MySQL's protocol");
}

TEST(ForeignProtocol, IsNotSeenInPostgresqls) {
  EXPECT_EQ(foreign_protocol(""), "");
  EXPECT_EQ(foreign_protocol("S"), "");
  EXPECT_EQ(foreign_protocol("N"), "");
  EXPECT_EQ(foreign_protocol("\x15\x03\x01"), "");
  EXPECT_EQ(foreign_protocol("R\0\0\0\x08\0\0\0\0"sv), "");
  EXPECT_EQ(foreign_protocol("E\0\0\0\x0aSFATAL"sv), "");
}

}  // namespace
}  // namespace negodbc::wire
