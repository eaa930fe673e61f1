#include <array>
#include <cstring>
#include <string_view>

#include "sspi_gssapi/calls.h"
#include "sspi_gssapi/sec_buffers.h"

namespace negodbc::sspi_gssapi {
namespace {

using auth::Cause;

// A packed context: this header, the library's name, the target, the library's own token.
struct PackedHeader {
  std::array<char, 8> magic;
  std::uint32_t package;
  std::uint32_t initiator;
  std::uint32_t flags;
  std::uint32_t request;
  std::int64_t expires_at;
  PackedMessages messages;
  std::uint32_t library_size;
  std::uint32_t target_size;
};
constexpr std::array<char, 8> kMagic = {'N', 'G', 'O', 'C', 'T', 'X', '0', '2'};

OM_uint32 import_token(GssContext& context, std::string_view token, OM_uint32& minor) {
  gss_buffer_desc in = borrowed(token);
  return context.library.gss_import_sec_context(&minor, &in, &context.handle);
}

}  // namespace

SECURITY_STATUS delete_context(PCtxtHandle handle) {
  if (ContextRegistry::instance().remove(handle) == nullptr) {
    return fail(SEC_E_INVALID_HANDLE, Cause::kNone, "no such context");
  }
  SecInvalidateHandle(handle);
  return SEC_E_OK;
}

// GSSAPI's tokens are complete as they come.
SECURITY_STATUS complete_token(PCtxtHandle handle, PSecBufferDesc token) {
  if (ContextRegistry::instance().find(handle) == nullptr) {
    return fail(SEC_E_INVALID_HANDLE, Cause::kNone, "no such context");
  }
  if (token == nullptr || !well_formed(token)) {
    return fail(SEC_E_INVALID_TOKEN, Cause::kInvalidToken, "a buffer descriptor is malformed");
  }
  return SEC_E_OK;
}

SECURITY_STATUS export_context(PCtxtHandle handle, sec_ulong flags, PSecBuffer packed,
                               void** token) {
  const GssContext::Ptr context = ContextRegistry::instance().find(handle);
  if (context == nullptr || !context->established || packed == nullptr) {
    return fail(SEC_E_INVALID_HANDLE, Cause::kNone, "no such complete context");
  }
  if ((flags & ~SECPKG_CONTEXT_EXPORT_DELETE_OLD) != 0) {
    return fail(SEC_E_UNSUPPORTED_FUNCTION, Cause::kUnsupported,
                "a context is exported with its sequence as it is");
  }
  const std::lock_guard lock(context->mutex);
  if (context->failed) {
    return fail(SEC_E_INVALID_HANDLE, Cause::kNone, "the context was exported before");
  }
  ScopedBuffer exported(context->library);
  OM_uint32 minor = 0;
  OM_uint32 major =
      context->library.gss_export_sec_context(&minor, &context->handle, exported.out());
  const auto fail_call = [&] {
    return fail(explain(context->library, major, minor, package_mech(context->package),
                        Operation::kMessage));
  };
  if (GSS_ERROR(major)) return fail_call();

  PackedHeader header{};
  header.magic = kMagic;
  header.package = static_cast<std::uint32_t>(context->package);
  header.initiator = context->initiator ? 1 : 0;
  header.flags = context->flags;
  header.request = context->request;
  header.expires_at = context->expires_at;
  header.messages = pack(context->messages);
  header.library_size = static_cast<std::uint32_t>(context->library.name.size());
  header.target_size = static_cast<std::uint32_t>(context->target.size());
  const std::size_t size =
      sizeof(header) + header.library_size + header.target_size + exported.size();
  auto* const block = static_cast<char*>(allocate(size));
  char* at = block;
  const auto put = [&at](const void* from, std::size_t count) {
    if (count != 0) std::memcpy(at, from, count);
    at += count;
  };
  put(&header, sizeof(header));
  put(context->library.name.data(), context->library.name.size());
  put(context->target.data(), context->target.size());
  put(exported.data(), exported.size());
  packed->BufferType = SECBUFFER_EMPTY;
  packed->pvBuffer = block;
  packed->cbBuffer = static_cast<sec_ulong>(size);
  if (token != nullptr) *token = nullptr;

  // GSSAPI ends what it exports. Where the old one is to live on, it is imported again.
  if ((flags & SECPKG_CONTEXT_EXPORT_DELETE_OLD) != 0) {
    context->failed = true;
    static_cast<void>(ContextRegistry::instance().remove(handle));
    SecInvalidateHandle(handle);
    return SEC_E_OK;
  }
  major = import_token(*context, exported.view(), minor);
  if (!GSS_ERROR(major)) return SEC_E_OK;
  context->failed = true;
  free_allocated(block);
  *packed = SecBuffer{};
  return fail_call();
}

SECURITY_STATUS import_context(const std::string& package, PSecBuffer packed, PCtxtHandle handle) {
  if (handle == nullptr || packed == nullptr) return SEC_E_INVALID_PARAMETER;
  SecInvalidateHandle(handle);
  const auto malformed = [] {
    return fail(SEC_E_INVALID_TOKEN, Cause::kInvalidToken, "this is no exported context");
  };
  PackedHeader header{};
  if (packed->pvBuffer == nullptr || packed->cbBuffer < sizeof(header)) return malformed();
  std::string_view rest(static_cast<const char*>(packed->pvBuffer), packed->cbBuffer);
  std::memcpy(&header, rest.data(), sizeof(header));
  rest.remove_prefix(sizeof(header));
  const std::optional<Package> named = find_package(package);
  if (header.magic != kMagic || !named || header.package != static_cast<std::uint32_t>(*named) ||
      std::uint64_t{header.library_size} + header.target_size > rest.size()) {
    return malformed();
  }
  // Never loads a library that somebody else's bytes name.
  const GssLibrary* library = find_loaded(std::string(rest.substr(0, header.library_size)));
  if (library == nullptr) return malformed();
  rest.remove_prefix(header.library_size);
  auto context = std::make_shared<GssContext>(*library);
  context->package = *named;
  context->initiator = header.initiator != 0;
  context->established = true;
  context->target = rest.substr(0, header.target_size);
  context->request = header.request;
  context->flags = header.flags;
  context->expires_at = header.expires_at;
  rest.remove_prefix(header.target_size);
  OM_uint32 minor = 0;
  const OM_uint32 major = import_token(*context, rest, minor);
  if (GSS_ERROR(major)) {
    return fail(
        explain(*library, major, minor, package_mech(context->package), Operation::kAccept));
  }
  if (!unpack(header.messages, *context)) {
    return fail(SEC_E_UNSUPPORTED_FUNCTION, Cause::kUnsupported,
                "the context's messages are OpenSSL's, which can't be used here");
  }
  *handle = ContextRegistry::instance().add(std::move(context));
  return SEC_E_OK;
}

}  // namespace negodbc::sspi_gssapi
