#include "tests/fake/fake_gss.h"

#include <gssapi/gssapi_ext.h>

#include <cstdlib>
#include <cstring>

#define FAKE extern "C" __attribute__((visibility("default")))

using negodbc::test::FakeGss;
using negodbc::test::FakeLeg;
using negodbc::test::FakeText;

namespace {

FakeGss g_fake;

struct Name {
  std::string text;
};
struct Credential {
  std::string mech;
};
struct Context {
  bool complete = false;
};

template <typename Object, typename Handle>
Object* object(Handle handle) {
  return reinterpret_cast<Object*>(handle);
}
template <typename Handle, typename Object>
Handle handle(Object* made) {
  return reinterpret_cast<Handle>(made);
}

std::string text_of(const gss_buffer_desc* buffer) {
  return std::string(static_cast<const char*>(buffer->value), buffer->length);
}
std::string oid_of(const gss_OID_desc* oid) {
  if (oid == nullptr) return "";
  return std::string(static_cast<const char*>(oid->elements), oid->length);
}

void put(gss_buffer_t buffer, const std::string& text) {
  buffer->length = 0;
  buffer->value = nullptr;
  if (text.empty()) return;
  buffer->value = std::malloc(text.size());
  std::memcpy(buffer->value, text.data(), text.size());
  buffer->length = text.size();
  ++g_fake.buffers;
}

gss_OID_set new_set(const std::string& mech) {
  auto* set = new gss_OID_set_desc;
  set->count = 1;
  set->elements = new gss_OID_desc;
  set->elements->length = static_cast<OM_uint32>(mech.size());
  set->elements->elements = std::malloc(mech.size());
  std::memcpy(set->elements->elements, mech.data(), mech.size());
  ++g_fake.oid_sets;
  return set;
}

FakeLeg next_leg(std::deque<FakeLeg>& legs) {
  if (legs.empty()) return FakeLeg{};
  FakeLeg leg = legs.front();
  if (legs.size() > 1) legs.pop_front();
  return leg;
}

OM_uint32 acquire(OM_uint32* minor, gss_OID_set mechs, gss_cred_usage_t usage,
                  gss_cred_id_t* credential) {
  *minor = g_fake.acquire_minor;
  g_fake.usages.push_back(usage);
  if (GSS_ERROR(g_fake.acquire_major)) return g_fake.acquire_major;
  *credential = handle<gss_cred_id_t>(
      new Credential{mechs == nullptr ? std::string() : oid_of(&mechs->elements[0])});
  ++g_fake.credentials;
  return GSS_S_COMPLETE;
}

// What a leg leaves of the context.
OM_uint32 run(const FakeLeg& leg, OM_uint32* minor, gss_ctx_id_t* context, gss_buffer_t token,
              OM_uint32* flags, OM_uint32* life) {
  *minor = leg.minor;
  if (!GSS_ERROR(leg.major)) {
    if (*context == GSS_C_NO_CONTEXT) {
      *context = handle<gss_ctx_id_t>(new Context);
      ++g_fake.contexts;
    }
    object<Context>(*context)->complete = (leg.major & GSS_S_CONTINUE_NEEDED) == 0;
  }
  put(token, leg.token);
  if (flags != nullptr) *flags = leg.flags;
  if (life != nullptr) *life = leg.life;
  return leg.major;
}

}  // namespace

FAKE FakeGss* negodbc_fake_gss() {
  return &g_fake;
}

FAKE OM_uint32 gss_acquire_cred(OM_uint32* minor, gss_name_t, OM_uint32, gss_OID_set mechs,
                                gss_cred_usage_t usage, gss_cred_id_t* credential, gss_OID_set*,
                                OM_uint32*) {
  return acquire(minor, mechs, usage, credential);
}

