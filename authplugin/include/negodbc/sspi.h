// SSPI's types, constants and function tables. On Windows this is the system's own header;
// elsewhere it declares the same names with the same meanings and the same order of members, so
// that one piece of code runs on Secur32 and on a table that GSSAPI fills.
//
// Contract: learn.microsoft.com, "SSPI"; header sspi.h. C++ only.
//
// sec_ulong is `unsigned long` on Windows and 32 bits wide everywhere. SEC_WCHAR is UTF-16
// everywhere. Names that unixODBC's headers define too (DWORD, ULONG, WCHAR, BOOL, ...) are not
// defined here.
#ifndef NEGODBC_SSPI_H_
#define NEGODBC_SSPI_H_

#include <cstddef>
#include <cstdint>

#ifdef _WIN32

#ifndef SECURITY_WIN32
#define SECURITY_WIN32
#endif
#include <windows.h>
// After windows.h.
#include <sspi.h>
typedef unsigned long sec_ulong;

#else

// How the tables' functions are called: on Windows its own way (__stdcall where that is 32 bit).
#define SEC_ENTRY

typedef std::uint32_t sec_ulong;
typedef std::int32_t SECURITY_STATUS;
typedef char SEC_CHAR;
typedef char16_t SEC_WCHAR;

struct SecHandle {
  std::uintptr_t dwLower;
  std::uintptr_t dwUpper;
};
typedef SecHandle* PSecHandle;
typedef SecHandle CredHandle;
typedef PSecHandle PCredHandle;
typedef SecHandle CtxtHandle;
typedef PSecHandle PCtxtHandle;

inline void SecInvalidateHandle(PSecHandle handle) {
  handle->dwLower = handle->dwUpper = ~std::uintptr_t{0};
}
inline bool SecIsValidHandle(const SecHandle* handle) {
  return handle != nullptr &&
         (handle->dwLower != ~std::uintptr_t{0} || handle->dwUpper != ~std::uintptr_t{0});
}

// 100 ns since 1601-01-01, in local time where the contract says so.
struct SECURITY_INTEGER {
  std::uint32_t LowPart;
  std::int32_t HighPart;
};
typedef SECURITY_INTEGER TimeStamp;
typedef TimeStamp* PTimeStamp;

struct SecBuffer {
  sec_ulong cbBuffer;
  sec_ulong BufferType;
  void* pvBuffer;
};
typedef SecBuffer* PSecBuffer;

struct SecBufferDesc {
  sec_ulong ulVersion;
  sec_ulong cBuffers;
  PSecBuffer pBuffers;
};
typedef SecBufferDesc* PSecBufferDesc;

#define SECBUFFER_VERSION 0u
#define SECBUFFER_EMPTY 0u
#define SECBUFFER_DATA 1u
#define SECBUFFER_TOKEN 2u
#define SECBUFFER_PKG_PARAMS 3u
#define SECBUFFER_MISSING 4u
#define SECBUFFER_EXTRA 5u
#define SECBUFFER_STREAM_TRAILER 6u
#define SECBUFFER_STREAM_HEADER 7u
#define SECBUFFER_NEGOTIATION_INFO 8u
#define SECBUFFER_PADDING 9u
#define SECBUFFER_STREAM 10u
#define SECBUFFER_MECHLIST 11u
#define SECBUFFER_MECHLIST_SIGNATURE 12u
#define SECBUFFER_TARGET 13u
#define SECBUFFER_CHANNEL_BINDINGS 14u
#define SECBUFFER_ATTRMASK 0xF0000000u
#define SECBUFFER_READONLY 0x80000000u
#define SECBUFFER_READONLY_WITH_CHECKSUM 0x10000000u

struct SEC_CHANNEL_BINDINGS {
  sec_ulong dwInitiatorAddrType;
  sec_ulong cbInitiatorLength;
  sec_ulong dwInitiatorOffset;
  sec_ulong dwAcceptorAddrType;
  sec_ulong cbAcceptorLength;
  sec_ulong dwAcceptorOffset;
  sec_ulong cbApplicationDataLength;
  sec_ulong dwApplicationDataOffset;
};
typedef SEC_CHANNEL_BINDINGS* PSEC_CHANNEL_BINDINGS;

#define SECURITY_NATIVE_DREP 0x10u
#define SECURITY_NETWORK_DREP 0u

#define SECPKG_CRED_INBOUND 1u
#define SECPKG_CRED_OUTBOUND 2u
#define SECPKG_CRED_BOTH 3u

#define SECQOP_WRAP_NO_ENCRYPT 0x80000001u
#define SECQOP_WRAP_OOB_DATA 0x40000000u

