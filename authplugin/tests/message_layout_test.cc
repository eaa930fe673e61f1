// Sealed messages on a table that lays them out as Windows does, and on one that does as Wine.
#include "sspi_windows/message_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

namespace negodbc::test {
namespace {

constexpr std::size_t kHeader = 16;

enum class Layout { kWindows, kWine };

// What the fake table is and what it saw.
struct Fake {
  Layout layout = Layout::kWindows;
  std::size_t checksum = 12;
  bool signed_only = false;
  bool header = true;  // RFC 4121's; without it another mechanism's
  bool rc4 = false;    // RFC 4757's token
  int decrypts = 0;
  SECURITY_STATUS stream_status = SEC_E_OK;  // of a table with streams
  std::size_t data_size = 0;                 // as the last DecryptMessage of DATA and TOKEN saw it
};
Fake g_fake;

constexpr std::string_view kRc4Head("\x60\x82\x01\x00\x06\x09\x2A\x86\x48\x86\xF7\x12\x01\x02\x02",
                                    15);
constexpr std::size_t kRc4 = 15 + 32;  // with its type, sequence number, checksum, confounder

std::size_t front() {
  return g_fake.rc4 ? kRc4 : kHeader;
}
std::size_t overhead() {
  if (g_fake.rc4) return kRc4 + 1;
  return g_fake.signed_only ? kHeader + g_fake.checksum : 3 * kHeader + g_fake.checksum;
}

// One message as it is on the wire: header, the text in upper case, the rest.
std::string wire_of(const std::string& plain) {
  std::string wire(front(), '\0');
  if (g_fake.rc4) {
    wire.replace(0, kRc4Head.size(), kRc4Head);
    wire[kRc4Head.size()] = 0x02;
    wire[kRc4Head.size() + 1] = 0x01;
  } else if (g_fake.header) {
    wire[0] = 0x05;
    wire[1] = 0x04;
    wire[2] = g_fake.signed_only ? 0 : 2;
    wire[3] = '\xFF';
    wire[5] = static_cast<char>(g_fake.signed_only ? g_fake.checksum : 0);
  }
  std::string text = plain;
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return static_cast<char>(c ^ 0x20); });
  return wire + text + std::string(overhead() - front(), 'C');
}
// What is sealed to these bytes.
std::string plain_for(std::string sealed) {
  for (char& c : sealed) c = static_cast<char>(c ^ 0x20);
  return sealed;
}
const std::string kLikeAHeader("\x05\x04\x02\xFF\x00\x00\x00\x1C\x12\x34\x56\x78\x9A\xBC\xDE\xF0",
                               16);

std::string plain_of(const std::string& wire) {
  std::string text = wire.substr(front(), wire.size() - overhead());
  for (char& c : text) c = static_cast<char>(c ^ 0x20);
  return text;
}

SecBuffer* part(PSecBufferDesc message, sec_ulong type) {
  for (sec_ulong i = 0; i < message->cBuffers; ++i) {
    if (message->pBuffers[i].BufferType == type) return &message->pBuffers[i];
  }
  return nullptr;
}

SECURITY_STATUS SEC_ENTRY encrypt(PCtxtHandle, sec_ulong, PSecBufferDesc message, sec_ulong) {
  SecBuffer& token = *part(message, SECBUFFER_TOKEN);
  SecBuffer& data = *part(message, SECBUFFER_DATA);
  const std::string wire =
      wire_of(std::string(static_cast<const char*>(data.pvBuffer), data.cbBuffer));
  const std::size_t added = wire.size() - data.cbBuffer;
  if (token.cbBuffer < added) return SEC_E_BUFFER_TOO_SMALL;
  token.cbBuffer = static_cast<sec_ulong>(added);
  if (g_fake.layout == Layout::kWindows) {
    std::memcpy(token.pvBuffer, wire.data(), added);
    if (data.cbBuffer != 0) std::memcpy(data.pvBuffer, wire.data() + added, data.cbBuffer);
    if (SecBuffer* padding = part(message, SECBUFFER_PADDING)) padding->cbBuffer = 0;
  } else {
    if (data.cbBuffer != 0) std::memcpy(data.pvBuffer, wire.data(), data.cbBuffer);
    std::memcpy(token.pvBuffer, wire.data() + data.cbBuffer, added);
  }
  return SEC_E_OK;
}

