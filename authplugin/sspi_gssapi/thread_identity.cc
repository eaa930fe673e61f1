#include "sspi_gssapi/thread_identity.h"

#include <sys/types.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/capability.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#endif

#include <array>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "sspi_gssapi/configuration.h"

namespace negodbc::sspi_gssapi {
namespace {

std::uint64_t both_ids(std::uint64_t one, std::uint64_t other) {
  return one << 32u | other;
}

void add_group(auth::ThreadIdentity& identity, std::uint64_t group) {
  mix(identity.value[3], group + 1);
}

void add_groups(auth::ThreadIdentity& identity) {
  std::array<gid_t, 64> few{};
  int count = ::getgroups(static_cast<int>(few.size()), few.data());
  if (count >= 0) {
    for (const gid_t group : std::span(few).first(static_cast<std::size_t>(count))) {
      add_group(identity, group);
    }
    return;
  }
  std::vector<gid_t> many(static_cast<std::size_t>(::getgroups(0, nullptr)));
  count = ::getgroups(static_cast<int>(many.size()), many.data());
  for (int i = 0; i < count; ++i) add_group(identity, many[static_cast<std::size_t>(i)]);
}

// Real, effective, saved, and those that the file system looks at.
struct Ids {
  std::array<std::uint64_t, 4> user{};
  std::array<std::uint64_t, 4> group{};

  // Only who has been somebody else may look at files as another one than the effective one.
  bool may_be_others() const {
    const auto differ = [](const std::array<std::uint64_t, 4>& of) {
      return of[0] != of[1] || of[1] != of[2];
    };
    return user[1] == 0 || differ(user) || differ(group);
  }
  void tell(auth::ThreadIdentity& identity) const {
    const bool own = may_be_others();
    identity.value[0] = both_ids(user[0], user[1]);
    identity.value[1] = both_ids(group[0], group[1]);
    identity.value[2] = both_ids(own ? user[3] : user[1], own ? group[3] : group[1]);
  }
};

#ifdef __linux__
// Asking for an id that is none changes nothing and tells the present one. Under a filter of system
// calls that may end the process; a new socket, which belongs to them, tells them there.
void find_file_ids(Ids& ids) {
  if (::prctl(PR_GET_SECCOMP) == 0) {
    constexpr auto kNone = static_cast<uid_t>(-1);
    ids.user[3] = static_cast<uid_t>(::setfsuid(kNone));
    ids.group[3] = static_cast<gid_t>(::setfsgid(kNone));
    return;
  }
  ids.user[3] = ids.user[1];
  ids.group[3] = ids.group[1];
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) return;
  struct stat facts {};
  if (::fstat(made, &facts) == 0) {
    ids.user[3] = facts.st_uid;
    ids.group[3] = facts.st_gid;
  }
  ::close(made);
}
#endif

// Those that let a thread into others' files, and into others' persistent keyrings. 0: none.
constexpr std::uint64_t capabilities_that_count(std::uint64_t all) {
#ifdef __linux__
  return all & (1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH | 1u << CAP_SETUID);
#else
  static_cast<void>(all);
  return 0;
#endif
}

// The effective ones of this thread.
std::uint64_t capabilities_now() {
#ifdef __linux__
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> told{};
  return ::syscall(SYS_capget, &header, told.data()) == 0 ? told[0].effective : 0;
#else
  return 0;
#endif
}

// The numbers behind a word at the beginning of a line; false: there is none.
template <typename Show>
bool numbers_of(std::string_view text, std::string_view word, Show show, int base = 10) {
  const std::size_t at = text.find(word);
  if (at == std::string_view::npos) return false;
  text = text.substr(at + word.size());
  text = text.substr(0, text.find('\n'));
  while (!text.empty()) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error == std::errc()) show(number);
    const bool none = error != std::errc();
    text.remove_prefix(none ? 1 : static_cast<std::size_t>(end - text.data()));
  }
  return true;
}

}  // namespace

bool read_status(std::string_view text, auth::ThreadIdentity& identity) {
  identity = {};
  Ids ids;
  std::size_t users = 0;
  std::size_t groups = 0;
  const bool told =
      numbers_of(text, "\nUid:",
                 [&](std::uint64_t id) {
                   if (users < ids.user.size()) ids.user[users++] = id;
                 }) &&
      numbers_of(text, "\nGid:",
                 [&](std::uint64_t id) {
                   if (groups < ids.group.size()) ids.group[groups++] = id;
                 }) &&
      numbers_of(text, "\nGroups:", [&](std::uint64_t id) { add_group(identity, id); }) &&
      numbers_of(
          text,
          "\nCapEff:", [&](std::uint64_t all) { identity.value[4] = capabilities_that_count(all); },
          16);
  ids.tell(identity);
  return told && users == ids.user.size() && groups == ids.group.size();
}

auth::ThreadIdentity thread_identity() {
  auth::ThreadIdentity identity;
  Ids ids;
#ifdef __linux__
  std::array<uid_t, 3> user{};
  std::array<gid_t, 3> group{};
  ::getresuid(user.data(), user.data() + 1, user.data() + 2);
  ::getresgid(group.data(), group.data() + 1, group.data() + 2);
  for (std::size_t i = 0; i < user.size(); ++i) {
    ids.user[i] = user[i];
    ids.group[i] = group[i];
  }
  if (ids.may_be_others()) find_file_ids(ids);
#else
  ids.user = {::getuid(), ::geteuid(), ::geteuid(), ::geteuid()};
  ids.group = {::getgid(), ::getegid(), ::getegid(), ::getegid()};
#endif
  ids.tell(identity);
  add_groups(identity);
  identity.value[4] = capabilities_that_count(capabilities_now());
  return identity;
}

// The process's are its main thread's.
bool is_of_process(const auth::ThreadIdentity& identity) {
#ifdef __linux__
  const bool is_main = ::getpid() == static_cast<pid_t>(::syscall(SYS_gettid));
  if (is_main && identity == thread_identity()) return true;
  std::ifstream file("/proc/self/status");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auth::ThreadIdentity main;
  if (read_status(text, main)) return main == identity;
  return is_main;
#else
  static_cast<void>(identity);
  return true;
#endif
}

}  // namespace negodbc::sspi_gssapi
