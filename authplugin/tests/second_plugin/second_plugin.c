/* A second plugin, written against negodbc/auth_plugin.h alone, in C, over the MIT library that it
 * is linked to: the proof that the ABI is enough. It is small: one library, credentials from a
 * cache, no helper threads, so a KDC that hangs is waited for. What it cannot do answers
 * E_UNSUPPORTED. */
#define NEGODBC_AUTH_PLUGIN_BUILD
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "negodbc/auth_plugin.h"

enum { text_size = 512, default_life = 15 };

typedef enum { fresh, stepping, established, failed } state_t;

struct negodbc_auth_session {
  state_t state;
  negodbc_auth_status status;
  OM_uint32 major, minor, asked, granted, required, legs;
  char package[16], target[text_size], principal[text_size], cache[text_size], wanted[text_size];
  char text[text_size], json[4 * text_size];
  OM_uint32 min_life;
  int64_t expires_at;
  int with_realm;
  void* bindings;
  size_t bindings_size;
  gss_cred_id_t credential;
  gss_ctx_id_t context;
  gss_name_t target_name;
  gss_buffer_desc token;
};

static atomic_ullong opened, succeeded, gone_wrong, steps, acquired;

static gss_OID_desc spnego = {6, "\x2b\x06\x01\x05\x05\x02"};

static gss_OID mech_of(const negodbc_auth_session* s) {
  return strcmp(s->package, "Kerberos") == 0 ? (gss_OID)gss_mech_krb5 : &spnego;
}

/* Takes a field that lies beyond the caller's size as zero. */
#define GIVEN(options, field) \
  ((options)->size >= offsetof(negodbc_auth_options, field) + sizeof((options)->field))
#define FIELD(options, field) (GIVEN(options, field) ? (options)->field : 0)

static const char* text_or(const char* text, const char* otherwise) {
  return text == NULL || *text == '\0' ? otherwise : text;
}

static negodbc_auth_status fail(negodbc_auth_session* s, negodbc_auth_status status,
                                const char* text) {
  if (s->state != failed) atomic_fetch_add(&gone_wrong, 1);
  s->state = failed;
  s->status = status;
  snprintf(s->text, sizeof s->text, "%s", text);
  return status;
}

/* The session goes on. */
static negodbc_auth_status refuse(negodbc_auth_session* s, negodbc_auth_status status,
                                  const char* text) {
  s->status = status;
  snprintf(s->text, sizeof s->text, "%s", text);
  return status;
}

static negodbc_auth_status fail_by_library(negodbc_auth_session* s, negodbc_auth_status otherwise) {
  OM_uint32 more = 0, ignored = 0;
  gss_buffer_desc words = GSS_C_EMPTY_BUFFER;
  char text[text_size] = "";
  gss_display_status(&ignored, s->minor != 0 ? s->minor : s->major,
                     s->minor != 0 ? GSS_C_MECH_CODE : GSS_C_GSS_CODE, mech_of(s), &more, &words);
  snprintf(text, sizeof text, "%.*s", (int)words.length, (const char*)words.value);
  gss_release_buffer(&ignored, &words);
  switch (GSS_ROUTINE_ERROR(s->major)) {
    case GSS_S_NO_CRED:
      return fail(s, NEGODBC_AUTH_E_NO_CREDENTIALS, text);
    case GSS_S_CREDENTIALS_EXPIRED:
      return fail(s, NEGODBC_AUTH_E_EXPIRED, text);
    case GSS_S_DEFECTIVE_TOKEN:
      return fail(s, NEGODBC_AUTH_E_INVALID_TOKEN, text);
    default:
      break;
  }
  switch (s->minor) {
    case 2529639053u: /* KRB5_FCC_NOFILE, KRB5_CC_NOTFOUND */
    case 2529639107u:
      return fail(s, NEGODBC_AUTH_E_NO_CREDENTIALS, text);
    case 2529638919u: /* KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN */
      return fail(s, NEGODBC_AUTH_E_TARGET_UNKNOWN, text);
    case 2529639068u: /* KRB5_KDC_UNREACH */
      return fail(s, NEGODBC_AUTH_E_NO_AUTHORITY, text);
    default:
      /* The library numbers what SPNEGO passes on as it likes. */
      return fail(
          s, strstr(text, "Server not found") != NULL ? NEGODBC_AUTH_E_TARGET_UNKNOWN : otherwise,
          text);
  }
}

