#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>

#include "bench/sink/channel.h"

namespace negodbc::bench {
namespace {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

std::string reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* const text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return text == nullptr ? "no reason given" : text;
}

class TlsChannel final : public Channel {
 public:
  explicit TlsChannel(SSL_CTX* context) : ssl_(SSL_new(context)) {
    if (ssl_ == nullptr) throw std::runtime_error("TLS: " + reason());
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));  // both are ssl_'s then
    SSL_set_accept_state(ssl_.get());
  }

  void open(std::string_view received, std::string& plain, std::string& raw) override {
    ERR_clear_error();
    BIO_write(SSL_get_rbio(ssl_.get()), received.data(), static_cast<int>(received.size()));
    int result = 1;
    if (!established()) result = SSL_do_handshake(ssl_.get());
    std::array<char, 4096> part;
    while (result > 0 && established()) {
      result = SSL_read(ssl_.get(), part.data(), static_cast<int>(part.size()));
      if (result > 0) plain.append(part.data(), static_cast<std::size_t>(result));
    }
    take_written(raw);
    if (result > 0) return;
    const int error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_ZERO_RETURN) return;
    throw Refusal(Cause::encryption, "", "TLS: " + reason());
  }

  void seal(std::string_view plain, std::string& raw) override {
    ERR_clear_error();
    if (SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size())) <= 0)
      throw Refusal(Cause::encryption, "", "TLS: " + reason());
    take_written(raw);
  }

  bool established() const override { return SSL_is_init_finished(ssl_.get()) != 0; }

 private:
  void take_written(std::string& raw) {
    char* bytes = nullptr;
    BIO* const out = SSL_get_wbio(ssl_.get());
    const long size = BIO_get_mem_data(out, &bytes);
    raw.append(bytes, static_cast<std::size_t>(size));
    BIO_reset(out);
  }

  std::unique_ptr<SSL, FreeSsl> ssl_;
};

class OpensslServer final : public TlsServer {
 public:
  OpensslServer(const std::string& certificate, const std::string& key)
      : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX* const context = context_.get();
    if (context == nullptr ||
        SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
      throw std::runtime_error("the certificate " + certificate + " with the key " + key +
                               " can't be used: " + reason());
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_num_tickets(context, 0);
    int group = NID_X9_62_prime256v1;
    SSL_CTX_set1_groups(context, &group, 1);
    SSL_CTX_set_cipher_list(context, "HIGH:MEDIUM:+3DES:!aNULL");
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  }

  std::unique_ptr<Channel> channel() const override {
    return std::make_unique<TlsChannel>(context_.get());
  }

 private:
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
};

}  // namespace

std::unique_ptr<TlsServer> make_tls_server(const std::string& certificate, const std::string& key) {
  return std::make_unique<OpensslServer>(certificate, key);
}

}  // namespace negodbc::bench
