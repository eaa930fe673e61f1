// The functions of OpenSSL that the driver calls, as jumps to where the library has them: part of
// the driver's module, which is so not linked to OpenSSL. One that is not listed here brings the
// link back, which bench_cold_realm_test tells. The libraries are found by the system's loader, as
// if they were linked, and stay for the rest of the process.
#include <dlfcn.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string_view>

#include "driver/base/fork_mutex.h"
#include "driver/base/openssl_library.h"

// clang-format off
#define NEGODBC_LIBSSL_CALLS(X) \
  X(SSL_CIPHER_get_name) X(SSL_CTX_check_private_key) X(SSL_CTX_ctrl) X(SSL_CTX_free) \
  X(SSL_CTX_get_cert_store) X(SSL_CTX_get_verify_mode) X(SSL_CTX_load_verify_locations) \
  X(SSL_CTX_new) X(SSL_CTX_set_alpn_protos) X(SSL_CTX_set_default_passwd_cb) \
  X(SSL_CTX_set_default_passwd_cb_userdata) X(SSL_CTX_set_default_verify_paths) \
  X(SSL_CTX_set_options) X(SSL_CTX_set_verify) X(SSL_CTX_use_PrivateKey_file) \
  X(SSL_CTX_use_certificate_chain_file) X(SSL_connect) X(SSL_ctrl) X(SSL_free) \
  X(SSL_get0_alpn_selected) X(SSL_get0_peer_certificate) X(SSL_get_current_cipher) \
  X(SSL_get_error) X(SSL_get_peer_cert_chain) X(SSL_get_verify_result) X(SSL_get_version) \
  X(SSL_has_pending) X(SSL_new) X(SSL_peek_ex) X(SSL_read_ex) X(SSL_set_bio) X(SSL_shutdown) \
  X(SSL_write_ex) X(TLS_client_method)

#define NEGODBC_LIBCRYPTO_CALLS(X) \
  X(ASN1_STRING_get0_data) X(ASN1_STRING_length) X(ASN1_TIME_to_tm) X(BIO_clear_flags) \
  X(BIO_ctrl) X(BIO_free) X(BIO_get_data) X(BIO_get_new_index) X(BIO_meth_free) \
  X(BIO_meth_new) X(BIO_meth_set_ctrl) X(BIO_meth_set_read) X(BIO_meth_set_write) X(BIO_new) \
  X(BIO_s_mem) X(BIO_set_data) X(BIO_set_flags) X(BIO_set_init) X(BIO_test_flags) \
  X(ERR_clear_error) X(ERR_peek_error) X(ERR_peek_last_error) X(ERR_reason_error_string) \
  X(EVP_Digest) X(EVP_MAC_CTX_free) X(EVP_MAC_CTX_new) X(EVP_MAC_fetch) X(EVP_MAC_final) \
  X(EVP_MAC_free) X(EVP_MAC_init) X(EVP_MAC_update) X(EVP_MD_fetch) X(EVP_MD_free) \
  X(EVP_get_digestbyname) X(GENERAL_NAMES_free) X(OBJ_nid2sn) X(OPENSSL_sk_num) \
  X(OPENSSL_sk_value) X(OSSL_PARAM_construct_end) X(OSSL_PARAM_construct_utf8_string) \
  X(RAND_bytes) X(X509_NAME_print_ex) X(X509_STORE_CTX_free) X(X509_STORE_CTX_get_error) \
  X(X509_STORE_CTX_init) X(X509_STORE_CTX_new) X(X509_STORE_CTX_set_default) \
  X(X509_STORE_load_locations) X(X509_STORE_set_flags) X(X509_check_host) \
  X(X509_check_ip_asc) X(X509_digest) X(X509_get0_notAfter) X(X509_get0_notBefore) \
  X(X509_get_default_cert_dir) X(X509_get_default_cert_dir_env) X(X509_get_default_cert_file) \
  X(X509_get_default_cert_file_env) X(X509_get_ext_d2i) X(X509_get_issuer_name) \
  X(X509_get_signature_info) X(X509_get_subject_name) X(X509_verify_cert) \
  X(X509_verify_cert_error_string)
// clang-format on

#if defined(__x86_64__)
#define NEGODBC_JUMP(place) "endbr64\n jmp *" place "(%rip)\n"
#elif defined(__aarch64__)
#define NEGODBC_JUMP(place) \
  "hint #34\n adrp x16, " place "\n ldr x16, [x16, :lo12:" place "]\n br x16\n"
#else
#error "the driver is linked to OpenSSL on this processor: driver/api/CMakeLists.txt"
#endif

extern "C" {

[[noreturn]] __attribute__((visibility("hidden"))) void negodbc_openssl_is_not_open() {
  (void)std::fputs("negodbc: OpenSSL was called before need_openssl()\n", stderr);
  std::abort();
}

// The place that holds a function's address, and the function of its name that jumps there.
#define NEGODBC_CALL(name)                                                        \
  __attribute__((visibility("hidden"))) void* negodbc_at_##name =                 \
      reinterpret_cast<void*>(&negodbc_openssl_is_not_open);                      \
  __asm__(".pushsection .text\n.globl " #name "\n.hidden " #name "\n.type " #name \
          ", %function\n.balign 16\n" #name                                       \
          ":\n" NEGODBC_JUMP("negodbc_at_" #name) ".size " #name ", . - " #name   \
                                                  "\n.popsection\n");
NEGODBC_LIBSSL_CALLS(NEGODBC_CALL)
NEGODBC_LIBCRYPTO_CALLS(NEGODBC_CALL)
#undef NEGODBC_CALL

}  // extern "C"

namespace negodbc {
namespace {

struct Call {
  const char* library;
  const char* name;
  void** place;
};
constexpr Call calls[] = {
#define NEGODBC_CALL(name) {"libcrypto.so.3", #name, &negodbc_at_##name},
    NEGODBC_LIBCRYPTO_CALLS(NEGODBC_CALL)
#undef NEGODBC_CALL
#define NEGODBC_CALL(name) {"libssl.so.3", #name, &negodbc_at_##name},
        NEGODBC_LIBSSL_CALLS(NEGODBC_CALL)
#undef NEGODBC_CALL
};

}  // namespace

// Several threads may do the same at once: loading waits for nobody here and may register at fork.
bool open_openssl(std::string& fault) {
  std::array<void*, std::size(calls)> found{};
  void* library = nullptr;
  std::string_view opened;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (opened != calls[i].library) {
      opened = calls[i].library;
      library = dlopen(calls[i].library, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
    }
    found[i] = library == nullptr ? nullptr : dlsym(library, calls[i].name);
    if (found[i] == nullptr) {
      const char* const why = dlerror();  // NOLINT(concurrency-mt-unsafe): thread-local in glibc
      fault = why != nullptr ? why : calls[i].library;
      return false;
    }
  }
  static ForkMutex mutex;
  const std::lock_guard lock(mutex);
  for (std::size_t i = 0; i < found.size(); ++i) *calls[i].place = found[i];
  return true;
}

}  // namespace negodbc
