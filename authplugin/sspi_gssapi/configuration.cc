#include "sspi_gssapi/configuration.h"

#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/vfs.h>
#else
#include <sys/mount.h>
#include <sys/param.h>
#endif

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <functional>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>

#include "negotiate/one_line.h"
#include "sspi_gssapi/configuration_includes.h"
#include "sspi_gssapi/configuration_reader.h"
#include "sspi_gssapi/credential_cache.h"
#include "sspi_gssapi/environment.h"
#include "sspi_gssapi/gss_library.h"
#include "sspi_gssapi/handle_registry.h"
#include "sspi_gssapi/thread_identity.h"
#include "sspi_gssapi/waiting_file.h"

namespace negodbc::sspi_gssapi {
namespace {

constexpr std::size_t kMostKnown = 8;  // environments
constexpr std::int64_t kUnloadableLifeMs = 1000;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::uint64_t nanoseconds(const timespec& time) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  return static_cast<std::uint64_t>(time.tv_sec) * kSecond +
         static_cast<std::uint64_t>(time.tv_nsec);
}

// The configurations of this process that were read, the last used first.
class Known final : public ForkGuarded {
 public:
  static Known& instance() {
    static Known* const made = [] {
      auto* known = new Known;  // used by threads until the end
      guard_at_fork(*known);
      return known;
    }();
    return *made;
  }
  void lock_all() override { mutex.lock(); }
  void unlock_all() override { mutex.unlock(); }

  std::mutex mutex;
  std::vector<std::pair<auth::PooledText, Configuration::Ptr>> all;
};

// All of the environment that decides which files are read and how the names in them are filled in.
auth::PooledText environment_now(const auth::ThreadIdentity& user) {
  auth::PooledText text;
  for (const char* variable : {"KRB5_CONFIG", "HOME", "TMPDIR"}) {
    const char* const value = trusted_variable(variable);
    text += value == nullptr ? "" : value;
    text += '\n';
  }
  for (const std::uint64_t value : user.value) {
    text.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  return text;
}

// All that decides what the configuration says: absent files, too, and folders, whose times a file
// more or less changes.
class FileLister final : public ConfigurationReader {
 public:
  std::vector<std::string> files;
  std::string fault;           // of the first file that nobody must read
  bool includes = false;       // a line that begins so
  bool client_keytab = false;  // likewise

 protected:
  void begin(const std::string& path, ConfigurationOrigin /*origin*/, int error) override {
    files.push_back(path);
    if ((error == kPipeOrDevice || error == EFBIG) && fault.empty())
      fault = unreadable(path, error);
  }
  void folder(const std::string& path, int /*error*/) override { files.push_back(path); }
  void line(std::string_view text, std::size_t /*number*/) override {
    includes = includes || text.starts_with("include");
    client_keytab = client_keytab || text.starts_with("default_client_keytab_name");
  }
};

// MIT's library looks at a file once in a second of the clock at most, for the whole process: what
// was written in this second it may not have seen.
void wait_for_the_next_second(const std::vector<std::string>& files) {
  using Seconds = std::chrono::seconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto second = std::chrono::duration_cast<Seconds>(now);
  for (const std::string& file : files) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0 || facts.st_ctime < second.count()) continue;
    std::this_thread::sleep_for(second + Seconds(1) - now);
    return;
  }
}

auth::SourceStamp stamp_of(const std::vector<std::string>& files) {
  auth::SourceStamp stamp;
  for (const std::string& file : files) {
    mix(stamp, stamp_of_file(file.c_str()));
  }
  return stamp;
}

}  // namespace

void mix(std::uint64_t& into, std::uint64_t value) {
  // Each step can be taken back (Steele, Lea and Flood's splitmix), so that two that differ in one
  // value are never the same: inodes of files that were made one after the other differ by 1.
  into = (into ^ value) + 0x9E3779B97F4A7C15u;
  into = (into ^ (into >> 30u)) * 0xBF58476D1CE4E5B9u;
  into = (into ^ (into >> 27u)) * 0x94D049BB133111EBu;
  into ^= into >> 31u;
}

void mix(auth::SourceStamp& into, const auth::SourceStamp& other) {
  for (std::size_t i = 0; i < into.value.size(); ++i) mix(into.value[i], other.value[i]);
}

auth::SourceStamp stamp_of_file(const char* path) {
  auth::SourceStamp stamp;
  struct stat file {};
  if (::stat(path, &file) != 0) return stamp;
  stamp.value[0] = file.st_ino;
  mix(stamp.value[0], file.st_dev);
  stamp.value[1] = static_cast<std::uint64_t>(file.st_size);
#ifdef __APPLE__
  stamp.value[2] = nanoseconds(file.st_mtimespec);
  stamp.value[kChangedAt] = nanoseconds(file.st_ctimespec);
#else
  stamp.value[2] = nanoseconds(file.st_mtim);
  stamp.value[kChangedAt] = nanoseconds(file.st_ctim);
#endif
  return stamp;
}

