// The ABI's header is C++20.
#include "negodbc/auth_plugin.h"

static_assert(__cplusplus >= 202002L);

extern "C" int negodbc_header_in_cxx() {
  return static_cast<int>(sizeof(negodbc_auth_options) + sizeof(negodbc_auth_api));
}
