#include "sspi_gssapi/gss_context.h"

#include <array>
#include <chrono>
#include <cstring>
#include <utility>

#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/sec_buffers.h"

namespace negodbc::sspi_gssapi {
namespace {

struct FlagRow {
  sec_ulong isc;  // the same bit in ISC_REQ and ISC_RET
  sec_ulong asc;  // 0: an acceptor has none
  OM_uint32 gss;
};

constexpr OM_uint32 kExtendedErrorFlag = 0x4000;  // GSS_C_EXTENDED_ERROR_FLAG

constexpr std::array kFlags = {
    FlagRow{ISC_REQ_DELEGATE, ASC_RET_DELEGATE, GSS_C_DELEG_FLAG},
    FlagRow{ISC_REQ_MUTUAL_AUTH, ASC_RET_MUTUAL_AUTH, GSS_C_MUTUAL_FLAG},
    FlagRow{ISC_REQ_REPLAY_DETECT, ASC_RET_REPLAY_DETECT, GSS_C_REPLAY_FLAG},
    FlagRow{ISC_REQ_SEQUENCE_DETECT, ASC_RET_SEQUENCE_DETECT, GSS_C_SEQUENCE_FLAG},
    FlagRow{ISC_REQ_CONFIDENTIALITY, ASC_RET_CONFIDENTIALITY, GSS_C_CONF_FLAG},
    FlagRow{ISC_REQ_INTEGRITY, ASC_RET_INTEGRITY, GSS_C_INTEG_FLAG},
    FlagRow{ISC_REQ_USE_DCE_STYLE, ASC_RET_USED_DCE_STYLE, GSS_C_DCE_STYLE},
    FlagRow{ISC_REQ_IDENTIFY, ASC_RET_IDENTIFY, GSS_C_IDENTIFY_FLAG},
    FlagRow{ISC_REQ_EXTENDED_ERROR, ASC_RET_EXTENDED_ERROR, kExtendedErrorFlag},
};

}  // namespace

GssContext::~GssContext() {
  if (handle == GSS_C_NO_CONTEXT) return;
  OM_uint32 minor = 0;
  library.gss_delete_sec_context(&minor, &handle, GSS_C_NO_BUFFER);
}

const gss_OID_desc* mech_in_use(const GssContext& context) {
  if (same_oid(context.mech, &kNtlmMech)) return context.mech;
  if (!context.established && context.library.family != Family::kMit) return context.mech;
  gss_OID mech = GSS_C_NO_OID;
  OM_uint32 minor = 0;
  if (context.handle == GSS_C_NO_CONTEXT ||
      GSS_ERROR(context.library.gss_inquire_context(&minor, context.handle, nullptr, nullptr,
                                                    nullptr, &mech, nullptr, nullptr, nullptr))) {
    return nullptr;
  }
  return mech;
}

OM_uint32 gss_flags_of_request(sec_ulong isc_request) {
  OM_uint32 flags = 0;
  for (const FlagRow& row : kFlags) {
    if ((isc_request & row.isc) != 0) flags |= row.gss;
  }
  if ((isc_request & NEGODBC_ISC_REQ_DELEGATE_POLICY) != 0) flags |= GSS_C_DELEG_POLICY_FLAG;
  // NO_INTEGRITY overrides INTEGRITY.
  if ((isc_request & ISC_REQ_NO_INTEGRITY) != 0) flags &= ~OM_uint32{GSS_C_INTEG_FLAG};
  return flags;
}

sec_ulong isc_attributes(OM_uint32 gss_flags, sec_ulong isc_request) {
  sec_ulong attributes = 0;
  for (const FlagRow& row : kFlags) {
    if ((gss_flags & row.gss) != 0) attributes |= row.isc;
  }
  if ((isc_request & ISC_REQ_NO_INTEGRITY) != 0) attributes &= ~sec_ulong{ISC_RET_INTEGRITY};
  attributes |= (isc_request & ISC_REQ_STREAM) != 0 ? ISC_RET_STREAM : ISC_RET_CONNECTION;
  if ((isc_request & ISC_REQ_ALLOCATE_MEMORY) != 0) attributes |= ISC_RET_ALLOCATED_MEMORY;
  if ((isc_request & ISC_REQ_USE_SUPPLIED_CREDS) != 0) attributes |= ISC_RET_USED_SUPPLIED_CREDS;
  return attributes;
}

sec_ulong asc_attributes(OM_uint32 gss_flags, sec_ulong asc_request) {
  sec_ulong attributes = 0;
  for (const FlagRow& row : kFlags) {
    if ((gss_flags & row.gss) != 0) attributes |= row.asc;
  }
  attributes |= (asc_request & ASC_REQ_STREAM) != 0 ? ASC_RET_STREAM : ASC_RET_CONNECTION;
  if ((asc_request & ASC_REQ_ALLOCATE_MEMORY) != 0) attributes |= ASC_RET_ALLOCATED_MEMORY;
  return attributes;
}

bool read_channel_bindings(const SecBufferDesc* input, auth::SecretBytes& data) {
  const SecBuffer* buffer = find_buffer(input, SECBUFFER_CHANNEL_BINDINGS);
  if (buffer == nullptr) return true;
  SEC_CHANNEL_BINDINGS header{};
  if (buffer->pvBuffer == nullptr || buffer->cbBuffer < sizeof(header)) return false;
  std::memcpy(&header, buffer->pvBuffer, sizeof(header));
  const std::uint64_t end =
      std::uint64_t{header.dwApplicationDataOffset} + std::uint64_t{header.cbApplicationDataLength};
  if (header.dwApplicationDataOffset < sizeof(header) || end > buffer->cbBuffer) return false;
  const auto* begin =
      static_cast<const std::byte*>(buffer->pvBuffer) + header.dwApplicationDataOffset;
  data.assign(begin, begin + header.cbApplicationDataLength);
  return true;
}

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

SECURITY_STATUS fail(Explained explained) {
  const SECURITY_STATUS status = explained.status;
  set_last_error(status, std::move(explained.detail));
  return status;
}

SECURITY_STATUS fail(SECURITY_STATUS status, auth::Cause cause, std::string text) {
  auth::ErrorDetail detail;
  detail.cause = cause;
  detail.text = std::move(text);
  set_last_error(status, std::move(detail));
  return status;
}

}  // namespace negodbc::sspi_gssapi