SECURITY_STATUS SEC_ENTRY decrypt(PCtxtHandle, PSecBufferDesc message, sec_ulong, sec_ulong* qop) {
  ++g_fake.decrypts;
  SecBuffer* const stream = part(message, SECBUFFER_STREAM);
  SecBuffer& data = *part(message, SECBUFFER_DATA);
  if (qop != nullptr) *qop = g_fake.signed_only ? SECQOP_WRAP_NO_ENCRYPT : 0;
  if (stream != nullptr) {
    if (g_fake.layout == Layout::kWine) return SEC_E_INVALID_TOKEN;
    if (g_fake.stream_status != SEC_E_OK) return g_fake.stream_status;
    auto* const begin = static_cast<char*>(stream->pvBuffer);
    const std::string plain = plain_of(std::string(begin, stream->cbBuffer));
    // NOLINTNEXTLINE(bugprone-not-null-terminated-result): no text
    std::memcpy(begin + front(), plain.data(), plain.size());
    data.pvBuffer = begin + front();
    data.cbBuffer = static_cast<sec_ulong>(plain.size());
    return SEC_E_OK;
  }
  const SecBuffer& token = *part(message, SECBUFFER_TOKEN);
  std::string wire(static_cast<const char*>(data.pvBuffer), data.cbBuffer);
  wire.append(static_cast<const char*>(token.pvBuffer), token.cbBuffer);
  g_fake.data_size = data.cbBuffer;
  const std::string plain = plain_of(wire);
  if (plain.size() != data.cbBuffer) return SEC_E_INTERNAL_ERROR;  // Wine reads beyond its memory
  if (!plain.empty()) std::memcpy(data.pvBuffer, plain.data(), plain.size());
  return SEC_E_OK;
}

SECURITY_STATUS SEC_ENTRY query(PCtxtHandle, sec_ulong attribute, void* buffer) {
  if (attribute != SECPKG_ATTR_SIZES) return SEC_E_UNSUPPORTED_FUNCTION;
  *static_cast<SecPkgContext_Sizes*>(buffer) = SecPkgContext_Sizes{12000, 37, 1, 49};
  return SEC_E_OK;
}
SECURITY_STATUS SEC_ENTRY delete_context(PCtxtHandle) {
  return SEC_E_OK;
}

class MessageLayout : public testing::TestWithParam<Layout> {
 protected:
  MessageLayout() {
    g_fake = Fake{};
    g_fake.layout = GetParam();
    system_.EncryptMessage = encrypt;
    system_.DecryptMessage = decrypt;
    system_.QueryContextAttributesW = query;
    system_.DeleteSecurityContext = delete_context;
    table_ = &sspi_windows::documented_table(system_, GetParam() == Layout::kWine
                                                          ? sspi_windows::Layout::kDataFirst
                                                          : sspi_windows::Layout::kTokenFirst);
  }
  ~MessageLayout() override { table_->DeleteSecurityContext(&context_); }

