#include "bench/storm/floor_ticket.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <krb5.h>

#include <stdexcept>

#include "bench/base/shared_library.h"

namespace negodbc::bench {
namespace {

void check_krb5(krb5_error_code code, const char* what) {
  if (code != 0) throw std::runtime_error(std::string(what) + " failed: " + std::to_string(code));
}

void check_gss(OM_uint32 major, const char* what) {
  if (GSS_ERROR(major))
    throw std::runtime_error(std::string(what) + " failed: " + std::to_string(major));
}

// Fills a MEMORY: cache of this name with what the default cache holds; it lives as long as the
// process.
void copy_default_cache(const std::string& name) {
  const SharedLibrary krb5("libkrb5.so.3");
  krb5_context context = nullptr;
  check_krb5(krb5.symbol<decltype(krb5_init_context)>("krb5_init_context")(&context),
             "krb5_init_context");
  krb5_ccache source = nullptr;
  krb5_ccache copy = nullptr;
  krb5_principal owner = nullptr;
  check_krb5(krb5.symbol<decltype(krb5_cc_default)>("krb5_cc_default")(context, &source),
             "krb5_cc_default");
  check_krb5(krb5.symbol<decltype(krb5_cc_get_principal)>("krb5_cc_get_principal")(context, source,
                                                                                   &owner),
             "reading the credential cache");
  check_krb5(
      krb5.symbol<decltype(krb5_cc_resolve)>("krb5_cc_resolve")(context, name.c_str(), &copy),
      "krb5_cc_resolve");
  check_krb5(krb5.symbol<decltype(krb5_cc_initialize)>("krb5_cc_initialize")(context, copy, owner),
             "krb5_cc_initialize");
  check_krb5(krb5.symbol<decltype(krb5_cc_copy_creds)>("krb5_cc_copy_creds")(context, source, copy),
             "krb5_cc_copy_creds");
  krb5.symbol<decltype(krb5_free_principal)>("krb5_free_principal")(context, owner);
  krb5.symbol<decltype(krb5_cc_close)>("krb5_cc_close")(context, source);
  krb5.symbol<decltype(krb5_cc_close)>("krb5_cc_close")(context, copy);
  krb5.symbol<decltype(krb5_free_context)>("krb5_free_context")(context);
}

}  // namespace

struct FloorTickets::State {
  SharedLibrary gss{"libgssapi_krb5.so.2"};
  decltype(&gss_init_sec_context) init =
      gss.symbol<decltype(gss_init_sec_context)>("gss_init_sec_context");
  decltype(&gss_delete_sec_context) end =
      gss.symbol<decltype(gss_delete_sec_context)>("gss_delete_sec_context");
  decltype(&gss_release_buffer) release_buffer =
      gss.symbol<decltype(gss_release_buffer)>("gss_release_buffer");
  gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
  gss_name_t service = GSS_C_NO_NAME;
};

FloorTickets::FloorTickets(const std::string& service) : state_(std::make_unique<State>()) {
  static char hostbased_service[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04";
  gss_OID_desc name_type{10, hostbased_service};
  const std::string cache = "MEMORY:negodbc-storm-floor";
  copy_default_cache(cache);

  OM_uint32 minor = 0;
  std::string text = service;
  gss_buffer_desc buffer{text.size(), text.data()};
  check_gss(state_->gss.symbol<decltype(gss_import_name)>("gss_import_name")(
                &minor, &buffer, &name_type, &state_->service),
            "gss_import_name");
  gss_key_value_element_desc element{"ccache", cache.c_str()};
  const gss_key_value_set_desc store{1, &element};
  check_gss(state_->gss.symbol<decltype(gss_acquire_cred_from)>("gss_acquire_cred_from")(
                &minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, GSS_C_NO_OID_SET, GSS_C_INITIATE, &store,
                &state_->credential, nullptr, nullptr),
            "gss_acquire_cred_from");
}

FloorTickets::~FloorTickets() {
  OM_uint32 minor = 0;
  state_->gss.symbol<decltype(gss_release_cred)>("gss_release_cred")(&minor, &state_->credential);
  state_->gss.symbol<decltype(gss_release_name)>("gss_release_name")(&minor, &state_->service);
}

std::string FloorTickets::first_token() const {
  static char krb5[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
  gss_OID_desc mechanism{9, krb5};
  OM_uint32 minor = 0;
  gss_ctx_id_t context = GSS_C_NO_CONTEXT;
  gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
  const OM_uint32 major = state_->init(&minor, state_->credential, &context, state_->service,
                                       &mechanism, GSS_C_MUTUAL_FLAG, 0, GSS_C_NO_CHANNEL_BINDINGS,
                                       GSS_C_NO_BUFFER, nullptr, &token, nullptr, nullptr);
  std::string bytes(static_cast<const char*>(token.value), token.length);
  state_->release_buffer(&minor, &token);
  if (context != GSS_C_NO_CONTEXT) state_->end(&minor, &context, GSS_C_NO_BUFFER);
  check_gss(major, "gss_init_sec_context");
  return bytes;
}

}  // namespace negodbc::bench