// Status codes.
#define SEC_E_OK 0
#define SEC_I_CONTINUE_NEEDED negodbc_security_status(0x00090312u)
#define SEC_I_COMPLETE_NEEDED negodbc_security_status(0x00090313u)
#define SEC_I_COMPLETE_AND_CONTINUE negodbc_security_status(0x00090314u)
#define SEC_I_CONTEXT_EXPIRED negodbc_security_status(0x00090317u)
#define SEC_I_INCOMPLETE_CREDENTIALS negodbc_security_status(0x00090320u)
#define SEC_I_RENEGOTIATE negodbc_security_status(0x00090321u)
#define SEC_E_INSUFFICIENT_MEMORY negodbc_security_status(0x80090300u)
#define SEC_E_INVALID_HANDLE negodbc_security_status(0x80090301u)
#define SEC_E_UNSUPPORTED_FUNCTION negodbc_security_status(0x80090302u)
#define SEC_E_TARGET_UNKNOWN negodbc_security_status(0x80090303u)
#define SEC_E_INTERNAL_ERROR negodbc_security_status(0x80090304u)
#define SEC_E_SECPKG_NOT_FOUND negodbc_security_status(0x80090305u)
#define SEC_E_NOT_OWNER negodbc_security_status(0x80090306u)
#define SEC_E_INVALID_TOKEN negodbc_security_status(0x80090308u)
#define SEC_E_CANNOT_PACK negodbc_security_status(0x80090309u)
#define SEC_E_QOP_NOT_SUPPORTED negodbc_security_status(0x8009030Au)
#define SEC_E_NO_IMPERSONATION negodbc_security_status(0x8009030Bu)
#define SEC_E_LOGON_DENIED negodbc_security_status(0x8009030Cu)
#define SEC_E_UNKNOWN_CREDENTIALS negodbc_security_status(0x8009030Du)
#define SEC_E_NO_CREDENTIALS negodbc_security_status(0x8009030Eu)
#define SEC_E_MESSAGE_ALTERED negodbc_security_status(0x8009030Fu)
#define SEC_E_OUT_OF_SEQUENCE negodbc_security_status(0x80090310u)
#define SEC_E_NO_AUTHENTICATING_AUTHORITY negodbc_security_status(0x80090311u)
#define SEC_E_BAD_PKGID negodbc_security_status(0x80090316u)
#define SEC_E_CONTEXT_EXPIRED negodbc_security_status(0x80090317u)
#define SEC_E_INCOMPLETE_MESSAGE negodbc_security_status(0x80090318u)
#define SEC_E_INCOMPLETE_CREDENTIALS negodbc_security_status(0x80090320u)
#define SEC_E_BUFFER_TOO_SMALL negodbc_security_status(0x80090321u)
#define SEC_E_WRONG_PRINCIPAL negodbc_security_status(0x80090322u)
#define SEC_E_TIME_SKEW negodbc_security_status(0x80090324u)
#define SEC_E_ENCRYPT_FAILURE negodbc_security_status(0x80090329u)
#define SEC_E_DECRYPT_FAILURE negodbc_security_status(0x80090330u)
#define SEC_E_BAD_BINDINGS negodbc_security_status(0x80090346u)
#define SEC_E_NO_CONTEXT negodbc_security_status(0x80090361u)
#define SEC_E_INVALID_PARAMETER negodbc_security_status(0x8009035Du)
// Of Windows' own Kerberos alone.
#define SEC_E_NO_TGT_REPLY negodbc_security_status(0x80090334u)
#define SEC_E_NO_IP_ADDRESSES negodbc_security_status(0x80090335u)
#define SEC_E_WRONG_CREDENTIAL_HANDLE negodbc_security_status(0x80090336u)
#define SEC_E_MAX_REFERRALS_EXCEEDED negodbc_security_status(0x80090338u)
#define SEC_E_PKINIT_NAME_MISMATCH negodbc_security_status(0x8009033Du)
#define SEC_E_SMARTCARD_LOGON_REQUIRED negodbc_security_status(0x8009033Eu)
#define SEC_E_KDC_INVALID_REQUEST negodbc_security_status(0x80090340u)
#define SEC_E_KDC_UNABLE_TO_REFER negodbc_security_status(0x80090341u)
#define SEC_E_KDC_UNKNOWN_ETYPE negodbc_security_status(0x80090342u)
#define SEC_E_UNSUPPORTED_PREAUTH negodbc_security_status(0x80090343u)
#define SEC_E_DELEGATION_REQUIRED negodbc_security_status(0x80090345u)
#define SEC_E_NO_KERB_KEY negodbc_security_status(0x80090348u)
#define SEC_E_DOWNGRADE_DETECTED negodbc_security_status(0x80090350u)
#define SEC_E_SMARTCARD_CERT_REVOKED negodbc_security_status(0x80090351u)
#define SEC_E_ISSUING_CA_UNTRUSTED negodbc_security_status(0x80090352u)
#define SEC_E_PKINIT_CLIENT_FAILURE negodbc_security_status(0x80090354u)
#define SEC_E_SMARTCARD_CERT_EXPIRED negodbc_security_status(0x80090355u)
#define SEC_E_NO_S4U_PROT_SUPPORT negodbc_security_status(0x80090356u)
#define SEC_E_CROSSREALM_DELEGATION_FAILURE negodbc_security_status(0x80090357u)
#define SEC_E_REVOCATION_OFFLINE_KDC negodbc_security_status(0x80090358u)
#define SEC_E_ISSUING_CA_UNTRUSTED_KDC negodbc_security_status(0x80090359u)
#define SEC_E_KDC_CERT_EXPIRED negodbc_security_status(0x8009035Au)
#define SEC_E_KDC_CERT_REVOKED negodbc_security_status(0x8009035Bu)
#define SEC_E_DELEGATION_POLICY negodbc_security_status(0x8009035Eu)
#define SEC_E_POLICY_NLTM_ONLY negodbc_security_status(0x8009035Fu)
#define SEC_E_INVALID_UPN_NAME negodbc_security_status(0x80090369u)

