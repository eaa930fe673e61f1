// The plain GSSAPI loop, written the way drivers write it, as what the plugin is measured beside;
// and an acceptor in the same process. Both open the library at run time, so Heimdal and MIT stand
// side by side.
#ifndef NEGODBC_BENCH_HANDSHAKE_GSS_H
#define NEGODBC_BENCH_HANDSHAKE_GSS_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "bench/base/shared_library.h"

namespace negodbc::bench {

struct LibraryName {
  const char* name;    // the plugin's word for it
  const char* soname;  // what the plain loop opens
};
inline constexpr LibraryName heimdal{"heimdal", "libgssapi.so.3"};
inline constexpr LibraryName mit{"mit", "libgssapi_krb5.so.2"};

// The two families have the same binary interface as far as these functions go.
struct Gss {
  explicit Gss(const LibraryName& wanted) : library(wanted.soname) {}

  SharedLibrary library;
  decltype(&gss_import_name) import_name =
      library.symbol<decltype(gss_import_name)>("gss_import_name");
  decltype(&gss_display_name) display_name =
      library.symbol<decltype(gss_display_name)>("gss_display_name");
  decltype(&gss_release_name) release_name =
      library.symbol<decltype(gss_release_name)>("gss_release_name");
  decltype(&gss_acquire_cred) acquire_cred =
      library.symbol<decltype(gss_acquire_cred)>("gss_acquire_cred");
  decltype(&gss_inquire_cred) inquire_cred =
      library.symbol<decltype(gss_inquire_cred)>("gss_inquire_cred");
  decltype(&gss_release_cred) release_cred =
      library.symbol<decltype(gss_release_cred)>("gss_release_cred");
  decltype(&gss_init_sec_context) init =
      library.symbol<decltype(gss_init_sec_context)>("gss_init_sec_context");
  decltype(&gss_accept_sec_context) accept =
      library.symbol<decltype(gss_accept_sec_context)>("gss_accept_sec_context");
  decltype(&gss_delete_sec_context) end =
      library.symbol<decltype(gss_delete_sec_context)>("gss_delete_sec_context");
  decltype(&gss_wrap) wrap = library.symbol<decltype(gss_wrap)>("gss_wrap");
  decltype(&gss_unwrap) unwrap = library.symbol<decltype(gss_unwrap)>("gss_unwrap");
  decltype(&gss_release_buffer) release_buffer =
      library.symbol<decltype(gss_release_buffer)>("gss_release_buffer");
};

inline void check(OM_uint32 major, const char* what) {
  if (GSS_ERROR(major))
    throw std::runtime_error(std::string(what) + " failed: " + std::to_string(major));
}

// A buffer that the library has made.
class GssBytes {
 public:
  explicit GssBytes(const Gss& gss) : gss_(gss) {}
  GssBytes(const GssBytes&) = delete;
  GssBytes& operator=(const GssBytes&) = delete;
  ~GssBytes() {
    OM_uint32 minor = 0;
    gss_.release_buffer(&minor, &buffer_);
  }
  gss_buffer_t get() { return &buffer_; }
  std::string text() const {
    return std::string(static_cast<const char*>(buffer_.value), buffer_.length);
  }

 private:
  const Gss& gss_;
  gss_buffer_desc buffer_ = GSS_C_EMPTY_BUFFER;
};

inline gss_buffer_desc lent(std::string& bytes) {
  return {bytes.size(), bytes.data()};
}

// One established or growing context of either side.
class GssContext {
 public:
  explicit GssContext(const Gss& gss) : gss_(gss) {}
  GssContext(const GssContext&) = delete;
  GssContext& operator=(const GssContext&) = delete;
  ~GssContext() {
    OM_uint32 minor = 0;
    gss_.end(&minor, &context_, GSS_C_NO_BUFFER);
  }

  // One leg of the initiator: the name imported, the default credential, as libpq does it.
  std::string initiate(bool spnego, OM_uint32 flags, std::string input) {
    static char hostbased_service[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04";
    static char spnego_oid[] = "\x2b\x06\x01\x05\x05\x02";
    static char krb5_oid[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
    gss_OID_desc name_type{10, hostbased_service};
    gss_OID_desc mechanism = spnego ? gss_OID_desc{6, spnego_oid} : gss_OID_desc{9, krb5_oid};
    std::string service = "postgres@localhost";
    gss_buffer_desc service_text = lent(service);
    OM_uint32 minor = 0;
    gss_name_t target = GSS_C_NO_NAME;
    check(gss_.import_name(&minor, &service_text, &name_type, &target), "gss_import_name");
    gss_buffer_desc in = lent(input);
    GssBytes token(gss_);
    const OM_uint32 major =
        gss_.init(&minor, GSS_C_NO_CREDENTIAL, &context_, target, &mechanism, flags, 0,
                  GSS_C_NO_CHANNEL_BINDINGS, &in, nullptr, token.get(), nullptr, nullptr);
    gss_.release_name(&minor, &target);
    check(major, "gss_init_sec_context");
    complete_ = major == GSS_S_COMPLETE;
    return token.text();
  }

  std::string accept(gss_cred_id_t credential, std::string input) {
    OM_uint32 minor = 0;
    gss_buffer_desc in = lent(input);
    GssBytes token(gss_);
    check(gss_.accept(&minor, &context_, credential, &in, GSS_C_NO_CHANNEL_BINDINGS, nullptr,
                      nullptr, token.get(), nullptr, nullptr, nullptr),
          "gss_accept_sec_context");
    return token.text();
  }

  void wrap(std::string& message, GssBytes& sealed) {
    OM_uint32 minor = 0;
    gss_buffer_desc in = lent(message);
    check(gss_.wrap(&minor, context_, 1, GSS_C_QOP_DEFAULT, &in, nullptr, sealed.get()),
          "gss_wrap");
  }

  void unwrap(gss_buffer_t sealed, GssBytes& message) {
    OM_uint32 minor = 0;
    check(gss_.unwrap(&minor, context_, sealed, message.get(), nullptr, nullptr), "gss_unwrap");
  }

  bool complete() const { return complete_; }

 private:
  const Gss& gss_;
  gss_ctx_id_t context_ = GSS_C_NO_CONTEXT;
  bool complete_ = false;
};

// MIT's acceptor, as PostgreSQL has it, with the realm's keytab (NEGODBC_KEYTAB) and no replay
// cache.
class Acceptor {
 public:
  Acceptor() {
    const char* keytab = std::getenv("NEGODBC_KEYTAB");
    if (keytab == nullptr)
      throw std::runtime_error("NEGODBC_KEYTAB is not set: run this inside tests/realm");
    setenv("KRB5RCACHENAME", "none:", 1);
    setenv("KRB5_KTNAME", keytab, 1);
    OM_uint32 minor = 0;
    check(gss.acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, GSS_C_NO_OID_SET, GSS_C_ACCEPT,
                           &credential, nullptr, nullptr),
          "gss_acquire_cred");
  }
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;
  ~Acceptor() {
    OM_uint32 minor = 0;
    gss.release_cred(&minor, &credential);
  }

  const Gss gss{mit};
  gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
};

}  // namespace negodbc::bench

#endif
