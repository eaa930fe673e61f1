// libkrb5's objects, released with their context.
#ifndef NEGODBC_SSPI_GSSAPI_KRB5_CONTEXT_H_
#define NEGODBC_SSPI_GSSAPI_KRB5_CONTEXT_H_

#include <array>
#include <cstddef>
#include <string>
#include <system_error>

#include "sspi_gssapi/error_text.h"
#include "sspi_gssapi/krb5_library.h"

namespace negodbc::sspi_gssapi {

// A krb5_context with what is opened in it.
class Krb5 {
 public:
  explicit Krb5(const Krb5Functions& functions) : f(functions) {
    code_ = f.complete ? f.krb5_init_context(&context_) : -1;
  }
  Krb5(const Krb5&) = delete;
  Krb5& operator=(const Krb5&) = delete;
  ~Krb5() {
    if (context_ == nullptr) return;
    if (principal != nullptr) f.krb5_free_principal(context_, principal);
    if (cache != nullptr) f.krb5_cc_close(context_, cache);
    if (keytab != nullptr) f.krb5_kt_close(context_, keytab);
    f.krb5_free_context(context_);
  }
  Krb5Code code() const { return code_; }
  void* get() const { return context_; }
  std::string words(Krb5Code code) const {
    if (context_ == nullptr) return "the library's Kerberos functions cannot be used";
    const char* text = f.krb5_get_error_message(context_, code);
    std::string copy = text == nullptr ? std::string() : one_line(text);
    if (text != nullptr) f.krb5_free_error_message(context_, text);
    // Heimdal says which call failed on what, but not why.
    if (code > 0 && code < 4096) copy += ": " + std::generic_category().message(code);
    return copy;
  }
  // "" when it can't be told.
  std::string unparsed(void* of) const {
    char* name = nullptr;
    if (of == nullptr || f.krb5_unparse_name(context_, of, &name) != 0) return "";
    std::string copy = name;
    if (f.krb5_free_unparsed_name != nullptr) {
      f.krb5_free_unparsed_name(context_, name);
    } else {
      f.krb5_xfree(name);
    }
    return copy;
  }

  const Krb5Functions& f;
  void* principal = nullptr;
  void* cache = nullptr;
  void* keytab = nullptr;

 private:
  void* context_ = nullptr;
  Krb5Code code_ = 0;
};

// Room for a krb5_creds of either family (MIT: 120 bytes, Heimdal: 136), zeroed as both want it.
struct alignas(std::max_align_t) CredsRoom {
  std::array<std::byte, 1024> bytes{};
};

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_KRB5_CONTEXT_H_