// What an initiator asks for and gets.
#define ISC_REQ_DELEGATE 0x00000001u
#define ISC_REQ_MUTUAL_AUTH 0x00000002u
#define ISC_REQ_REPLAY_DETECT 0x00000004u
#define ISC_REQ_SEQUENCE_DETECT 0x00000008u
#define ISC_REQ_CONFIDENTIALITY 0x00000010u
#define ISC_REQ_USE_SESSION_KEY 0x00000020u
#define ISC_REQ_PROMPT_FOR_CREDS 0x00000040u
#define ISC_REQ_USE_SUPPLIED_CREDS 0x00000080u
#define ISC_REQ_ALLOCATE_MEMORY 0x00000100u
#define ISC_REQ_USE_DCE_STYLE 0x00000200u
#define ISC_REQ_DATAGRAM 0x00000400u
#define ISC_REQ_CONNECTION 0x00000800u
#define ISC_REQ_CALL_LEVEL 0x00001000u
#define ISC_REQ_FRAGMENT_SUPPLIED 0x00002000u
#define ISC_REQ_EXTENDED_ERROR 0x00004000u
#define ISC_REQ_STREAM 0x00008000u
#define ISC_REQ_INTEGRITY 0x00010000u
#define ISC_REQ_IDENTIFY 0x00020000u
#define ISC_REQ_NULL_SESSION 0x00040000u
#define ISC_REQ_NO_INTEGRITY 0x00800000u

#define ISC_RET_DELEGATE 0x00000001u
#define ISC_RET_MUTUAL_AUTH 0x00000002u
#define ISC_RET_REPLAY_DETECT 0x00000004u
#define ISC_RET_SEQUENCE_DETECT 0x00000008u
#define ISC_RET_CONFIDENTIALITY 0x00000010u
#define ISC_RET_USE_SESSION_KEY 0x00000020u
#define ISC_RET_USED_COLLECTED_CREDS 0x00000040u
#define ISC_RET_USED_SUPPLIED_CREDS 0x00000080u
#define ISC_RET_ALLOCATED_MEMORY 0x00000100u
#define ISC_RET_USED_DCE_STYLE 0x00000200u
#define ISC_RET_DATAGRAM 0x00000400u
#define ISC_RET_CONNECTION 0x00000800u
#define ISC_RET_INTERMEDIATE_RETURN 0x00001000u
#define ISC_RET_CALL_LEVEL 0x00002000u
#define ISC_RET_EXTENDED_ERROR 0x00004000u
#define ISC_RET_STREAM 0x00008000u
#define ISC_RET_INTEGRITY 0x00010000u
#define ISC_RET_IDENTIFY 0x00020000u

