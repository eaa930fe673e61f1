/* The ABI's header is C11, and its layout is what a driver in C relies on. */
#include "negodbc/auth_plugin.h"

#include <stdio.h>

#define EXPECT(condition)                                             \
  do {                                                                \
    if (!(condition)) {                                               \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      failures++;                                                     \
    }                                                                 \
  } while (0)

int negodbc_header_in_cxx(void);

static negodbc_auth_status NEGODBC_AUTH_CALL cancel_nothing(negodbc_auth_session* session) {
  (void)session;
  return NEGODBC_AUTH_OK;
}

int main(void) {
  int failures = 0;
  /* C++ sees the same layout. */
  EXPECT(negodbc_header_in_cxx() == (int)(sizeof(negodbc_auth_options) + sizeof(negodbc_auth_api)));
  /* Each struct begins with its size. */
  EXPECT(offsetof(negodbc_auth_options, size) == 0);
  EXPECT(offsetof(negodbc_auth_info, size) == 0);
  EXPECT(offsetof(negodbc_auth_diagnosis, size) == 0);
  EXPECT(offsetof(negodbc_auth_counters, size) == 0);
  EXPECT(offsetof(negodbc_auth_api, size) == 0);
  /* Version 1's layout, which no later version may change; what came since lies behind it. */
  EXPECT(offsetof(negodbc_auth_options, package) == 32);
  EXPECT(offsetof(negodbc_auth_counters, credentials_reused) == 56);
#if UINTPTR_MAX == 0xFFFFFFFFFFFFFFFFu
  EXPECT(offsetof(negodbc_auth_options, channel_bindings) == 120);
  EXPECT(offsetof(negodbc_auth_options, credential_copies) == 136);
  EXPECT(sizeof(negodbc_auth_info) == 48);
  EXPECT(offsetof(negodbc_auth_diagnosis, json) == 112);
  EXPECT(offsetof(negodbc_auth_diagnosis, outcome) == 120);
  EXPECT(offsetof(negodbc_auth_api, open) == 24);
  EXPECT(offsetof(negodbc_auth_api, set_limits) == 96);
  EXPECT(offsetof(negodbc_auth_api, peer_refused) == 112);
  EXPECT(offsetof(negodbc_auth_api, cancel) == 120);
  EXPECT(offsetof(negodbc_auth_api, set_log) == 184);
  EXPECT(offsetof(negodbc_auth_api, login_ended) == 192);
  EXPECT(offsetof(negodbc_auth_api, unprotect_in_place) == 200);
  EXPECT(offsetof(negodbc_auth_log, write) == 8);
#endif
  EXPECT(NEGODBC_AUTH_ESTABLISHED == NEGODBC_AUTH_OK);
  /* A table has what its size and its pointers say. */
  {
    negodbc_auth_api table = {0};
    const negodbc_auth_api* api = &table;
    table.cancel = cancel_nothing;
    table.size = offsetof(negodbc_auth_api, start_step);
    EXPECT(NEGODBC_AUTH_HAS(api, cancel));
    EXPECT(!NEGODBC_AUTH_HAS(api, close));
    EXPECT(!NEGODBC_AUTH_HAS(api, start_step));
    table.size = offsetof(negodbc_auth_api, cancel);
    EXPECT(!NEGODBC_AUTH_HAS(api, cancel));
  }
  return failures == 0 ? 0 : 1;
}