bool is_local(const std::string& path) {
  struct statfs system {};
  std::string at = path;
  // An absent file is where its folder is.
  while (::statfs(at.c_str(), &system) != 0) {
    const std::size_t slash = at.rfind('/');
    if (slash == std::string::npos || at == "/") return false;
    at.resize(std::max<std::size_t>(slash, 1));
  }
#ifdef __linux__
  // Others machines' files, and those of programs (FUSE) and what mounts on demand. linux/magic.h
  // does not have all of them.
  constexpr std::array<std::uint32_t, 15> kRemote = {0x6969,     0x517B,     0xFF534D42, 0xFE534D42,
                                                     0x5346414F, 0x6B414653, 0x73757245, 0x00C36400,
                                                     0x01021997, 0x65735546, 0x0000564C, 0x00000187,
                                                     0x0BD00BD0, 0x47504653, 0x19830326};
  const auto type = static_cast<std::uint32_t>(system.f_type);
  return std::find(kRemote.begin(), kRemote.end(), type) == kRemote.end();
#else
  return (system.f_flags & MNT_LOCAL) != 0;
#endif
}

Configuration::Ptr Configuration::known() {
  const auth::PooledText environment = environment_now(thread_identity());
  Ptr found;
  {
    Known& known = Known::instance();
    const std::lock_guard lock(known.mutex);
    for (const auto& [name, configuration] : known.all) {
      if (name == environment) found = configuration;
    }
  }
  if (found == nullptr || !found->local_ || stamp_of(found->files_) != found->stamp_) {
    return nullptr;
  }
  return found;
}

std::uint64_t Configuration::last_found(const auth::ThreadIdentity& user) {
  const auth::PooledText environment = environment_now(user);
  std::uint64_t told = std::hash<std::string_view>()(environment);
  Known& known = Known::instance();
  const std::lock_guard lock(known.mutex);
  for (const auto& [name, configuration] : known.all) {
    if (name != environment) continue;
    for (const std::uint64_t value : configuration->stamp_.value) mix(told, value);
    return told | 1u;  // never 0
  }
  return 0;
}

Configuration::Ptr Configuration::find(const std::vector<std::string>& libraries) {
  auto made = std::make_shared<Configuration>();
  made->environment_ = environment_now(thread_identity());
  FileLister lister;
  lister.read();
  made->files_ = std::move(lister.files);
  made->fault_ = std::move(lister.fault);
  made->local_ = std::all_of(made->files_.begin(), made->files_.end(), is_local);
  // Before the library reads them: a change in between is seen the next time.
  made->stamp_ = stamp_of(made->files_);
  made->names_client_keytab_ = lister.client_keytab;
  made->mit_first_ = lister.includes && !where_includes_begin().empty();
  Known& known = Known::instance();
  const auto same = [&](const auto& entry) { return entry.first == made->environment_; };
  {
    const std::lock_guard lock(known.mutex);
    const auto before = std::find_if(known.all.begin(), known.all.end(), same);
    if (before != known.all.end() && before->second->stamp_ == made->stamp_) {
      made->defaults_ = before->second->defaults_;
    }
  }
  for (const std::string& library : libraries) {
    if (made->default_cache(library) != nullptr) continue;
    const std::variant<const GssLibrary*, LoadError> loaded = load_library(library);
    const auto* const* usable = std::get_if<const GssLibrary*>(&loaded);
    std::string name;
    if (usable != nullptr && made->fault_.empty() && !is_trace_waiting()) {
      if ((*usable)->family == Family::kMit) wait_for_the_next_second(made->files_);
      name = configured_cache_name(**usable);
    }
    std::int64_t until =
        name.empty() ? now_ms() + kUnloadableLifeMs : std::numeric_limits<std::int64_t>::max();
    // The library has told what the environment says, where another thread has set that by now.
    if (trusted_variable("KRB5CCNAME") != nullptr) until = 0;
    made->defaults_.insert_or_assign(library, Default{std::move(name), until});
  }
  const std::lock_guard lock(known.mutex);
  std::erase_if(known.all, same);
  if (known.all.size() >= kMostKnown) known.all.pop_back();
  known.all.emplace(known.all.begin(), made->environment_, made);
  return made;
}

const std::string* Configuration::default_cache(std::string_view library) const {
  const auto found = defaults_.find(library);
  if (found == defaults_.end() || found->second.until_ms < now_ms()) return nullptr;
  return &found->second.name;
}

std::string fault_before_use(const GssLibrary& library) {
  Configuration::Ptr configuration = Configuration::known();
  if (configuration == nullptr) configuration = Configuration::find({});
  if (!configuration->fault().empty()) return configuration->fault();
  if (is_trace_waiting()) {
    return "KRB5_TRACE names a pipe that nobody reads, which libraries wait for";
  }
  return library.family == Family::kMit && is_mechanism_list_waiting()
             ? "GSS_MECH_CONFIG names no ordinary file: " + std::string(kWaitingFile)
             : std::string();
}

auth::PooledText default_cache_now(const GssLibrary& library) {
  const char* const name = trusted_variable("KRB5CCNAME");
  if (name != nullptr) return name;
  Configuration::Ptr known = Configuration::known();
  const std::string* own = known == nullptr ? nullptr : known->default_cache(library.name);
  if (own == nullptr) {
    known = Configuration::find({library.name});
    own = known->default_cache(library.name);
  }
  return own == nullptr ? auth::PooledText() : auth::PooledText(*own);
}

}  // namespace negodbc::sspi_gssapi
