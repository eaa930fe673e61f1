#include "driver/auth/scram.h"

#include <gtest/gtest.h>

#include <ctime>

#include "driver/auth/base64.h"
#include "driver/auth/password_hashes.h"
#include "driver/net/transport.h"

namespace negodbc::auth {
namespace {

using namespace std::string_literals;

// The exchange of RFC 7677, section 3.
constexpr char nonce[] = "rOprNGfwEbeRWgbNEkqO";
constexpr char server_first[] =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
constexpr char server_final[] = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

ScramClient rfc_client() {
  return {"pencil", ScramBinding::unsupported, "", "user", nonce};
}

TEST(Scram, SpeaksThePublishedExchange) {
  ScramClient client = rfc_client();
  EXPECT_EQ(client.first_message(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(client.final_message(server_first, Deadline::never()),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_FALSE(client.verified());
  client.verify(server_final);
  EXPECT_TRUE(client.verified());
}

TEST(Scram, SaysWhatItThinksOfChannelBinding) {
  ScramClient lacks("p", ScramBinding::server_lacks, "hash", "", "n");
  EXPECT_EQ(lacks.first_message(), "y,,n=,r=n");
  ScramClient used("p", ScramBinding::used, "hash", "", "n");
  EXPECT_EQ(used.first_message(), "p=tls-server-end-point,,n=,r=n");
  const std::string final = used.final_message("r=nx,s=AAAA,i=1", Deadline::never());
  EXPECT_TRUE(final.starts_with("c=" + base64_encode("p=tls-server-end-point,,hash") + ",r=nx,p="))
      << final;
  EXPECT_TRUE(lacks.final_message("r=nx,s=AAAA,i=1", Deadline::never()).starts_with("c=eSws,"));
}

TEST(Scram, UsesAFreshNonceEachTime) {
  const ScramClient a("p", ScramBinding::unsupported, "");
  const ScramClient b("p", ScramBinding::unsupported, "");
  EXPECT_NE(a.first_message(), b.first_message());
  EXPECT_GE(a.first_message().size(), "n,,n=,r="s.size() + 24);
}

TEST(Scram, RefusesAServerThatDoesNotKnowThePassword) {
  for (const auto* final :
       {"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=", "v=6rriTRBi", "v=", "", "x=1",
        "v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "e=other-error"}) {
    ScramClient client = rfc_client();
    client.final_message(server_first, Deadline::never());
    EXPECT_THROW(client.verify(final), ScramError) << final;
    EXPECT_FALSE(client.verified());
  }
}

TEST(Scram, RefusesMessagesOutOfTurn) {
  ScramClient client = rfc_client();
  EXPECT_THROW(client.verify(server_final), ScramError);
  client.final_message(server_first, Deadline::never());
  EXPECT_THROW(client.final_message(server_first, Deadline::never()), ScramError);
}

TEST(Scram, RefusesMalformedChallenges) {
  for (const std::string& first :
       {""s, "r="s, "r=other,s=AAAA,i=1"s,
        "r=rOprNGfwEbeRWgbNEkqO,s=AAAA,i=1"s,  // nothing of the server's own in it
        "r=rOprNGfwEbeRWgbNEkqOx"s, "r=rOprNGfwEbeRWgbNEkqOx,i=1"s,  // no salt
        "r=rOprNGfwEbeRWgbNEkqOx,s=,i=1"s, "r=rOprNGfwEbeRWgbNEkqOx,s=A,i=1"s,
        "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA"s, "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i="s,
        "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=0"s, "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=-1"s,
        "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=1x"s, "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=10000001"s,
        "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=99999999999"s,
        "r=rOprNGfwEbeRWgbNEkqO" + std::string(9000, 'x') + ",s=AAAA,i=1"}) {
    ScramClient client = rfc_client();
    EXPECT_THROW(client.final_message(first, Deadline::never()), ScramError)
        << first.substr(0, 100);
  }
}

TEST(Scram, StopsHashingWhenTheTimeIsOver) {
  ScramClient client = rfc_client();
  [[maybe_unused]] const std::clock_t before = std::clock();
  EXPECT_THROW(client.final_message("r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=10000000",
                                    Deadline::after(std::chrono::milliseconds(50))),
               net::Timeout);
#ifndef _WIN32  // where clock() is the time on the wall
  // All those rounds would cost several seconds of the processor.
  EXPECT_LT(std::clock() - before, CLOCKS_PER_SEC);
#endif
}

TEST(Base64, IsStrict) {
  EXPECT_EQ(base64_encode(""), "");
  EXPECT_EQ(base64_encode("f"), "Zg==");
  EXPECT_EQ(base64_encode("fo"), "Zm8=");
  EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64_decode("Zm9vYmFy"), "foobar");
  EXPECT_EQ(base64_decode("Zg=="), "f");
  EXPECT_EQ(base64_decode("//79"), "\xFF\xFE\xFD");
  EXPECT_EQ(base64_decode(""), "");
  for (const auto* bad :
       {"Z", "Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "Z=g="})
    EXPECT_EQ(base64_decode(bad), std::nullopt) << bad;
}

TEST(PasswordAuth, HashesForMd5) {
  // md5(md5("secret" "alice") "SALT"), by md5sum.
  EXPECT_EQ(md5_response("secret", "alice", "SALT"), "md5de7feaf792b671f27f9edd4cd91a4fcd");
}

TEST(PasswordAuth, MapsAsSaslPrep) {
  EXPECT_EQ(scram_password("pass word").reveal(), "pass word");
  EXPECT_EQ(scram_password("sécret").reveal(), "sécret");
  EXPECT_EQ(scram_password("I\u00ADX").reveal(), "IX");            // RFC 4013 section 3, example 1
  EXPECT_EQ(scram_password("a\u00A0b\u3000c").reveal(), "a b c");  // other spaces
  EXPECT_EQ(scram_password("\u00AD").reveal(), "\u00AD");          // nothing would be left
  EXPECT_EQ(scram_password("\xFF\u00ADx").reveal(), "\xFF\u00ADx");  // not UTF-8
  EXPECT_EQ(scram_password("😀").reveal(), "😀");
}

}  // namespace
}  // namespace negodbc::auth
