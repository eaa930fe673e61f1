// Both ends of a handshake in one process, over the GSSAPI table, for tests.
#ifndef NEGODBC_TESTS_SUPPORT_HANDSHAKE_H_
#define NEGODBC_TESTS_SUPPORT_HANDSHAKE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "negodbc/sspi.h"

namespace negodbc::test {

using Bytes = std::vector<std::byte>;

Bytes bytes_of(std::string_view text);
std::string text_of(const Bytes& bytes);

// An environment variable that the test needs; fails the test when it is missing.
std::string environment(const char* name);

// Lets the acceptors of this process use the realm's keytab and no replay cache. Once, before
// threads.
void prepare_acceptors();

// A copy of the memory that a SEC_WCHAR* call takes as non-const.
class WideArgument {
 public:
  explicit WideArgument(std::string_view ascii) : text_(ascii.begin(), ascii.end()) {}
  SEC_WCHAR* get() { return text_.data(); }

 private:
  std::u16string text_;
};

// A credential of the table; ended with its owner.
class TestCredential {
 public:
  TestCredential() = default;
  TestCredential(TestCredential&& other) noexcept
      : handle(other.handle), status(std::exchange(other.status, SEC_E_INVALID_HANDLE)) {}
  TestCredential& operator=(TestCredential&&) = delete;
  ~TestCredential();
  CredHandle handle{};
  SECURITY_STATUS status = SEC_E_INVALID_HANDLE;
};
TestCredential acquire(std::string_view package, sec_ulong use, NEGODBC_AUTH_IDENTITY identity);
TestCredential acquire(std::string_view library, std::string_view package, sec_ulong use);

// One end of a context.
class End {
 public:
  End() = default;
  End(const End&) = delete;
  End& operator=(const End&) = delete;
  ~End();

  // Each stores the status and the token that came out.
  SECURITY_STATUS initialize(const TestCredential& credential, std::string_view target,
                             sec_ulong request, const Bytes* input);
  SECURITY_STATUS accept(const TestCredential& credential, const Bytes& input);

  CtxtHandle handle{};
  bool exists = false;
  SECURITY_STATUS status = SEC_E_INVALID_HANDLE;
  Bytes token;
  sec_ulong attributes = 0;
  TimeStamp expiry{};
  Bytes channel_bindings;
};

// A whole handshake; both statuses are SEC_E_OK when it has gone well.
struct Pair {
  End client;
  End server;
  std::uint32_t legs = 0;
};
void shake_hands(Pair& pair, const TestCredential& client, const TestCredential& server,
                 std::string_view target, sec_ulong request);

// The client's principal as an acceptor's established context tells it; "": it does not.
std::string peer_of(End& acceptor);

// EncryptMessage and DecryptMessage with one message in a row, as on the wire.
SECURITY_STATUS seal(End& from, const Bytes& plain, Bytes& sealed, sec_ulong qop = 0);
SECURITY_STATUS open(End& to, Bytes sealed, Bytes& plain, sec_ulong* qop = nullptr);

// MakeSignature and VerifySignature of one message.
SECURITY_STATUS sign(End& from, Bytes message, Bytes& code);
SECURITY_STATUS verify(End& to, Bytes message, Bytes code);

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_SUPPORT_HANDSHAKE_H_