static negodbc_auth_status check(negodbc_auth_session* s, const negodbc_auth_options* o) {
  const uint32_t known = NEGODBC_AUTH_FLAG_MUTUAL | NEGODBC_AUTH_FLAG_REPLAY_DETECT |
                         NEGODBC_AUTH_FLAG_SEQUENCE_DETECT | NEGODBC_AUTH_FLAG_CONFIDENTIALITY |
                         NEGODBC_AUTH_FLAG_INTEGRITY;
  const char* realm = text_or(FIELD(o, realm), "");
  const char* target = text_or(FIELD(o, target), "");
  int size = 0;
  snprintf(s->package, sizeof s->package, "%s", text_or(FIELD(o, package), "Negotiate"));
  if (strcmp(s->package, "Negotiate") != 0 && strcmp(s->package, "Kerberos") != 0)
    return fail(s, NEGODBC_AUTH_E_UNSUPPORTED, "package: Negotiate and Kerberos only");
  s->required = FIELD(o, flags_required);
  s->asked = s->required | FIELD(o, flags_requested);
  if ((s->asked & ~known) != 0) return fail(s, NEGODBC_AUTH_E_ARGUMENT, "unknown flags");
  if (FIELD(o, reserved) != 0) return fail(s, NEGODBC_AUTH_E_ARGUMENT, "reserved is not 0");
  if (FIELD(o, delegation) != NEGODBC_AUTH_DELEGATE_NONE)
    return fail(s, NEGODBC_AUTH_E_UNSUPPORTED, "delegation");
  if (FIELD(o, canonicalize) != NEGODBC_AUTH_CANONICALIZE_NONE)
    return fail(s, NEGODBC_AUTH_E_UNSUPPORTED, "canonicalize");
  if (FIELD(o, client_keytab) != NULL || FIELD(o, password) != NULL ||
      FIELD(o, native_credential) != NULL)
    return fail(s, NEGODBC_AUTH_E_UNSUPPORTED, "credentials come from a cache");
  s->min_life = FIELD(o, min_lifetime_s) != 0 ? FIELD(o, min_lifetime_s) : default_life;
  snprintf(s->cache, sizeof s->cache, "%s", text_or(FIELD(o, credential_cache), ""));
  snprintf(s->wanted, sizeof s->wanted, "%s", text_or(FIELD(o, principal), ""));
  if (*target != '\0') {
    size = snprintf(s->target, sizeof s->target, "%s", target);
  } else {
    if (*text_or(FIELD(o, service), "") == '\0' || *text_or(FIELD(o, host), "") == '\0')
      return fail(s, NEGODBC_AUTH_E_ARGUMENT, "service and host, or target, are needed");
    size = snprintf(s->target, sizeof s->target, "%s/%s%s%s", o->service, o->host,
                    *realm != '\0' ? "@" : "", realm);
  }
  if (size >= text_size || strchr(s->target, '/') == NULL)
    return fail(s, NEGODBC_AUTH_E_ARGUMENT, "target is no service/host");
  s->with_realm = strchr(s->target, '@') != NULL;
  if (FIELD(o, channel_bindings_size) != 0) {
    if (o->channel_bindings == NULL)
      return fail(s, NEGODBC_AUTH_E_ARGUMENT, "channel_bindings is NULL");
    s->bindings = malloc(o->channel_bindings_size);
    if (s->bindings == NULL) return fail(s, NEGODBC_AUTH_E_MEMORY, "out of memory");
    memcpy(s->bindings, o->channel_bindings, o->channel_bindings_size);
    s->bindings_size = o->channel_bindings_size;
  }
  return NEGODBC_AUTH_OK;
}

static negodbc_auth_status open_session(const negodbc_auth_options* options,
                                        negodbc_auth_session** session) {
  if (session == NULL) return NEGODBC_AUTH_E_ARGUMENT;
  *session = calloc(1, sizeof **session);
  if (*session == NULL) return NEGODBC_AUTH_E_MEMORY;
  atomic_fetch_add(&opened, 1);
  if (options == NULL || options->size < sizeof options->size)
    return fail(*session, NEGODBC_AUTH_E_ARGUMENT, "options is NULL or has no size");
  return check(*session, options);
}

