#include "driver/encryption/schannel/schannel_transport.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "driver/base/windows_text.h"
#include "driver/encryption/schannel/schannel_certificate.h"
#include "driver/encryption/schannel/schannel_status.h"
#include "driver/net/ip_address.h"

// After windows.h.
#include <schannel.h>

namespace negodbc::encryption {
namespace {

constexpr std::size_t read_chunk = 16384 + 512;  // a record
// A handshake's messages: certificates of a long chain. More is not TLS.
constexpr std::size_t most_handshake = std::size_t{1} << 20U;

constexpr sec_ulong request = ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT |
                              ISC_REQ_CONFIDENTIALITY | ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM |
                              ISC_REQ_MANUAL_CRED_VALIDATION | ISC_REQ_USE_SUPPLIED_CREDS;

SecBuffer buffer(unsigned long type, void* memory = nullptr, std::size_t size = 0) {
  SecBuffer made = {};
  made.BufferType = type;
  made.pvBuffer = memory;
  made.cbBuffer = static_cast<unsigned long>(size);
  return made;
}

// Whether these may be the first bytes of a record (RFC 8446 section 5.1). Not every Schannel looks
// before it has as many bytes as another protocol's seem to announce.
bool may_be_record(std::string_view bytes) {
  constexpr std::size_t header = 5;
  constexpr std::size_t longest = 16384 + 2048;
  if (bytes.size() < header) return true;
  const auto byte = [&bytes](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  const std::size_t length = std::size_t{byte(3)} * 256 + byte(4);
  return byte(0) >= 20 && byte(0) <= 24 && byte(1) == 3 && length <= longest;
}

// ALPN's list as SEC_APPLICATION_PROTOCOLS: sizes, the extension's number, the names.
std::string protocols() {
  constexpr std::string_view names = "\x0apostgresql";
  std::string list;
  const auto put = [&list](const auto& value) {
    list.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  put(static_cast<unsigned long>(sizeof(unsigned long) + sizeof(unsigned short) + names.size()));
  put(static_cast<unsigned long>(SecApplicationProtocolNegotiationExt_ALPN));
  put(static_cast<unsigned short>(names.size()));
  list += names;
  return list;
}

}  // namespace

std::unique_ptr<net::Transport> start_tls(std::unique_ptr<net::SocketTransport> socket,
                                          std::shared_ptr<const TlsContext> context,
                                          const net::Host& host, Deadline deadline) {
  return std::make_unique<SchannelTransport>(std::move(socket), std::move(context), host, deadline);
}

SchannelTransport::SchannelTransport(std::unique_ptr<net::SocketTransport> socket,
                                     std::shared_ptr<const TlsContext> context,
                                     const net::Host& host, Deadline deadline)
    : socket_(std::move(socket)), context_(std::move(context)) {
  if (context_->sends_name() && !net::is_ip_address(host.name)) target_ = to_wide(host.name);
  try {
    try {
      shake_hands(deadline);
    } catch (const net::Timeout&) {
      throw;
    } catch (const ConnectionError& error) {
      throw net::LoginError(
          "08001", "TLS with " + host_and_port(host) + " could not be set up: " + error.what(),
          net::LoginError::Verdict::other_encryption);
    }
    verify(host);
    describe();
  } catch (...) {
    release();
    throw;
  }
}

SchannelTransport::~SchannelTransport() {
  say_goodbye();
  release();
}

void SchannelTransport::release() {
  if (exists_) context_->table().DeleteSecurityContext(&security_);
  exists_ = false;
}

void SchannelTransport::read_sealed(Deadline deadline) {
  std::array<char, read_chunk> chunk;
  const std::size_t size = socket_->read(chunk, deadline);
  if (size == 0) throw ConnectionError("08S01", "the server closed the connection");
  sealed_.append(chunk.data(), size);
}

SECURITY_STATUS SchannelTransport::step(Deadline deadline) {
  const SecurityFunctionTableW& table = context_->table();
  std::string alpn;
  std::array in = {buffer(SECBUFFER_TOKEN, sealed_.data(), sealed_.size()),
                   buffer(SECBUFFER_EMPTY)};
  SecBufferDesc in_list = {SECBUFFER_VERSION, static_cast<unsigned long>(in.size()), in.data()};
  if (!exists_ && context_->direct()) {
    alpn = protocols();
    in[0] = buffer(SECBUFFER_APPLICATION_PROTOCOLS, alpn.data(), alpn.size());
    in_list.cBuffers = 1;
  }
  std::array out = {buffer(SECBUFFER_TOKEN), buffer(SECBUFFER_ALERT), buffer(SECBUFFER_EMPTY)};
  SecBufferDesc out_list = {SECBUFFER_VERSION, static_cast<unsigned long>(out.size()), out.data()};
  unsigned long attributes = 0;
  TimeStamp expiry = {};
  const bool first = !exists_;
  const SECURITY_STATUS status =
      table.InitializeSecurityContextW(context_->credential(), first ? nullptr : &security_,
                                       target_.empty() ? nullptr : target_.data(), request, 0, 0,
                                       first && !context_->direct() ? nullptr : &in_list, 0,
                                       &security_, &out_list, &attributes, &expiry);
  if (status >= 0) exists_ = true;
  std::string answer;
  for (const SecBuffer& each : out) {
    if (each.pvBuffer == nullptr) continue;
    if (each.BufferType == SECBUFFER_TOKEN)
      answer.assign(static_cast<const char*>(each.pvBuffer), each.cbBuffer);
    table.FreeContextBuffer(each.pvBuffer);
  }
  if (status == SEC_E_INCOMPLETE_MESSAGE) return status;  // sealed_ is kept
  if (status == SEC_I_INCOMPLETE_CREDENTIALS) {
    // The server would like a client certificate; the same once more says that there is none else.
    if (std::exchange(asked_for_certificate_, true))
      throw ConnectionError("08S01", "the server insists on another client certificate");
  } else if (!first) {
    const bool extra = in[1].BufferType == SECBUFFER_EXTRA;
    sealed_.erase(0, extra ? sealed_.size() - std::min<std::size_t>(in[1].cbBuffer, sealed_.size())
                           : sealed_.size());
  }
  if (!answer.empty()) socket_->write(answer, deadline);
  return status;
}

void SchannelTransport::shake_hands(Deadline deadline) {
  SECURITY_STATUS status = step(deadline);
  while (status != SEC_E_OK) {
    switch (status) {
      case SEC_E_INCOMPLETE_MESSAGE:
        if (sealed_.size() > most_handshake || !may_be_record(sealed_))
          throw ConnectionError("08S01", "it speaks no TLS; correct Server or Port");
        read_sealed(deadline);
        break;
      case SEC_I_CONTINUE_NEEDED:
        if (sealed_.empty()) read_sealed(deadline);
        break;
      case SEC_I_INCOMPLETE_CREDENTIALS:
        break;
      default:
        throw ConnectionError("08S01", schannel_error_text(status));
    }
    status = step(deadline);
  }
}

void SchannelTransport::verify(const net::Host& host) {
  const SecurityFunctionTableW& table = context_->table();
  if (context_->direct()) {
    SecPkgContext_ApplicationProtocol chosen = {};
    constexpr std::string_view wanted = "postgresql";
    if (table.QueryContextAttributesW(&security_, SECPKG_ATTR_APPLICATION_PROTOCOL, &chosen) !=
            SEC_E_OK ||
        chosen.ProtoNegoStatus != SecApplicationProtocolNegotiationStatus_Success ||
        std::string_view(reinterpret_cast<const char*>(chosen.ProtocolId), chosen.ProtocolIdSize) !=
            wanted) {
      throw net::LoginError("08001",
                            host_and_port(host) +
                                " does not speak PostgreSQL's protocol over direct TLS; use "
                                "sslnegotiation=postgres");
    }
  }
  const CERT_CONTEXT* found = nullptr;
  const SECURITY_STATUS status =
      table.QueryContextAttributesW(&security_, SECPKG_ATTR_REMOTE_CERT_CONTEXT, &found);
  if (status != SEC_E_OK || found == nullptr) {
    throw net::LoginError(
        "08001", host_and_port(host) + " has no certificate: " + schannel_error_text(status));
  }
  const Certificate certificate(found);
  const std::string fault = context_->distrust(certificate.get());
  if (!fault.empty()) {
    throw net::LoginError("08001",
                          "TLS with " + host_and_port(host) +
                              " could not be set up: its certificate is not trusted: " + fault,
                          net::LoginError::Verdict::other_encryption);
  }
  const std::string& name = host.name.empty() ? host.address : host.name;
  if (context_->verifies_name() && !certificate_names(certificate.get(), name)) {
    throw net::LoginError("08001", "the certificate of " + host_and_port(host) +
                                       " is not for the name " + name +
                                       held_names(certificate.get()));
  }
  channel_binding_ = channel_binding_hash(certificate.get());
}

void SchannelTransport::describe() {
  const SecurityFunctionTableW& table = context_->table();
  const SECURITY_STATUS status =
      table.QueryContextAttributesW(&security_, SECPKG_ATTR_STREAM_SIZES, &sizes_);
  if (status != SEC_E_OK) {
    throw net::LoginError(
        "08001", "Schannel does not tell the sizes of its records: " + schannel_error_text(status));
  }
  SecPkgContext_ConnectionInfo info = {};
  if (table.QueryContextAttributesW(&security_, SECPKG_ATTR_CONNECTION_INFO, &info) != SEC_E_OK)
    return;
  renegotiates_ = (info.dwProtocol & SP_PROT_TLS1_3_CLIENT) == 0;
  description_ = (info.dwProtocol & SP_PROT_TLS1_3_CLIENT) != 0   ? "TLSv1.3"
                 : (info.dwProtocol & SP_PROT_TLS1_2_CLIENT) != 0 ? "TLSv1.2"
                 : (info.dwProtocol & SP_PROT_TLS1_1_CLIENT) != 0 ? "TLSv1.1"
                                                                  : "TLSv1";
  description_ += ", " + std::to_string(info.dwCipherStrength) + " bits";
}

SchannelTransport::Progress SchannelTransport::unseal(Deadline deadline) const {
  if (position_ < plain_.size()) return Progress::data;
  while (!closed_ && !sealed_.empty()) {
    if (shaking_again_) {
      const SECURITY_STATUS status = const_cast<SchannelTransport*>(this)->step(deadline);
      if (status == SEC_E_INCOMPLETE_MESSAGE) return Progress::wait;
      if (status < 0) {
        throw ConnectionError("08S01", "the TLS connection broke: " + schannel_error_text(status));
      }
      shaking_again_ = status != SEC_E_OK;
      continue;
    }
    std::array parts = {buffer(SECBUFFER_DATA, sealed_.data(), sealed_.size()),
                        buffer(SECBUFFER_EMPTY), buffer(SECBUFFER_EMPTY), buffer(SECBUFFER_EMPTY)};
    SecBufferDesc list = {SECBUFFER_VERSION, static_cast<unsigned long>(parts.size()),
                          parts.data()};
    const SECURITY_STATUS status = context_->table().DecryptMessage(&security_, &list, 0, nullptr);
    if (status == SEC_E_INCOMPLETE_MESSAGE) return Progress::wait;
    if (status == SEC_I_CONTEXT_EXPIRED) {
      closed_ = true;
      break;
    }
    if (status != SEC_E_OK && status != SEC_I_RENEGOTIATE) {
      throw ConnectionError("08S01", "the TLS connection broke: " + schannel_error_text(status));
    }
    // Before TLS 1.3 it is another handshake, with another certificate perhaps, which no server of
    // PostgreSQL's asks for.
    if (status == SEC_I_RENEGOTIATE && renegotiates_) {
      throw ConnectionError("08S01",
                            "the TLS connection broke: the server began another handshake");
    }
    plain_.clear();
    position_ = 0;
    std::string rest;
    for (const SecBuffer& part : parts) {
      if (part.BufferType == SECBUFFER_DATA)
        plain_.assign(static_cast<const char*>(part.pvBuffer), part.cbBuffer);
      if (part.BufferType == SECBUFFER_EXTRA)
        rest.assign(static_cast<const char*>(part.pvBuffer), part.cbBuffer);
    }
    sealed_ = std::move(rest);
    // TLS 1.3: a session ticket or a new key; what is left is for the handshake.
    shaking_again_ = status == SEC_I_RENEGOTIATE;
    if (!plain_.empty()) return Progress::data;
  }
  return closed_ ? Progress::closed : Progress::wait;
}

std::size_t SchannelTransport::read(std::span<char> into, Deadline deadline) {
  const std::lock_guard lock(mutex_);
  for (;;) {
    switch (unseal(deadline)) {
      case Progress::data: {
        const std::size_t size = std::min(into.size(), plain_.size() - position_);
        std::memcpy(into.data(), plain_.data() + position_, size);
        position_ += size;
        return size;
      }
      case Progress::closed:
        return 0;
      case Progress::wait:
        break;
    }
    std::array<char, read_chunk> chunk;
    const std::size_t size = socket_->read(chunk, deadline);
    if (size == 0) {
      closed_ = true;
      return 0;
    }
    sealed_.append(chunk.data(), size);
  }
}

void SchannelTransport::write(std::string_view bytes, Deadline deadline) {
  const std::lock_guard lock(mutex_);
  while (!bytes.empty()) {
    const std::size_t size = std::min<std::size_t>(bytes.size(), sizes_.cbMaximumMessage);
    std::string record(sizes_.cbHeader + size + sizes_.cbTrailer, '\0');
    char* const data = record.data() + sizes_.cbHeader;
    std::memcpy(data, bytes.data(), size);
    std::array parts = {buffer(SECBUFFER_STREAM_HEADER, record.data(), sizes_.cbHeader),
                        buffer(SECBUFFER_DATA, data, size),
                        buffer(SECBUFFER_STREAM_TRAILER, data + size, sizes_.cbTrailer),
                        buffer(SECBUFFER_EMPTY)};
    SecBufferDesc list = {SECBUFFER_VERSION, static_cast<unsigned long>(parts.size()),
                          parts.data()};
    const SECURITY_STATUS status = context_->table().EncryptMessage(&security_, 0, &list, 0);
    if (status != SEC_E_OK) {
      throw ConnectionError("08S01", "the TLS connection broke: " + schannel_error_text(status));
    }
    record.resize(std::size_t{parts[0].cbBuffer} + parts[1].cbBuffer + parts[2].cbBuffer);
    socket_->write(record, deadline);
    bytes.remove_prefix(size);
  }
}

bool SchannelTransport::dead() const {
  if (socket_->dead()) return true;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return false;  // somebody is reading or writing, and will be told
  // Bytes pending may be the peer's goodbye or a session ticket: Schannel knows.
  try {
    std::array<char, read_chunk> chunk;
    const auto size = socket_->try_read(chunk);
    if (size && *size == 0) return true;
    if (size) sealed_.append(chunk.data(), *size);
    return unseal(Deadline::after(std::chrono::milliseconds(0))) == Progress::closed;
  } catch (const ConnectionError&) {
    return true;
  }
}

bool SchannelTransport::readable() const {
  const std::lock_guard lock(mutex_);
  return position_ < plain_.size() || !sealed_.empty() || socket_->readable();
}

// The goodbye goes out if it can without waiting; the server's is not waited for.
void SchannelTransport::say_goodbye() {
  if (!exists_ || closed_) return;
  const SecurityFunctionTableW& table = context_->table();
  unsigned long shutdown = SCHANNEL_SHUTDOWN;
  SecBuffer control = buffer(SECBUFFER_TOKEN, &shutdown, sizeof shutdown);
  SecBufferDesc control_list = {SECBUFFER_VERSION, 1, &control};
  if (table.ApplyControlToken(&security_, &control_list) != SEC_E_OK) return;
  SecBuffer out = buffer(SECBUFFER_TOKEN);
  SecBufferDesc out_list = {SECBUFFER_VERSION, 1, &out};
  unsigned long attributes = 0;
  TimeStamp expiry = {};
  (void)table.InitializeSecurityContextW(context_->credential(), &security_,
                                         target_.empty() ? nullptr : target_.data(), request, 0, 0,
                                         nullptr, 0, nullptr, &out_list, &attributes, &expiry);
  if (out.pvBuffer == nullptr) return;
  try {
    (void)socket_->try_write({static_cast<const char*>(out.pvBuffer), out.cbBuffer});
  } catch (const ConnectionError&) {
    // The other side has gone first.
  }
  table.FreeContextBuffer(out.pvBuffer);
}

}  // namespace negodbc::encryption