// What an acceptor asks for and gets.
#define ASC_REQ_DELEGATE 0x00000001u
#define ASC_REQ_MUTUAL_AUTH 0x00000002u
#define ASC_REQ_REPLAY_DETECT 0x00000004u
#define ASC_REQ_SEQUENCE_DETECT 0x00000008u
#define ASC_REQ_CONFIDENTIALITY 0x00000010u
#define ASC_REQ_USE_SESSION_KEY 0x00000020u
#define ASC_REQ_ALLOCATE_MEMORY 0x00000100u
#define ASC_REQ_USE_DCE_STYLE 0x00000200u
#define ASC_REQ_DATAGRAM 0x00000400u
#define ASC_REQ_CONNECTION 0x00000800u
#define ASC_REQ_EXTENDED_ERROR 0x00008000u
#define ASC_REQ_STREAM 0x00010000u
#define ASC_REQ_INTEGRITY 0x00020000u
#define ASC_REQ_IDENTIFY 0x00080000u

#define ASC_RET_DELEGATE 0x00000001u
#define ASC_RET_MUTUAL_AUTH 0x00000002u
#define ASC_RET_REPLAY_DETECT 0x00000004u
#define ASC_RET_SEQUENCE_DETECT 0x00000008u
#define ASC_RET_CONFIDENTIALITY 0x00000010u
#define ASC_RET_USE_SESSION_KEY 0x00000020u
#define ASC_RET_ALLOCATED_MEMORY 0x00000100u
#define ASC_RET_USED_DCE_STYLE 0x00000200u
#define ASC_RET_DATAGRAM 0x00000400u
#define ASC_RET_CONNECTION 0x00000800u
#define ASC_RET_EXTENDED_ERROR 0x00008000u
#define ASC_RET_STREAM 0x00010000u
#define ASC_RET_INTEGRITY 0x00020000u
#define ASC_RET_IDENTIFY 0x00080000u

#define SECPKG_FLAG_INTEGRITY 0x00000001u
#define SECPKG_FLAG_PRIVACY 0x00000002u
#define SECPKG_FLAG_TOKEN_ONLY 0x00000004u
#define SECPKG_FLAG_DATAGRAM 0x00000008u
#define SECPKG_FLAG_CONNECTION 0x00000010u
#define SECPKG_FLAG_MULTI_REQUIRED 0x00000020u
#define SECPKG_FLAG_CLIENT_ONLY 0x00000040u
#define SECPKG_FLAG_EXTENDED_ERROR 0x00000080u
#define SECPKG_FLAG_IMPERSONATION 0x00000100u
#define SECPKG_FLAG_ACCEPT_WIN32_NAME 0x00000200u
#define SECPKG_FLAG_STREAM 0x00000400u
#define SECPKG_FLAG_NEGOTIABLE 0x00000800u
#define SECPKG_FLAG_GSS_COMPATIBLE 0x00001000u
#define SECPKG_FLAG_LOGON 0x00002000u
#define SECPKG_FLAG_MUTUAL_AUTH 0x00010000u
#define SECPKG_FLAG_DELEGATION 0x00020000u
#define SECPKG_ID_NONE 0xFFFFu

#define SECPKG_ATTR_SIZES 0u
#define SECPKG_ATTR_NAMES 1u
#define SECPKG_ATTR_LIFESPAN 2u
#define SECPKG_ATTR_DCE_INFO 3u
#define SECPKG_ATTR_STREAM_SIZES 4u
#define SECPKG_ATTR_KEY_INFO 5u
#define SECPKG_ATTR_AUTHORITY 6u
#define SECPKG_ATTR_PROTO_INFO 7u
#define SECPKG_ATTR_PASSWORD_EXPIRY 8u
#define SECPKG_ATTR_SESSION_KEY 9u
#define SECPKG_ATTR_PACKAGE_INFO 10u
#define SECPKG_ATTR_USER_FLAGS 11u
#define SECPKG_ATTR_NEGOTIATION_INFO 12u
#define SECPKG_ATTR_NATIVE_NAMES 13u
#define SECPKG_ATTR_FLAGS 14u

#define SECPKG_CRED_ATTR_NAMES 1u

#define SECPKG_NEGOTIATION_COMPLETE 0u
#define SECPKG_NEGOTIATION_OPTIMISTIC 1u
#define SECPKG_NEGOTIATION_IN_PROGRESS 2u

#define SECPKG_CONTEXT_EXPORT_RESET_NEW 0x00000001u
#define SECPKG_CONTEXT_EXPORT_DELETE_OLD 0x00000002u

#include "negodbc/sspi_tables.h"

#endif  // _WIN32

// A status from its bits, as they are written in hexadecimal.
constexpr SECURITY_STATUS negodbc_security_status(std::uint32_t bits) {
  return static_cast<SECURITY_STATUS>(bits);
}

#endif  // NEGODBC_SSPI_H_
