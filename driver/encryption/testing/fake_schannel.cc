#include "driver/encryption/testing/fake_schannel.h"

#include <cstring>
#include <memory>
#include <utility>

#include "driver/base/windows_text.h"

// After windows.h.
#define SCHANNEL_USE_BLACKLISTS
#include <subauth.h>
// After subauth.h.
#include <schannel.h>

namespace negodbc::encryption::testing {
namespace {

constexpr std::size_t head = 5;
bool g_shutting_down = false;
bool g_asked = false;

FakeSchannel& fake() {
  return fake_schannel();
}

SecBuffer* find(SecBufferDesc* list, unsigned long type) {
  for (unsigned long i = 0; list != nullptr && i < list->cBuffers; ++i) {
    if (list->pBuffers[i].BufferType == type) return &list->pBuffers[i];
  }
  return nullptr;
}

std::string_view bytes_of(const SecBuffer& buffer) {
  return {static_cast<const char*>(buffer.pvBuffer), buffer.cbBuffer};
}

// The first record's size with its head; 0 while it is not all there.
std::size_t record_size(std::string_view bytes) {
  if (bytes.size() < head) return 0;
  const std::size_t size =
      head + static_cast<unsigned char>(bytes[3]) * 256U + static_cast<unsigned char>(bytes[4]);
  return bytes.size() < size ? 0 : size;
}

SECURITY_STATUS SEC_ENTRY acquire(SEC_WCHAR* /*principal*/, SEC_WCHAR* /*package*/,
                                  unsigned long /*use*/, void* /*logon*/, void* data,
                                  SEC_GET_KEY_FN /*function*/, void* /*argument*/,
                                  CredHandle* credential, TimeStamp* /*expiry*/) {
  DWORD version = 0;
  std::memcpy(&version, data, sizeof version);
  if (version == SCH_CREDENTIALS_VERSION && !fake().knows_credentials)
    return SEC_E_UNKNOWN_CREDENTIALS;
  fake().credential_version = version;
  PCCERT_CONTEXT own = nullptr;
  if (version == SCH_CREDENTIALS_VERSION) {
    const auto& newer = *static_cast<const SCH_CREDENTIALS*>(data);
    fake().disabled_protocols = newer.pTlsParameters->grbitDisabledProtocols;
    fake().certificates_given = newer.cCreds;
    if (newer.cCreds != 0) own = newer.paCred[0];
  } else {
    const auto& older = *static_cast<const SCHANNEL_CRED*>(data);
    fake().certificates_given = older.cCreds;
    if (older.cCreds != 0) own = older.paCred[0];
  }
  DWORD size = 0;
  fake().key_is_named = own != nullptr && CertGetCertificateContextProperty(
                                              own, CERT_KEY_PROV_INFO_PROP_ID, nullptr, &size) != 0;
  credential->dwLower = 1;
  ++fake().credentials;
  return SEC_E_OK;
}

SECURITY_STATUS SEC_ENTRY free_credential(CredHandle* /*credential*/) {
  --fake().credentials;
  return SEC_E_OK;
}

void answer(SecBufferDesc* output, const std::string& bytes) {
  SecBuffer* const token = find(output, SECBUFFER_TOKEN);
  token->pvBuffer = new char[bytes.size()];
  token->cbBuffer = static_cast<unsigned long>(bytes.size());
  std::memcpy(token->pvBuffer, bytes.data(), bytes.size());
  ++fake().buffers;
}

SECURITY_STATUS incomplete() {
  ++fake().incomplete;
  return SEC_E_INCOMPLETE_MESSAGE;
}

SECURITY_STATUS SEC_ENTRY initialize(CredHandle* /*credential*/, CtxtHandle* context,
                                     SEC_WCHAR* target, unsigned long /*request*/,
                                     unsigned long /*reserved*/, unsigned long /*format*/,
                                     SecBufferDesc* input, unsigned long /*reserved_2*/,
                                     CtxtHandle* new_context, SecBufferDesc* output,
                                     unsigned long* /*attributes*/, TimeStamp* /*expiry*/) {
  ++fake().handshake_calls;
  if (context == nullptr) {
    fake().target = target == nullptr ? "" : from_wide(target);
    new_context->dwLower = 2;
    ++fake().contexts;
    g_shutting_down = g_asked = false;
    answer(output, record(handshake_record, "client hello"));
    return SEC_I_CONTINUE_NEEDED;
  }
  if (g_shutting_down) {
    answer(output, record(alert_record, "close"));
    return SEC_E_OK;
  }
  SecBuffer& token = *find(input, SECBUFFER_TOKEN);
  const std::string_view bytes = bytes_of(token);
  std::size_t size = record_size(bytes);
  if (size == 0) return incomplete();
  const std::string_view word = bytes.substr(head, size - head);
  SECURITY_STATUS status = SEC_E_OK;
  if (word == "half") {
    const std::size_t second = record_size(bytes.substr(size));
    if (second == 0) return incomplete();
    size += second;
  } else if (word == "certificate?") {
    if (!fake().satisfied_without_certificate || !std::exchange(g_asked, true))
      return SEC_I_INCOMPLETE_CREDENTIALS;
    answer(output, record(handshake_record, "no certificate"));
    status = SEC_I_CONTINUE_NEEDED;
  } else if (word == "more") {
    answer(output, record(handshake_record, "client more"));
    status = SEC_I_CONTINUE_NEEDED;
  } else if (word == "finish") {
    answer(output, record(handshake_record, "client finished"));
  } else if (word == "update") {
    answer(output, record(handshake_record, "client update"));
  } else if (word != "ticket") {
    answer(output, record(alert_record, "refused"));
    return fake().handshake_failure;
  }
  if (bytes.size() > size) {
    input->pBuffers[1].BufferType = SECBUFFER_EXTRA;
    input->pBuffers[1].cbBuffer = static_cast<unsigned long>(bytes.size() - size);
  }
  return status;
}

SECURITY_STATUS SEC_ENTRY decrypt(CtxtHandle* /*context*/, SecBufferDesc* message,
                                  unsigned long /*sequence*/, unsigned long* /*qop*/) {
  SecBuffer* const parts = message->pBuffers;
  const SecBuffer whole = parts[0];
  const std::string_view bytes = bytes_of(whole);
  const std::size_t size = record_size(bytes);
  if (size == 0) return incomplete();
  auto* const begin = static_cast<char*>(whole.pvBuffer);
  const auto part = [&](unsigned long at, unsigned long type, std::size_t from,
                        std::size_t length) {
    parts[at].BufferType = type;
    parts[at].pvBuffer = begin + from;
    parts[at].cbBuffer = static_cast<unsigned long>(length);
  };
  if (bytes[0] == alert_record)
    return bytes.substr(head, size - head) == "close" ? SEC_I_CONTEXT_EXPIRED
                                                      : SEC_E_DECRYPT_FAILURE;
  if (bytes[0] == handshake_record) {
    part(0, SECBUFFER_STREAM_HEADER, 0, 0);
    part(3, SECBUFFER_EXTRA, 0, bytes.size());
    return SEC_I_RENEGOTIATE;
  }
  part(0, SECBUFFER_STREAM_HEADER, 0, head);
  part(1, SECBUFFER_DATA, head, size - head - 1);
  part(2, SECBUFFER_STREAM_TRAILER, size - 1, 1);
  if (bytes.size() > size) part(3, SECBUFFER_EXTRA, size, bytes.size() - size);
  return SEC_E_OK;
}

SECURITY_STATUS SEC_ENTRY encrypt(CtxtHandle* /*context*/, unsigned long /*qop*/,
                                  SecBufferDesc* message, unsigned long /*sequence*/) {
  const std::string sealed = data_of(bytes_of(message->pBuffers[1]));
  std::memcpy(message->pBuffers[0].pvBuffer, sealed.data(), head);
  *static_cast<char*>(message->pBuffers[2].pvBuffer) = '.';
  return SEC_E_OK;
}

SECURITY_STATUS SEC_ENTRY query(CtxtHandle* /*context*/, unsigned long attribute, void* into) {
  switch (attribute) {
    case SECPKG_ATTR_REMOTE_CERT_CONTEXT:
      if (fake().certificate == nullptr) return SEC_E_INTERNAL_ERROR;
      *static_cast<PCCERT_CONTEXT*>(into) = CertDuplicateCertificateContext(fake().certificate);
      return SEC_E_OK;
    case SECPKG_ATTR_STREAM_SIZES: {
      auto& sizes = *static_cast<SecPkgContext_StreamSizes*>(into);
      sizes = {};
      sizes.cbHeader = head;
      sizes.cbTrailer = 1;
      sizes.cbMaximumMessage = 100;
      return fake().sizes_status;
    }
    case SECPKG_ATTR_CONNECTION_INFO: {
      auto& info = *static_cast<SecPkgContext_ConnectionInfo*>(into);
      info = {};
      info.dwProtocol = fake().is_tls_1_3 ? SP_PROT_TLS1_3_CLIENT : SP_PROT_TLS1_2_CLIENT;
      info.dwCipherStrength = 256;
      return SEC_E_OK;
    }
    case SECPKG_ATTR_APPLICATION_PROTOCOL: {
      auto& chosen = *static_cast<SecPkgContext_ApplicationProtocol*>(into);
      chosen = {};
      if (fake().protocol.empty()) return SEC_E_OK;
      chosen.ProtoNegoStatus = SecApplicationProtocolNegotiationStatus_Success;
      chosen.ProtocolIdSize = static_cast<unsigned char>(fake().protocol.size());
      std::memcpy(chosen.ProtocolId, fake().protocol.data(), fake().protocol.size());
      return SEC_E_OK;
    }
    default:
      return SEC_E_UNSUPPORTED_FUNCTION;
  }
}

SECURITY_STATUS SEC_ENTRY apply_control_token(CtxtHandle* /*context*/, SecBufferDesc* /*input*/) {
  g_shutting_down = true;
  return SEC_E_OK;
}

SECURITY_STATUS SEC_ENTRY delete_context(CtxtHandle* /*context*/) {
  --fake().contexts;
  return SEC_E_OK;
}

SECURITY_STATUS SEC_ENTRY free_buffer(void* buffer) {
  delete[] static_cast<char*>(buffer);
  --fake().buffers;
  return SEC_E_OK;
}

}  // namespace

std::string record(char type, std::string_view payload) {
  std::string bytes = {type, 3, 3, static_cast<char>(payload.size() / 256),
                       static_cast<char>(payload.size() % 256)};
  return bytes.append(payload);
}

std::string data_of(std::string_view plain) {
  return record(data_record, std::string(plain) + '.');
}

FakeSchannel& fake_schannel() {
  static FakeSchannel one;
  return one;
}

const SecurityFunctionTableW& fake_schannel_table() {
  static const SecurityFunctionTableW table = [] {
    SecurityFunctionTableW made{};
    made.AcquireCredentialsHandleW = acquire;
    made.FreeCredentialsHandle = free_credential;
    made.InitializeSecurityContextW = initialize;
    made.DeleteSecurityContext = delete_context;
    made.ApplyControlToken = apply_control_token;
    made.QueryContextAttributesW = query;
    made.EncryptMessage = encrypt;
    made.DecryptMessage = decrypt;
    made.FreeContextBuffer = free_buffer;
    return made;
  }();
  return table;
}

}  // namespace negodbc::encryption::testing
