/* Plugins that break the contract: the file's table is right, but for what BROKEN says. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "negodbc/auth_plugin.h"

struct negodbc_auth_session {
  int opened;
};

static negodbc_auth_status open_session(const negodbc_auth_options* options,
                                        negodbc_auth_session** session) {
  const char* const broken = getenv("BROKEN");
  if (broken != NULL && strcmp(broken, "crashes") == 0) abort();
  /* Nobody looks whether there are any. */
  if (broken != NULL && strcmp(broken, "takes NULL") == 0 && options == NULL) _exit(7);
  if (session == NULL || options == NULL) return NEGODBC_AUTH_E_ARGUMENT;
  *session = calloc(1, sizeof **session);
  return *session == NULL ? NEGODBC_AUTH_E_MEMORY : NEGODBC_AUTH_OK;
}

static negodbc_auth_status principal(negodbc_auth_session* session, uint32_t timeout_ms,
                                     const char** name) {
  (void)session, (void)timeout_ms, (void)name;
  return NEGODBC_AUTH_E_ARGUMENT;
}

static negodbc_auth_status step(negodbc_auth_session* session, const void* input, size_t input_size,
                                uint32_t timeout_ms, const void** token, size_t* token_size) {
  (void)session, (void)input, (void)input_size, (void)timeout_ms, (void)token, (void)token_size;
  return NEGODBC_AUTH_E_ARGUMENT;
}

static negodbc_auth_status query(negodbc_auth_session* session, negodbc_auth_info* info) {
  (void)session, (void)info;
  return NEGODBC_AUTH_E_ARGUMENT;
}

static negodbc_auth_status transform(negodbc_auth_session* session, const void* input,
                                     size_t input_size, void* output, size_t* output_size) {
  (void)session, (void)input, (void)input_size, (void)output, (void)output_size;
  return NEGODBC_AUTH_E_ARGUMENT;
}

static negodbc_auth_status diagnosis(negodbc_auth_session* session,
                                     negodbc_auth_diagnosis* record) {
  (void)session, (void)record;
  return NEGODBC_AUTH_E_ARGUMENT;
}

static void close_session(negodbc_auth_session* session) {
  free(session);
}

static negodbc_auth_status counters(negodbc_auth_counters* record) {
  (void)record;
  return NEGODBC_AUTH_E_ARGUMENT;
}

static const negodbc_auth_api api = {.size = offsetof(negodbc_auth_api, set_limits),
                                     .abi_version = 1,
                                     .name = "broken",
                                     .version = "1",
                                     .open = open_session,
                                     .principal = principal,
                                     .step = step,
                                     .query = query,
                                     .protect = transform,
                                     .unprotect = transform,
                                     .diagnosis = diagnosis,
                                     .close = close_session,
                                     .counters = counters};

__attribute__((visibility("default"))) const negodbc_auth_api* negodbc_auth_plugin(
    uint32_t abi_version) {
  const char* const broken = getenv("BROKEN");
  if (broken != NULL && strcmp(broken, "loads") == 0) abort();
  return abi_version < 1 ? NULL : &api;
}
