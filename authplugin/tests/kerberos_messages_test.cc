// Tokens of Kerberos by OpenSSL, made and opened against each other.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "kerberos_messages/message_tokens.h"
#include "tests/support/kerberos_bytes.h"

namespace negodbc::kerberos_messages {
namespace {

TEST(KerberosSequence, Judges_each_number) {
  Sequence strict(100, true, true);
  EXPECT_EQ(strict.take(100), Turn::kRight);
  EXPECT_EQ(strict.take(100), Turn::kDuplicate);
  EXPECT_EQ(strict.take(103), Turn::kGap);
  EXPECT_EQ(strict.take(101), Turn::kUnsequenced);
  EXPECT_EQ(strict.take(101), Turn::kDuplicate);
  EXPECT_EQ(strict.take(104), Turn::kRight);
  EXPECT_EQ(strict.take(30), Turn::kUnsequenced);
  EXPECT_EQ(strict.next(), 105U);

  Sequence replay(100, true, false);
  EXPECT_EQ(replay.take(200), Turn::kRight);
  EXPECT_EQ(replay.take(199), Turn::kRight);
  EXPECT_EQ(replay.take(199), Turn::kDuplicate);
  EXPECT_EQ(replay.take(137), Turn::kRight);
  EXPECT_EQ(replay.take(136), Turn::kOld);

  Sequence none(100, false, false);
  EXPECT_EQ(none.take(100), Turn::kRight);
  EXPECT_EQ(none.take(100), Turn::kRight);

  Sequence wraps(~std::uint64_t{0}, true, true);
  EXPECT_EQ(wraps.take(~std::uint64_t{0}), Turn::kRight);
  EXPECT_EQ(wraps.take(0), Turn::kRight);
  EXPECT_EQ(wraps.take(~std::uint64_t{0}), Turn::kDuplicate);
}

class Tokens : public testing::TestWithParam<std::int32_t> {
 protected:
  void SetUp() override {
    const Enctype& enctype = *find_enctype(GetParam());
    key_.assign(enctype.key_size, std::byte{0x5A});
    ours_ = MessageTokens::make(crypto(), enctype, key_, {true, 7, Sequence(1000, true, true)});
    theirs_ = MessageTokens::make(crypto(), enctype, key_, {false, 1000, Sequence(7, true, true)});
    ASSERT_TRUE(ours_ && theirs_);
  }
  static Bytes wrap(MessageTokens& from, bool sealed, Bytes data) {
    Bytes token(from.front_size(sealed));
    EXPECT_TRUE(from.wrap(sealed, token, data));
    token.insert(token.end(), data.begin(), data.end());
    return token;
  }
  static Opened unwrap(MessageTokens& to, Bytes token, Bytes* plain = nullptr) {
    std::span<std::byte> data;
    bool sealed = false;
    const Opened opened = to.unwrap(token, data, sealed);
    if (plain != nullptr) plain->assign(data.begin(), data.end());
    return opened;
  }
  // As a sender that rotates by other numbers.
  static Bytes rotated(Bytes token, std::size_t by) {
    const std::size_t now =
        std::to_integer<std::size_t>(token[6]) << 8U | std::to_integer<std::size_t>(token[7]);
    const auto body = token.begin() + MessageTokens::kHeader;
    const auto size = static_cast<std::size_t>(token.end() - body);
    std::rotate(body, body + static_cast<std::ptrdiff_t>(now % size), token.end());
    std::rotate(body, token.end() - static_cast<std::ptrdiff_t>(by % size), token.end());
    token[6] = std::byte(by >> 8U);
    token[7] = std::byte(by & 0xFFU);
    return token;
  }
  Bytes key_;
  std::unique_ptr<MessageTokens> ours_, theirs_;
};

TEST_P(Tokens, Of_any_size_are_opened_in_both_directions) {
  std::vector<std::size_t> sizes(70);
  for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] = i;
  sizes.insert(sizes.end(), {16380, 16384, 65535});
  for (const std::size_t size : sizes) {
    Bytes plain(size);
    for (std::size_t i = 0; i < size; ++i) plain[i] = std::byte(i * 7 & 0xFFU);
    for (const bool sealed : {true, false}) {
      for (const bool up : {true, false}) {
        MessageTokens& from = up ? *ours_ : *theirs_;
        MessageTokens& to = up ? *theirs_ : *ours_;
        const Bytes token = wrap(from, sealed, plain);
        EXPECT_EQ(token.size(), size + from.front_size(sealed));
        if (sealed && size >= kBlock) {
          EXPECT_EQ(std::search(token.begin(), token.end(), plain.begin(), plain.end()),
                    token.end());
        }
        Bytes opened;
        ASSERT_EQ(unwrap(to, token, &opened), Opened::kRight) << size;
        EXPECT_EQ(opened, plain);
      }
    }
  }
}

TEST_P(Tokens, Are_opened_however_they_are_rotated) {
  for (const bool sealed : {true, false}) {
    for (const std::size_t by : {0U, 1U, 12U, 28U, 63U, 64U, 65U, 99U, 1000U, 65535U}) {
      const Bytes token =
          rotated(wrap(*theirs_, sealed, text("rotated by any number of bytes")), by);
      Bytes opened;
      ASSERT_EQ(unwrap(*ours_, token, &opened), Opened::kRight) << by;
      EXPECT_EQ(opened, text("rotated by any number of bytes"));
    }
  }
}

TEST_P(Tokens, Of_others_and_altered_ones_are_refused) {
  for (const bool sealed : {true, false}) {
    const Bytes token = wrap(*theirs_, sealed, text("a message of some length"));
    EXPECT_NE(unwrap(*theirs_, token), Opened::kRight) << "one's own";
    for (std::size_t at = 0; at < token.size(); ++at) {
      if (at == 6 || at == 7) continue;  // the rotation: some values leave the message as it is
      for (const std::byte bit : {std::byte{1}, std::byte{2}, std::byte{4}, std::byte{0x80}}) {
        Bytes altered = token;
        altered[at] ^= bit;
        Bytes opened;
        EXPECT_NE(unwrap(*ours_, altered, &opened), Opened::kRight) << at;
        EXPECT_TRUE(opened.empty());
      }
    }
    for (std::size_t size = 0; size < token.size(); ++size) {
      EXPECT_NE(unwrap(*ours_, Bytes(token.begin(), token.begin() + static_cast<long>(size))),
                Opened::kRight);
    }
    EXPECT_EQ(unwrap(*ours_, token), Opened::kRight) << "what was refused has counted";
    EXPECT_EQ(unwrap(*ours_, token), Opened::kDuplicate);
  }
  const Bytes first = wrap(*theirs_, true, text("1"));
  const Bytes second = wrap(*theirs_, true, text("2"));
  EXPECT_EQ(unwrap(*ours_, second), Opened::kGap);
  EXPECT_EQ(unwrap(*ours_, first), Opened::kUnsequenced);
}

// A sender may put filler between data and header; how much is proven.
TEST_P(Tokens, Filler_is_left_out) {
  const Enctype& enctype = *find_enctype(GetParam());
  auto cts = AesCts::make(crypto(), enctype, key_, Usage::kAcceptorSeal, Direction::kEncrypt);
  ASSERT_TRUE(cts);
  for (const std::size_t claimed : {5U, 3U, 200U}) {
    Bytes header =
        hex("0504"
            "07"
            "FF"
            "0005"
            "0000"
            "00000000000003E8");
    Bytes row(kBlock, std::byte{0x11});
    const Bytes data = text("data#####");
    row.insert(row.end(), data.begin(), data.end());
    header[5] = std::byte(claimed);
    if (claimed == 3) header[5] = std::byte{5};
    row.insert(row.end(), header.begin(), header.end());
    Bytes token = header;
    token[5] = std::byte(claimed);
    const Bytes sealed = encrypt(*cts, row, MessageTokens::kHeader);
    token.insert(token.end(), sealed.begin(), sealed.end());
    Bytes opened;
    EXPECT_EQ(unwrap(*ours_, token, &opened), claimed == 5 ? Opened::kRight : Opened::kAltered);
    EXPECT_EQ(opened, claimed == 5 ? text("data") : Bytes());
  }
}

TEST_P(Tokens, Codes_prove_messages) {
  const Bytes message = text("signed");
  Bytes code(theirs_->code_size());
  ASSERT_TRUE(theirs_->sign(message, code));
  EXPECT_EQ(MessageTokens::number_of(code), 1000U);
  for (std::size_t at = 0; at < code.size(); ++at) {
    Bytes altered = code;
    altered[at] ^= std::byte{1};
    EXPECT_NE(ours_->verify(message, altered), Opened::kRight) << at;
  }
  for (std::size_t size = 0; size < code.size(); ++size) {
    EXPECT_NE(ours_->verify(message, std::span(code).first(size)), Opened::kRight);
  }
  EXPECT_NE(ours_->verify(text("Signed"), code), Opened::kRight);
  EXPECT_EQ(ours_->verify(message, code), Opened::kRight);
  EXPECT_EQ(ours_->verify(message, code), Opened::kDuplicate);
  // A wrap token is none, nor the other way round.
  EXPECT_EQ(unwrap(*ours_, code), Opened::kDefective);
  Bytes token = wrap(*theirs_, false, {});
  EXPECT_EQ(ours_->verify({}, token), Opened::kDefective);
}

TEST_P(Tokens, Number_counts_what_was_made) {
  EXPECT_EQ(ours_->state().send_next, 7U);
  Bytes small(3);
  EXPECT_FALSE(ours_->wrap(true, small, {}));
  EXPECT_EQ(ours_->state().send_next, 7U);
  EXPECT_EQ(MessageTokens::number_of(wrap(*ours_, true, {})), 7U);
  EXPECT_EQ(MessageTokens::number_of(wrap(*ours_, false, {})), 8U);
  EXPECT_EQ(ours_->state().send_next, 9U);
}

INSTANTIATE_TEST_SUITE_P(Enctypes, Tokens, testing::Values(17, 18, 19, 20));

TEST(KerberosEnctypes, Others_are_left_to_the_library) {
  for (const std::int32_t number : {0, 1, 3, 16, 21, 23, 25, 26}) {
    EXPECT_EQ(find_enctype(number), nullptr) << number;
  }
}

}  // namespace
}  // namespace negodbc::kerberos_messages
