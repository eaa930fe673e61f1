#include "driver/encryption/tls_files.h"

#include "driver/base/os_user.h"

namespace negodbc::encryption {

TlsFiles tls_files(const TlsOptions& options) {
  TlsFiles files = {options.ssl_root_cert, options.ssl_crl, options.ssl_cert, options.ssl_key};
  const std::string folder = libpq_directory();
  if (folder.empty()) return files;
  const auto complete = [&folder](std::string& path, const char* name) {
    if (path.empty()) path = folder + name;
  };
  complete(files.root, "root.crt");
  complete(files.crl, "root.crl");
  complete(files.certificate, "postgresql.crt");
  complete(files.key, "postgresql.key");
  return files;
}

}  // namespace negodbc::encryption