  // TOKEN|DATA|PADDING in a row.
  std::string seal(const std::string& plain) {
    SecPkgContext_Sizes sizes{};
    EXPECT_EQ(table_->QueryContextAttributesW(&context_, SECPKG_ATTR_SIZES, &sizes), SEC_E_OK);
    std::string token(sizes.cbSecurityTrailer, 't');
    std::string data = plain;
    std::string padding(sizes.cbBlockSize, 'p');
    std::array<SecBuffer, 3> buffers{};
    const auto lend = [](SecBuffer& buffer, sec_ulong type, std::string& text) {
      buffer.BufferType = type;
      buffer.pvBuffer = text.data();
      buffer.cbBuffer = static_cast<sec_ulong>(text.size());
    };
    lend(buffers[0], SECBUFFER_TOKEN, token);
    lend(buffers[1], SECBUFFER_DATA, data);
    lend(buffers[2], SECBUFFER_PADDING, padding);
    SecBufferDesc message{SECBUFFER_VERSION, 3, buffers.data()};
    EXPECT_EQ(table_->EncryptMessage(&context_, 0, &message, 0), SEC_E_OK);
    std::string sealed;
    for (const SecBuffer& each : buffers) {
      sealed.append(static_cast<const char*>(each.pvBuffer), each.cbBuffer);
    }
    return sealed;
  }

  SECURITY_STATUS open(std::string sealed, std::string& plain) {
    std::array<SecBuffer, 2> buffers{};
    buffers[0].BufferType = SECBUFFER_STREAM;
    buffers[0].pvBuffer = sealed.data();
    buffers[0].cbBuffer = static_cast<sec_ulong>(sealed.size());
    buffers[1].BufferType = SECBUFFER_DATA;
    SecBufferDesc message{SECBUFFER_VERSION, 2, buffers.data()};
    qop_ = 0;
    const SECURITY_STATUS status = table_->DecryptMessage(&context_, &message, 0, &qop_);
    plain.clear();
    if (status == SEC_E_OK && buffers[1].cbBuffer != 0) {
      plain.assign(static_cast<const char*>(buffers[1].pvBuffer), buffers[1].cbBuffer);
    }
    return status;
  }

  SecurityFunctionTableW system_{};
  const SecurityFunctionTableW* table_ = nullptr;
  CtxtHandle context_{1, 2};
  sec_ulong qop_ = 0;
};

TEST_P(MessageLayout, What_is_sealed_is_the_message_on_the_wire) {
  for (const std::size_t size : {0U, 1U, 2U, 3U, 4U, 15U, 16U, 59U, 60U, 61U, 1000U}) {
    const std::string plain(size, 'x');
    EXPECT_EQ(seal(plain), wire_of(plain)) << size;
  }
}

TEST_P(MessageLayout, A_message_from_the_wire_is_opened) {
  for (const std::size_t size : {0U, 1U, 16U, 1000U}) {
    const std::string plain(size, 'y');
    std::string opened;
    EXPECT_EQ(open(wire_of(plain), opened), SEC_E_OK) << size;
    EXPECT_EQ(opened, plain);
  }
}

TEST_P(MessageLayout, The_length_of_another_checksum_is_learned_from_what_was_sealed) {
  g_fake.checksum = 24;  // aes256-cts-hmac-sha384-192
  const std::string plain(100, 'z');
  EXPECT_EQ(seal(plain), wire_of(plain));
  std::string opened;
  EXPECT_EQ(open(wire_of(plain), opened), SEC_E_OK);
  EXPECT_EQ(opened, plain);
}

TEST_P(MessageLayout, A_message_that_was_only_signed_is_told_from_a_sealed_one) {
  g_fake.signed_only = true;
  std::string opened;
  EXPECT_EQ(open(wire_of("text"), opened), SEC_E_OK);
  EXPECT_EQ(opened, "text");
  EXPECT_EQ(qop_, static_cast<sec_ulong>(SECQOP_WRAP_NO_ENCRYPT));
}

TEST_P(MessageLayout, A_message_shorter_than_its_frame_is_not_opened) {
  for (const std::size_t size : {0U, 4U, 15U, 16U, 59U}) {
    if (GetParam() == Layout::kWindows) g_fake.stream_status = SEC_E_INVALID_TOKEN;
    std::string opened;
    EXPECT_EQ(open(wire_of("").substr(0, size), opened), SEC_E_MESSAGE_ALTERED) << size;
  }
}

