#include "tests/model/plain_library.h"

#include <dlfcn.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <stdexcept>

#include "tests/model/acceptor.h"

namespace negodbc::model {
namespace {

template <typename Pointer>
void find(void* library, const char* name, Pointer& pointer) {
  pointer = reinterpret_cast<Pointer>(::dlsym(library, name));
  if (pointer == nullptr) throw std::runtime_error(std::string(name) + " is not there");
}

gss_buffer_desc borrowed(const std::string& text) {
  return {text.size(), const_cast<char*>(text.data())};
}

// OIDs of this program's own, because neither library is linked.
gss_OID_desc kKerberos{9, const_cast<char*>("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02")};
gss_OID_desc kHostBasedService{10, const_cast<char*>("\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04")};
gss_OID_desc kPrincipalName{10, const_cast<char*>("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01")};

}  // namespace

PlainLibrary::PlainLibrary(const std::string& name) {
  const bool mit = name == "mit";
  void* const library =
      ::dlopen(mit ? "libgssapi_krb5.so.2" : "libgssapi.so.3", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(::dlerror());  // NOLINT(concurrency-mt-unsafe)
#define NEGODBC_PLAIN_FIND(symbol) find(library, #symbol, symbol);
  NEGODBC_PLAIN_GSS(NEGODBC_PLAIN_FIND)
  NEGODBC_PLAIN_FIND(krb5_init_context)
  NEGODBC_PLAIN_FIND(krb5_free_context)
  NEGODBC_PLAIN_FIND(krb5_cc_resolve)
  NEGODBC_PLAIN_FIND(krb5_cc_get_principal)
  NEGODBC_PLAIN_FIND(krb5_cc_initialize)
  NEGODBC_PLAIN_FIND(krb5_cc_destroy)
  NEGODBC_PLAIN_FIND(krb5_cc_close)
  NEGODBC_PLAIN_FIND(krb5_cc_store_cred)
  NEGODBC_PLAIN_FIND(krb5_parse_name)
  NEGODBC_PLAIN_FIND(krb5_kt_resolve)
  NEGODBC_PLAIN_FIND(krb5_get_init_creds_keytab)
  NEGODBC_PLAIN_FIND(krb5_get_init_creds_password)
  NEGODBC_PLAIN_FIND(krb5_get_error_message)
#undef NEGODBC_PLAIN_FIND
  if (mit) find(library, "krb5_set_real_time", krb5_set_real_time);
  find(library, mit ? "krb5_cc_copy_creds" : "krb5_cc_copy_cache", copy_cache);
}

std::string PlainLibrary::words(void* context, Code code, const char* call) const {
  if (code == 0) return "";
  return std::string(call) + ": " + krb5_get_error_message(context, code);
}

// What is not freed lives as long as the process, or as few steps as there are.
std::string PlainLibrary::fill(const std::string& cache, const std::string& file) const {
  void* context = nullptr;
  if (krb5_init_context(&context) != 0) return "krb5_init_context";
  // As kinit notes it; Heimdal's daemon has anything where nothing was noted.
  if (krb5_set_real_time != nullptr) {
    krb5_set_real_time(context, static_cast<std::int32_t>(::time(nullptr)), 0);
  }
  void* to = nullptr;
  void* from = nullptr;
  void* principal = nullptr;
  std::string fault = words(context, krb5_cc_resolve(context, cache.c_str(), &to), "resolve");
  if (fault.empty()) krb5_cc_destroy(context, to);
  if (fault.empty() && !file.empty()) {
    fault = words(context, krb5_cc_resolve(context, ("FILE:" + file).c_str(), &from), "source");
    if (fault.empty()) {
      fault = words(context, krb5_cc_get_principal(context, from, &principal), "principal");
    }
    if (fault.empty()) {
      fault = words(context, krb5_cc_resolve(context, cache.c_str(), &to), "resolve again");
    }
    if (fault.empty()) {
      fault = words(context, krb5_cc_initialize(context, to, principal), "initialize");
    }
    if (fault.empty()) fault = words(context, copy_cache(context, from, to), "copy");
    if (fault.empty()) krb5_cc_close(context, to);
    if (from != nullptr) krb5_cc_close(context, from);
  }
  krb5_free_context(context);
  return fault;
}

// A ticket by keytab or password, as kinit gets it.
std::string PlainLibrary::fetch(const LoginRequest& request, const std::string& cache) const {
  struct alignas(std::max_align_t) Creds {
    std::array<std::byte, 1024> bytes{};
  };
  static Creds creds;  // of one login in a process
  void* context = nullptr;
  void* principal = nullptr;
  void* keytab = nullptr;
  void* to = nullptr;
  if (krb5_init_context(&context) != 0) return "krb5_init_context";
  std::string fault =
      words(context, krb5_parse_name(context, request.principal.c_str(), &principal), "parse_name");
  if (!fault.empty()) return fault;
  if (request.password) {
    fault =
        words(context,
              krb5_get_init_creds_password(context, &creds, principal, request.password->c_str(),
                                           nullptr, nullptr, 0, nullptr, nullptr),
              "by password");
  } else {
    fault = words(context, krb5_kt_resolve(context, request.keytab.c_str(), &keytab), "keytab");
    if (fault.empty()) {
      fault =
          words(context,
                krb5_get_init_creds_keytab(context, &creds, principal, keytab, 0, nullptr, nullptr),
                "by keytab");
    }
  }
  if (fault.empty()) fault = words(context, krb5_cc_resolve(context, cache.c_str(), &to), "cache");
  if (fault.empty()) {
    fault = words(context, krb5_cc_initialize(context, to, principal), "initialize");
  }
  if (fault.empty()) fault = words(context, krb5_cc_store_cred(context, to, &creds), "store");
  return fault;
}

std::string PlainLibrary::words(OM_uint32 major, OM_uint32 minor) const {
  std::string text;
  if (!GSS_ERROR(major)) return text;
  for (const int kind : {GSS_C_GSS_CODE, GSS_C_MECH_CODE}) {
    OM_uint32 ignored = 0;
    OM_uint32 more = 0;
    gss_buffer_desc said{};
    if (!GSS_ERROR(gss_display_status(&ignored, kind == GSS_C_GSS_CODE ? major : minor, kind,
                                      &kKerberos, &more, &said))) {
      text += (text.empty() ? "" : "; ") + std::string(static_cast<char*>(said.value), said.length);
      gss_release_buffer(&ignored, &said);
    }
  }
  return text;
}

Outcome PlainLibrary::log_in(const LoginRequest& request, const std::string& acceptor) const {
  Outcome outcome;
  const bool fetches = request.password || !request.keytab.empty();
  std::string cache = request.cache;
  if (fetches) {
    cache = "MEMORY:plain";
    outcome.words = fetch(request, cache);
    if (!outcome.words.empty()) return outcome;
  }
  if (!cache.empty()) ::setenv("KRB5CCNAME", cache.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)

  OM_uint32 minor = 0;
  OM_uint32 major = 0;
  gss_name_t wanted = GSS_C_NO_NAME;
  if (!request.principal.empty() && !fetches) {
    gss_buffer_desc text = borrowed(request.principal);
    major = gss_import_name(&minor, &text, &kPrincipalName, &wanted);
  }
  gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
  gss_OID_set_desc mechs{1, &kKerberos};
  if (!GSS_ERROR(major)) {
    major = gss_acquire_cred(&minor, wanted, GSS_C_INDEFINITE, &mechs, GSS_C_INITIATE, &credential,
                             nullptr, nullptr);
  }
  const std::string service = request.service + "@localhost";
  gss_buffer_desc text = borrowed(service);
  gss_name_t target = GSS_C_NO_NAME;
  if (!GSS_ERROR(major)) major = gss_import_name(&minor, &text, &kHostBasedService, &target);

  gss_ctx_id_t context = GSS_C_NO_CONTEXT;
  AcceptorLine line(acceptor, request.service_keytab);
  AcceptorLine::Answer answer;
  while (!GSS_ERROR(major)) {
    gss_buffer_desc input = borrowed(answer.token);
    gss_buffer_desc output{};
    major =
        gss_init_sec_context(&minor, credential, &context, target, &kKerberos, GSS_C_MUTUAL_FLAG, 0,
                             GSS_C_NO_CHANNEL_BINDINGS, &input, nullptr, &output, nullptr, nullptr);
    if (GSS_ERROR(major)) break;
    if (output.length != 0) {
      answer = line.exchange(std::string(static_cast<char*>(output.value), output.length));
      gss_release_buffer(&minor, &output);
    }
    if (answer.refused) {
      outcome.kind = Outcome::Kind::kRefused;
      outcome.words = answer.words;
      return outcome;
    }
    if (major == GSS_S_COMPLETE) {
      outcome.kind = Outcome::Kind::kSeen;
      outcome.principal = answer.client;
      return outcome;
    }
  }
  outcome.words = words(major, minor);
  return outcome;
}

}  // namespace negodbc::model