static negodbc_auth_status acquire(negodbc_auth_session* s) {
  gss_key_value_element_desc element = {"ccache", s->cache};
  gss_key_value_set_desc store = {1, &element};
  gss_OID_set_desc mechs = {1, mech_of(s)};
  gss_name_t name = GSS_C_NO_NAME;
  gss_buffer_desc text = {strlen(s->wanted), s->wanted};
  OM_uint32 life = 0, ignored = 0;
  if (s->credential != GSS_C_NO_CREDENTIAL) return NEGODBC_AUTH_OK;
  if (text.length != 0) {
    s->major = gss_import_name(&s->minor, &text, (gss_OID)GSS_KRB5_NT_PRINCIPAL_NAME, &name);
    if (GSS_ERROR(s->major)) return fail_by_library(s, NEGODBC_AUTH_E_ARGUMENT);
  }
  s->major = gss_acquire_cred_from(&s->minor, name, GSS_C_INDEFINITE, &mechs, GSS_C_INITIATE,
                                   *s->cache != '\0' ? &store : NULL, &s->credential, NULL, NULL);
  gss_release_name(&ignored, &name);
  if (GSS_ERROR(s->major)) return fail_by_library(s, NEGODBC_AUTH_E_NO_CREDENTIALS);
  atomic_fetch_add(&acquired, 1);
  s->major = gss_inquire_cred(&s->minor, s->credential, &name, &life, NULL, NULL);
  if (GSS_ERROR(s->major)) return fail_by_library(s, NEGODBC_AUTH_E_NO_CREDENTIALS);
  if (!GSS_ERROR(gss_display_name(&ignored, name, &text, NULL))) {
    snprintf(s->principal, sizeof s->principal, "%.*s", (int)text.length, (const char*)text.value);
    gss_release_buffer(&ignored, &text);
  }
  gss_release_name(&ignored, &name);
  s->expires_at = (int64_t)time(NULL) + life;
  if (life < s->min_life) return fail(s, NEGODBC_AUTH_E_EXPIRED, "the ticket has run out");
  return NEGODBC_AUTH_OK;
}

static negodbc_auth_status principal(negodbc_auth_session* s, uint32_t timeout_ms,
                                     const char** name) {
  negodbc_auth_status status = NEGODBC_AUTH_OK;
  if (s == NULL || name == NULL) return NEGODBC_AUTH_E_ARGUMENT;
  *name = "";
  if (s->state == failed) return NEGODBC_AUTH_E_STATE;
  if (timeout_ms == 0) return fail(s, NEGODBC_AUTH_E_TIMED_OUT, "no time");
  status = acquire(s);
  if (status == NEGODBC_AUTH_OK) *name = s->principal;
  return status;
}

static negodbc_auth_status import_target(negodbc_auth_session* s) {
  gss_buffer_desc text = {strlen(s->target), s->target};
  gss_OID form = (gss_OID)GSS_KRB5_NT_PRINCIPAL_NAME;
  char host_based[text_size];
  if (!s->with_realm) {
    snprintf(host_based, sizeof host_based, "%s", s->target);
    *strchr(host_based, '/') = '@';
    text.value = host_based;
    form = GSS_C_NT_HOSTBASED_SERVICE;
  }
  s->major = gss_import_name(&s->minor, &text, form, &s->target_name);
  return GSS_ERROR(s->major) ? fail_by_library(s, NEGODBC_AUTH_E_ARGUMENT) : NEGODBC_AUTH_OK;
}

static const struct {
  uint32_t flag;
  OM_uint32 gss;
} flags[] = {{NEGODBC_AUTH_FLAG_MUTUAL, GSS_C_MUTUAL_FLAG},
             {NEGODBC_AUTH_FLAG_REPLAY_DETECT, GSS_C_REPLAY_FLAG},
             {NEGODBC_AUTH_FLAG_SEQUENCE_DETECT, GSS_C_SEQUENCE_FLAG},
             {NEGODBC_AUTH_FLAG_CONFIDENTIALITY, GSS_C_CONF_FLAG},
             {NEGODBC_AUTH_FLAG_INTEGRITY, GSS_C_INTEG_FLAG}};

