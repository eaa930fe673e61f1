#include "kerberos_messages/aes_cts.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace negodbc::kerberos_messages {
namespace {

using Block = std::array<std::byte, kBlock>;
constexpr Block kZero{};

const unsigned char* bytes(const std::byte* memory) {
  return reinterpret_cast<const unsigned char*>(memory);
}

// What is encrypted in plain CBC mode of a text of `size` bytes, at least a block: all but the last
// block, which may be a part of one, and the one before it. The rest has at most two blocks.
std::size_t front_of(std::size_t size) {
  return size <= 2 * kBlock ? 0 : (size - kBlock - 1) / kBlock * kBlock;
}

void xor_into(std::byte* to, const std::byte* with, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) to[i] ^= with[i];
}

// The end of a text in three pieces, copied out and back.
class Tail {
 public:
  Tail(std::span<std::byte> confounder, std::span<std::byte> data, std::span<std::byte> trailer,
       std::size_t size)
      : pieces_{trailer, data, confounder}, size_(size) {
    walk([](std::byte* piece, std::byte* copy, std::size_t count) {
      std::memcpy(copy, piece, count);
    });
  }
  ~Tail() { auth::wipe(copy_.data(), copy_.size()); }
  Tail(const Tail&) = delete;
  Tail& operator=(const Tail&) = delete;

  std::byte* data() { return copy_.data(); }
  void put_back() {
    walk([](std::byte* piece, const std::byte* copy, std::size_t count) {
      std::memcpy(piece, copy, count);
    });
  }

 private:
  template <typename Move>
  void walk(Move move) {
    std::size_t left = size_;
    for (const std::span<std::byte> piece : pieces_) {
      const std::size_t count = std::min(left, piece.size());
      left -= count;
      if (count != 0) move(piece.data() + (piece.size() - count), copy_.data() + left, count);
    }
  }

  std::array<std::span<std::byte>, 3> pieces_;  // the last one first
  std::size_t size_;
  std::array<std::byte, 2 * kBlock> copy_{};
};

}  // namespace

std::optional<AesCts> AesCts::make(const Libcrypto& library, const Enctype& enctype,
                                   std::span<const std::byte> base, Usage usage,
                                   Direction direction) {
  auth::SecretBytes encryption;
  auth::SecretBytes integrity;
  if (!derive_key(library, enctype, base, usage, Purpose::kEncryption, encryption) ||
      !derive_key(library, enctype, base, usage, Purpose::kIntegrity, integrity)) {
    return std::nullopt;
  }
  return with_keys(library, enctype, encryption, integrity, direction);
}

std::optional<AesCts> AesCts::with_keys(const Libcrypto& library, const Enctype& enctype,
                                        std::span<const std::byte> encryption,
                                        std::span<const std::byte> integrity, Direction direction) {
  std::optional<Mac> mac = Mac::make(library, enctype.digest, integrity);
  const CipherPtr cipher(library.EVP_CIPHER_fetch(nullptr, enctype.cipher, nullptr), {&library});
  CipherContextPtr context(library.EVP_CIPHER_CTX_new(), {&library});
  if (!mac || cipher == nullptr || context == nullptr) return std::nullopt;
  const auto set_up =
      direction == Direction::kEncrypt ? library.EVP_EncryptInit_ex2 : library.EVP_DecryptInit_ex2;
  if (set_up(context.get(), cipher.get(), bytes(encryption.data()), bytes(kZero.data()), nullptr) !=
          1 ||
      library.EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1) {
    return std::nullopt;
  }
  return AesCts(library, enctype, std::move(context), std::move(*mac), direction);
}

bool AesCts::begin() {
  const auto set_up = direction_ == Direction::kEncrypt ? library_->EVP_EncryptInit_ex2
                                                        : library_->EVP_DecryptInit_ex2;
  return set_up(cipher_.get(), nullptr, nullptr, bytes(kZero.data()), nullptr) == 1;
}

