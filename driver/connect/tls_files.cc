#include "driver/connect/tls_files.h"

#include "driver/connect/os_user.h"

namespace negodbc::connect {

TlsFiles tls_files(const LoginSettings& settings) {
  TlsFiles files = {settings.ssl_root_cert, settings.ssl_crl, settings.ssl_cert, settings.ssl_key};
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

}  // namespace negodbc::connect