static negodbc_auth_status step(negodbc_auth_session* s, const void* input, size_t input_size,
                                uint32_t timeout_ms, const void** token, size_t* token_size) {
  negodbc_auth_status status = NEGODBC_AUTH_OK;
  struct gss_channel_bindings_struct bindings;
  gss_buffer_desc in = GSS_C_EMPTY_BUFFER;
  OM_uint32 ignored = 0, wanted = 0, granted = 0;
  size_t i = 0;
  if (s == NULL || token == NULL || token_size == NULL || (input == NULL && input_size != 0))
    return NEGODBC_AUTH_E_ARGUMENT;
  *token = NULL;
  *token_size = 0;
  gss_release_buffer(&ignored, &s->token);
  if (s->state == failed) return NEGODBC_AUTH_E_STATE;
  if (s->state == established) return refuse(s, NEGODBC_AUTH_E_STATE, "the context is complete");
  if (s->state == fresh && input_size != 0)
    return refuse(s, NEGODBC_AUTH_E_STATE, "the first step takes no input");
  if (timeout_ms == 0) return fail(s, NEGODBC_AUTH_E_TIMED_OUT, "no time");
  atomic_fetch_add(&steps, 1);
  if (s->state == fresh) {
    status = acquire(s);
    if (status == NEGODBC_AUTH_OK) status = import_target(s);
    if (status != NEGODBC_AUTH_OK) return status;
  }
  memset(&bindings, 0, sizeof bindings);
  bindings.application_data.value = s->bindings;
  bindings.application_data.length = s->bindings_size;
  for (i = 0; i < sizeof flags / sizeof *flags; ++i)
    if ((s->asked & flags[i].flag) != 0) wanted |= flags[i].gss;
  in.length = input_size;
  in.value = malloc(input_size + 1);
  if (in.value == NULL) return fail(s, NEGODBC_AUTH_E_MEMORY, "out of memory");
  if (input_size != 0) memcpy(in.value, input, input_size);
  s->major =
      gss_init_sec_context(&s->minor, s->credential, &s->context, s->target_name, mech_of(s),
                           wanted, 0, s->bindings_size != 0 ? &bindings : GSS_C_NO_CHANNEL_BINDINGS,
                           &in, NULL, &s->token, &granted, NULL);
  free(in.value);
  if (GSS_ERROR(s->major)) return fail_by_library(s, NEGODBC_AUTH_E_LOGON_DENIED);
  if (s->token.length != 0) ++s->legs;
  *token = s->token.value;
  *token_size = s->token.length;
  s->state = stepping;
  if ((s->major & GSS_S_CONTINUE_NEEDED) != 0) return NEGODBC_AUTH_CONTINUE;
  s->granted = (granted & GSS_C_DELEG_FLAG) != 0 ? NEGODBC_AUTH_FLAG_DELEGATED : 0;
  for (i = 0; i < sizeof flags / sizeof *flags; ++i)
    if ((granted & flags[i].gss) != 0) s->granted |= flags[i].flag;
  if ((s->required & ~s->granted) != 0) {
    *token = NULL;
    *token_size = 0;
    return fail(s, NEGODBC_AUTH_E_NOT_GRANTED, "a required flag was not granted");
  }
  s->state = established;
  atomic_fetch_add(&succeeded, 1);
  return NEGODBC_AUTH_ESTABLISHED;
}

/* Writes as much of `full` as the caller's struct holds. */
static negodbc_auth_status give(const void* full, size_t full_size, void* to) {
  uint32_t size = 0;
  memcpy(&size, to, sizeof size);
  if (size < sizeof size) return NEGODBC_AUTH_E_ARGUMENT;
  memcpy((char*)to + sizeof size, (const char*)full + sizeof size,
         (size < full_size ? size : full_size) - sizeof size);
  return NEGODBC_AUTH_OK;
}

/* Far more than a Kerberos message grows by. */
enum { overhead = 256 };

