// The layout of what the two public headers declare, on machines with pointers of four and of eight
// bytes: what was compiled against one of them is not compiled anew. What is added to a struct of
// the ABI lies at its end, and changes its size here.
#include <cstddef>
#include <cstdint>

#include "negodbc/auth_plugin.h"
#include "negodbc/sspi.h"

namespace negodbc::auth {
namespace {

constexpr bool kWide = sizeof(void*) == 8;

// Of a struct, or a place in one: where pointers have four bytes and eight.
constexpr bool is(std::size_t told, std::size_t narrow, std::size_t wide) {
  return told == (kWide ? wide : narrow);
}

static_assert(sizeof(void*) == 4 || sizeof(void*) == 8);
// Not where it is four (Linux on i386): there the ABI has a layout of its own.
static_assert(kWide || alignof(std::int64_t) == 8);

// auth_plugin.h
static_assert(is(sizeof(negodbc_auth_options), 112, 176));
static_assert(is(offsetof(negodbc_auth_options, package), 32, 32));
static_assert(is(offsetof(negodbc_auth_options, channel_bindings), 76, 120));
static_assert(is(offsetof(negodbc_auth_options, credential_copies), 84, 136));
static_assert(is(offsetof(negodbc_auth_options, native_release), 96, 152));
static_assert(is(offsetof(negodbc_auth_options, sealing), 104, 168));
static_assert(is(sizeof(negodbc_auth_info), 40, 48));
static_assert(is(offsetof(negodbc_auth_info, expires_at), 24, 32));
static_assert(is(sizeof(negodbc_auth_diagnosis), 96, 136));
static_assert(is(offsetof(negodbc_auth_diagnosis, credential_expires_at), 32, 32));
static_assert(is(offsetof(negodbc_auth_diagnosis, json), 76, 112));
static_assert(is(offsetof(negodbc_auth_diagnosis, outcome), 80, 120));
static_assert(is(sizeof(negodbc_auth_limits), 8, 8));
static_assert(is(sizeof(negodbc_auth_log), 16, 24));
static_assert(is(offsetof(negodbc_auth_log, write), 8, 8));
static_assert(is(sizeof(negodbc_auth_counters), 144, 144));
static_assert(is(sizeof(negodbc_auth_api), 108, 208));
static_assert(is(offsetof(negodbc_auth_api, open), 16, 24));
static_assert(is(offsetof(negodbc_auth_api, set_limits), 52, 96));
static_assert(is(offsetof(negodbc_auth_api, cancel), 64, 120));
static_assert(is(offsetof(negodbc_auth_api, login_ended), 100, 192));
static_assert(is(offsetof(negodbc_auth_api, unprotect_in_place), 104, 200));

// sspi.h: on Windows the system's own, elsewhere the same.
static_assert(sizeof(sec_ulong) == 4);
static_assert(sizeof(SECURITY_STATUS) == 4);
static_assert(sizeof(SEC_WCHAR) == 2);
static_assert(is(sizeof(SecHandle), 8, 16));
static_assert(sizeof(TimeStamp) == 8);
static_assert(is(sizeof(SecBuffer), 12, 16));
static_assert(is(sizeof(SecBufferDesc), 12, 16));
static_assert(sizeof(SEC_CHANNEL_BINDINGS) == 32);
static_assert(is(sizeof(SecPkgInfoW), 20, 32));
static_assert(is(sizeof(SecPkgInfoA), 20, 32));
static_assert(is(sizeof(SEC_WINNT_AUTH_IDENTITY_W), 28, 48));
static_assert(is(sizeof(SEC_WINNT_AUTH_IDENTITY_A), 28, 48));
static_assert(is(sizeof(SEC_WINNT_AUTH_IDENTITY_EXW), 44, 72));
static_assert(is(sizeof(SEC_WINNT_AUTH_IDENTITY_EXA), 44, 72));
static_assert(sizeof(SecPkgContext_Sizes) == 16);
static_assert(sizeof(SecPkgContext_Flags) == 4);
static_assert(sizeof(SecPkgContext_Lifespan) == 16);
static_assert(is(sizeof(SecPkgContext_SessionKey), 8, 16));
static_assert(is(sizeof(SecPkgContext_NamesW), 4, 8));
static_assert(is(sizeof(SecPkgContext_NativeNamesW), 8, 16));
static_assert(is(sizeof(SecPkgContext_PackageInfoW), 4, 8));
static_assert(is(sizeof(SecPkgContext_NegotiationInfoW), 8, 16));
static_assert(is(sizeof(SecPkgCredentials_NamesW), 4, 8));
// The members that are called have the place that Windows gives them; what later versions of its
// table have lies behind.
static_assert(is(offsetof(SecurityFunctionTableW, AcquireCredentialsHandleW), 12, 24));
static_assert(is(offsetof(SecurityFunctionTableW, InitializeSecurityContextW), 24, 48));
static_assert(is(offsetof(SecurityFunctionTableW, QueryContextAttributesW), 44, 88));
static_assert(is(offsetof(SecurityFunctionTableW, FreeContextBuffer), 64, 128));
static_assert(is(offsetof(SecurityFunctionTableW, EncryptMessage), 100, 200));
static_assert(is(offsetof(SecurityFunctionTableW, DecryptMessage), 104, 208));
static_assert(is(offsetof(SecurityFunctionTableA, DecryptMessage), 104, 208));
#ifndef _WIN32
static_assert(is(sizeof(SecurityFunctionTableW), 120, 240));
static_assert(is(sizeof(SecurityFunctionTableA), 120, 240));
static_assert(is(sizeof(NEGODBC_AUTH_IDENTITY), 48, 88));
static_assert(is(sizeof(SecPkgContext_DelegatedCredential), 4, 8));
#endif

// How functions are called: by the C compiler's own way, whatever a driver is compiled with, and
// the tables' by Windows'.
#if defined(_WIN32) && !defined(_WIN64)
template <typename Function>
struct CalledBy;
template <typename Result, typename... Arguments>
struct CalledBy<Result(__cdecl*)(Arguments...)> {
  static constexpr bool c = true;
};
template <typename Result, typename... Arguments>
struct CalledBy<Result(__stdcall*)(Arguments...)> {
  static constexpr bool c = false;
};
static_assert(CalledBy<decltype(negodbc_auth_api::open)>::c);
static_assert(CalledBy<decltype(negodbc_auth_api::principal)>::c);
static_assert(CalledBy<decltype(negodbc_auth_api::step)>::c);
static_assert(CalledBy<decltype(negodbc_auth_api::query)>::c);
static_assert(CalledBy<decltype(negodbc_auth_api::protect)>::c);
static_assert(CalledBy<decltype(negodbc_auth_api::unprotect)>::c);
static_assert(CalledBy<decltype(negodbc_auth_api::diagnosis)>::c);
static_assert(CalledBy<decltype(negodbc_auth_api::close)>::c);
static_assert(CalledBy<decltype(negodbc_auth_api::counters)>::c);
static_assert(CalledBy<decltype(negodbc_auth_api::cancel)>::c);
static_assert(CalledBy<decltype(negodbc_auth_api::start_step)>::c);
static_assert(CalledBy<decltype(negodbc_auth_api::finish_step)>::c);
static_assert(CalledBy<decltype(negodbc_auth_api::login_ended)>::c);
static_assert(CalledBy<decltype(negodbc_auth_api::unprotect_in_place)>::c);
static_assert(CalledBy<decltype(negodbc_auth_options::native_release)>::c);
static_assert(CalledBy<decltype(negodbc_auth_log::write)>::c);
static_assert(CalledBy<negodbc_auth_plugin_fn>::c);
static_assert(!CalledBy<decltype(SecurityFunctionTableW::InitializeSecurityContextW)>::c);
#endif

}  // namespace
}  // namespace negodbc::auth
