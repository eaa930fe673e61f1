#include "driver/encryption/openssl/openssl_transport.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <cstring>
#include <utility>

#include "driver/encryption/openssl/openssl_bio.h"
#include "driver/encryption/openssl/openssl_certificate.h"
#include "driver/encryption/openssl/openssl_fault.h"
#include "driver/net/ip_address.h"

namespace negodbc::encryption {

std::unique_ptr<net::Transport> start_tls(std::unique_ptr<net::SocketTransport> socket,
                                          std::shared_ptr<const TlsContext> context,
                                          const net::Host& host, Deadline deadline) {
  return std::make_unique<OpensslTransport>(std::move(socket), std::move(context), host, deadline);
}

OpensslTransport::OpensslTransport(std::unique_ptr<net::SocketTransport> socket,
                                   std::shared_ptr<const TlsContext> context, const net::Host& host,
                                   Deadline deadline)
    : socket_(std::move(socket)), context_(std::move(context)), ssl_(SSL_new(context_->get())) {
  BIO* const bio = ssl_ == nullptr ? nullptr : new_transport_bio(*this);
  try {
    if (bio == nullptr) throw net::LoginError("HY001", "out of memory for TLS");
    SSL_set_bio(ssl_, bio, bio);
    shake_hands(host, deadline);
    verify(host);
  } catch (...) {
    SSL_free(ssl_);
    throw;
  }
}

OpensslTransport::~OpensslTransport() {
  // The goodbye goes out if it can without waiting; the server's is not waited for.
  if (error_ == nullptr) (void)SSL_shutdown(ssl_);
  ERR_clear_error();
  SSL_free(ssl_);
}

OpensslTransport::Outcome OpensslTransport::outcome_of(int result) {
  if (result == 1) return Outcome::done;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return Outcome::wait_in;
    case SSL_ERROR_WANT_WRITE:
      return Outcome::wait_out;
    case SSL_ERROR_ZERO_RETURN:
      return Outcome::closed;
    default:
      return Outcome::failed;
  }
}

void OpensslTransport::fail() {
  if (error_ != nullptr) {
    ERR_clear_error();
    std::rethrow_exception(error_);
  }
  const std::string reason = tls_error_text();
  error_ = std::make_exception_ptr(ConnectionError("08S01", "the TLS connection broke: " + reason));
  std::rethrow_exception(error_);
}

void OpensslTransport::shake_hands(const net::Host& host, Deadline deadline) {
  if (context_->sends_name() && !host.name.empty() && !net::is_ip_address(host.name)) {
    // SSL_set_tlsext_host_name() without its C cast.
    SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host.name.c_str()));
  }
  for (;;) {
    ERR_clear_error();
    switch (outcome_of(SSL_connect(ssl_))) {
      case Outcome::done:
        return;
      case Outcome::wait_in:
        socket_->wait(net::SocketTransport::Direction::in, deadline);
        break;
      case Outcome::wait_out:
        socket_->wait(net::SocketTransport::Direction::out, deadline);
        break;
      case Outcome::closed:
      case Outcome::failed: {
        std::string reason = "the server closed the connection";
        if (error_ != nullptr || ERR_peek_last_error() != 0) {
          try {
            fail();
          } catch (const ConnectionError& error) {
            reason = error.what();
          }
        }
        const long verified = SSL_get_verify_result(ssl_);
        if (verified != X509_V_OK) {
          reason = distrust_text(verified);
        } else if (context_->direct()) {
          reason += "; servers before PostgreSQL 17 want sslnegotiation=postgres";
        }
        throw net::LoginError("08001",
                              "TLS with " + host_and_port(host) + " could not be set up: " + reason,
                              net::LoginError::Verdict::other_encryption);
      }
    }
  }
}

void OpensslTransport::verify(const net::Host& host) const {
  if (context_->direct()) {
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &protocol, &size);
    if (size != 10 || std::memcmp(protocol, "postgresql", 10) != 0) {
      throw net::LoginError("08001",
                            host_and_port(host) +
                                " does not speak PostgreSQL's protocol over direct TLS; use "
                                "sslnegotiation=postgres");
    }
  }
  if (!context_->verifies_name()) return;
  X509* const certificate = SSL_get0_peer_certificate(ssl_);
  const std::string& name = host.name.empty() ? host.address : host.name;
  if (certificate == nullptr || !certificate_names(certificate, name)) {
    throw net::LoginError("08001", "the certificate of " + host_and_port(host) +
                                       " is not for the name " + name +
                                       (certificate == nullptr ? "" : held_names(certificate)));
  }
}

std::size_t OpensslTransport::read(std::span<char> into, Deadline deadline) {
  const std::lock_guard lock(mutex_);
  for (;;) {
    ERR_clear_error();
    std::size_t size = 0;
    const Outcome outcome = outcome_of(SSL_read_ex(ssl_, into.data(), into.size(), &size));
    if (outcome == Outcome::done) return size;
    if (outcome == Outcome::closed) return 0;
    wait_for(outcome, deadline);
  }
}

void OpensslTransport::write(std::string_view bytes, Deadline deadline) {
  const std::lock_guard lock(mutex_);
  while (!bytes.empty()) {
    ERR_clear_error();
    std::size_t size = 0;
    const Outcome outcome = outcome_of(SSL_write_ex(ssl_, bytes.data(), bytes.size(), &size));
    if (outcome == Outcome::done) {
      bytes.remove_prefix(size);
    } else {
      if (outcome == Outcome::failed) hear_alert();
      wait_for(outcome, deadline);
    }
  }
}

void OpensslTransport::hear_alert() {
  const std::exception_ptr lost = std::exchange(error_, nullptr);
  ERR_clear_error();
  char byte = 0;
  std::size_t size = 0;
  (void)SSL_peek_ex(ssl_, &byte, 1, &size);
  if (error_ == nullptr && ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_SSL) fail();
  error_ = lost;
}

void OpensslTransport::wait_for(Outcome outcome, Deadline deadline) {
  switch (outcome) {
    case Outcome::wait_in:
      return socket_->wait(net::SocketTransport::Direction::in, deadline);
    case Outcome::wait_out:
      return socket_->wait(net::SocketTransport::Direction::out, deadline);
    default:
      fail();
  }
}

bool OpensslTransport::dead() const {
  if (socket_->dead()) return true;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return false;  // somebody is reading or writing, and will be told
  // Bytes pending may be the peer's goodbye or a session ticket: OpenSSL knows.
  ERR_clear_error();
  char byte = 0;
  std::size_t size = 0;
  const int result = SSL_peek_ex(ssl_, &byte, 1, &size);
  if (result == 1) return false;
  const int error = SSL_get_error(ssl_, result);
  ERR_clear_error();
  return error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
}

bool OpensslTransport::readable() const {
  const std::lock_guard lock(mutex_);
  return SSL_has_pending(ssl_) == 1 || socket_->readable();
}

std::string OpensslTransport::channel_binding() const {
  X509* const certificate = SSL_get0_peer_certificate(ssl_);
  return certificate == nullptr ? std::string() : channel_binding_hash(certificate);
}

std::string OpensslTransport::description() const {
  return std::string(SSL_get_version(ssl_)) + ", " + SSL_get_cipher_name(ssl_);
}

}  // namespace negodbc::encryption
