// Logins by ticket and GSS encryption with an acceptor that is a script: what real tokens do is
// shown in the realm (sink_realm_test.py).
#include <gtest/gtest.h>

#include "bench/sink/sink_client_test.h"

namespace negodbc::bench {
namespace {

// Takes "one" (answered, more is wanted), then "two"; or "all" at once. Seals by turning bytes.
class ScriptedContext final : public AcceptedContext {
 public:
  bool accept(std::string_view token, std::string& answer) override {
    if (token == "one") {
      answer = "more";
      return false;
    }
    if (token == "replayed") throw Refusal(Cause::replayed_token, "28000", "seen before");
    if (token != "two" && token != "all") throw Refusal(Cause::false_token, "28000", "no token");
    answer = "done";
    return true;
  }
  std::string client() const override { return "alice@REALM"; }
  void seal(std::string_view message, std::string& sealed) override { sealed += turned(message); }
  void open(std::string_view sealed, std::string& message) override {
    if (sealed == "bad") throw Refusal(Cause::encryption, "", "can't be opened");
    message += turned(sealed);
  }

 private:
  static std::string turned(std::string_view bytes) {
    std::string result(bytes);
    for (char& c : result) c = static_cast<char>(c ^ 0x55);
    return result;
  }
};

class ScriptedAcceptor final : public GssAcceptor {
 public:
  std::unique_ptr<AcceptedContext> begin() const override {
    return std::make_unique<ScriptedContext>();
  }
};

SinkSettings by_ticket() {
  SinkSettings settings;
  settings.acceptor = std::make_unique<ScriptedAcceptor>();
  return settings;
}

std::string token_of(const std::string& token) {
  return said([&](wire::Frontend& to) { to.gss_response(token); });
}

std::string frame_of(const std::string& content) {
  std::string frame(2, '\0');
  frame.push_back(static_cast<char>(content.size() >> 8U));
  frame.push_back(static_cast<char>(content.size() & 0xffU));
  return frame + content;
}

std::string sealed_frames(const std::string& content, std::size_t piece) {
  std::string frames;
  for (std::size_t at = 0; at < content.size(); at += piece) {
    std::string sealed;
    ScriptedContext().seal(content.substr(at, piece), sealed);
    frames += frame_of(sealed);
  }
  return frames;
}

// The content of all frames behind each other.
std::string opened(std::string_view frames) {
  std::string content;
  while (frames.size() > 4) {
    const std::size_t size = static_cast<std::size_t>(static_cast<unsigned char>(frames[2])) << 8U |
                             static_cast<unsigned char>(frames[3]);
    ScriptedContext().open(frames.substr(4, size), content);
    frames.remove_prefix(4 + size);
  }
  return content;
}

// As PostgreSQL writes: the question, each token, the rest.
TEST(SinkTicket, ATokenThatCameWithTheStartupMessageIsAnsweredInThreeWrites) {
  const SinkSettings settings = by_ticket();
  Talk talk(settings);
  talk.give(startup_of("alice") + token_of("all"));
  ASSERT_EQ(talk.line.writes.size(), 3U);
  EXPECT_EQ(short_types(talk.line.writes[0]), "R");
  EXPECT_EQ(short_types(talk.line.writes[1]), "R");
  EXPECT_EQ(short_types(talk.line.writes[2]), "RSKZ");
  EXPECT_EQ(talk.counters.of(Accepted::gss), 1U);
}

TEST(SinkTicket, MoreLegsThanOneInAnyPieces) {
  const SinkSettings settings = by_ticket();
  const std::string stream = startup_of("alice") + token_of("one") + token_of("two");
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    Talk talk(settings);
    talk.give(stream, piece);
    ASSERT_EQ(short_types(talk.taken()), "RRRRSKZ") << piece;
  }
}

TEST(SinkTicket, ATokenThatIsRefusedIsToldAndCountedByItsCause) {
  const SinkSettings settings = by_ticket();
  for (const auto& [token, cause] : {std::pair{"replayed", Cause::replayed_token},
                                     {"forged", Cause::false_token},
                                     {"", Cause::false_token}}) {
    Talk talk(settings);
    talk.give(startup_of("alice") + token_of(token));
    EXPECT_EQ(talk.counters.of(cause), 1U) << token;
    EXPECT_EQ(types_in(talk.taken()), "RE");
    EXPECT_TRUE(talk.conversation.over());
  }
}

TEST(SinkTicket, ATicketOfSomebodyElseIsRefused) {
  const SinkSettings settings = by_ticket();
  for (const char* user : {"bob", "alic", "alice@REALM"}) {
    Talk talk(settings);
    talk.give(startup_of(user) + token_of("all"));
    EXPECT_EQ(talk.counters.of(Cause::other_principal), 1U) << user;
    EXPECT_EQ(talk.counters.of(Accepted::gss), 0U);
  }
}

TEST(SinkTicket, WithoutAKeytabThereIsNoLoginByTicket) {
  const SinkSettings settings;
  Talk talk(settings);
  talk.give(said([](wire::Frontend& to) { to.gssenc_request(); }) + startup_of("alice"));
  EXPECT_EQ(talk.counters.of(Accepted::gss_encryption_declined), 1U);
  EXPECT_EQ(talk.counters.of(Cause::unknown_user), 1U);
}

TEST(SinkTicket, ATokenLongerThanPostgresqlsLimitIsRefused) {
  const SinkSettings settings = by_ticket();
  Talk talk(settings);
  talk.give(startup_of("alice") + std::string("p\0\1\0\0", 5));
  EXPECT_EQ(talk.counters.of(Cause::too_long), 1U);
}

TEST(SinkEncryption, TheContextThatEncryptsIsTheLogin) {
  const SinkSettings settings = by_ticket();
  const std::string inside = startup_of("alice") + said([](wire::Frontend& to) {
                               to.query("SELECT 1");
                               to.terminate();
                             });
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, inside.size()}) {
    for (const std::size_t cut : {std::size_t{1}, std::size_t{7}, std::size_t{10'000}}) {
      Talk talk(settings);
      talk.give(said([](wire::Frontend& to) { to.gssenc_request(); }));
      EXPECT_EQ(talk.taken(), "G");
      talk.give(frame_of("one"), cut);
      EXPECT_EQ(talk.taken(), frame_of("more"));
      talk.give(frame_of("two"), cut);
      EXPECT_EQ(talk.taken(), frame_of("done"));
      talk.give(sealed_frames(inside, piece), cut);
      EXPECT_EQ(short_types(opened(talk.taken())), "RSKZTDCZ");
      EXPECT_EQ(talk.counters.of(Accepted::gss_encryption), 1U);
      EXPECT_EQ(talk.counters.of(Accepted::gss_of_encryption), 1U);
      EXPECT_EQ(talk.counters.of(Accepted::terminated), 1U);
    }
  }
}

TEST(SinkEncryption, WhatComesInClearBehindTheRequestIsRefused) {
  const SinkSettings settings = by_ticket();
  Talk talk(settings);
  talk.give(said([](wire::Frontend& to) { to.gssenc_request(); }) + startup_of("alice"));
  EXPECT_EQ(talk.counters.of(Cause::early_bytes), 1U);
  EXPECT_TRUE(talk.conversation.over());
}

TEST(SinkEncryption, FramesOutOfBoundsOrFalseEndTheConversationWithoutAWord) {
  const SinkSettings settings = by_ticket();
  const std::string request = said([](wire::Frontend& to) { to.gssenc_request(); });
  struct Case {
    std::string sent;
    Cause cause;
  };
  for (const Case& one : {Case{std::string("\0\0\x40\0", 4), Cause::too_long},
                          Case{std::string("\0\0\0\0", 4), Cause::too_long},
                          Case{frame_of("forged"), Cause::false_token},
                          Case{frame_of("replayed"), Cause::replayed_token},
                          Case{frame_of("all") + frame_of("bad"), Cause::encryption}}) {
    Talk talk(settings);
    talk.give(request);
    talk.give(one.sent);
    EXPECT_EQ(talk.counters.of(one.cause), 1U) << one.sent;
    EXPECT_EQ(types_in(talk.taken().substr(1)).find('E'), std::string::npos);
  }
}

// What was sealed before a frame that can't be opened is answered first, in one piece or in many.
TEST(SinkEncryption, AFalseFrameDoesNotUndoThoseBeforeIt) {
  const SinkSettings settings = by_ticket();
  const std::string stream =
      frame_of("all") + sealed_frames(startup_of("alice"), 1'000) + frame_of("bad");
  for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, stream.size()}) {
    Talk talk(settings);
    talk.give(said([](wire::Frontend& to) { to.gssenc_request(); }));
    talk.taken();
    talk.give(stream, piece);
    EXPECT_EQ(talk.counters.of(Accepted::gss_of_encryption), 1U);
    EXPECT_EQ(talk.counters.of(Cause::encryption), 1U);
    EXPECT_EQ(short_types(opened(talk.taken().substr(frame_of("done").size()))), "RSKZ");
  }
}

TEST(SinkEncryption, ItCanBeDeclined) {
  SinkSettings settings = by_ticket();
  settings.gss_encryption = false;
  Talk talk(settings);
  talk.give(said([](wire::Frontend& to) { to.gssenc_request(); }));
  EXPECT_EQ(talk.taken(), "N");
  talk.give(startup_of("alice") + token_of("all"));
  EXPECT_EQ(short_types(talk.taken()), "RRRSKZ");
}

}  // namespace
}  // namespace negodbc::bench
