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
  EXPECT(sizeof(negodbc_auth_diagnosis) == 120);
  EXPECT(offsetof(negodbc_auth_api, open) == 24);
  EXPECT(offsetof(negodbc_auth_api, set_limits) == 96);
#endif
  EXPECT(NEGODBC_AUTH_ESTABLISHED == NEGODBC_AUTH_OK);
  return failures == 0 ? 0 : 1;
}
