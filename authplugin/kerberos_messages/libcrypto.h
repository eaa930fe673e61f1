// OpenSSL's libcrypto, found at run time: its functions as pointers, resolved once. Loading it
// takes as long as a whole login, so nobody opens it before a session has messages enough to be
// worth it.
#ifndef NEGODBC_KERBEROS_MESSAGES_LIBCRYPTO_H_
#define NEGODBC_KERBEROS_MESSAGES_LIBCRYPTO_H_

#include <openssl/core.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>

namespace negodbc::kerberos_messages {

#define NEGODBC_LIBCRYPTO_FUNCTIONS(X) \
  X(ERR_set_mark)                      \
  X(ERR_pop_to_mark)                   \
  X(EVP_CIPHER_fetch)                  \
  X(EVP_CIPHER_free)                   \
  X(EVP_CIPHER_CTX_new)                \
  X(EVP_CIPHER_CTX_free)               \
  X(EVP_CIPHER_CTX_set_padding)        \
  X(EVP_EncryptInit_ex2)               \
  X(EVP_EncryptUpdate)                 \
  X(EVP_DecryptInit_ex2)               \
  X(EVP_DecryptUpdate)                 \
  X(EVP_MAC_fetch)                     \
  X(EVP_MAC_free)                      \
  X(EVP_MAC_CTX_new)                   \
  X(EVP_MAC_CTX_free)                  \
  X(EVP_MAC_init)                      \
  X(EVP_MAC_update)                    \
  X(EVP_MAC_final)                     \
  X(EVP_KDF_fetch)                     \
  X(EVP_KDF_free)                      \
  X(EVP_KDF_CTX_new)                   \
  X(EVP_KDF_CTX_free)                  \
  X(EVP_KDF_derive)                    \
  X(OSSL_PARAM_construct_end)          \
  X(OSSL_PARAM_construct_octet_string) \
  X(OSSL_PARAM_construct_utf8_string)

struct Libcrypto {
// NOLINTBEGIN(bugprone-macro-parentheses): a member's name can't stand in them
#define NEGODBC_POINTER(name) decltype(&::name) name = nullptr;
  NEGODBC_LIBCRYPTO_FUNCTIONS(NEGODBC_POINTER)
#undef NEGODBC_POINTER
  // NOLINTEND(bugprone-macro-parentheses)
};

// For the rest of the process; NULL: there is none of version 3. Any thread; takes no lock of ours,
// which a fork could leave closed.
const Libcrypto* open_libcrypto();

// Frees what one of the library's functions has made.
template <typename Object, auto Free>
struct LibcryptoEnd {
  const Libcrypto* library = nullptr;
  void operator()(Object* object) const { (library->*Free)(object); }
};
using CipherPtr =
    std::unique_ptr<EVP_CIPHER, LibcryptoEnd<EVP_CIPHER, &Libcrypto::EVP_CIPHER_free>>;
using CipherContextPtr =
    std::unique_ptr<EVP_CIPHER_CTX, LibcryptoEnd<EVP_CIPHER_CTX, &Libcrypto::EVP_CIPHER_CTX_free>>;
using MacPtr = std::unique_ptr<EVP_MAC, LibcryptoEnd<EVP_MAC, &Libcrypto::EVP_MAC_free>>;
using MacContextPtr =
    std::unique_ptr<EVP_MAC_CTX, LibcryptoEnd<EVP_MAC_CTX, &Libcrypto::EVP_MAC_CTX_free>>;
using KdfPtr = std::unique_ptr<EVP_KDF, LibcryptoEnd<EVP_KDF, &Libcrypto::EVP_KDF_free>>;
using KdfContextPtr =
    std::unique_ptr<EVP_KDF_CTX, LibcryptoEnd<EVP_KDF_CTX, &Libcrypto::EVP_KDF_CTX_free>>;

// Takes back what failed calls have left in this thread's queue of errors, which the program may
// read after its own.
class QuietErrors {
 public:
  explicit QuietErrors(const Libcrypto& library) : library_(library) { library_.ERR_set_mark(); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
  ~QuietErrors() { library_.ERR_pop_to_mark(); }

 private:
  const Libcrypto& library_;
};

}  // namespace negodbc::kerberos_messages

#endif  // NEGODBC_KERBEROS_MESSAGES_LIBCRYPTO_H_
