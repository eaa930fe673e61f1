#include "bench/sink/gss_acceptor.h"

#include <krb5.h>

#include <cstdlib>

#include "bench/handshake/gss.h"

namespace negodbc::bench {
namespace {

using DisplayStatus = decltype(gss_display_status);

struct AcceptorLibrary : Gss {
  AcceptorLibrary() : Gss(mit) {}
  DisplayStatus* display_status = library.symbol<DisplayStatus>("gss_display_status");
};

// A function of the library, as whatever type it is called by.
template <typename Function, typename... Arguments>
krb5_error_code call_krb5(const SharedLibrary& library, const char* name, Arguments... arguments) {
  return library.symbol<Function>(name)(arguments...);
}
#define NEGODBC_KRB5(function, ...) \
  call_krb5<decltype(function)>(library_, #function __VA_OPT__(, ) __VA_ARGS__)

// What each security context would read anew: krb5.conf, which the library keeps parsed as long as
// a context of libkrb5's has it, and the keys, which lie in memory as long as they are open.
class ReadOnce {
 public:
  static constexpr char keys_in_memory[] = "MEMORY:negodbc-login-sink";

  explicit ReadOnce(const std::string& keytab) {
    if (NEGODBC_KRB5(krb5_init_context, &context_) != 0)
      throw std::runtime_error("krb5.conf can't be used");
    if (NEGODBC_KRB5(krb5_kt_resolve, context_, keys_in_memory, &memory_) != 0 ||
        copy_keys(keytab) == 0)
      throw std::runtime_error("there are no keys in " + keytab);
  }
  ReadOnce(const ReadOnce&) = delete;
  ReadOnce& operator=(const ReadOnce&) = delete;
  ~ReadOnce() {
    NEGODBC_KRB5(krb5_kt_close, context_, memory_);
    library_.symbol<decltype(krb5_free_context)>("krb5_free_context")(context_);
  }

 private:
  int copy_keys(const std::string& keytab) {
    krb5_keytab file = nullptr;
    krb5_kt_cursor cursor = nullptr;
    if (NEGODBC_KRB5(krb5_kt_resolve, context_, keytab.c_str(), &file) != 0) return 0;
    int count = 0;
    if (NEGODBC_KRB5(krb5_kt_start_seq_get, context_, file, &cursor) == 0) {
      krb5_keytab_entry entry{};
      while (NEGODBC_KRB5(krb5_kt_next_entry, context_, file, &entry, &cursor) == 0) {
        if (NEGODBC_KRB5(krb5_kt_add_entry, context_, memory_, &entry) == 0) ++count;
        NEGODBC_KRB5(krb5_free_keytab_entry_contents, context_, &entry);
      }
      NEGODBC_KRB5(krb5_kt_end_seq_get, context_, file, &cursor);
    }
    NEGODBC_KRB5(krb5_kt_close, context_, file);
    return count;
  }

  SharedLibrary library_{"libkrb5.so.3"};
  krb5_context context_ = nullptr;
  krb5_keytab memory_ = nullptr;
};
#undef NEGODBC_KRB5

std::string words_of(const AcceptorLibrary& gss, OM_uint32 code, int kind) {
  OM_uint32 minor = 0;
  OM_uint32 more = 0;
  GssBytes text(gss);
  gss.display_status(&minor, code, kind, GSS_C_NO_OID, &more, text.get());
  return text.text();
}

// What the library's codes say of the token. libkrb5 tells by its own codes, which are the minor
// ones here, also where SPNEGO is around it.
Cause cause_of(OM_uint32 major, OM_uint32 minor) {
  const auto is = [&](krb5_error_code code) { return minor == static_cast<OM_uint32>(code); };
  if ((major & GSS_S_DUPLICATE_TOKEN) != 0 || is(KRB5KRB_AP_ERR_REPEAT))
    return Cause::replayed_token;
  if (GSS_ROUTINE_ERROR(major) == GSS_S_CREDENTIALS_EXPIRED || is(KRB5KRB_AP_ERR_SKEW) ||
      is(KRB5KRB_AP_ERR_TKT_EXPIRED) || is(KRB5KRB_AP_ERR_TKT_NYV))
    return Cause::old_token;
  return Cause::false_token;
}

gss_buffer_desc borrowed(std::string_view bytes) {
  return {bytes.size(), const_cast<char*>(bytes.data())};  // NOLINT: the library only reads it
}

void append(std::string& to, gss_buffer_t buffer) {
  to.append(static_cast<const char*>(buffer->value), buffer->length);
}

class MitContext final : public AcceptedContext {
 public:
  MitContext(const AcceptorLibrary& gss, gss_cred_id_t credential)
      : gss_(gss), credential_(credential) {}
  MitContext(const MitContext&) = delete;
  MitContext& operator=(const MitContext&) = delete;
  ~MitContext() override {
    OM_uint32 minor = 0;
    gss_.end(&minor, &context_, GSS_C_NO_BUFFER);
    if (client_ != GSS_C_NO_NAME) gss_.release_name(&minor, &client_);
  }

  bool accept(std::string_view token, std::string& answer) override {
    OM_uint32 minor = 0;
    gss_buffer_desc in = borrowed(token);
    GssBytes out(gss_);
    const OM_uint32 major =
        gss_.accept(&minor, &context_, credential_, &in, GSS_C_NO_CHANNEL_BINDINGS,
                    client_ == GSS_C_NO_NAME ? &client_ : nullptr, nullptr, out.get(), nullptr,
                    nullptr, nullptr);
    if (GSS_ERROR(major))
      throw Refusal(
          cause_of(major, minor), "28000",
          words_of(gss_, major, GSS_C_GSS_CODE) + ": " + words_of(gss_, minor, GSS_C_MECH_CODE));
    append(answer, out.get());
    return major == GSS_S_COMPLETE;
  }

  std::string client() const override {
    OM_uint32 minor = 0;
    GssBytes name(gss_);
    gss_.display_name(&minor, client_, name.get(), nullptr);
    return name.text();
  }

  void seal(std::string_view message, std::string& sealed) override {
    OM_uint32 minor = 0;
    gss_buffer_desc in = borrowed(message);
    GssBytes out(gss_);
    int encrypted = 0;
    const OM_uint32 major =
        gss_.wrap(&minor, context_, 1, GSS_C_QOP_DEFAULT, &in, &encrypted, out.get());
    if (major != GSS_S_COMPLETE || encrypted == 0)
      throw Refusal(Cause::encryption, "", "a message can't be sealed");
    append(sealed, out.get());
  }

  void open(std::string_view sealed, std::string& message) override {
    OM_uint32 minor = 0;
    gss_buffer_desc in = borrowed(sealed);
    GssBytes out(gss_);
    int encrypted = 0;
    // Anything but COMPLETE is a message that was repeated, is late or comes after a gap.
    const OM_uint32 major = gss_.unwrap(&minor, context_, &in, out.get(), &encrypted, nullptr);
    if (major != GSS_S_COMPLETE || encrypted == 0)
      throw Refusal(Cause::encryption, "", "a message can't be opened");
    append(message, out.get());
  }

 private:
  const AcceptorLibrary& gss_;
  gss_cred_id_t credential_;
  gss_ctx_id_t context_ = GSS_C_NO_CONTEXT;
  gss_name_t client_ = GSS_C_NO_NAME;
};

class MitAcceptor final : public GssAcceptor {
 public:
  explicit MitAcceptor(const std::string& keytab) : read_once_(keytab) {
    setenv("KRB5_KTNAME", ReadOnce::keys_in_memory, 1);
    OM_uint32 minor = 0;
    const OM_uint32 major =
        gss_.acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, GSS_C_NO_OID_SET, GSS_C_ACCEPT,
                          &credential_, nullptr, nullptr);
    if (GSS_ERROR(major))
      throw std::runtime_error("the keytab can't be used: " +
                               words_of(gss_, minor, GSS_C_MECH_CODE));
  }
  MitAcceptor(const MitAcceptor&) = delete;
  MitAcceptor& operator=(const MitAcceptor&) = delete;
  ~MitAcceptor() override {
    OM_uint32 minor = 0;
    gss_.release_cred(&minor, &credential_);
  }
  std::unique_ptr<AcceptedContext> begin() const override {
    return std::make_unique<MitContext>(gss_, credential_);
  }

 private:
  const AcceptorLibrary gss_;
  const ReadOnce read_once_;
  gss_cred_id_t credential_ = GSS_C_NO_CREDENTIAL;
};

}  // namespace

std::unique_ptr<GssAcceptor> make_gss_acceptor(const std::string& keytab,
                                               const std::string& replay_cache) {
  setenv("KRB5RCACHENAME", replay_cache.c_str(), 1);
  return std::make_unique<MitAcceptor>(keytab);
}

}  // namespace negodbc::bench
