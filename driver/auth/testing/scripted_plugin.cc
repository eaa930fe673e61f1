// An authentication plugin that does what the service's name says: what no KDC can be made to do on
// call.
//
//   ok          two legs: "token-1", then, for "reply-1", established
//   one-leg     established with its first token
//   fail<n>     every call that may fail answers with status -n
//   slow        waits until its time is over
//   late<n>     as ok, but the first token takes n milliseconds
//   forwarded   as ok, and the ticket was forwarded
//   silent-at-X as ok, but slow for the host X
//   incomplete  never established
//   package     as ok, with the package asked for as its first token
//   lifetime    as ok, with the least lifetime asked for as its first token
//   large       as ok, with tokens of 64 KiB, filled up by spaces
//   unsealed    as ok, but confidentiality was not granted
//
// A sealed message is the message behind an S.
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#define NEGODBC_AUTH_PLUGIN_BUILD
#include "negodbc/auth_plugin.h"

struct negodbc_auth_session {
  std::string service, target, package, token;
  std::string json = "{}";
  std::uint32_t min_lifetime = 0;
  bool established = false;
  negodbc_auth_status failure = 0;
  negodbc_auth_status status = 0;
};

namespace {

constexpr std::size_t large_token = std::size_t{64} << 10U;

negodbc_auth_status open_session(const negodbc_auth_options* options,
                                 negodbc_auth_session** session) {
  *session = new negodbc_auth_session;
  const auto text = [](const char* field) { return std::string(field == nullptr ? "" : field); };
  (*session)->service = text(options->service);
  (*session)->package = text(options->package);
  (*session)->min_lifetime = options->min_lifetime_s;
  (*session)->target = text(options->service) + "/" + text(options->host);
  if ((*session)->service.rfind("fail", 0) == 0)
    (*session)->failure = -std::atoi((*session)->service.c_str() + 4);
  return NEGODBC_AUTH_OK;
}

negodbc_auth_status fail(negodbc_auth_session* session, negodbc_auth_status status) {
  return session->status = status;
}

negodbc_auth_status wait_in_vain(negodbc_auth_session* session, std::uint32_t timeout_ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(timeout_ms));
  return fail(session, NEGODBC_AUTH_E_TIMED_OUT);
}

bool is_silent(const negodbc_auth_session* session) {
  const std::string& service = session->service;
  const std::size_t slash = session->target.find('/');
  return service == "slow" || service == "silent-at-" + session->target.substr(slash + 1);
}

negodbc_auth_status principal(negodbc_auth_session* session, std::uint32_t timeout_ms,
                              const char** name) {
  if (session->failure != 0) return fail(session, session->failure);
  if (is_silent(session)) return wait_in_vain(session, timeout_ms);
  *name = "alice@TEST";
  return NEGODBC_AUTH_OK;
}

negodbc_auth_status step(negodbc_auth_session* session, const void* input, size_t input_size,
                         std::uint32_t timeout_ms, const void** token, size_t* token_size) {
  if (session->failure != 0) return fail(session, session->failure);
  if (is_silent(session)) return wait_in_vain(session, timeout_ms);
  if (session->service.rfind("late", 0) == 0 && input_size == 0) {
    const int takes = std::atoi(session->service.c_str() + 4);
    if (static_cast<std::uint32_t>(takes) >= timeout_ms) return wait_in_vain(session, timeout_ms);
    std::this_thread::sleep_for(std::chrono::milliseconds(takes));
  }
  *token_size = 0;
  const bool large = session->service == "large";
  const auto text_of = [&](std::string text) {
    if (large) text.resize(large_token, ' ');
    return text;
  };
  const std::string reply(static_cast<const char*>(input_size == 0 ? "" : input), input_size);
  if (reply.empty()) {
    session->token = session->service == "package"    ? session->package
                     : session->service == "lifetime" ? std::to_string(session->min_lifetime)
                                                      : text_of("token-1");
    *token = session->token.data();
    *token_size = session->token.size();
    session->established = session->service == "one-leg";
    return session->established ? NEGODBC_AUTH_ESTABLISHED : NEGODBC_AUTH_CONTINUE;
  }
  if (reply != text_of("reply-1")) return fail(session, NEGODBC_AUTH_E_INVALID_TOKEN);
  session->established = session->service != "incomplete";
  return session->established ? NEGODBC_AUTH_ESTABLISHED : NEGODBC_AUTH_CONTINUE;
}

