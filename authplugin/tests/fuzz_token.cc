// libFuzzer: whatever bytes come from a peer or a caller end in a status. The first byte chooses
// what is fed: the second leg of a handshake with a real library (in a realm, with
// NEGODBC_FUZZ_LIBRARY), the guard of replies, a packed context, channel bindings, an identity's
// buffer, texts.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "negotiate/secret_bytes.h"
#include "negotiate/target_name.h"
#include "negotiate/utf16.h"
#include "sspi_gssapi/error_text.h"
#include "sspi_gssapi/gss_context.h"
#include "sspi_gssapi/gss_name.h"
#include "sspi_gssapi/table.h"
#include "sspi_gssapi/token_guard.h"

namespace {

using negodbc::sspi_gssapi::table_w;

void require(bool condition) {
  if (!condition) std::abort();
}

// A handshake begun with the library named, and the input as the peer's answer.
void second_leg(const std::uint8_t* data, std::size_t size, const char* package) {
  static const char* const library = std::getenv("NEGODBC_FUZZ_LIBRARY");
  if (library == nullptr) return;
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Version = NEGODBC_AUTH_IDENTITY_VERSION;
  identity.Length = sizeof(identity);
  identity.Library = library;
  std::u16string name(package, package + std::strlen(package));
  std::u16string target = u"postgres/localhost";
  CredHandle credential{};
  const SECURITY_STATUS acquired =
      table_w().AcquireCredentialsHandleW(nullptr, name.data(), SECPKG_CRED_OUTBOUND, nullptr,
                                          &identity, nullptr, nullptr, &credential, nullptr);
  require(acquired == SEC_E_OK);
  CtxtHandle context{};
  sec_ulong attributes = 0;
  const auto leg = [&](CtxtHandle* partial, SecBufferDesc* input) {
    SecBuffer out{0, SECBUFFER_TOKEN, nullptr};
    SecBufferDesc output{SECBUFFER_VERSION, 1, &out};
    const SECURITY_STATUS status = table_w().InitializeSecurityContextW(
        &credential, partial, target.data(), ISC_REQ_MUTUAL_AUTH | ISC_REQ_ALLOCATE_MEMORY, 0,
        SECURITY_NETWORK_DREP, input, 0, &context, &output, &attributes, nullptr);
    if (out.pvBuffer != nullptr) table_w().FreeContextBuffer(out.pvBuffer);
    return status;
  };
  require(leg(nullptr, nullptr) == SEC_I_CONTINUE_NEEDED);
  std::vector<std::uint8_t> copy(data, data + size);
  SecBuffer in{static_cast<sec_ulong>(size), SECBUFFER_TOKEN, copy.data()};
  SecBufferDesc input{SECBUFFER_VERSION, 1, &in};
  // Nobody can prove to be the service without its key.
  require(leg(&context, &input) != SEC_E_OK);
  table_w().DeleteSecurityContext(&context);
  table_w().FreeCredentialsHandle(&credential);
}

void guard(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> reply(reinterpret_cast<const std::byte*>(data), size);
  const auto read = negodbc::sspi_gssapi::read_spnego_reply(reply);
  if (read.has_token && !read.token.empty()) {
    require(read.token.data() >= reply.data() &&
            read.token.data() + read.token.size() <= reply.data() + reply.size());
  }
  // What is due only adds a demand.
  if (negodbc::sspi_gssapi::is_safe_reply(reply, true, true)) {
    require(negodbc::sspi_gssapi::is_safe_reply(reply, true, false));
  }
  static_cast<void>(negodbc::sspi_gssapi::is_kerberos_reply(reply));
  // An offer is no reply, whatever is in it.
  if (negodbc::sspi_gssapi::read_spnego_offer(reply).well_formed) require(!read.well_formed);
}

void packed_context(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> copy(data, data + size);
  SecBuffer packed{static_cast<sec_ulong>(size), SECBUFFER_EMPTY, copy.data()};
  std::u16string package = u"Kerberos";
  CtxtHandle context{};
  if (table_w().ImportSecurityContextW(package.data(), &packed, nullptr, &context) == SEC_E_OK) {
    table_w().DeleteSecurityContext(&context);
  }
}

void bindings(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> copy(data, data + size);
  SecBuffer buffer{static_cast<sec_ulong>(size), SECBUFFER_CHANNEL_BINDINGS, copy.data()};
  SecBufferDesc input{SECBUFFER_VERSION, 1, &buffer};
  negodbc::auth::SecretBytes read;
  if (negodbc::sspi_gssapi::read_channel_bindings(&input, read)) require(read.size() <= size);
}

void texts(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string line = negodbc::sspi_gssapi::one_line(text);
  require(line.size() <= 512 && negodbc::auth::valid_utf8(line) == line);
  const std::string valid = negodbc::auth::valid_utf8(text);
  require(negodbc::auth::to_utf8(negodbc::auth::to_wide(text)) == valid);
  if (negodbc::auth::fault_of_target(text).empty()) {
    require(!negodbc::sspi_gssapi::form_of_target(text).text.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t choice = data[0];
  ++data, --size;
  switch (choice % 6) {
    case 0:
      second_leg(data, size, "Negotiate");
      break;
    case 1:
      second_leg(data, size, "Kerberos");
      break;
    case 2:
      guard(data, size);
      break;
    case 3:
      packed_context(data, size);
      break;
    case 4:
      bindings(data, size);
      break;
    default:
      texts(data, size);
  }
  return 0;
}