static negodbc_auth_status query(negodbc_auth_session* s, negodbc_auth_info* info) {
  negodbc_auth_info full;
  if (s == NULL || info == NULL) return NEGODBC_AUTH_E_ARGUMENT;
  if (s->state != established) return NEGODBC_AUTH_E_STATE;
  memset(&full, 0, sizeof full);
  full.flags_granted = s->granted;
  full.package = "Kerberos";
  full.principal = s->principal;
  full.target = s->target;
  full.expires_at = s->expires_at;
  full.max_frame_overhead = overhead;
  return give(&full, sizeof full, info);
}

static negodbc_auth_status hand_out(negodbc_auth_session* s, gss_buffer_t made, void* output,
                                    size_t* output_size) {
  OM_uint32 ignored = 0;
  const size_t room = *output_size;
  const size_t size = made->length;
  *output_size = size;
  if (size <= room && size != 0) memcpy(output, made->value, size);
  gss_release_buffer(&ignored, made);
  return size <= room ? NEGODBC_AUTH_OK
                      : refuse(s, NEGODBC_AUTH_E_BUFFER_TOO_SMALL, "the buffer is too small");
}

static negodbc_auth_status begin_transform(negodbc_auth_session* s, const void* input,
                                           size_t input_size, const void* output,
                                           const size_t* output_size) {
  if (s == NULL || output_size == NULL || (input == NULL && input_size != 0) ||
      (output == NULL && *output_size != 0))
    return NEGODBC_AUTH_E_ARGUMENT;
  if (s->state == failed) return NEGODBC_AUTH_E_STATE;
  if (s->state != established) return refuse(s, NEGODBC_AUTH_E_STATE, "no context is established");
  if ((s->granted & NEGODBC_AUTH_FLAG_CONFIDENTIALITY) == 0)
    return refuse(s, NEGODBC_AUTH_E_NOT_GRANTED, "the context has no confidentiality");
  return NEGODBC_AUTH_OK;
}

static negodbc_auth_status protect(negodbc_auth_session* s, const void* input, size_t input_size,
                                   void* output, size_t* output_size) {
  gss_buffer_desc in = GSS_C_EMPTY_BUFFER, out = GSS_C_EMPTY_BUFFER;
  int sealed = 0;
  const negodbc_auth_status status = begin_transform(s, input, input_size, output, output_size);
  if (status != NEGODBC_AUTH_OK) return status;
  /* Before a number of the sequence is spent. */
  if (*output_size < input_size + overhead) {
    *output_size = input_size + overhead;
    return refuse(s, NEGODBC_AUTH_E_BUFFER_TOO_SMALL, "the buffer is too small");
  }
  in.length = input_size;
  memcpy(&in.value, &input, sizeof input);
  s->major = gss_wrap(&s->minor, s->context, 1, GSS_C_QOP_DEFAULT, &in, &sealed, &out);
  if (GSS_ERROR(s->major) || !sealed) return fail_by_library(s, NEGODBC_AUTH_E_INTERNAL);
  return hand_out(s, &out, output, output_size);
}

static negodbc_auth_status unprotect(negodbc_auth_session* s, const void* input, size_t input_size,
                                     void* output, size_t* output_size) {
  gss_buffer_desc in = GSS_C_EMPTY_BUFFER, out = GSS_C_EMPTY_BUFFER;
  OM_uint32 ignored = 0;
  int sealed = 0;
  const negodbc_auth_status status = begin_transform(s, input, input_size, output, output_size);
  if (status != NEGODBC_AUTH_OK) return status;
  if (*output_size < input_size) {
    *output_size = input_size;
    return refuse(s, NEGODBC_AUTH_E_BUFFER_TOO_SMALL, "the buffer is too small");
  }
  in.length = input_size;
  memcpy(&in.value, &input, sizeof input);
  s->major = gss_unwrap(&s->minor, s->context, &in, &out, &sealed, NULL);
  /* Repeated or skipped messages come with a supplementary bit. */
  if (s->major != GSS_S_COMPLETE || !sealed) {
    gss_release_buffer(&ignored, &out);
    *output_size = 0;
    return fail(s, NEGODBC_AUTH_E_MESSAGE_ALTERED, "not what the peer sealed next");
  }
  return hand_out(s, &out, output, output_size);
}

