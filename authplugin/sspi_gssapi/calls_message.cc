// Signing and sealing. On the wire a sealed message is TOKEN, DATA, PADDING in this order, as on
// Windows, and any peer's gss_unwrap opens it: RFC 4121 lets the checksum be rotated to the front.
#include <array>
#include <cstring>
#include <span>
#include <utility>

#include "sspi_gssapi/calls.h"
#include "sspi_gssapi/message_buffers.h"
#include "sspi_gssapi/sec_buffers.h"

namespace negodbc::sspi_gssapi {
namespace {

using auth::Cause;
using auth::SecretBytes;
using kerberos_messages::MessageTokens;

SECURITY_STATUS fail_call(const GssContext& context, OM_uint32 major, OM_uint32 minor,
                          Operation operation = Operation::kMessage) {
  return fail(explain(context.library, major, minor, package_mech(context.package), operation));
}

SECURITY_STATUS malformed(const char* text) {
  return fail(SEC_E_INVALID_TOKEN, Cause::kInvalidToken, text);
}

// The context to work with, or why not.
SECURITY_STATUS find_complete(PCtxtHandle handle, const SecBufferDesc* message,
                              GssContext::Ptr& context) {
  context = ContextRegistry::instance().find(handle);
  if (context == nullptr || !context->established) {
    return fail(SEC_E_INVALID_HANDLE, Cause::kNone, "no such complete context");
  }
  if (message == nullptr || !well_formed(message)) {
    return malformed("a buffer descriptor is malformed");
  }
  return SEC_E_OK;
}

enum class Sealed : std::uint8_t { kDone, kFailed, kNotThisWay };

// In place, without a copy, where the library can: one DATA buffer and no more padding than was
// lent.
Sealed seal_in_place(GssContext& context, int seal, SecBuffer& token, SecBuffer& data,
                     SecBuffer* padding, SECURITY_STATUS& status) {
  const GssLibrary& library = context.library;
  if (library.gss_wrap_iov == nullptr || library.gss_wrap_iov_length == nullptr) {
    return Sealed::kNotThisWay;
  }
  std::array<gss_iov_buffer_desc, 3> iov{};
  iov[0].type = GSS_IOV_BUFFER_TYPE_HEADER;
  iov[1].type = GSS_IOV_BUFFER_TYPE_DATA;
  iov[1].buffer = borrowed(data.pvBuffer, data.cbBuffer);
  iov[2].type = GSS_IOV_BUFFER_TYPE_PADDING;
  constexpr int kCount = 3;
  OM_uint32 minor = 0;
  int sealed = 0;
  if (GSS_ERROR(library.gss_wrap_iov_length(&minor, context.handle, seal, GSS_C_QOP_DEFAULT,
                                            &sealed, iov.data(), kCount))) {
    return Sealed::kNotThisWay;
  }
  const std::size_t padding_room =
      padding == nullptr || padding->pvBuffer == nullptr ? 0 : padding->cbBuffer;
  if (iov[2].buffer.length > padding_room) return Sealed::kNotThisWay;
  if (iov[0].buffer.length > token.cbBuffer) {
    status = too_small(token, iov[0].buffer.length);
    return Sealed::kFailed;
  }
  iov[0].buffer.value = token.pvBuffer;
  iov[2].buffer.value = padding == nullptr ? nullptr : padding->pvBuffer;
  const OM_uint32 major = library.gss_wrap_iov(&minor, context.handle, seal, GSS_C_QOP_DEFAULT,
                                               &sealed, iov.data(), kCount);
  if (GSS_ERROR(major)) {
    status = fail_call(context, major, minor);
    return Sealed::kFailed;
  }
  if (seal != 0 && sealed == 0) {
    status = fail(SEC_E_ENCRYPT_FAILURE, Cause::kNotGranted, "the library did not encrypt");
    return Sealed::kFailed;
  }
  token.cbBuffer = static_cast<sec_ulong>(iov[0].buffer.length);
  if (padding != nullptr) padding->cbBuffer = static_cast<sec_ulong>(iov[2].buffer.length);
  return Sealed::kDone;
}

SECURITY_STATUS seal_by_copy(GssContext& context, int seal, SecBuffer& token, SecBuffer* padding,
                             const SecBufferDesc& message) {
  const SecretBytes data = gather(message);
  gss_buffer_desc in = borrowed(data.data(), data.size());
  ScopedBuffer out(context.library);
  OM_uint32 minor = 0;
  int sealed = 0;
  const OM_uint32 major = context.library.gss_wrap(&minor, context.handle, seal, GSS_C_QOP_DEFAULT,
                                                   &in, &sealed, out.out());
  if (GSS_ERROR(major)) return fail_call(context, major, minor);
  if ((seal != 0 && sealed == 0) || out.size() < data.size()) {
    return fail(SEC_E_ENCRYPT_FAILURE, Cause::kNotGranted, "the library did not encrypt");
  }
  const std::size_t front = out.size() - data.size();
  if (front > token.cbBuffer) return too_small(token, front);
  const auto* bytes = static_cast<const std::byte*>(out.data());
  if (front != 0) std::memcpy(token.pvBuffer, bytes, front);
  token.cbBuffer = static_cast<sec_ulong>(front);
  scatter(bytes + front, message);
  if (padding != nullptr) padding->cbBuffer = 0;
  return SEC_E_OK;
}

// Opens what lies in a row in `stream`; the plaintext goes to its beginning.
SECURITY_STATUS open_stream(GssContext& context, void* stream, std::size_t size, void** data,
                            std::size_t* data_size, int* sealed) {
  const std::span<std::byte> token(static_cast<std::byte*>(stream), size);
  if (MessageTokens* const own = own_tokens(context)) {
    std::span<std::byte> plain;
    bool was_sealed = false;
    const SECURITY_STATUS status = unwrap_by_own(context, *own, token, plain, was_sealed);
    *data = plain.data();
    *data_size = plain.size();
    *sealed = was_sealed ? 1 : 0;
    return status;
  }
  const std::uint64_t number = MessageTokens::number_of(token);
  const GssLibrary& library = context.library;
  OM_uint32 minor = 0;
  OM_uint32 major = GSS_S_COMPLETE;
  gss_qop_t qop = 0;
  // Heimdal 7 knows no stream buffers.
  bool by_copy = library.family != Family::kMit || library.gss_unwrap_iov == nullptr;
  if (!by_copy) {
    std::array<gss_iov_buffer_desc, 2> iov{};
    iov[0].type = GSS_IOV_BUFFER_TYPE_STREAM;
    iov[0].buffer = borrowed(stream, size);
    iov[1].type = GSS_IOV_BUFFER_TYPE_DATA;
    major = library.gss_unwrap_iov(&minor, context.handle, sealed, &qop, iov.data(), 2);
    *data = iov[1].buffer.value;
    *data_size = iov[1].buffer.length;
    // Of MIT's mechanisms, not all have it: gss-ntlmssp.
    by_copy = GSS_ROUTINE_ERROR(major) == GSS_S_UNAVAILABLE;
  }
  if (by_copy) {
    gss_buffer_desc in = borrowed(stream, size);
    ScopedBuffer out(library);
    major = library.gss_unwrap(&minor, context.handle, &in, out.out(), sealed, &qop);
    if (!GSS_ERROR(major)) {
      if (out.size() > size) return malformed("the plaintext is longer than the message");
      if (out.size() != 0) std::memcpy(stream, out.data(), out.size());
      *data = stream;
      *data_size = out.size();
    }
  }
  // Repeated, old or missing messages are reported beside success.
  const Mapped mapped = map_error(major, 0, Operation::kOpen);
  if (mapped.status != SEC_E_OK) {
    library_has_refused(context);
    return fail_call(context, major, minor, Operation::kOpen);
  }
  library_has_opened(context, number, size);
  return SEC_E_OK;
}

// TOKEN and DATA (and PADDING): put in a row, opened, put back.
SECURITY_STATUS open_parts(GssContext& context, const SecBufferDesc& message, int* sealed) {
  SecBuffer* token = find_buffer(&message, SECBUFFER_TOKEN);
  SecBuffer* data = find_buffer(&message, SECBUFFER_DATA);
  if (token == nullptr || data == nullptr || count_data(message) != 1 || read_only(*data) ||
      (token->cbBuffer != 0 && token->pvBuffer == nullptr)) {
    return malformed("neither a stream nor a token with its data");
  }
  const SecBuffer* padding = find_buffer(&message, SECBUFFER_PADDING);
  SecretBytes row;
  for (const SecBuffer* part :
       {static_cast<const SecBuffer*>(token), static_cast<const SecBuffer*>(data), padding}) {
    if (part == nullptr || part->cbBuffer == 0) continue;
    const auto* begin = static_cast<const std::byte*>(part->pvBuffer);
    row.insert(row.end(), begin, begin + part->cbBuffer);
  }
  void* plain = nullptr;
  std::size_t size = 0;
  const SECURITY_STATUS status =
      open_stream(context, row.data(), row.size(), &plain, &size, sealed);
  if (status != SEC_E_OK) return status;
  if (size > data->cbBuffer) return malformed("the plaintext is longer than its buffer");
  if (size != 0) std::memcpy(data->pvBuffer, plain, size);
  data->cbBuffer = static_cast<sec_ulong>(size);
  return SEC_E_OK;
}

}  // namespace

SECURITY_STATUS encrypt_message(PCtxtHandle handle, sec_ulong qop, PSecBufferDesc message) {
  GssContext::Ptr context;
  SECURITY_STATUS status = find_complete(handle, message, context);
  if (status != SEC_E_OK) return status;
  if (qop != 0 && qop != SECQOP_WRAP_NO_ENCRYPT) {
    return fail(SEC_E_QOP_NOT_SUPPORTED, Cause::kUnsupported, "this quality is not known here");
  }
  const int seal = qop == SECQOP_WRAP_NO_ENCRYPT ? 0 : 1;
  const OM_uint32 needed = seal != 0 ? GSS_C_CONF_FLAG : GSS_C_INTEG_FLAG;
  const std::lock_guard lock(context->mutex);
  if ((context->flags & needed) == 0) {
    return fail(SEC_E_QOP_NOT_SUPPORTED, Cause::kNotGranted,
                seal != 0 ? "the context has no confidentiality" : "the context has no integrity");
  }
  SecBuffer* token = find_buffer(message, SECBUFFER_TOKEN);
  SecBuffer* data = find_buffer(message, SECBUFFER_DATA);
  SecBuffer* padding = find_buffer(message, SECBUFFER_PADDING);
  if (token == nullptr || token->pvBuffer == nullptr || data == nullptr || read_only(*token) ||
      (padding != nullptr && read_only(*padding))) {
    return malformed("a token and a data buffer are needed");
  }
  if (!data_is_writable(*message)) {
    return fail(SEC_E_UNSUPPORTED_FUNCTION, Cause::kUnsupported,
                "a data buffer is read-only, and all data are sealed where they lie");
  }
  if (MessageTokens* const own = own_tokens(*context)) {
    return wrap_by_own(*own, seal != 0, *token, padding, *message);
  }
  if (count_data(*message) == 1) {
    switch (seal_in_place(*context, seal, *token, *data, padding, status)) {
      case Sealed::kDone:
        library_has_made(*context, data->cbBuffer);
        return SEC_E_OK;
      case Sealed::kFailed:
        return status;
      case Sealed::kNotThisWay:
        break;
    }
  }
  status = seal_by_copy(*context, seal, *token, padding, *message);
  if (status == SEC_E_OK) library_has_made(*context, data->cbBuffer);
  return status;
}

SECURITY_STATUS decrypt_message(PCtxtHandle handle, PSecBufferDesc message, sec_ulong* qop) {
  GssContext::Ptr context;
  SECURITY_STATUS status = find_complete(handle, message, context);
  if (status != SEC_E_OK) return status;
  const std::lock_guard lock(context->mutex);
  int sealed = 0;
  SecBuffer* stream = find_buffer(message, SECBUFFER_STREAM);
  if (stream != nullptr) {
    SecBuffer* data = find_buffer(message, SECBUFFER_DATA);
    if (data == nullptr || read_only(*stream)) {
      return malformed("a stream needs a data buffer for its plaintext");
    }
    std::size_t size = 0;
    status =
        open_stream(*context, stream->pvBuffer, stream->cbBuffer, &data->pvBuffer, &size, &sealed);
    data->cbBuffer = status == SEC_E_OK ? static_cast<sec_ulong>(size) : 0;
  } else {
    status = open_parts(*context, *message, &sealed);
  }
  if (status != SEC_E_OK) return status;
  if (qop != nullptr) *qop = sealed != 0 ? 0 : SECQOP_WRAP_NO_ENCRYPT;
  return SEC_E_OK;
}

SECURITY_STATUS make_signature(PCtxtHandle handle, sec_ulong qop, PSecBufferDesc message) {
  GssContext::Ptr context;
  const SECURITY_STATUS status = find_complete(handle, message, context);
  if (status != SEC_E_OK) return status;
  if (qop != 0) {
    return fail(SEC_E_QOP_NOT_SUPPORTED, Cause::kUnsupported, "this quality is not known here");
  }
  const std::lock_guard lock(context->mutex);
  if ((context->flags & GSS_C_INTEG_FLAG) == 0) {
    return fail(SEC_E_QOP_NOT_SUPPORTED, Cause::kNotGranted, "the context has no integrity");
  }
  SecBuffer* token = find_buffer(message, SECBUFFER_TOKEN);
  if (token == nullptr || read_only(*token) || count_data(*message) == 0) {
    return malformed("a token and a data buffer are needed");
  }
  if (MessageTokens* const own = own_tokens(*context)) return sign_by_own(*own, *token, *message);
  const SecretBytes data = gather(*message);
  gss_buffer_desc in = borrowed(data.data(), data.size());
  ScopedBuffer mic(context->library);
  OM_uint32 minor = 0;
  const OM_uint32 major =
      context->library.gss_get_mic(&minor, context->handle, GSS_C_QOP_DEFAULT, &in, mic.out());
  if (GSS_ERROR(major)) return fail_call(*context, major, minor);
  const SECURITY_STATUS put = put_token(mic.bytes(), false, *token);
  return put == SEC_E_OK ? put : fail(put, Cause::kNone, "the token buffer is too small");
}

SECURITY_STATUS verify_signature(PCtxtHandle handle, PSecBufferDesc message, sec_ulong* qop) {
  GssContext::Ptr context;
  const SECURITY_STATUS status = find_complete(handle, message, context);
  if (status != SEC_E_OK) return status;
  const std::lock_guard lock(context->mutex);
  const SecBuffer* token = find_buffer(message, SECBUFFER_TOKEN);
  if (token == nullptr || token->pvBuffer == nullptr || count_data(*message) == 0) {
    return malformed("a token and a data buffer are needed");
  }
  if (MessageTokens* const own = own_tokens(*context)) {
    const SECURITY_STATUS verified = verify_by_own(*context, *own, *token, *message);
    if (verified == SEC_E_OK && qop != nullptr) *qop = 0;
    return verified;
  }
  const SecretBytes data = gather(*message);
  gss_buffer_desc in = borrowed(data.data(), data.size());
  gss_buffer_desc mic = borrowed(token->pvBuffer, token->cbBuffer);
  OM_uint32 minor = 0;
  gss_qop_t quality = 0;
  const OM_uint32 major =
      context->library.gss_verify_mic(&minor, context->handle, &in, &mic, &quality);
  if (map_error(major, 0, Operation::kOpen).status != SEC_E_OK) {
    library_has_refused(*context);
    return fail_call(*context, major, minor, Operation::kOpen);
  }
  library_has_opened(
      *context,
      MessageTokens::number_of({static_cast<const std::byte*>(token->pvBuffer), token->cbBuffer}),
      data.size());
  if (qop != nullptr) *qop = 0;
  return SEC_E_OK;
}

}  // namespace negodbc::sspi_gssapi
