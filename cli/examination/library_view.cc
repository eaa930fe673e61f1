#include "cli/examination/library_view.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <variant>

#include "cli/examination/apart.h"
#include "cli/examination/kerberos_messages.h"
#include "cli/examination/library_symbol.h"
#include "sspi_gssapi/collection.h"
#include "sspi_gssapi/configuration.h"
#include "sspi_gssapi/gss_library.h"
#include "sspi_gssapi/krb5_context.h"
#include "sspi_gssapi/ticket_list.h"
#include "sspi_gssapi/waiting_file.h"

namespace negodbc::cli {
namespace {

using nlohmann::json;
using sspi_gssapi::Family;
using sspi_gssapi::GssLibrary;
using sspi_gssapi::Krb5;
using sspi_gssapi::TicketFields;

template <typename Number>
Number number_at(const void* creds, std::size_t offset) {
  Number value{};
  std::memcpy(&value, static_cast<const std::byte*>(creds) + offset, sizeof value);
  return value;
}

std::int64_t time_at(const void* creds, std::size_t offset, std::size_t size) {
  return size == sizeof(std::uint32_t) ? std::int64_t{number_at<std::uint32_t>(creds, offset)}
                                       : number_at<std::int64_t>(creds, offset);
}

json json_of(const GssLibrary& library, const void* creds, const std::string& service) {
  const TicketFields& fields =
      library.family == Family::kMit ? sspi_gssapi::kMitTicket : sspi_gssapi::kHeimdalTicket;
  json ticket = {{"service", service},
                 {"starts", time_at(creds, fields.start_time, fields.time_size)},
                 {"ends", time_at(creds, fields.end_time, fields.time_size)},
                 {"renewable", time_at(creds, fields.renew_until, fields.time_size)},
                 {"flags", names_of_flags(number_at<std::uint32_t>(creds, fields.flags),
                                          fields.first_flag_is_low)},
                 {"session", number_at<std::int32_t>(creds, fields.key_type)}};
  if (const auto sealed = facts_of_ticket(sspi_gssapi::ticket_of(library, creds))) {
    ticket["principal"] = sealed->principal;
    ticket["type"] = sealed->encryption_type;
    if (sealed->key_version) ticket["version"] = *sealed->key_version;
  }
  return ticket;
}

json json_of_cache(const GssLibrary& library, const std::string& name) {
  json out = {{"name", name}, {"tickets", json::array()}};
  if (sspi_gssapi::is_waiting_source(name)) {
    out["fault"] = sspi_gssapi::kWaitingFile;
    return out;
  }
  Krb5 krb5(library.krb5);
  sspi_gssapi::Krb5Code code = krb5.code();
  if (code == 0) code = library.krb5.krb5_cc_resolve(krb5.get(), name.c_str(), &krb5.cache);
  if (code == 0) code = library.krb5.krb5_cc_get_principal(krb5.get(), krb5.cache, &krb5.principal);
  if (code != 0) {
    out["fault"] = krb5.words(code);
    return out;
  }
  out["principal"] = krb5.unparsed(krb5.principal);
  out["offset"] = krb5.kdc_offset(krb5.cache);
  sspi_gssapi::each_entry(library, krb5, krb5.cache,
                          [&](const void* creds, const auth::Ticket& entry) {
                            if (!sspi_gssapi::is_cache_configuration(entry))
                              out["tickets"].push_back(json_of(library, creds, entry.target));
                          });
  return out;
}

// Where tickets lie that a program does not find, because its library looks elsewhere.
std::vector<std::string> usual_caches() {
  const std::string user = std::to_string(::geteuid());
  std::vector<std::string> names;
  std::error_code error;
  for (const std::string& folder : {"/run/user/" + user + "/krb5cc", "/tmp/krb5cc_" + user + ".d"})
    if (std::filesystem::is_directory(folder, error)) names.push_back("DIR:" + folder);
  const std::string file = "/tmp/krb5cc_" + user;
  if (std::filesystem::is_regular_file(file, error)) names.push_back("FILE:" + file);
  return names;
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
    names.push_back(name);
}

// A collection's members; else itself.
void add_cache(const GssLibrary& library, std::vector<std::string>& names,
               const std::string& name) {
  if (name.empty()) return;
  const bool in_full = name.find(':') != std::string::npos;
  const std::string full = in_full ? name : "FILE:" + name;
  const std::vector<std::string> members = full.starts_with("FILE:") || full.starts_with("DIR::")
                                               ? std::vector<std::string>{}
                                               : sspi_gssapi::collection_members(library, full);
  if (members.empty()) add_once(names, full);
  for (const std::string& member : members) add_once(names, member);
}

// Of the libkrb5 that this library uses.
std::string default_realm_of(const GssLibrary& library, const Krb5& krb5) {
  using Get = sspi_gssapi::Krb5Code(void* context, char** realm);
  const auto get = reinterpret_cast<Get*>(symbol_of(library, "krb5_get_default_realm"));
  char* realm = nullptr;
  // A few bytes in a process that ends soon: the two libraries free it differently.
  return get != nullptr && get(krb5.get(), &realm) == 0 && realm != nullptr ? realm : "";
}

std::string realm_of_host(const GssLibrary& library, const Krb5& krb5, const std::string& host) {
  const sspi_gssapi::Krb5Functions& f = library.krb5;
  char** realms = nullptr;
  std::string realm;
  if (host.empty() || f.krb5_get_host_realm == nullptr ||
      f.krb5_get_host_realm(krb5.get(), host.c_str(), &realms) != 0) {
    return realm;
  }
  if (realms != nullptr && realms[0] != nullptr) realm = realms[0];
  f.krb5_free_host_realm(krb5.get(), realms);
  return realm;
}

std::string look(const std::string& name, const std::string& host, const std::string& cache) {
  json out;
  const auto loaded = sspi_gssapi::load_library(name);
  if (const auto* error = std::get_if<sspi_gssapi::LoadError>(&loaded)) {
    out["fault"] = error->text;
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  const GssLibrary& library = *std::get<const GssLibrary*>(loaded);
  out["file"] = library.file;
  out["version"] = library.version;
  // What would keep the library waiting is told, and not waited for.
  if (const std::string fault = sspi_gssapi::fault_before_use(library); !fault.empty()) {
    out["krb5_fault"] = fault;
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  std::vector<std::string> names;
  {
    const Krb5 krb5(library.krb5);
    if (krb5.code() != 0) {
      out["krb5_fault"] = krb5.words(krb5.code());
      return out.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    out["default_realm"] = default_realm_of(library, krb5);
    out["realm_of_host"] = realm_of_host(library, krb5, host);
    const char* const own = library.krb5.krb5_cc_default_name(krb5.get());
    out["default_cache"] = own == nullptr ? "" : own;
    add_cache(library, names, cache);
    add_cache(library, names, own == nullptr ? "" : own);
  }
  for (const std::string& usual : usual_caches()) add_cache(library, names, usual);
  constexpr std::size_t most = 32;
  if (names.size() > most) names.resize(most);
  for (const std::string& each : names) out["caches"].push_back(json_of_cache(library, each));
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

SeenTicket ticket_from(const json& from) {
  SeenTicket ticket;
  ticket.service = from.value("service", "");
  ticket.starts_at = from.value("starts", std::int64_t{0});
  ticket.ends_at = from.value("ends", std::int64_t{0});
  ticket.renewable_until = from.value("renewable", std::int64_t{0});
  ticket.flags = from.value("flags", std::vector<std::string>());
  ticket.session_type = from.value("session", 0);
  if (from.contains("type")) {
    ticket.sealed = TicketFacts{from.value("principal", ""), from.value("type", 0), std::nullopt};
    if (from.contains("version"))
      ticket.sealed->key_version = from.value("version", std::int64_t{0});
  }
  return ticket;
}

}  // namespace

LibraryView look_through(const std::string& library, const std::string& host,
                         const std::string& cache, Deadline deadline) {
  LibraryView view;
  view.name = library;
  const Apart apart = run_apart([&] { return look(library, host, cache); }, deadline);
  if (apart.end == Apart::End::timed_out) {
    view.fault = "not looked through: its time has run out";
    view.out_of_time = true;
    return view;
  }
  const json out = json::parse(apart.said, nullptr, false);
  if (apart.end != Apart::End::returned || !out.is_object()) {
    view.fault = "it ends the process that looks through it: " + apart.reason;
    return view;
  }
  view.file = out.value("file", "");
  view.version = out.value("version", "");
  view.fault = out.value("fault", "");
  view.krb5_fault = out.value("krb5_fault", "");
  view.default_realm = out.value("default_realm", "");
  view.realm_of_host = out.value("realm_of_host", "");
  view.default_cache = out.value("default_cache", "");
  for (const json& from : out.value("caches", json::array())) {
    SeenCache seen;
    seen.name = from.value("name", "");
    seen.principal = from.value("principal", "");
    seen.fault = from.value("fault", "");
    seen.kdc_offset_s = from.value("offset", std::int64_t{0});
    for (const json& ticket : from.value("tickets", json::array()))
      seen.tickets.push_back(ticket_from(ticket));
    view.caches.push_back(std::move(seen));
  }
  return view;
}

}  // namespace negodbc::cli
