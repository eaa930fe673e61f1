#include "sspi_gssapi/collection.h"

#include <dirent.h>
#include <fnmatch.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <string_view>
#include <utility>

#include "sspi_gssapi/environment.h"
#include "sspi_gssapi/krb5_context.h"
#include "sspi_gssapi/ticket_realm.h"
#include "sspi_gssapi/waiting_file.h"

namespace negodbc::sspi_gssapi {
namespace {

using auth::Cause;

constexpr Krb5Code kNotFound = -1765328243;  // KRB5_CC_NOTFOUND
constexpr std::int32_t kHostBased = 3;       // KRB5_NT_SRV_HST

struct Member {
  std::string cache;
  std::string client;
};

std::string_view realm_of(std::string_view principal) {
  const std::size_t at = principal.rfind('@');
  return at == std::string_view::npos ? std::string_view() : principal.substr(at + 1);
}

std::string_view folder_named_by(std::string_view name) {
  constexpr std::string_view kPrefix = "DIR:";
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : std::string_view();
}

// The collection that a name of one of its members is of, as MIT's kinds write it.
bool is_folder(std::string_view name) {
  return !folder_named_by(name).empty() && !folder_named_by(name).starts_with(':');
}

// "": none is said to be.
std::string primary_of_folder(const std::string& folder) {
  std::string primary;
  const std::string path = folder + "/primary";
  if (is_waiting_file(path.c_str())) return primary;
  std::ifstream file(path);
  std::getline(file, primary);
  return primary;
}

// Looked into without the library: Heimdal 7's crashes in folders. The primary one comes first.
std::vector<std::string> members_of_folder(const std::string& folder) {
  const std::string primary = primary_of_folder(folder);
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), ::closedir);
  while (open != nullptr) {
    const dirent* const entry = ::readdir(open.get());  // NOLINT(concurrency-mt-unsafe)
    if (entry == nullptr) break;
    if (std::string_view(entry->d_name).starts_with("tkt")) names.emplace_back(entry->d_name);
  }
  // Where several fit, the first one in the folder's own order, as with MIT's library.
  std::stable_partition(names.begin(), names.end(),
                        [&](const std::string& name) { return name == primary; });
  for (std::string& name : names) name.insert(0, "FILE:" + folder + "/");
  return names;
}

// Something of the library's, given back when this ends.
template <typename End>
class Held {
 public:
  explicit Held(End end) : end_(std::move(end)) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    if (what != nullptr) end_(what);
  }
  void* what = nullptr;

 private:
  const End end_;
};

auto held_cache(const Krb5& krb5) {
  return Held([&krb5](void* cache) { krb5.f.krb5_cc_close(krb5.get(), cache); });
}
auto held_principal(const Krb5& krb5) {
  return Held([&krb5](void* name) { krb5.f.krb5_free_principal(krb5.get(), name); });
}

// The name of each cache of the library's iteration.
template <typename Next>
void each_name(const Krb5& krb5, Next next, std::vector<std::string>& names) {
  for (;;) {
    auto cache = held_cache(krb5);
    if (checked_for_memory(next(&cache.what)) != 0 || cache.what == nullptr) return;
    names.push_back(krb5.full_name(cache.what));
  }
}

void add_by_mit(Krb5& krb5, const std::string& collection, std::vector<std::string>& names) {
  const Krb5Functions& f = krb5.f;
  Held cursor([&](void* open) { f.krb5_cccol_cursor_free(krb5.get(), &open); });
  if (f.krb5_cc_set_default_name == nullptr || f.krb5_cccol_cursor_new == nullptr ||
      checked_for_memory(f.krb5_cc_set_default_name(krb5.get(), collection.c_str())) != 0 ||
      checked_for_memory(f.krb5_cccol_cursor_new(krb5.get(), &cursor.what)) != 0) {
    return;
  }
  each_name(
      krb5, [&](void** cache) { return f.krb5_cccol_cursor_next(krb5.get(), cursor.what, cache); },
      names);
}

void add_by_heimdal(Krb5& krb5, const std::string& collection, std::vector<std::string>& names) {
  const Krb5Functions& f = krb5.f;
  const std::string type = collection.substr(0, collection.find(':'));
  Held cursor([&](void* open) { f.krb5_cc_cache_end_seq_get(krb5.get(), open); });
  if (f.krb5_cc_cache_get_first == nullptr ||
      checked_for_memory(f.krb5_cc_cache_get_first(krb5.get(), type.c_str(), &cursor.what)) != 0) {
    return;
  }
  each_name(
      krb5, [&](void** cache) { return f.krb5_cc_cache_next(krb5.get(), cursor.what, cache); },
      names);
}

