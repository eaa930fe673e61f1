#include "driver/encryption/openssl/openssl_bio.h"

#include <exception>

#include "driver/encryption/openssl/openssl_transport.h"

namespace negodbc::encryption {
namespace {

OpensslTransport& transport_of(BIO* bio) {
  return *static_cast<OpensslTransport*>(BIO_get_data(bio));
}

int read_bio(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  OpensslTransport& transport = transport_of(bio);
  try {
    const auto count = transport.socket().try_read({into, static_cast<std::size_t>(size)});
    if (count) {
      if (*count == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
      return static_cast<int>(*count);
    }
    BIO_set_retry_read(bio);
  } catch (...) {  // no exception may cross OpenSSL's frames
    transport.keep_error(std::current_exception());
  }
  return -1;
}

int write_bio(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  OpensslTransport& transport = transport_of(bio);
  try {
    if (const auto count = transport.socket().try_write({bytes, static_cast<std::size_t>(size)})) {
      return static_cast<int>(*count);
    }
    BIO_set_retry_write(bio);
  } catch (...) {
    transport.keep_error(std::current_exception());
  }
  return -1;
}

long control_bio(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

struct Method {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "negodbc socket");
  Method() {
    if (method == nullptr) return;
    BIO_meth_set_read(method, read_bio);
    BIO_meth_set_write(method, write_bio);
    BIO_meth_set_ctrl(method, control_bio);
  }
  Method(const Method&) = delete;
  Method& operator=(const Method&) = delete;
  ~Method() { BIO_meth_free(method); }
};

}  // namespace

BIO* new_transport_bio(OpensslTransport& transport) {
  static const Method once;
  BIO* const bio = once.method == nullptr ? nullptr : BIO_new(once.method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, &transport);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace negodbc::encryption