negodbc_auth_status query(negodbc_auth_session* session, negodbc_auth_info* info) {
  if (!session->established) return NEGODBC_AUTH_E_STATE;
  info->flags_granted = session->service == "unsealed"
                            ? NEGODBC_AUTH_FLAG_MUTUAL
                            : NEGODBC_AUTH_FLAG_MUTUAL | NEGODBC_AUTH_FLAG_CONFIDENTIALITY;
  info->package = "Kerberos";
  info->principal = "alice@TEST";
  info->target = session->target.c_str();
  info->max_frame_overhead = 1;
  return NEGODBC_AUTH_OK;
}

negodbc_auth_status protect(negodbc_auth_session* session, const void* input, size_t input_size,
                            void* output, size_t* output_size) {
  if (!session->established) return NEGODBC_AUTH_E_STATE;
  const bool fits = *output_size > input_size;
  *output_size = input_size + 1;
  if (!fits) return NEGODBC_AUTH_E_BUFFER_TOO_SMALL;
  auto* const to = static_cast<char*>(output);
  *to = 'S';
  std::memcpy(to + 1, input, input_size);
  return NEGODBC_AUTH_OK;
}

negodbc_auth_status unprotect(negodbc_auth_session* session, const void* input, size_t input_size,
                              void* output, size_t* output_size) {
  if (!session->established) return NEGODBC_AUTH_E_STATE;
  const auto* const from = static_cast<const char*>(input);
  if (session->status != 0) return NEGODBC_AUTH_E_STATE;
  if (input_size == 0 || *from != 'S') return fail(session, NEGODBC_AUTH_E_MESSAGE_ALTERED);
  const bool fits = *output_size >= input_size - 1;
  *output_size = input_size - 1;
  if (!fits) return NEGODBC_AUTH_E_BUFFER_TOO_SMALL;
  std::memmove(output, from + 1, input_size - 1);
  return NEGODBC_AUTH_OK;
}

negodbc_auth_status unprotect_in_place(negodbc_auth_session* session, void* message,
                                       size_t message_size, void** data, size_t* data_size) {
  const negodbc_auth_status status =
      unprotect(session, message, message_size, message, &message_size);
  *data = message;
  *data_size = status < 0 ? 0 : message_size;
  return status;
}

negodbc_auth_status diagnosis(negodbc_auth_session* session, negodbc_auth_diagnosis* record) {
  record->status = session->status;
  record->flags_granted = session->service == "forwarded" ? NEGODBC_AUTH_FLAG_DELEGATED : 0;
  record->package = "Negotiate";
  record->library = "scripted";
  record->library_version = "1.0";
  record->target = session->target.c_str();
  record->principal = "alice@TEST";
  record->credential_source = "FILE:/tmp/scripted";
  record->status_name = "SCRIPTED";
  record->text = session->status == 0 ? "" : "as the script says";
  record->hint = session->status == 0 ? "" : "Change the script.";
  record->json = session->json.c_str();
  return NEGODBC_AUTH_OK;
}

negodbc_auth_status login_ended(negodbc_auth_session* session, std::uint32_t outcome,
                                const char* words) {
  session->json = R"({"outcome":)" + std::to_string(outcome) + R"(,"words":")" + words + "\"}";
  return NEGODBC_AUTH_OK;
}

void close_session(negodbc_auth_session* session) {
  delete session;
}

negodbc_auth_status counters(negodbc_auth_counters*) {
  return NEGODBC_AUTH_OK;
}

// What this plugin is built as; see CMakeLists.txt.
#ifndef SCRIPTED_TABLE_SIZE
#define SCRIPTED_TABLE_SIZE sizeof(negodbc_auth_api)
#endif
#ifndef SCRIPTED_VERSION
#define SCRIPTED_VERSION NEGODBC_AUTH_ABI_VERSION
#endif
#ifndef SCRIPTED_OLDEST_DRIVER
#define SCRIPTED_OLDEST_DRIVER NEGODBC_AUTH_ABI_VERSION
#endif
#ifndef SCRIPTED_STEP
#define SCRIPTED_STEP step
#endif

struct Table {
  negodbc_auth_api known;
  void* later[8];  // functions this header does not know
};

const Table table = {{SCRIPTED_TABLE_SIZE,
                      SCRIPTED_VERSION,
                      "scripted",
                      "1",
                      open_session,
                      principal,
                      SCRIPTED_STEP,
                      query,
                      protect,
                      unprotect,
                      diagnosis,
                      close_session,
                      counters,
                      nullptr,
                      nullptr,
                      nullptr,
                      nullptr,
                      nullptr,
                      nullptr,
                      nullptr,
                      nullptr,
                      nullptr,
                      nullptr,
                      nullptr,
                      nullptr,
                      login_ended,
                      unprotect_in_place},
                     {}};

}  // namespace

const negodbc_auth_api* negodbc_auth_plugin(uint32_t abi_version) {
  (void)step;
  return abi_version >= SCRIPTED_OLDEST_DRIVER ? &table.known : nullptr;
}