static const char* hint_of(const negodbc_auth_session* s) {
  switch (s->status) {
    case NEGODBC_AUTH_OK:
      return "";
    case NEGODBC_AUTH_E_NO_CREDENTIALS:
    case NEGODBC_AUTH_E_EXPIRED:
      return "Run kinit.";
    case NEGODBC_AUTH_E_TARGET_UNKNOWN:
      return "Check the server's name.";
    default:
      return "Ask the administrator.";
  }
}

/* Quotes, backslashes and control characters are the only ones that JSON minds. */
static void append_json(char* json, size_t room, const char* name, const char* value) {
  size_t at = strlen(json);
  at += (size_t)snprintf(json + at, room - at, "%s\"%s\":\"", at == 1 ? "" : ",", name);
  for (; *value != '\0' && at + 4 < room; ++value) {
    if (*value == '"' || *value == '\\') json[at++] = '\\';
    json[at++] = *value;
    if ((unsigned char)*value < 0x20) json[at - 1] = ' ';
  }
  snprintf(json + at, room - at, "\"");
}

static negodbc_auth_status diagnosis(negodbc_auth_session* s, negodbc_auth_diagnosis* record) {
  negodbc_auth_diagnosis full;
  if (s == NULL || record == NULL) return NEGODBC_AUTH_E_ARGUMENT;
  memset(&full, 0, sizeof full);
  full.status = s->status;
  full.gss_major = s->major;
  full.gss_minor = s->minor;
  full.legs = s->legs;
  full.flags_asked = s->asked;
  full.flags_granted = s->granted;
  full.credential_expires_at = s->expires_at;
  full.package = s->package;
  full.library = "linked MIT library";
  full.library_version = "";
  full.target = s->target;
  full.principal = s->principal;
  full.credential_source = *s->cache != '\0' ? s->cache : "default cache";
  full.status_name = s->status == NEGODBC_AUTH_OK ? "OK" : "FAILED";
  full.text = s->text;
  full.hint = hint_of(s);
  snprintf(s->json, sizeof s->json, "{");
  append_json(s->json, sizeof s->json - 1, "target", s->target);
  append_json(s->json, sizeof s->json - 1, "principal", s->principal);
  append_json(s->json, sizeof s->json - 1, "text", s->text);
  append_json(s->json, sizeof s->json - 1, "hint", full.hint);
  strcat(s->json, "}");
  full.json = s->json;
  return give(&full, sizeof full, record);
}

static void close_session(negodbc_auth_session* s) {
  OM_uint32 ignored = 0;
  if (s == NULL) return;
  gss_release_buffer(&ignored, &s->token);
  if (s->context != GSS_C_NO_CONTEXT) gss_delete_sec_context(&ignored, &s->context, NULL);
  if (s->target_name != GSS_C_NO_NAME) gss_release_name(&ignored, &s->target_name);
  if (s->credential != GSS_C_NO_CREDENTIAL) gss_release_cred(&ignored, &s->credential);
  free(s->bindings);
  free(s);
}

static negodbc_auth_status counters(negodbc_auth_counters* record) {
  negodbc_auth_counters full;
  if (record == NULL) return NEGODBC_AUTH_E_ARGUMENT;
  memset(&full, 0, sizeof full);
  full.sessions_opened = opened;
  full.sessions_established = succeeded;
  full.sessions_failed = gone_wrong;
  full.steps = steps;
  full.credentials_acquired = acquired;
  return give(&full, sizeof full, record);
}

static const negodbc_auth_api api = {
    .size = offsetof(negodbc_auth_api, set_limits), /* the first table of version 1 */
    .abi_version = 1,
    .name = "second",
    .version = "1.0",
    .open = open_session,
    .principal = principal,
    .step = step,
    .query = query,
    .protect = protect,
    .unprotect = unprotect,
    .diagnosis = diagnosis,
    .close = close_session,
    .counters = counters};

const negodbc_auth_api* negodbc_auth_plugin(uint32_t abi_version) {
  return abi_version < 1 ? NULL : &api;
}