bool AesCts::go_on(std::byte* into, const std::byte* from, std::size_t size) {
  if (size == 0) return true;
  const auto update =
      direction_ == Direction::kEncrypt ? library_->EVP_EncryptUpdate : library_->EVP_DecryptUpdate;
  int done = 0;
  return update(cipher_.get(), reinterpret_cast<unsigned char*>(into), &done, bytes(from),
                static_cast<int>(size)) == 1 &&
         static_cast<std::size_t>(done) == size;
}

bool AesCts::encrypt(std::span<std::byte> confounder, std::span<std::byte> data,
                     std::span<std::byte> trailer, std::span<std::byte> mac) {
  const std::size_t size = confounder.size() + data.size() + trailer.size();
  if (data.size() > std::numeric_limits<int>::max() - 4 * kBlock) return false;
  if (!enctype_->mac_of_ciphertext && !mac_.compute({confounder, data, trailer}, mac)) return false;
  const std::size_t front = front_of(size);
  const std::size_t end = size - front;  // one block to two
  Tail tail(confounder, data, trailer, end);
  if (!begin() || (front != 0 && (!go_on(confounder.data(), confounder.data(), kBlock) ||
                                  !go_on(data.data(), data.data(), front - kBlock)))) {
    return false;
  }
  std::byte* const last = tail.data();
  if (!go_on(last, last, kBlock)) return false;
  if (end > kBlock) {
    // The last block is filled up with zeros and goes first; of the one before it as much follows
    // as the text is long.
    Block filled{};
    std::memcpy(filled.data(), last + kBlock, end - kBlock);
    if (!go_on(filled.data(), filled.data(), kBlock)) return false;
    std::memcpy(last + kBlock, last, end - kBlock);
    std::memcpy(last, filled.data(), kBlock);
  }
  tail.put_back();
  return !enctype_->mac_of_ciphertext || mac_.compute({kZero, confounder, data, trailer}, mac);
}

bool AesCts::decrypt_text(std::span<std::byte> text) {
  const std::size_t front = front_of(text.size());
  std::byte* const last = text.data() + front;
  const std::size_t part = text.size() - front - kBlock;  // of the last block; 0: there is but one
  if (part == 0 || part == kBlock) {
    // Of whole blocks, nothing is stolen: plain CBC mode, with the last two in their places.
    if (part != 0) std::swap_ranges(last, last + kBlock, last + kBlock);
    return begin() && go_on(text.data(), text.data(), text.size());
  }
  Block before = kZero;
  if (front != 0) std::memcpy(before.data(), last - kBlock, kBlock);
  if (!begin() || !go_on(text.data(), text.data(), front)) return false;
  // The last block of the text was encrypted last and lies before the stolen one, of which a part
  // is left; the rest of that comes out with the last one, whose text ended in zeros.
  Block swapped{};
  std::memcpy(swapped.data(), last, kBlock);
  Block opened{};
  if (!go_on(opened.data(), swapped.data(), kBlock)) return false;
  xor_into(opened.data(), before.data(), kBlock);  // without the chaining
  Block stolen = opened;
  std::memcpy(stolen.data(), last + kBlock, part);
  xor_into(opened.data(), stolen.data(), part);
  if (!go_on(last, stolen.data(), kBlock)) return false;
  xor_into(last, swapped.data(), kBlock);
  xor_into(last, before.data(), kBlock);
  std::memcpy(last + kBlock, opened.data(), part);
  auth::wipe(opened.data(), opened.size());
  return true;
}

bool AesCts::decrypt(std::span<std::byte> row) {
  if (row.size() < kBlock + mac_size() || row.size() > std::numeric_limits<int>::max())
    return false;
  const std::span<std::byte> text = row.first(row.size() - mac_size());
  const std::span<const std::byte> told = row.last(mac_size());
  std::array<std::byte, kLongestMac> code{};
  const std::span<std::byte> made = std::span(code).first(mac_size());
  if (enctype_->mac_of_ciphertext) {
    return mac_.compute({kZero, text}, made) && same_code(made, told) && decrypt_text(text);
  }
  if (decrypt_text(text) && mac_.compute({text}, made) && same_code(made, told)) return true;
  auth::wipe(text.data(), text.size());
  return false;
}

}  // namespace negodbc::kerberos_messages
