// Names by their A-labels, and what is told of one that no name server knows.
#include "driver/net/ascii_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "driver/base/error.h"
#include "driver/net/resolve.h"

namespace negodbc::net {
namespace {

TEST(AsciiName, IsMadeOfALabels) {
  EXPECT_EQ(ascii_form_of_name("bücher.example"), "xn--bcher-kva.example");
  EXPECT_EQ(ascii_form_of_name("Bücher.Example"), "xn--bcher-kva.example");
  EXPECT_EQ(ascii_form_of_name("BÜCHER.example."), "xn--bcher-kva.example.");
  EXPECT_EQ(ascii_form_of_name("db.münchen.de"), "db.xn--mnchen-3ya.de");
  EXPECT_EQ(ascii_form_of_name("ü"), "xn--tda");
  // RFC 3492, 7.1: (B) Chinese, (I) Russian, (L) and (S) with ASCII among it.
  EXPECT_EQ(ascii_form_of_name("他们为什么不说中文"), "xn--ihqwcrb4cv8a8dqg056pqjye");
  EXPECT_EQ(ascii_form_of_name("почемужеонинеговорятпорусски"),
            "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l");
  EXPECT_EQ(ascii_form_of_name("3年b組金八先生"), "xn--3b-ww4c5e180e575a65lsy2b");
  EXPECT_EQ(ascii_form_of_name("例え。テスト"), "xn--r8jz45g.xn--zckzah");
}

TEST(AsciiName, OfWhatIsAsciiOrNoTextThereIsNone) {
  for (const std::string& name : {std::string("db.example"), std::string(),
                                  std::string("b\xFC\x63her"), std::string(2000, '\xC3')})
    EXPECT_EQ(ascii_form_of_name(name), "") << name;
}

TEST(AsciiName, IsToldOfANameThatHasNoAddress) {
  try {
    (void)resolve({"bücher.invalid", "", 5432}, Deadline::after(std::chrono::seconds(20)));
    FAIL() << "a name of RFC 2606 has an address";
  } catch (const ConnectionError& error) {
    EXPECT_EQ(error.state(), "08001");
    EXPECT_THAT(error.what(), ::testing::HasSubstr("xn--bcher-kva.invalid"));
  }
}

}  // namespace
}  // namespace negodbc::net
