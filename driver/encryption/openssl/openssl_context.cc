#include "driver/encryption/openssl/openssl_context.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "driver/base/environment.h"
#include "driver/base/error.h"
#include "driver/base/file_fault.h"
#include "driver/base/file_kind.h"
#include "driver/base/openssl_library.h"
#include "driver/base/os_user.h"
#include "driver/encryption/file_state.h"
#include "driver/encryption/openssl/openssl_fault.h"

namespace negodbc::encryption {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw ConnectionError("08001", what);
}

bool exists(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0;
}

// Why it can't be looked at, where it may be there; "": it is not there.
std::string fault_of_looking(const std::string& path) {
  struct stat status = {};
  const bool hidden = stat(path.c_str(), &status) != 0 && errno != ENOENT && errno != ENOTDIR;
  return hidden ? std::strerror(errno) : "";
}

// A file that is named must be there; libpq's default need not.
bool is_to_be_used(const std::string& path, const std::string& given) {
  return !path.empty() && (!given.empty() || exists(path));
}

// Before OpenSSL opens it: a pipe would keep the login waiting beyond its time.
void check_kind(const char* what, const std::string& path, const char* keyword) {
  const std::string fault = fault_of_file(path);
  if (fault.empty()) return;
  refuse(std::string(what) + " " + path + " can't be read: " + fault + ". Name a PEM file by " +
         keyword);
}

int version_number(const std::string& name, const char* setting) {
  if (name.empty()) return 0;
  if (name == "TLSv1") return TLS1_VERSION;
  if (name == "TLSv1.1") return TLS1_1_VERSION;
  if (name == "TLSv1.2") return TLS1_2_VERSION;
  if (name == "TLSv1.3") return TLS1_3_VERSION;
  refuse(std::string(setting) + "=" + name +
         " is not a version of TLS: TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3");
}

int give_password(char* buffer, int size, int /*writing*/, void* secret) {
  const std::string& password = static_cast<const Secret*>(secret)->reveal();
  if (size < 0 || password.size() > static_cast<std::size_t>(size)) return 0;
  // NOLINTNEXTLINE(bugprone-not-null-terminated-result): OpenSSL takes the length
  std::memcpy(buffer, password.data(), password.size());
  return static_cast<int>(password.size());
}

// As libpq: nobody but the owner may read it; one that is root's may be read by its group.
void check_key_permissions(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) {
    refuse("the private key " + path + " can't be read: " + std::strerror(errno) +
           ". Name the client certificate's key by SSLkey");
  }
  const mode_t forbidden =
      status.st_uid == 0 && geteuid() != 0 ? (S_IWGRP | S_IXGRP | S_IRWXO) : (S_IRWXG | S_IRWXO);
  const bool by_root = status.st_uid == 0 && (status.st_mode & (S_IWGRP | S_IXGRP | S_IRWXO)) == 0;
  if (by_root || (status.st_mode & forbidden) == 0) return;
  // Whatever SSLkey names: only a key, and an own one, is told to be changed.
  if (const std::string fault = fault_of_kind(path, FileKind::private_key); !fault.empty()) {
    refuse("the private key " + path + " can't be read: " + fault + ". Name a PEM file by SSLkey");
  }
  if (!is_own_file(path)) {
    refuse("the private key " + path +
           " is another user's, and can be read by others: name a copy that is this user's alone "
           "by SSLkey");
  }
  refuse("the private key " + path + " can be read by others; chmod 600 it");
}

SSL_CTX* new_context() {
  need_openssl();
  return SSL_CTX_new(TLS_client_method());
}

}  // namespace

std::string TlsContext::system_authorities() {
  need_openssl();
  const auto state = [](const char* variable, const char* usual) {
    const char* const value = trusted_variable(variable);
    const std::string path = value == nullptr ? usual : value;
    return path + file_state(path) + '\0';
  };
  return state(X509_get_default_cert_file_env(), X509_get_default_cert_file()) +
         state(X509_get_default_cert_dir_env(), X509_get_default_cert_dir());
}

TlsContext::TlsContext(const TlsOptions& options)
    : context_(new_context()),
      key_password_(options.ssl_password),
      verifies_name_(options.ssl_mode == SslMode::verify_full || options.ssl_root_cert == "system"),
      sends_name_(options.ssl_sni),
      direct_(options.ssl_direct) {
  if (context_ == nullptr) refuse("OpenSSL can't be used: " + tls_error_text());
  try {
    if (direct_ && options.ssl_mode < SslMode::require) {
      refuse("sslnegotiation=direct needs sslmode=require, verify-ca or verify-full");
    }
    set_up(options);
    const TlsFiles files = tls_files(options);
    load_roots(options, files.root);
    load_revocations(options, files.crl);
    load_client_certificate(options, files);
  } catch (...) {
    SSL_CTX_free(context_);
    throw;
  }
}

TlsContext::TlsContext(const TlsOptions& options, Trusting /*of_anybody*/)
    : context_(new_context()),
      verifies_name_(false),
      sends_name_(options.ssl_sni),
      direct_(options.ssl_direct) {
  if (context_ == nullptr) refuse("OpenSSL can't be used: " + tls_error_text());
  try {
    set_up(options);
  } catch (...) {
    SSL_CTX_free(context_);
    throw;
  }
}

