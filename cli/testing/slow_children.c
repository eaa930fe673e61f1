/* Loaded before a program: each process that it forks sleeps first, as on a machine that has no
 * time for it (NEGODBC_TEST_CHILDREN_SLEEP, seconds). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((visibility("default"))) pid_t fork(void) {
  union {
    void* symbol;
    pid_t (*function)(void);
  } real;
  real.symbol = dlsym(RTLD_NEXT, "fork");
  const pid_t child = real.function();
  const char* const seconds = getenv("NEGODBC_TEST_CHILDREN_SLEEP");
  if (child == 0 && seconds != NULL) sleep((unsigned)atoi(seconds));
  return child;
}