// "" where it has none: an empty cache, or one that was destroyed in this moment.
std::string client_of(Krb5& krb5, const std::string& cache) {
  const Krb5Functions& f = krb5.f;
  auto open = held_cache(krb5);
  auto client = held_principal(krb5);
  if (checked_for_memory(f.krb5_cc_resolve(krb5.get(), cache.c_str(), &open.what)) != 0 ||
      checked_for_memory(f.krb5_cc_get_principal(krb5.get(), open.what, &client.what)) != 0) {
    return "";
  }
  return krb5.unparsed(client.what);
}

std::vector<Member> members_of(Krb5& krb5, const GssLibrary& library,
                               const std::string& collection) {
  std::vector<Member> members;
  for (const std::string& cache : collection_members(library, collection)) {
    std::string client = client_of(krb5, cache);
    if (!client.empty()) members.push_back({cache, std::move(client)});
  }
  return members;
}

Explained none(const std::string& collection, const std::string& wanted,
               const std::vector<Member>& members) {
  Explained failed{};
  failed.status = SEC_E_NO_CREDENTIALS;
  failed.detail.cause = Cause::kNoCredentials;
  failed.detail.text = wanted + "; " + collection + " has ";
  if (members.empty()) failed.detail.text += "none";
  std::string_view separator = "those of ";
  for (const Member& member : members) {
    failed.detail.text += std::string(separator) + member.client;
    separator = ", ";
  }
  return failed;
}

// As it is written in full, with the default realm where it has none.
std::string in_full(Krb5& krb5, const std::string& principal) {
  auto parsed = held_principal(krb5);
  if (checked_for_memory(krb5.f.krb5_parse_name(krb5.get(), principal.c_str(), &parsed.what)) !=
      0) {
    return principal;
  }
  std::string full = krb5.unparsed(parsed.what);
  return full.empty() ? principal : full;
}

struct Server {
  std::string service;
  std::string host;
  std::string realm;
};

Server server_of(Krb5& krb5, const std::string& target) {
  Server server;
  const std::size_t slash = target.find('/');
  const std::size_t at = target.rfind('@');
  if (slash == std::string::npos) return server;
  server.service = target.substr(0, slash);
  if (at != std::string::npos && at > slash) {
    server.realm = target.substr(at + 1);
    server.host = target.substr(slash + 1, at - slash - 1);
    return server;
  }
  server.host = target.substr(slash + 1);
  char** realms = nullptr;
  if (krb5.f.krb5_get_host_realm != nullptr &&
      checked_for_memory(krb5.f.krb5_get_host_realm(krb5.get(), server.host.c_str(), &realms)) ==
          0) {
    if (realms != nullptr && realms[0] != nullptr) server.realm = realms[0];
    krb5.f.krb5_free_host_realm(krb5.get(), realms);
  }
  return server;
}

std::string home_folder() {
  if (const char* home = trusted_variable("HOME")) return home;
  constexpr std::size_t kRoom = 4096;
  std::string room(kRoom, '\0');
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, room.data(), room.size(), &found) != 0 ||
      found == nullptr || found->pw_dir == nullptr) {
    return "";
  }
  return found->pw_dir;
}

// "": no line is for this server.
std::string client_by_identity_file(const Server& server) {
  const std::string path = home_folder() + "/.k5identity";
  std::string client;
  if (is_waiting_file(path.c_str())) return client;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (identity_line_fits(line, server.service, server.host, server.realm, client)) return client;
  }
  return "";
}

std::variant<std::string, Explained> choose_by_rules(Krb5& krb5, const GssLibrary& library,
                                                     const std::string& collection,
                                                     const std::string& target) {
  const std::vector<Member> members = members_of(krb5, library, collection);
  const Server server = server_of(krb5, target);
  const auto find = [&](auto fits) {
    const auto found = std::find_if(members.begin(), members.end(), fits);
    return found == members.end() ? std::string() : found->cache;
  };
  if (const std::string client = client_by_identity_file(server); !client.empty()) {
    const std::string wanted = in_full(krb5, client);
    std::string cache = find([&](const Member& member) { return member.client == wanted; });
    if (cache.empty()) {
      return none(collection, "~/.k5identity wants tickets of " + wanted + " for " + target,
                  members);
    }
    return cache;
  }
  std::string cache = find([&](const Member& member) {
    return !server.realm.empty() && realm_of(member.client) == server.realm;
  });
  if (!cache.empty()) return cache;
  if (members.empty()) return none(collection, "no tickets", members);
  if (!is_folder(collection)) return members.front().cache;
  const std::string folder(folder_named_by(collection));
  const std::string primary = primary_of_folder(folder);
  const std::string file = "FILE:" + folder + "/" + (primary.empty() ? "tkt" : primary);
  cache = find([&](const Member& member) { return member.cache == file; });
  if (cache.empty()) return none(collection, "no tickets in " + file, members);
  return cache;
}

