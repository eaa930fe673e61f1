// The C ABI over SessionHandle. Nothing is decided here: arguments are checked, sizes honoured,
// exceptions stopped.
#ifndef NEGODBC_AUTH_PLUGIN_BUILD
#define NEGODBC_AUTH_PLUGIN_BUILD
#endif
#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "negodbc/auth_plugin.h"
#include "negotiate/caches.h"
#include "negotiate/guarded.h"
#include "negotiate/log.h"
#include "negotiate/pool.h"
#include "negotiate/session_handle.h"

struct negodbc_auth_session : negodbc::auth::SessionHandle {
  using SessionHandle::SessionHandle;
};

namespace negodbc::auth {
namespace {

// A call on a session, which no helper must have.
template <typename Body>
negodbc_auth_status on(negodbc_auth_session& handle, Body body) noexcept {
  Session* const session = handle.session();
  if (session == nullptr) return NEGODBC_AUTH_E_STATE;
  return guarded(*session, [&] { return body(*session); });
}

// Writes as much of `full` as the caller's struct holds; its size field stays the caller's.
template <typename Record>
negodbc_auth_status give(const Record& full, Record* to) {
  const std::uint32_t size = to->size;
  if (size < sizeof(std::uint32_t)) return NEGODBC_AUTH_E_ARGUMENT;
  std::memcpy(to, &full, std::min<std::size_t>(size, sizeof(Record)));
  to->size = size;
  return NEGODBC_AUTH_OK;
}

std::span<const std::byte> bytes(const void* data, std::size_t size) {
  return {static_cast<const std::byte*>(data), size};
}

// Releases the native credential with its last user; NULL where it stays the caller's.
std::shared_ptr<void> native_owner(const negodbc_auth_options* options) {
  negodbc_auth_options given{};
  if (options == nullptr || options->size < sizeof(options->size)) return nullptr;
  std::memcpy(&given, options, std::min<std::size_t>(options->size, sizeof(given)));
  if (given.native_credential == nullptr || given.native_release == nullptr) return nullptr;
  return std::shared_ptr<void>(given.native_credential,
                               [release = given.native_release, data = given.native_release_data](
                                   void* credential) { release(credential, data); });
}

negodbc_auth_status abi_open(const negodbc_auth_options* options,
                             negodbc_auth_session** session) noexcept {
  if (session == nullptr) return NEGODBC_AUTH_E_ARGUMENT;
  *session = nullptr;
  return guarded([&] {
    std::shared_ptr<void> owner = native_owner(options);  // first: from now on it is ours
    std::unique_ptr<negodbc_auth_session> made;
    if (options == nullptr || options->size < sizeof(options->size)) {
      SessionOptions none;
      none.fault = "options is NULL or has no size";
      made = std::make_unique<negodbc_auth_session>(system_platform(), std::move(none));
    } else {
      made = std::make_unique<negodbc_auth_session>(system_caches(), *options, std::move(owner));
    }
    const negodbc_auth_status status = made->session()->open_status();
    *session = made.release();
    return status;
  });
}

negodbc_auth_status abi_principal(negodbc_auth_session* session, std::uint32_t timeout_ms,
                                  const char** name) noexcept {
  if (session == nullptr || name == nullptr) return NEGODBC_AUTH_E_ARGUMENT;
  *name = "";
  return on(*session, [&](Session& at_rest) {
    return at_rest.principal(std::chrono::milliseconds(timeout_ms), name);
  });
}

// A call that tells where its result lies.
template <typename Byte, typename Memory, typename Body>
negodbc_auth_status give_place(Memory** place, std::size_t* size, Body body) noexcept {
  if (place == nullptr || size == nullptr) return NEGODBC_AUTH_E_ARGUMENT;
  std::span<Byte> made;
  const negodbc_auth_status status = body(&made);
  *place = made.data();
  *size = made.size();
  return status;
}

negodbc_auth_status abi_step(negodbc_auth_session* session, const void* input,
                             std::size_t input_size, std::uint32_t timeout_ms, const void** token,
                             std::size_t* token_size) noexcept {
  if (session == nullptr || (input == nullptr && input_size != 0)) return NEGODBC_AUTH_E_ARGUMENT;
  return give_place<const std::byte>(token, token_size, [&](std::span<const std::byte>* made) {
    return on(*session, [&](Session& at_rest) {
      return at_rest.step(bytes(input, input_size), std::chrono::milliseconds(timeout_ms), made);
    });
  });
}

negodbc_auth_status abi_start_step(negodbc_auth_session* session, const void* input,
                                   std::size_t input_size, std::uint32_t timeout_ms,
                                   void (*ready)(void* ready_data), void* ready_data,
                                   const void** token, std::size_t* token_size) noexcept {
  if (session == nullptr || (input == nullptr && input_size != 0)) return NEGODBC_AUTH_E_ARGUMENT;
  return give_place<const std::byte>(token, token_size, [&](std::span<const std::byte>* made) {
    return on(*session, [&](Session&) {
      return session->start_step(bytes(input, input_size), std::chrono::milliseconds(timeout_ms),
                                 {ready, ready_data}, made);
    });
  });
}

negodbc_auth_status abi_finish_step(negodbc_auth_session* session, const void** token,
                                    std::size_t* token_size) noexcept {
  if (session == nullptr) return NEGODBC_AUTH_E_ARGUMENT;
  return give_place<const std::byte>(token, token_size, [&](std::span<const std::byte>* made) {
    return guarded([&] { return session->finish_step(made); });
  });
}

negodbc_auth_status abi_cancel(negodbc_auth_session* session) noexcept {
  if (session == nullptr) return NEGODBC_AUTH_E_ARGUMENT;
  return guarded([&] {
    session->cancel();
    return NEGODBC_AUTH_OK;
  });
}

negodbc_auth_status abi_query(negodbc_auth_session* session, negodbc_auth_info* info) noexcept {
  if (session == nullptr || info == nullptr) return NEGODBC_AUTH_E_ARGUMENT;
  if (session->session() == nullptr) return NEGODBC_AUTH_E_STATE;
  return guarded([&]() -> negodbc_auth_status {
    Established* const context = session->session()->established();
    if (context == nullptr) return NEGODBC_AUTH_E_STATE;
    const Outcome<std::uint32_t> overhead = context->max_frame_overhead();
    if (const auto* failure = std::get_if<Failure>(&overhead)) return failure->status;
    negodbc_auth_info full{};
    full.flags_granted = context->facts().flags_granted;
    full.package = context->facts().package.c_str();
    full.principal = context->names().principal.c_str();
    full.target = context->names().target.c_str();
    full.expires_at = context->facts().expires_at;
    full.max_frame_overhead = std::get<std::uint32_t>(overhead);
    return give(full, info);
  });
}

template <typename Operation>
negodbc_auth_status transform(negodbc_auth_session* session, const void* input,
                              std::size_t input_size, void* output, std::size_t* output_size,
                              Operation operation) noexcept {
  if (session == nullptr || output_size == nullptr || (input == nullptr && input_size != 0) ||
      (output == nullptr && *output_size != 0)) {
    return NEGODBC_AUTH_E_ARGUMENT;
  }
  return on(*session, [&](Session& at_rest) {
    std::size_t size = 0;
    const std::span<std::byte> space(static_cast<std::byte*>(output), *output_size);
    const negodbc_auth_status status = operation(at_rest, bytes(input, input_size), space, &size);
    *output_size = size;
    return status;
  });
}

negodbc_auth_status abi_protect(negodbc_auth_session* session, const void* input,
                                std::size_t input_size, void* output,
                                std::size_t* output_size) noexcept {
  return transform(session, input, input_size, output, output_size,
                   [](Session& s, auto... rest) { return s.protect(rest...); });
}

negodbc_auth_status abi_unprotect(negodbc_auth_session* session, const void* input,
                                  std::size_t input_size, void* output,
                                  std::size_t* output_size) noexcept {
  return transform(session, input, input_size, output, output_size,
                   [](Session& s, auto... rest) { return s.unprotect(rest...); });
}

negodbc_auth_status abi_unprotect_in_place(negodbc_auth_session* session, void* message,
                                           std::size_t size, void** data,
                                           std::size_t* data_size) noexcept {
  if (session == nullptr || (message == nullptr && size != 0)) return NEGODBC_AUTH_E_ARGUMENT;
  return give_place<std::byte>(data, data_size, [&](std::span<std::byte>* opened) {
    return on(*session, [&](Session& at_rest) {
      return at_rest.unprotect_in_place({static_cast<std::byte*>(message), size}, opened);
    });
  });
}

negodbc_auth_status abi_wrap(negodbc_auth_session* session, std::uint32_t sealed, const void* input,
                             std::size_t input_size, void* output,
                             std::size_t* output_size) noexcept {
  return transform(
      session, input, input_size, output, output_size, [sealed](Session& s, auto... rest) {
        return s.wrap(sealed == 0 ? Protection::kSigned : Protection::kSealed, rest...);
      });
}

negodbc_auth_status abi_unwrap(negodbc_auth_session* session, const void* input,
                               std::size_t input_size, void* output, std::size_t* output_size,
                               std::uint32_t* sealed) noexcept {
  if (sealed == nullptr) return NEGODBC_AUTH_E_ARGUMENT;
  *sealed = 0;
  return transform(session, input, input_size, output, output_size,
                   [sealed](Session& s, auto... rest) {
                     Protection found = Protection::kSigned;
                     const negodbc_auth_status status = s.unwrap(rest..., &found);
                     *sealed = status == NEGODBC_AUTH_OK && found == Protection::kSealed ? 1 : 0;
                     return status;
                   });
}

negodbc_auth_status abi_sign(negodbc_auth_session* session, const void* message,
                             std::size_t message_size, void* code,
                             std::size_t* code_size) noexcept {
  return transform(session, message, message_size, code, code_size,
                   [](Session& s, auto... rest) { return s.sign(rest...); });
}

negodbc_auth_status abi_verify(negodbc_auth_session* session, const void* message,
                               std::size_t message_size, const void* code,
                               std::size_t code_size) noexcept {
  if (session == nullptr || (message == nullptr && message_size != 0) ||
      (code == nullptr && code_size != 0)) {
    return NEGODBC_AUTH_E_ARGUMENT;
  }
  return on(*session, [&](Session& at_rest) {
    return at_rest.verify(bytes(message, message_size), bytes(code, code_size));
  });
}

negodbc_auth_status abi_diagnosis(negodbc_auth_session* session,
                                  negodbc_auth_diagnosis* record) noexcept {
  if (session == nullptr || record == nullptr) return NEGODBC_AUTH_E_ARGUMENT;
  Session* const at_rest = session->session();
  if (at_rest == nullptr) return NEGODBC_AUTH_E_STATE;
  return guarded([&] {
    const std::string& json = at_rest->json();
    const Diagnosis& d = at_rest->diagnosis();
    negodbc_auth_diagnosis full{};
    full.status = d.status;
    full.native_status = d.native;
    full.gss_major = d.gss_major;
    full.gss_minor = d.gss_minor;
    full.legs = d.legs;
    full.flags_asked = d.flags_asked;
    full.flags_granted = d.flags_granted;
    full.credential_expires_at = d.credential.expires_at;
    full.package = d.package.c_str();
    full.library = d.credential.library.c_str();
    full.library_version = d.credential.library_version.c_str();
    full.target = d.target.c_str();
    full.principal = d.credential.principal.c_str();
    full.credential_source = d.credential.source.c_str();
    full.status_name = at_rest->status_text().c_str();
    full.text = d.text.c_str();
    full.hint = d.hint.c_str();
    full.json = json.c_str();
    full.outcome = d.outcome;
    full.peer_words = d.peer_words.c_str();
    return give(full, record);
  });
}

void abi_close(negodbc_auth_session* session) noexcept {
  delete session;
}

negodbc_auth_status abi_counters(negodbc_auth_counters* record) noexcept {
  if (record == nullptr) return NEGODBC_AUTH_E_ARGUMENT;
  return guarded([&] {
    const Counters now = counters();
    negodbc_auth_counters full{};
    full.sessions_opened = now.sessions_opened;
    full.sessions_established = now.sessions_established;
    full.sessions_failed = now.sessions_failed;
    full.steps = now.steps;
    full.steps_timed_out = now.steps_timed_out;
    const CacheCounters& kept = cache_counters();
    full.credentials_acquired = kept.credentials_acquired.value();
    full.credentials_reused = kept.credentials_reused.value();
    full.credentials_copied = kept.credentials_copied.value();
    full.credentials_renewed = kept.credentials_renewed.value();
    full.credentials_changed = kept.credentials_changed.value();
    full.failures_remembered = kept.failures_remembered.value();
    full.targets_reused = kept.targets_reused.value();
    full.warm_contexts_used = kept.warm_used.value();
    full.warm_contexts_made = kept.warm_made.value();
    full.warm_contexts_dropped = kept.warm_dropped.value();
    const PoolCounters pool = pool_counters();
    full.buffers_taken = pool.taken;
    full.buffers_allocated = pool.from_heap;
    return give(full, record);
  });
}

negodbc_auth_status abi_set_limits(const negodbc_auth_limits* limits) noexcept {
  if (limits == nullptr || limits->size < sizeof(limits->size)) return NEGODBC_AUTH_E_ARGUMENT;
  negodbc_auth_limits given{};
  std::memcpy(&given, limits, std::min<std::size_t>(limits->size, sizeof(given)));
  pool_enable(given.pooled_buffers != NEGODBC_AUTH_OFF);
  return NEGODBC_AUTH_OK;
}

negodbc_auth_status abi_forget(const negodbc_auth_options* source) noexcept {
  if (source != nullptr && source->size < sizeof(source->size)) return NEGODBC_AUTH_E_ARGUMENT;
  return guarded([&] {
    system_caches().forget(source);
    return NEGODBC_AUTH_OK;
  });
}

negodbc_auth_status abi_peer_refused(negodbc_auth_session* session) noexcept {
  if (session == nullptr) return NEGODBC_AUTH_E_ARGUMENT;
  Session* const at_rest = session->session();
  if (at_rest == nullptr) return NEGODBC_AUTH_E_STATE;
  return guarded([&] {
    at_rest->peer_refused();
    return NEGODBC_AUTH_OK;
  });
}

negodbc_auth_status abi_login_ended(negodbc_auth_session* session, std::uint32_t outcome,
                                    const char* words) noexcept {
  if (session == nullptr || outcome > NEGODBC_AUTH_LOGIN_BROKEN_OFF) {
    return NEGODBC_AUTH_E_ARGUMENT;
  }
  Session* const at_rest = session->session();
  if (at_rest == nullptr) return NEGODBC_AUTH_E_STATE;
  return guarded([&] {
    at_rest->login_ended(outcome, words == nullptr ? "" : words);
    return NEGODBC_AUTH_OK;
  });
}

const char* abi_status_text(negodbc_auth_status status) noexcept {
  return abi_status_words(status);
}

negodbc_auth_status abi_set_log(const negodbc_auth_log* to) noexcept {
  if (to != nullptr && to->size < sizeof(to->size)) return NEGODBC_AUTH_E_ARGUMENT;
  negodbc_auth_log given{};
  if (to != nullptr) std::memcpy(&given, to, std::min<std::size_t>(to->size, sizeof(given)));
  return guarded([&] {
    set_log(given);
    return NEGODBC_AUTH_OK;
  });
}

constexpr negodbc_auth_api kApi = {
    .size = sizeof(negodbc_auth_api),
    .abi_version = NEGODBC_AUTH_ABI_VERSION,
    .name = "negodbc-auth",
    .version = NEGODBC_AUTH_PLUGIN_VERSION,
    .open = abi_open,
    .principal = abi_principal,
    .step = abi_step,
    .query = abi_query,
    .protect = abi_protect,
    .unprotect = abi_unprotect,
    .diagnosis = abi_diagnosis,
    .close = abi_close,
    .counters = abi_counters,
    .set_limits = abi_set_limits,
    .forget = abi_forget,
    .peer_refused = abi_peer_refused,
    .cancel = abi_cancel,
    .start_step = abi_start_step,
    .finish_step = abi_finish_step,
    .wrap = abi_wrap,
    .unwrap = abi_unwrap,
    .sign = abi_sign,
    .verify = abi_verify,
    .status_text = abi_status_text,
    .set_log = abi_set_log,
    .login_ended = abi_login_ended,
    .unprotect_in_place = abi_unprotect_in_place,
};

}  // namespace
}  // namespace negodbc::auth

const negodbc_auth_api* negodbc_auth_plugin(uint32_t abi_version) {
  // There is no older version than 1 to step back to.
  return abi_version < NEGODBC_AUTH_ABI_VERSION ? nullptr : &negodbc::auth::kApi;
}
