#include "sspi_gssapi/client_keytab.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <vector>

#include "sspi_gssapi/configuration.h"
#include "sspi_gssapi/environment.h"
#include "sspi_gssapi/krb5_context.h"
#include "sspi_gssapi/ticket_list.h"
#include "sspi_gssapi/waiting_file.h"

namespace negodbc::sspi_gssapi {
namespace {

// As environment or krb5.conf name it; "": they do not. Opens krb5.conf's files only.
std::string default_client_keytab(const GssLibrary& library) {
  if (const char* const named = trusted_variable("KRB5_CLIENT_KTNAME")) return named;
  Configuration::Ptr configuration = Configuration::known();
  if (configuration == nullptr) configuration = Configuration::find({});
  const Krb5Functions& f = library.krb5;
  if (!configuration->names_client_keytab() || f.krb5_kt_client_default == nullptr ||
      f.krb5_kt_get_name == nullptr) {
    return {};
  }
  Krb5 krb5(f);
  std::array<char, 4096> name{};
  if (krb5.code() != 0 || f.krb5_kt_client_default(krb5.get(), &krb5.keytab) != 0 ||
      f.krb5_kt_get_name(krb5.get(), krb5.keytab, name.data(),
                         static_cast<unsigned>(name.size())) != 0) {
    return {};
  }
  return name.data();
}

// A ticket-granting one that has not run out.
bool has_ticket(const GssLibrary& library, const std::string& cache) {
  const std::vector<auth::Ticket> tickets = list_tickets(library, cache);
  const std::int64_t now = std::time(nullptr);
  return std::any_of(tickets.begin(), tickets.end(), [&](const auth::Ticket& ticket) {
    return ticket.target.starts_with("krbtgt/") && ticket.expires_at > now;
  });
}

}  // namespace

std::string fault_of_keytab(const std::string& name) {
  if (is_waiting_source(name)) return kWaitingFile;
  const std::string path(path_of(name));
  const int file = path.empty() ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return {};
  std::array<unsigned char, 2> head{};
  const ssize_t size = ::read(file, head.data(), head.size());
  const bool folder = size < 0 && errno == EISDIR;
  ::close(file);
  if (folder) return "it is a folder";
  const bool begins_as_one = size == 2 && head[0] == 5 && (head[1] == 1 || head[1] == 2);
  return size < 0 || begins_as_one ? std::string() : "it is no keytab";
}

std::string waiting_client_keytab(const GssLibrary& library, const std::string& cache) {
  if (library.family != Family::kMit) return {};
  std::string keytab = default_client_keytab(library);
  if (keytab.empty() || !is_waiting_source(keytab) || has_ticket(library, cache)) return {};
  return keytab;
}

}  // namespace negodbc::sspi_gssapi