void TlsContext::set_up(const TlsOptions& options) {
  ERR_clear_error();
  SSL_CTX_set_options(context_, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                    SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context_, 1);  // a record in one read instead of two
  constexpr unsigned char protocol[] = "\x0apostgresql";
  SSL_CTX_set_alpn_protos(context_, protocol, sizeof protocol - 1);
  prefer_servers_group();
  set_versions(options);
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

void TlsContext::prefer_servers_group() {
  // A client sends the key of one group ahead, and PostgreSQL's servers take only P-256 by default:
  // with another group in front the handshake takes one more round trip.
  char groups[] = "P-256:X25519:X448:P-384:P-521";
  // SSL_CTX_set1_groups_list() without its C cast. An OpenSSL that lacks one keeps its own list.
  (void)SSL_CTX_ctrl(context_, SSL_CTRL_SET_GROUPS_LIST, 0, groups);
  ERR_clear_error();
}

void TlsContext::set_versions(const TlsOptions& options) {
  if (SSL_CTX_set_min_proto_version(
          context_, version_number(options.ssl_min_version, "ssl_min_protocol_version")) != 1 ||
      SSL_CTX_set_max_proto_version(
          context_, version_number(options.ssl_max_version, "ssl_max_protocol_version")) != 1) {
    refuse("OpenSSL does not offer the versions of TLS asked for: " + tls_error_text() +
           ". Correct ssl_min_protocol_version and ssl_max_protocol_version");
  }
}

void TlsContext::load_roots(const TlsOptions& options, const std::string& path) {
  if (path == "system") {
    const char* const variable = X509_get_default_cert_file_env();
    const char* const file = trusted_variable(variable);
    if (file != nullptr) check_kind("the system's certificate authorities in", file, variable);
    if (SSL_CTX_set_default_verify_paths(context_) != 1) {
      refuse("the system's certificate authorities can't be read: " + tls_error_text());
    }
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    return;
  }
  if (!path.empty() && exists(path)) {
    check_kind("the root certificates in", path, "SSLrootcert");
    if (SSL_CTX_load_verify_locations(context_, path.c_str(), nullptr) != 1) {
      refuse("the root certificates in " + path + " can't be read: " + tls_error_text() +
             ". Name a PEM file of certificates by SSLrootcert");
    }
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  } else if (options.ssl_mode >= SslMode::verify_ca) {
    if (const std::string fault = fault_of_looking(path); !fault.empty()) {
      refuse("the root certificates in " + path + " can't be read: " + fault +
             ". Name a PEM file by SSLrootcert");
    }
    refuse(
        options.ssl_root_cert.empty()
            ? "sslmode asks to verify the server's certificate, and there is no root certificate: "
              "name one in sslrootcert, put it into ~/.postgresql/root.crt, or use "
              "sslrootcert=system"
            : "the root certificate " + path +
                  " does not exist: name one that is there by SSLrootcert");
  }
}

void TlsContext::load_revocations(const TlsOptions& options, const std::string& path) {
  if (!is_to_be_used(path, options.ssl_crl)) return;
  check_kind("the revocation list", path, "SSLcrl");
  X509_STORE* const store = SSL_CTX_get_cert_store(context_);
  if (X509_STORE_load_locations(store, path.c_str(), nullptr) != 1) {
    refuse("the revocation list " + path + " can't be read: " + tls_error_text() +
           ". Name a PEM file by SSLcrl");
  }
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
}

void TlsContext::load_client_certificate(const TlsOptions& options, const TlsFiles& files) {
  const std::string& certificate = files.certificate;
  if (!is_to_be_used(certificate, options.ssl_cert)) return;
  check_kind("the client certificate", certificate, "SSLcert");
  if (SSL_CTX_use_certificate_chain_file(context_, certificate.c_str()) != 1) {
    refuse("the client certificate " + certificate + " can't be read: " + tls_error_text() +
           ". Name a PEM file by SSLcert");
  }
  const std::string& key = files.key;
  if (!is_to_be_used(key, options.ssl_key))
    refuse("the client certificate " + certificate + " has no private key: name it in sslkey");
  check_kind("the private key", key, "SSLkey");
  check_key_permissions(key);
  SSL_CTX_set_default_passwd_cb(context_, give_password);
  SSL_CTX_set_default_passwd_cb_userdata(context_, &key_password_);
  const auto belongs_to_another = [&] {
    ERR_clear_error();
    refuse("the private key " + key + " does not belong to the certificate " + certificate +
           ": name its own by SSLkey");
  };
  if (SSL_CTX_use_PrivateKey_file(context_, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    // Keys of one kind are compared at once.
    if (ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH) belongs_to_another();
    refuse("the private key " + key + " can't be read: " + tls_error_text() +
           (key_password_.empty()
                ? ". Name another by SSLkey, or give its passphrase by SSLpassword"
                : "; is sslpassword right?"));
  }
  if (SSL_CTX_check_private_key(context_) != 1) belongs_to_another();
}

}  // namespace negodbc::encryption
