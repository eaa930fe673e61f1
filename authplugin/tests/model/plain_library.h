// The libraries as any program calls them, without anything of the plugin's.
#ifndef NEGODBC_TESTS_MODEL_PLAIN_LIBRARY_H_
#define NEGODBC_TESTS_MODEL_PLAIN_LIBRARY_H_

#include <gssapi/gssapi.h>

#include <cstdint>
#include <string>

#include "tests/model/login.h"

namespace negodbc::model {

class PlainLibrary {
 public:
  // "heimdal" or "mit". Loads it, and calls nothing of it. Throws std::runtime_error.
  explicit PlainLibrary(const std::string& name);

  // A cache of this process, or the kernel's, made anew as a copy of a file; "": destroyed. What
  // went wrong, or "".
  std::string fill(const std::string& cache, const std::string& file) const;

  // A login with what the environment says, and the request's own on top of it.
  Outcome log_in(const LoginRequest& request, const std::string& acceptor) const;

  // "" where the major is no error.
  std::string words(OM_uint32 major, OM_uint32 minor) const;

#define NEGODBC_PLAIN_GSS(X) \
  X(gss_accept_sec_context)  \
  X(gss_acquire_cred)        \
  X(gss_delete_sec_context)  \
  X(gss_display_name)        \
  X(gss_display_status)      \
  X(gss_import_name)         \
  X(gss_init_sec_context)    \
  X(gss_release_buffer)      \
  X(gss_release_cred)        \
  X(gss_release_name)
// NOLINTNEXTLINE(bugprone-macro-parentheses): a declaration
#define NEGODBC_PLAIN_POINTER(name) decltype(&::name) name = nullptr;
  NEGODBC_PLAIN_GSS(NEGODBC_PLAIN_POINTER)
#undef NEGODBC_PLAIN_POINTER

 private:
  using Code = std::int32_t;
  std::string fetch(const LoginRequest& request, const std::string& cache) const;
  std::string words(void* context, Code code, const char* call) const;

  // libkrb5's objects are opaque here.
  Code (*krb5_init_context)(void**) = nullptr;
  void (*krb5_free_context)(void*) = nullptr;
  Code (*krb5_cc_resolve)(void*, const char*, void**) = nullptr;
  Code (*krb5_cc_get_principal)(void*, void*, void**) = nullptr;
  Code (*krb5_cc_initialize)(void*, void*, void*) = nullptr;
  Code (*krb5_cc_destroy)(void*, void*) = nullptr;
  Code (*krb5_cc_close)(void*, void*) = nullptr;
  Code (*krb5_cc_store_cred)(void*, void*, void*) = nullptr;
  Code (*krb5_set_real_time)(void*, std::int32_t, std::int32_t) = nullptr;  // MIT
  Code (*copy_cache)(void*, void*, void*) = nullptr;
  Code (*krb5_parse_name)(void*, const char*, void**) = nullptr;
  Code (*krb5_kt_resolve)(void*, const char*, void**) = nullptr;
  Code (*krb5_get_init_creds_keytab)(void*, void*, void*, void*, std::int64_t, const char*,
                                     void*) = nullptr;
  Code (*krb5_get_init_creds_password)(void*, void*, void*, const char*, void*, void*, std::int64_t,
                                       const char*, void*) = nullptr;
  const char* (*krb5_get_error_message)(void*, Code) = nullptr;
};

}  // namespace negodbc::model

#endif  // NEGODBC_TESTS_MODEL_PLAIN_LIBRARY_H_