FAKE OM_uint32 gss_inquire_cred(OM_uint32* minor, gss_cred_id_t credential, gss_name_t* name,
                                OM_uint32* life, gss_cred_usage_t*, gss_OID_set* mechs) {
  *minor = 0;
  if (GSS_ERROR(g_fake.inquire_cred_major)) return g_fake.inquire_cred_major;
  if (name != nullptr) {
    *name = handle<gss_name_t>(new Name{"user@FAKE"});
    ++g_fake.names;
  }
  if (life != nullptr) *life = g_fake.cred_life;
  if (mechs != nullptr) {
    *mechs = new_set(g_fake.cred_has_mech ? object<Credential>(credential)->mech : "other");
  }
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_release_cred(OM_uint32*, gss_cred_id_t* credential) {
  delete object<Credential>(*credential);
  *credential = GSS_C_NO_CREDENTIAL;
  --g_fake.credentials;
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_import_name(OM_uint32* minor, gss_buffer_t text, gss_OID type,
                               gss_name_t* name) {
  *minor = 0;
  if (GSS_ERROR(g_fake.import_name_major)) return g_fake.import_name_major;
  const bool hostbased = oid_of(type) == std::string("\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04");
  g_fake.imported.push_back((hostbased ? "hostbased:" : "principal:") + text_of(text));
  *name = handle<gss_name_t>(new Name{text_of(text)});
  ++g_fake.names;
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_display_name(OM_uint32*, gss_name_t name, gss_buffer_t text, gss_OID*) {
  put(text, object<Name>(name)->text);
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_release_name(OM_uint32*, gss_name_t* name) {
  delete object<Name>(*name);
  *name = GSS_C_NO_NAME;
  --g_fake.names;
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_init_sec_context(OM_uint32* minor, gss_cred_id_t, gss_ctx_id_t* context,
                                    gss_name_t target, gss_OID mech, OM_uint32 flags, OM_uint32,
                                    gss_channel_bindings_t bindings, gss_buffer_t input, gss_OID*,
                                    gss_buffer_t token, OM_uint32* granted, OM_uint32* life) {
  g_fake.init_calls.push_back(FakeGss::InitCall{
      .mech = oid_of(mech),
      .target = object<Name>(target)->text,
      .flags = flags,
      .bindings = bindings == nullptr ? "<none>" : text_of(&bindings->application_data),
      .has_input = input != nullptr,
      .input = input == nullptr ? std::string() : text_of(input)});
  return run(next_leg(g_fake.init_legs), minor, context, token, granted, life);
}

FAKE OM_uint32 gss_accept_sec_context(OM_uint32* minor, gss_ctx_id_t* context, gss_cred_id_t,
                                      gss_buffer_t input, gss_channel_bindings_t, gss_name_t*,
                                      gss_OID*, gss_buffer_t token, OM_uint32* granted,
                                      OM_uint32* life, gss_cred_id_t*) {
  g_fake.accept_inputs.push_back(text_of(input));
  return run(next_leg(g_fake.accept_legs), minor, context, token, granted, life);
}

FAKE OM_uint32 gss_inquire_context(OM_uint32*, gss_ctx_id_t, gss_name_t* source, gss_name_t* target,
                                   OM_uint32*, gss_OID* mech, OM_uint32*, int*, int*) {
  static char krb5[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
  static char ntlm[] = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a";
  static gss_OID_desc krb5_oid{9, krb5};
  static gss_OID_desc ntlm_oid{10, ntlm};
  if (source != nullptr) {
    *source = handle<gss_name_t>(new Name{"user@FAKE"});
    ++g_fake.names;
  }
  if (target != nullptr) {
    *target = handle<gss_name_t>(new Name{"service/host@FAKE"});
    ++g_fake.names;
  }
  if (mech != nullptr) *mech = g_fake.runs_ntlm ? &ntlm_oid : &krb5_oid;
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_delete_sec_context(OM_uint32*, gss_ctx_id_t* context, gss_buffer_t) {
  if (*context != GSS_C_NO_CONTEXT) {
    delete object<Context>(*context);
    *context = GSS_C_NO_CONTEXT;
    --g_fake.contexts;
  }
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_export_sec_context(OM_uint32* minor, gss_ctx_id_t* context, gss_buffer_t token) {
  *minor = 0;
  if (GSS_ERROR(g_fake.export_major)) return g_fake.export_major;
  put(token, "exported");
  return gss_delete_sec_context(minor, context, nullptr);
}

FAKE OM_uint32 gss_import_sec_context(OM_uint32* minor, gss_buffer_t token, gss_ctx_id_t* context) {
  *minor = 0;
  if (text_of(token) != "exported") return GSS_S_DEFECTIVE_TOKEN;
  *context = handle<gss_ctx_id_t>(new Context{true});
  ++g_fake.contexts;
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_get_mic(OM_uint32* minor, gss_ctx_id_t, gss_qop_t, gss_buffer_t message,
                           gss_buffer_t mic) {
  *minor = 0;
  if (GSS_ERROR(g_fake.mic_major)) return g_fake.mic_major;
  put(mic, "mic:" + std::to_string(message->length));
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_verify_mic(OM_uint32* minor, gss_ctx_id_t, gss_buffer_t message,
                              gss_buffer_t mic, gss_qop_t*) {
  *minor = 0;
  if (g_fake.mic_major != GSS_S_COMPLETE) return g_fake.mic_major;
  return text_of(mic) == "mic:" + std::to_string(message->length) ? GSS_S_COMPLETE : GSS_S_BAD_SIG;
}

FAKE OM_uint32 gss_wrap(OM_uint32* minor, gss_ctx_id_t, int, gss_qop_t, gss_buffer_t message,
                        int* sealed, gss_buffer_t out) {
  *minor = 0;
  if (GSS_ERROR(g_fake.wrap_major)) return g_fake.wrap_major;
  std::string text = "HEAD" + text_of(message);
  for (std::size_t i = 4; i < text.size(); ++i) text[i] = static_cast<char>(text[i] ^ 0x55);
  *sealed = g_fake.wrap_encrypts ? 1 : 0;
  put(out, text);
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_unwrap(OM_uint32* minor, gss_ctx_id_t, gss_buffer_t message, gss_buffer_t out,
                          int* sealed, gss_qop_t*) {
  *minor = 0;
  if (GSS_ERROR(g_fake.unwrap_major)) return g_fake.unwrap_major;
  std::string text = text_of(message);
  if (text.rfind("HEAD", 0) != 0) return GSS_S_BAD_SIG;
  text.erase(0, 4);
  for (char& c : text) c = static_cast<char>(c ^ 0x55);
  *sealed = g_fake.wrap_encrypts ? 1 : 0;
  put(out, text);
  return g_fake.unwrap_major;
}

FAKE OM_uint32 gss_wrap_size_limit(OM_uint32* minor, gss_ctx_id_t, int, gss_qop_t, OM_uint32 size,
                                   OM_uint32* fits) {
  *minor = 0;
  *fits = size - 4;
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_display_status(OM_uint32* minor, OM_uint32 code, int type, gss_OID,
                                  OM_uint32* more, gss_buffer_t text) {
  *minor = 0;
  ++g_fake.display_calls;
  switch (g_fake.text) {
    case FakeText::kFails:
      return GSS_S_BAD_STATUS;
    case FakeText::kEmpty:
      *more = 0;
      put(text, "");
      return GSS_S_COMPLETE;
    case FakeText::kEndless:
      *more = 7;
      put(text, "again");
      return GSS_S_COMPLETE;
    case FakeText::kManyLines:
      *more = *more < 3 ? *more + 1 : 0;
      put(text, "line\none\r\n\ttwo" + std::to_string(*more));
      return GSS_S_COMPLETE;
    case FakeText::kNotUtf8:
      *more = 0;
      put(text, std::string("bad\xFF\xC0\x80\xED\xA0\x80text\0end", 17));
      return GSS_S_COMPLETE;
    case FakeText::kHuge:
      *more = 0;
      put(text, std::string(1000000, 'x'));
      return GSS_S_COMPLETE;
    case FakeText::kPlain:
      break;
  }
  *more = 0;
  const auto found = g_fake.minor_texts.find(code);
  put(text, type == GSS_C_MECH_CODE && found != g_fake.minor_texts.end()
                ? found->second
                : (type == GSS_C_MECH_CODE ? "minor " : "major ") + std::to_string(code));
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_indicate_mechs(OM_uint32*, gss_OID_set* mechs) {
  *mechs = new_set(g_fake.has_ntlm ? "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"
                                   : "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02");
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_release_oid_set(OM_uint32*, gss_OID_set* set) {
  std::free((*set)->elements->elements);
  delete (*set)->elements;
  delete *set;
  *set = nullptr;
  --g_fake.oid_sets;
  return GSS_S_COMPLETE;
}

FAKE OM_uint32 gss_release_buffer(OM_uint32*, gss_buffer_t buffer) {
  if (buffer->value != nullptr) --g_fake.buffers;
  std::free(buffer->value);
  buffer->value = nullptr;
  buffer->length = 0;
  return GSS_S_COMPLETE;
}

#ifdef FAKE_GSS_WITH_STORES
FAKE OM_uint32 gss_acquire_cred_from(OM_uint32* minor, gss_name_t, OM_uint32, gss_OID_set mechs,
                                     gss_cred_usage_t usage, gss_const_key_value_set_t store,
                                     gss_cred_id_t* credential, gss_OID_set*, OM_uint32*) {
  for (OM_uint32 i = 0; i < store->count; ++i) {
    g_fake.stores.push_back(std::string(store->elements[i].key) + "=" + store->elements[i].value);
  }
  return acquire(minor, mechs, usage, credential);
}

FAKE OM_uint32 gss_set_neg_mechs(OM_uint32* minor, gss_cred_id_t, const gss_OID_set mechs) {
  *minor = 0;
  g_fake.offered.clear();
  for (std::size_t i = 0; i < mechs->count; ++i)
    g_fake.offered.push_back(oid_of(&mechs->elements[i]));
  return GSS_S_COMPLETE;
}
#else
FAKE OM_uint32 gss_krb5_ccache_name(OM_uint32* minor, const char* name, const char**) {
  *minor = 0;
  g_fake.caches.push_back(name);  // NULL crashes, as it does in Heimdal
  return GSS_S_COMPLETE;
}
#endif
