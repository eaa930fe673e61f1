#include "sspi_gssapi/login_identity.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "sspi_gssapi/collection.h"
#include "sspi_gssapi/configuration.h"
#include "sspi_gssapi/credential_cache.h"
#include "sspi_gssapi/environment.h"
#include "sspi_gssapi/gss_library.h"
#include "sspi_gssapi/kcm_connection.h"
#include "sspi_gssapi/thread_surroundings.h"
#include "sspi_gssapi/ticket_list.h"
#include "sspi_gssapi/waiting_file.h"

namespace negodbc::sspi_gssapi {
namespace {

std::uint64_t hash(std::string_view text) {
  return std::hash<std::string_view>()(text);
}

// The folder of "DIR:/path", the member of "DIR::/path/member".
std::string_view folder_of(std::string_view name) {
  constexpr std::string_view kPrefix = "DIR:";
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : std::string_view();
}

bool wants_default(const auth::CredentialRequest& request) {
  return request.credential_cache.empty() && request.client_keytab.empty() &&
         !request.password.given() && request.native_credential == nullptr &&
         request.package != "NTLM";
}

void append(auth::PooledText& key, std::string_view text) {
  key += text;
  key += '\n';
}

void append(auth::PooledText& key, std::uint64_t number) {
  key.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

// Of the text "library=name\nlibrary=name\n".
template <typename Show>
void each_default(std::string_view defaults, Show show) {
  for (auto at = defaults.begin(); at != defaults.end();) {
    const auto end = std::find(at, defaults.end(), '\n');
    const auto equals = std::find(at, end, '=');
    show(std::string_view(at, equals), std::string_view(equals == end ? end : equals + 1, end));
    at = end == defaults.end() ? end : end + 1;
  }
}

// The caches of a request, each once.
template <typename Show>
void each_cache(const auth::CredentialRequest& request, Show show) {
  if (!request.credential_cache.empty()) {
    show(std::string_view(), std::string_view(request.credential_cache));
    return;
  }
  std::string_view last;
  each_default(request.default_caches, [&](std::string_view library, std::string_view name) {
    if (name.empty()) return;
    // A file is the same for all libraries; what is in memory is not.
    if (name != last || (path_of(name).empty() && folder_of(name).empty())) show(library, name);
    last = name;
  });
}

// Nothing where the names of default caches are not known without waiting.
std::optional<auth::Identity> identity_of(const auth::CredentialRequest& request,
                                          const Configuration& configuration) {
  auth::Identity identity;
  if (wants_default(request)) {
    const char* const named = trusted_variable("KRB5CCNAME");
    const bool has_name = named != nullptr;  // an empty one is a name, of no cache
    for (const std::string_view library :
         library_choices(request.library, configuration.mit_first())) {
      if (library.empty()) continue;
      const std::string* const own = has_name ? nullptr : configuration.default_cache(library);
      if (!has_name && own == nullptr) return std::nullopt;
      identity.default_caches += library;
      identity.default_caches += '=';
      append(identity.default_caches, has_name ? std::string_view(named) : *own);
    }
    if (const char* keytab = trusted_variable("KRB5_CLIENT_KTNAME")) append(identity.key, keytab);
  }
  append(identity.key, identity.default_caches);
  for (const std::uint64_t value : configuration.stamp().value) append(identity.key, value);
  append(identity.key, configuration.environment());
  bool chosen = false;
  const auto look_at = [&](std::string_view name) {
    chosen = chosen || is_collection(name);
    identity.by_thread = identity.by_thread || is_in_thread_keyrings(name);
    note_cache(name);
  };
  // One that is handed over does not tell its cache.
  identity.by_thread = request.native_credential != nullptr && may_be_in_thread_keyrings();
  look_at(request.credential_cache);
  each_default(identity.default_caches, [&](auto, std::string_view name) { look_at(name); });
  identity.by_target = chosen;
  return identity;
}

// The stamps of files that were looked at, and when the last of them has changed.
struct Looked {
  auth::SourceStamp stamp;
  std::uint64_t changed_ns = 0;

  auth::SourceStamp file(const char* path) {
    const auth::SourceStamp one = stamp_of_file(path);
    changed_ns = std::max(changed_ns, one.value[kChangedAt]);
    return one;
  }
};

// The stamps of a folder's files, in whatever order.
auth::SourceStamp stamp_of_folder(const std::string& path, Looked& looked) {
  auth::SourceStamp stamp = looked.file(path.c_str());
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
  if (folder == nullptr) return stamp;
  while (const dirent* entry = ::readdir(folder.get())) {  // NOLINT(concurrency-mt-unsafe)
    const std::string_view name = entry->d_name;
    if (name != "primary" && !name.starts_with("tkt")) continue;
    std::string file(path);
    file += '/';
    file += name;
    const auth::SourceStamp one = looked.file(file.c_str());
    std::uint64_t both = hash(name);
    for (const std::uint64_t value : one.value) mix(both, value);
    stamp.value[0] += both;  // a sum, because no order is promised
  }
  return stamp;
}

// ~/.k5identity says which member of a collection is for which server.
std::string identity_file() {
  const char* const home = trusted_variable("HOME");
  return home == nullptr ? std::string() : std::string(home) + "/.k5identity";
}

// Of what the file system tells; false: it is not in the file system.
bool stamp_of_cache(std::string_view name, Looked& looked) {
  auth::SourceStamp& stamp = looked.stamp;
  stamp.value[0] ^= hash(name);
  if (const std::string_view path = path_of(name); !path.empty()) {
    mix(stamp, looked.file(auth::PooledText(path).c_str()));
    return true;
  }
  const std::string_view folder = folder_of(name);
  if (folder.empty()) return false;
  if (folder.starts_with(':')) {  // one member
    mix(stamp, looked.file(auth::PooledText(folder.substr(1)).c_str()));
    return true;
  }
  mix(stamp, stamp_of_folder(std::string(folder), looked));
  if (const std::string choice = identity_file(); !choice.empty()) {
    mix(stamp, looked.file(choice.c_str()));
  }
  return true;
}

// Of what a daemon, the kernel or another part of the process keeps: whose tickets there are, for
// what and until when. Only those that get others count: a ticket for a further service that
// another program has fetched is no change. Where there are none, all do.
auth::SourceStamp stamp_of_tickets(const GssLibrary& library, const std::string& name) {
  auth::SourceStamp stamp;
  const CacheView view = look_into_cache(library, name);
  stamp.value[1] = hash(view.principal) ^ static_cast<std::uint64_t>(view.code);
  const std::vector<auth::Ticket> tickets = list_tickets(library, name);
  const auto gets_others = [](const auth::Ticket& ticket) {
    return ticket.target.starts_with("krbtgt/");
  };
  const bool some = std::any_of(tickets.begin(), tickets.end(), gets_others);
  for (const auth::Ticket& ticket : tickets) {
    if (some && !gets_others(ticket)) continue;
    mix(stamp.value[2], hash(ticket.target));
    mix(stamp.value[2], ticket.mark);
    mix(stamp.value[3], static_cast<std::uint64_t>(ticket.expires_at));
  }
  return stamp;
}

auth::SourceStamp stamp_by_libraries(const auth::CredentialRequest& request,
                                     std::string_view library, std::string_view name) {
  auth::SourceStamp stamp;
  for (const std::string_view each :
       library_choices(library.empty() ? request.library : library, false)) {
    if (each.empty()) continue;
    const std::variant<const GssLibrary*, LoadError> loaded = load_library(std::string(each));
    const auto* const* usable = std::get_if<const GssLibrary*>(&loaded);
    if (usable == nullptr || !is_known_to_daemon(**usable, name)) continue;
    mix(stamp, stamp_of_tickets(**usable, std::string(name)));
    for (const std::string& member : collection_members(**usable, std::string(name))) {
      std::uint64_t one = hash(member);
      for (const std::uint64_t value : stamp_of_tickets(**usable, member).value) mix(one, value);
      stamp.value[0] += one;
    }
  }
  return stamp;
}

}  // namespace

bool is_collection(std::string_view cache) {
  const std::size_t colon = cache.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view type = cache.substr(0, colon);
  const std::string_view rest = cache.substr(colon + 1);
  if (type == "DIR") return !rest.starts_with(':');
  if (type == "KCM") return rest.empty();  // with a name it is that one cache
  return type == "KEYRING" || type == "API" || type == "XCACHE" || type == "MSLSA";
}

std::string default_cache_of(std::string_view default_caches, std::string_view library) {
  std::string found;
  each_default(default_caches, [&](std::string_view of, std::string_view name) {
    if (of == library) found = name;
  });
  return found;
}

std::optional<auth::Identity> identity_now(const auth::CredentialRequest& request) {
  const Configuration::Ptr configuration = Configuration::known();
  if (configuration == nullptr) return std::nullopt;
  return identity_of(request, *configuration);
}

auth::Identity find_identity(const auth::CredentialRequest& request) {
  const char* const named = trusted_variable("KRB5CCNAME");
  const bool needs_names = wants_default(request) && named == nullptr;
  std::vector<std::string> libraries;
  if (needs_names) {
    for (const std::string_view each : library_choices(request.library, false)) {
      if (!each.empty()) libraries.emplace_back(each);
    }
  }
  const Configuration::Ptr configuration = Configuration::find(libraries);
  return identity_of(request, *configuration).value_or(auth::Identity());
}

namespace {

// False: it is not in the file system.
bool stamp_of_files(const auth::CredentialRequest& request, Looked& looked) {
  if (request.password.given()) return true;
  if (!request.client_keytab.empty()) {
    const std::string_view path = path_of(request.client_keytab);
    if (!path.empty()) looked.stamp = looked.file(auth::PooledText(path).c_str());
    return !path.empty();
  }
  bool all = true;
  each_cache(request,
             [&](auto, std::string_view name) { all = stamp_of_cache(name, looked) && all; });
  return all;
}

// Whether all files of a request can be looked at without waiting for another machine.
bool all_local(const auth::CredentialRequest& request) {
  if (request.password.given()) return true;
  if (!request.client_keytab.empty()) return is_local(std::string(path_of(request.client_keytab)));
  bool local = true;
  each_cache(request, [&](auto, std::string_view name) {
    std::string_view path = path_of(name);
    if (path.empty()) {
      path = folder_of(name);
      if (path.starts_with(':')) path.remove_prefix(1);
      const std::string choice = identity_file();
      local = local && (choice.empty() || is_local(choice));
    }
    local = local && is_local(std::string(path));
  });
  return local;
}

// File systems note changes by a clock that ticks in milliseconds. What has changed in this tick
// may change again and look the same.
bool may_change_unseen(std::uint64_t changed_ns) {
  constexpr std::int64_t kTick = 12'000'000;
  const std::int64_t age = std::chrono::duration_cast<std::chrono::nanoseconds>(
                               std::chrono::system_clock::now().time_since_epoch())
                               .count() -
                           static_cast<std::int64_t>(changed_ns);
  return age >= 0 && age < kTick;
}

}  // namespace

std::optional<auth::SourceStamp> quick_stamp(const auth::CredentialRequest& request) {
  Looked looked;
  return stamp_of_files(request, looked) ? std::optional(looked.stamp) : std::nullopt;
}

auth::SourceLook look(const auth::CredentialRequest& request) {
  Looked looked;
  bool files = stamp_of_files(request, looked);
  while (may_change_unseen(looked.changed_ns)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(4));
    looked = {};
    files = stamp_of_files(request, looked);
  }
  if (files) return {.stamp = looked.stamp, .quick = all_local(request)};
  if (request.client_keytab.empty()) {
    each_cache(request, [&](std::string_view library, std::string_view name) {
      if (!path_of(name).empty() || !folder_of(name).empty()) return;
      mix(looked.stamp, stamp_by_libraries(request, library, name));
      if (const std::string choice = identity_file(); is_collection(name) && !choice.empty()) {
        mix(looked.stamp, looked.file(choice.c_str()));
      }
    });
  }
  return {.stamp = looked.stamp, .quick = false};
}

}  // namespace negodbc::sspi_gssapi
