#include "tests/support/handshake.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "sspi_gssapi/table.h"

namespace negodbc::test {
namespace {

const SecurityFunctionTableW& table() {
  return sspi_gssapi::table_w();
}

SecBuffer buffer(sec_ulong type, void* memory, std::size_t size) {
  return SecBuffer{static_cast<sec_ulong>(size), type, memory};
}

// The bindings' header with the data behind it.
Bytes pack(const Bytes& bindings) {
  SEC_CHANNEL_BINDINGS header{};
  header.cbApplicationDataLength = static_cast<sec_ulong>(bindings.size());
  header.dwApplicationDataOffset = sizeof(header);
  Bytes packed(sizeof(header) + bindings.size());
  std::memcpy(packed.data(), &header, sizeof(header));
  std::copy(bindings.begin(), bindings.end(), packed.begin() + sizeof(header));
  return packed;
}

// The token that a call allocated.
Bytes take(SecBuffer& out) {
  Bytes token;
  if (out.pvBuffer != nullptr) {
    const auto* begin = static_cast<const std::byte*>(out.pvBuffer);
    token.assign(begin, begin + out.cbBuffer);
    table().FreeContextBuffer(out.pvBuffer);
  }
  return token;
}

}  // namespace

Bytes bytes_of(std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return Bytes(begin, begin + text.size());
}

std::string text_of(const Bytes& bytes) {
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  EXPECT_NE(value, nullptr) << name << " is not set: run the test in the realm";
  return value == nullptr ? std::string() : value;
}

void prepare_acceptors() {
  ::setenv("KRB5_KTNAME", environment("NEGODBC_KEYTAB").c_str(), 1);
  ::setenv("KRB5RCACHENAME", "none:", 1);
  ::setenv("KRB5RCACHETYPE", "none", 1);
}

TestCredential::~TestCredential() {
  if (status == SEC_E_OK) table().FreeCredentialsHandle(&handle);
}

TestCredential acquire(std::string_view package, sec_ulong use, NEGODBC_AUTH_IDENTITY identity) {
  identity.Version = NEGODBC_AUTH_IDENTITY_VERSION;
  identity.Length = sizeof(identity);
  TestCredential credential;
  credential.status =
      table().AcquireCredentialsHandleW(nullptr, WideArgument(package).get(), use, nullptr,
                                        &identity, nullptr, nullptr, &credential.handle, nullptr);
  return credential;
}

TestCredential acquire(std::string_view library, std::string_view package, sec_ulong use) {
  const std::string name(library);
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Library = name.c_str();
  return acquire(package, use, identity);
}

End::~End() {
  if (exists) table().DeleteSecurityContext(&handle);
}

SECURITY_STATUS End::initialize(const TestCredential& credential, std::string_view target,
                                sec_ulong request, const Bytes* input) {
  CredHandle cred = credential.handle;
  Bytes bindings = pack(channel_bindings);
  Bytes peer = input == nullptr ? Bytes() : *input;
  std::array<SecBuffer, 2> in{};
  sec_ulong count = 0;
  if (input != nullptr) in.at(count++) = buffer(SECBUFFER_TOKEN, peer.data(), peer.size());
  if (!channel_bindings.empty()) {
    in.at(count++) = buffer(SECBUFFER_CHANNEL_BINDINGS, bindings.data(), bindings.size());
  }
  SecBufferDesc in_desc{SECBUFFER_VERSION, count, in.data()};
  SecBuffer out = buffer(SECBUFFER_TOKEN, nullptr, 0);
  SecBufferDesc out_desc{SECBUFFER_VERSION, 1, &out};
  status = table().InitializeSecurityContextW(
      &cred, exists ? &handle : nullptr, WideArgument(target).get(),
      request | ISC_REQ_ALLOCATE_MEMORY, 0, SECURITY_NETWORK_DREP, count == 0 ? nullptr : &in_desc,
      0, &handle, &out_desc, &attributes, &expiry);
  if (status >= 0) exists = true;
  token = take(out);
  return status;
}

SECURITY_STATUS End::accept(const TestCredential& credential, const Bytes& input) {
  CredHandle cred = credential.handle;
  Bytes bindings = pack(channel_bindings);
  Bytes peer = input;
  std::array<SecBuffer, 2> in = {
      buffer(SECBUFFER_TOKEN, peer.data(), peer.size()),
      buffer(SECBUFFER_CHANNEL_BINDINGS, bindings.data(), bindings.size())};
  SecBufferDesc in_desc{SECBUFFER_VERSION, channel_bindings.empty() ? 1u : 2u, in.data()};
  SecBuffer out = buffer(SECBUFFER_TOKEN, nullptr, 0);
  SecBufferDesc out_desc{SECBUFFER_VERSION, 1, &out};
  status = table().AcceptSecurityContext(&cred, exists ? &handle : nullptr, &in_desc,
                                         ASC_REQ_ALLOCATE_MEMORY, SECURITY_NETWORK_DREP, &handle,
                                         &out_desc, &attributes, &expiry);
  if (status >= 0) exists = true;
  token = take(out);
  return status;
}

void shake_hands(Pair& pair, const TestCredential& client, const TestCredential& server,
                 std::string_view target, sec_ulong request) {
  constexpr std::uint32_t kMaxLegs = 10;
  pair.client.initialize(client, target, request, nullptr);
  ++pair.legs;
  while (pair.client.status >= 0 && !pair.client.token.empty() && pair.legs < kMaxLegs) {
    pair.server.accept(server, pair.client.token);
    if (pair.server.status < 0 || pair.client.status == SEC_E_OK) return;
    pair.client.initialize(client, target, request, &pair.server.token);
    ++pair.legs;
    if (pair.server.status == SEC_E_OK && pair.client.token.empty()) return;
  }
}

std::string peer_of(End& acceptor) {
  SecPkgContext_NativeNamesW names{};
  if (table().QueryContextAttributesW(&acceptor.handle, SECPKG_ATTR_NATIVE_NAMES, &names) !=
      SEC_E_OK) {
    return "";
  }
  std::string client;
  for (const SEC_WCHAR* c = names.sClientName; c != nullptr && *c != 0; ++c) {
    client.push_back(static_cast<char>(*c));
  }
  table().FreeContextBuffer(names.sClientName);
  table().FreeContextBuffer(names.sServerName);
  return client;
}

SECURITY_STATUS seal(End& from, const Bytes& plain, Bytes& sealed, sec_ulong qop) {
  SecPkgContext_Sizes sizes{};
  SECURITY_STATUS status = table().QueryContextAttributesW(&from.handle, SECPKG_ATTR_SIZES, &sizes);
  if (status != SEC_E_OK) return status;
  Bytes token(sizes.cbSecurityTrailer);
  Bytes data = plain;
  Bytes padding(sizes.cbBlockSize);
  std::array<SecBuffer, 3> buffers = {buffer(SECBUFFER_TOKEN, token.data(), token.size()),
                                      buffer(SECBUFFER_DATA, data.data(), data.size()),
                                      buffer(SECBUFFER_PADDING, padding.data(), padding.size())};
  SecBufferDesc message{SECBUFFER_VERSION, 3, buffers.data()};
  status = table().EncryptMessage(&from.handle, qop, &message, 0);
  sealed.clear();
  if (status != SEC_E_OK) return status;
  for (const SecBuffer& part : buffers) {
    const auto* begin = static_cast<const std::byte*>(part.pvBuffer);
    sealed.insert(sealed.end(), begin, begin + part.cbBuffer);
  }
  return status;
}

SECURITY_STATUS open(End& to, Bytes sealed, Bytes& plain, sec_ulong* qop) {
  std::array<SecBuffer, 2> buffers = {buffer(SECBUFFER_STREAM, sealed.data(), sealed.size()),
                                      buffer(SECBUFFER_DATA, nullptr, 0)};
  SecBufferDesc message{SECBUFFER_VERSION, 2, buffers.data()};
  const SECURITY_STATUS status = table().DecryptMessage(&to.handle, &message, 0, qop);
  plain.clear();
  if (status != SEC_E_OK) return status;
  const auto* begin = static_cast<const std::byte*>(buffers[1].pvBuffer);
  plain.assign(begin, begin + buffers[1].cbBuffer);
  return status;
}

SECURITY_STATUS sign(End& from, Bytes message, Bytes& code) {
  SecPkgContext_Sizes sizes{};
  SECURITY_STATUS status = table().QueryContextAttributesW(&from.handle, SECPKG_ATTR_SIZES, &sizes);
  if (status != SEC_E_OK) return status;
  code.resize(sizes.cbMaxSignature);
  std::array<SecBuffer, 2> buffers = {buffer(SECBUFFER_TOKEN, code.data(), code.size()),
                                      buffer(SECBUFFER_DATA, message.data(), message.size())};
  SecBufferDesc parts{SECBUFFER_VERSION, 2, buffers.data()};
  status = table().MakeSignature(&from.handle, 0, &parts, 0);
  code.resize(status == SEC_E_OK ? buffers[0].cbBuffer : 0);
  return status;
}

SECURITY_STATUS verify(End& to, Bytes message, Bytes code) {
  std::array<SecBuffer, 2> buffers = {buffer(SECBUFFER_TOKEN, code.data(), code.size()),
                                      buffer(SECBUFFER_DATA, message.data(), message.size())};
  SecBufferDesc parts{SECBUFFER_VERSION, 2, buffers.data()};
  sec_ulong qop = 0;
  return table().VerifySignature(&to.handle, &parts, 0, &qop);
}

}  // namespace negodbc::test