// RC4's, which is no RFC 4121.
TEST_P(MessageLayout, Messages_of_RFC_4757_are_laid_out_and_opened_likewise) {
  g_fake.rc4 = true;
  for (const std::size_t size : {0U, 1U, 15U, 16U, 47U, 48U, 1000U}) {
    const std::string plain(size, 'r');
    EXPECT_EQ(seal(plain), wire_of(plain)) << size;
    std::string opened;
    EXPECT_EQ(open(wire_of(plain), opened), SEC_E_OK) << size;
    EXPECT_EQ(opened, plain);
  }
}

TEST_P(MessageLayout, Ciphertext_that_looks_like_a_header_changes_nothing) {
  for (const bool rc4 : {false, true}) {
    g_fake.rc4 = rc4;
    table_->DeleteSecurityContext(&context_);
    // In front of the data's buffer, and where Wine's token begins.
    for (const std::string& plain :
         {plain_for(kLikeAHeader), plain_for(kLikeAHeader) + "more",
          std::string(100, 'x') + plain_for(kLikeAHeader),
          std::string(100, 'x') + plain_for(kLikeAHeader) + std::string(31, 'x'), std::string("x"),
          std::string(100, 'x') + plain_for(std::string(kLikeAHeader).replace(8, 4, 4, '\0'))}) {
      EXPECT_EQ(seal(plain), wire_of(plain)) << rc4 << plain.size();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tables, MessageLayout, testing::Values(Layout::kWindows, Layout::kWine),
                         [](const auto& of) {
                           return of.param == Layout::kWindows ? "Windows" : "Wine";
                         });

class WindowsLayout : public MessageLayout {};

TEST_P(WindowsLayout, An_altered_message_is_not_tried_twice) {
  g_fake.stream_status = SEC_E_MESSAGE_ALTERED;
  std::string opened;
  EXPECT_EQ(open(wire_of("text"), opened), SEC_E_MESSAGE_ALTERED);
  EXPECT_EQ(g_fake.decrypts, 1);
}

TEST_P(WindowsLayout, Another_mechanisms_messages_are_left_as_they_are) {
  g_fake.header = false;
  EXPECT_EQ(seal("text"), wire_of("text"));
  std::string opened;
  EXPECT_EQ(open(wire_of("text"), opened), SEC_E_OK);
  EXPECT_EQ(opened, "text");
}

INSTANTIATE_TEST_SUITE_P(Tables, WindowsLayout, testing::Values(Layout::kWindows),
                         [](const auto&) { return "Windows"; });

class WineLayout : public MessageLayout {};

TEST_P(WineLayout, Data_is_as_long_as_the_plain_text) {
  std::string opened;
  EXPECT_EQ(open(wire_of(std::string(333, 'a')), opened), SEC_E_OK);
  EXPECT_EQ(g_fake.data_size, 333U);
}

TEST_P(WineLayout, What_was_learned_ends_with_the_context) {
  g_fake.checksum = 24;
  seal("text");
  table_->DeleteSecurityContext(&context_);
  g_fake.checksum = 12;
  std::string opened;
  EXPECT_EQ(open(wire_of("another context of the same handle"), opened), SEC_E_OK);
  EXPECT_EQ(opened, "another context of the same handle");
}

TEST_P(WineLayout, A_Wine_that_has_come_to_do_as_Windows_is_known_by_its_first_message) {
  g_fake.layout = Layout::kWindows;
  for (const std::string& plain : {std::string("text"), plain_for(kLikeAHeader) + "more"}) {
    EXPECT_EQ(seal(plain), wire_of(plain));
    std::string opened;
    EXPECT_EQ(open(wire_of(plain), opened), SEC_E_OK);
    EXPECT_EQ(opened, plain);
  }
}

INSTANTIATE_TEST_SUITE_P(Tables, WineLayout, testing::Values(Layout::kWine),
                         [](const auto&) { return "Wine"; });

}  // namespace
}  // namespace negodbc::test