// What MIT's library chooses.
std::variant<std::string, Explained> choose_by_mit(Krb5& krb5, const GssLibrary& library,
                                                   const std::string& collection,
                                                   const std::string& target) {
  const Krb5Functions& f = krb5.f;
  const Server server = server_of(krb5, target);
  Krb5Code code = f.krb5_cc_set_default_name(krb5.get(), collection.c_str());
  if (code == 0 && !server.host.empty()) {
    code = target.find('@') != std::string::npos
               ? f.krb5_parse_name(krb5.get(), target.c_str(), &krb5.principal)
               : f.krb5_sname_to_principal(krb5.get(), server.host.c_str(), server.service.c_str(),
                                           kHostBased, &krb5.principal);
  }
  auto client = held_principal(krb5);
  if (checked_for_memory(code) == 0 && krb5.principal != nullptr) {
    code = f.krb5_cc_select(krb5.get(), krb5.principal, &krb5.cache, &client.what);
  } else {
    code = kNotFound;
  }
  const std::string wanted = krb5.unparsed(client.what);
  if (code == kNotFound && !wanted.empty()) {
    return none(collection, "~/.k5identity wants tickets of " + wanted + " for " + target,
                members_of(krb5, library, collection));
  }
  if (checked_for_memory(code) != 0 || krb5.cache == nullptr) {
    code = checked_for_memory(f.krb5_cc_default(krb5.get(), &krb5.cache));
  }
  std::string name = code == 0 ? krb5.full_name(krb5.cache) : std::string();
  if (name.empty()) return none(collection, "no tickets", members_of(krb5, library, collection));
  return name;
}

}  // namespace

bool identity_line_fits(const std::string& text, const std::string& service,
                        const std::string& host, const std::string& realm, std::string& client) {
  std::istringstream words(text);
  std::string name;
  if (!(words >> name) || name.starts_with('#')) return false;
  for (std::string field; words >> field;) {
    const std::size_t equals = field.find('=');
    if (equals == std::string::npos) return false;
    const std::string key = field.substr(0, equals);
    const std::string pattern = field.substr(equals + 1);
    const std::string* value = nullptr;
    if (key == "realm") value = &realm;
    if (key == "service") value = &service;
    if (key == "host") value = &host;
    if (value == nullptr || ::fnmatch(pattern.c_str(), value->c_str(), 0) != 0) return false;
  }
  client = name;
  return true;
}

std::vector<std::string> collection_members(const GssLibrary& library, const std::string& name) {
  if (is_folder(name)) return members_of_folder(std::string(folder_named_by(name)));
  std::vector<std::string> names;
  Krb5 krb5(library.krb5);
  if (krb5.code() != 0 || name.find(':') == std::string::npos || name.starts_with("MEMORY:")) {
    return names;
  }
  if (library.family == Family::kMit) add_by_mit(krb5, name, names);
  if (library.family == Family::kHeimdal) add_by_heimdal(krb5, name, names);
  return names;
}

std::string realm_of_host(const GssLibrary& library, std::string_view target) {
  Krb5 krb5(library.krb5);
  if (krb5.code() != 0) return "";
  const Server server = server_of(krb5, std::string(target));
  const std::size_t dot = server.host.find('.');
  const bool may_be_guess = library.family == Family::kHeimdal && dot != std::string::npos &&
                            same_realm(server.realm, server.host.substr(dot + 1));
  return may_be_guess ? "" : server.realm;
}

std::variant<std::string, Explained> choose_member(const GssLibrary& library,
                                                   const std::string& collection,
                                                   const std::string& principal,
                                                   const std::string& target) {
  Krb5 krb5(library.krb5);
  if (krb5.code() != 0) return collection;  // whoever uses it meets the fault
  if (!principal.empty()) {
    const std::vector<Member> members = members_of(krb5, library, collection);
    const std::string wanted = in_full(krb5, principal);
    for (const Member& member : members) {
      if (member.client == wanted) return member.cache;
    }
    Explained failed = none(collection, "no tickets of " + wanted, members);
    if (!members.empty()) failed.detail.cause = Cause::kOtherPrincipal;
    return failed;
  }
  const bool has_rules = library.krb5.krb5_cc_select != nullptr &&
                         library.krb5.krb5_cc_default != nullptr &&
                         library.krb5.krb5_cc_set_default_name != nullptr &&
                         library.krb5.krb5_sname_to_principal != nullptr;
  return has_rules ? choose_by_mit(krb5, library, collection, target)
                   : choose_by_rules(krb5, library, collection, target);
}

}  // namespace negodbc::sspi_gssapi
