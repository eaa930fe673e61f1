/* A library that tells when it is loaded: what hostile_folder_test.py puts where nothing may be
 * loaded from. */
#include <unistd.h>

__attribute__((constructor)) static void tell(void) {
  static const char said[] = "INTRUDER\n";
  (void)!write(STDERR_FILENO, said, sizeof said - 1);
}

/* The plugin's entry point, so that it could be one. */
__attribute__((visibility("default"))) const void* negodbc_auth_plugin(unsigned version);
const void* negodbc_auth_plugin(unsigned version) {
  (void)version;
  tell();
  return (const void*)0;
}
