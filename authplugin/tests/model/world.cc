#include "tests/model/world.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "tests/model/plain_library.h"

namespace negodbc::model {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kOther = 65534;
const char* const kKeyring = "KEYRING:session:negodbc-model";
const char* const kDaemon = "KCM:";
const char* const kDaemonMembers[] = {"KCM:model-a", "KCM:model-b"};
const char* const kKeyringMember = "KEYRING:session:negodbc-model:tktb";

std::string variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr) throw std::runtime_error(std::string(name) + ": run this in the realm");
  return value;
}

std::string text_of(const std::string& file) {
  std::ifstream from(file, std::ios::binary);
  return std::string{std::istreambuf_iterator<char>(from), {}};
}

void write_new(const std::string& file, const std::string& text) {
  std::ofstream(file + ".new", std::ios::binary) << text;
  fs::rename(file + ".new", file);
}

bool is_folder(const std::string& cache) {
  return cache.starts_with("DIR:");
}

bool is_collection(const std::string& cache) {
  return (is_folder(cache) && !cache.starts_with("DIR::")) || cache.starts_with("KEYRING:") ||
         cache == kDaemon;
}

}  // namespace

const std::vector<std::string>& World::files() {
  // The last two are the default caches of the users that processes have.
  static const std::vector<std::string> names = {"f0",      "f1",       "f2",     "d0/tkt",
                                                 "d0/tkta", "d0/tktb",  "d1/tkt", "d1/tkta",
                                                 "d1/tktb", "cc_65534", "cc_0"};
  return names;
}

const std::vector<std::string>& World::folders() {
  static const std::vector<std::string> names = {"d0", "d1"};
  return names;
}

World::World(std::string library, Reference& reference, bool has_kcm)
    : library_(std::move(library)),
      reference_(reference),
      realm_(variable("NEGODBC_REALM")),
      base_configuration_(variable("KRB5_CONFIG")) {
  folder_ = variable("NEGODBC_REALM_DIR") + "/model-XXXXXX";
  if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no folder: " + folder_);
  ::chmod(folder_.c_str(), 0755);
  for (const char* name : {"contents", "d0", "d1", "home"}) {
    fs::create_directory(path(name));
    ::chmod(path(name).c_str(), 0755);
  }
  make_users();
  make_contents();
  for (const char* name : {"f0", "f1", "f2", "absent"}) caches_.push_back("FILE:" + path(name));
  caches_.push_back(path("f1"));
  for (const char* name : {"d0", "d1"}) caches_.push_back("DIR:" + path(name));
  caches_.push_back("DIR::" + path("d0/tkta"));
  for (const char* name : {"MEMORY:model-0", "MEMORY:model-1"}) caches_.emplace_back(name);
  const Environment realm = {{"KRB5_CONFIG", base_configuration_}};
  has_keyring_ =
      library_ == "mit" && reference_.fill("mit", kKeyring, contents_.front(), realm).empty();
  if (has_keyring_) shared_ = {kKeyring, kKeyringMember};
  if (has_kcm) {
    caches_.emplace_back(kDaemon);
    shared_.insert(shared_.end(), std::begin(kDaemonMembers), std::end(kDaemonMembers));
  }
  caches_.insert(caches_.end(), shared_.begin(), shared_.end());
  for (const char* name : {"own.conf", "folder.conf", "other.conf"}) {
    configurations_.push_back(path(name));
  }
  reset();
}

World::~World() {
  std::error_code error;
  fs::remove_all(folder_, error);
}

void World::reset() {
  for (std::size_t i = 0; i < files().size(); ++i) put(files()[i], contents_[i % 6]);
  for (const std::string& folder : folders()) switch_to(folder, "tkt");
  write_identity_file("");
  for (const auto& [cache, content] : std::map(memory_)) fill_memory(cache, "");
  memory_.clear();
  for (const std::string& cache : shared_) fill_shared(cache, "");
  environment_.clear();
  set("HOME", path("home"));
  set("KRB5CCNAME", "FILE:" + path("f0"));
  set("KRB5_CLIENT_KTNAME", std::nullopt);
  write_configuration(configurations_[0], "FILE:" + path("cc_%{uid}"));
  write_configuration(configurations_[1], "DIR:" + path("d1"));
  write_configuration(configurations_[2], "FILE:" + path("f1"));
  set("KRB5_CONFIG", configurations_[0]);
}

void World::kadmin(const std::string& commands) const {
  // Keys that are quickly made of a password: the others' 4096 rounds took most of a run.
  const std::string quick = path("quick-keys.conf");
  if (!fs::exists(quick)) {
    write_new(quick, text_of(base_configuration_) +
                         "[kadmin]\n    default_keys = arcfour-hmac-md5:pw-salt\n");
  }
  // Without -c it would write into the system's database.
  const std::string line =
      "KRB5_CONFIG=" + quick + " exec kadmin.heimdal -l -c " + quick + " >/dev/null 2>&1";
  std::FILE* const pipe = ::popen(line.c_str(), "w");  // NOLINT
  if (pipe == nullptr) throw std::runtime_error("no kadmin");
  std::fputs(commands.c_str(), pipe);
  if (::pclose(pipe) != 0) throw std::runtime_error("kadmin: " + commands);
}

void World::make_users() {
  for (const std::string& user : users_) {
    try {
      kadmin("add --password=\"" + password(user) + "\" --use-defaults " + user + "\n");
    } catch (const std::runtime_error&) {
      // Those of an earlier run in the same realm have the same passwords.
    }
    kadmin("ext_keytab --keytab=" + keytab(user) + " " + user + "\n");
    ::chmod(keytab(user).c_str(), 0644);
  }
}

// Each user's tickets, without and with one for the service; none; what is no cache.
void World::make_contents() {
  const auto run = [&](const std::string& command) {
    const std::string line = "KRB5_CONFIG=" + base_configuration_ + " " + command + " >/dev/null";
    if (std::system(line.c_str()) != 0) throw std::runtime_error(line);  // NOLINT
  };
  const std::string word = path("contents/word");
  for (const std::string& user : users_) {
    const std::string bare = path("contents/" + user);
    const std::string full = path("contents/" + user + "+service");
    std::ofstream(word) << password(user);
    std::string kinit = "kinit.heimdal --lifetime=10h";
    kinit.append(" --password-file=").append(word).append(" --cache=FILE:").append(bare);
    run(kinit.append(" ").append(user).append("@").append(realm_));
    fs::copy_file(bare, full);
    run("kgetcred --cache=FILE:" + full + " postgres/localhost@" + realm_);
    contents_.push_back(bare);
    contents_.push_back(full);
  }
  fs::remove(word);
  contents_.push_back(path("contents/nothing"));
  std::ofstream(contents_.back()) << "this is no cache";
  contents_.push_back(path("contents/expired"));
  fs::copy_file(variable("NEGODBC_CCACHE_EXPIRED").substr(5), contents_.back());
  // Of a realm that no KDC is known for.
  contents_.push_back(path("contents/elsewhere"));
  std::string other = text_of(contents_.front());
  const std::string elsewhere = "ELSEWHERE.IS";
  if (elsewhere.size() != realm_.size()) throw std::runtime_error("the realm's name has changed");
  for (std::size_t at = other.find(realm_); at != std::string::npos; at = other.find(realm_, at)) {
    other.replace(at, elsewhere.size(), elsewhere);
  }
  std::ofstream(contents_.back(), std::ios::binary) << other;
}

void World::put(const std::string& file, const std::string& content) const {
  write_new(path(file), text_of(content));
  // Heimdal takes none that others may read.
  const bool all = library_ == "mit" && (file == "f2" || file.starts_with("d1/"));
  ::chmod(path(file).c_str(), all ? 0644 : 0600);
  if (file == "cc_65534" && ::geteuid() == 0 && ::chown(path(file).c_str(), kOther, kOther) != 0) {
    throw std::runtime_error("chown");
  }
}

void World::overwrite(const std::string& file, const std::string& content) const {
  struct stat before {};
  if (::stat(path(file).c_str(), &before) != 0) {
    put(file, content);
    return;
  }
  const std::string text = text_of(content);
  const int to = ::open(path(file).c_str(), O_WRONLY | O_CLOEXEC);
  const std::array<timespec, 2> times = {before.st_atim, before.st_mtim};
  const bool done =
      to >= 0 && ::write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::ftruncate(to, static_cast<off_t>(text.size())) == 0 && ::futimens(to, times.data()) == 0;
  if (to >= 0) ::close(to);
  if (!done) throw std::runtime_error("can't be overwritten: " + file);
}

void World::remove(const std::string& file) const {
  fs::remove(path(file));
}

void World::switch_to(const std::string& folder, const std::string& member) const {
  const std::string file = path(folder + "/primary");
  if (member.empty()) {
    fs::remove(file);
  } else {
    write_new(file, member + "\n");
    ::chmod(file.c_str(), 0644);
  }
}

void World::write_identity_file(const std::string& text) const {
  const std::string file = path("home/.k5identity");
  if (text.empty()) {
    fs::remove(file);
  } else {
    write_new(file, text);
  }
}

void World::write_configuration(const std::string& file, const std::string& cache) {
  std::string text = text_of(base_configuration_);
  const std::string word = "[libdefaults]\n";
  // A realm that nobody knows is not looked for in DNS.
  text.insert(text.find(word) + word.size(), "    default_ccache_name = " + cache +
                                                 "\n    default_cc_name = " + cache +
                                                 "\n    use_fallback = false\n");
  if (text_of(file) != text) write_new(file, text);
  default_of_[file] = cache;
}

void World::fill_memory(const std::string& cache, const std::string& content) {
  static const PlainLibrary heimdal("heimdal");
  static const PlainLibrary mit("mit");
  memory_[cache] = content;
  const std::string fault = (library_ == "mit" ? mit : heimdal).fill(cache, content);
  if (!fault.empty() && !content.empty()) throw std::runtime_error(cache + ": " + fault);
}

void World::fill_shared(const std::string& cache, const std::string& content) {
  const Environment realm = {{"KRB5_CONFIG", base_configuration_}};
  const std::string fault = reference_.fill("mit", cache, content, realm);
  if (!fault.empty() && !content.empty()) throw std::runtime_error(cache + ": " + fault);
}

void World::set(const std::string& variable, std::optional<std::string> value) {
  environment_[variable] = std::move(value);
  set_environment({{variable, environment_[variable]}});
}

std::string World::effective_cache(const LoginRequest& request) const {
  if (!request.cache.empty()) return request.cache;
  if (const auto& named = environment_.at("KRB5CCNAME")) return *named;
  const auto known = default_of_.find(environment_.at("KRB5_CONFIG").value_or(""));
  return known == default_of_.end() ? "" : known->second;
}

PlainLogin World::plain(const LoginRequest& request, const User& user) const {
  PlainLogin login;
  login.request = request;
  login.environment = environment_;
  login.user = user;
  const std::string cache = effective_cache(request);
  const bool fetches = request.password || !request.keytab.empty();
  const bool by_rules =
      !fetches && (is_folder(cache) || is_collection(cache) || !request.principal.empty());
  login.library = by_rules ? "mit" : library_;
  // MIT asks ~/.k5identity also where there is nothing to choose from.
  if (fetches || !is_collection(cache)) login.environment["HOME"] = path("nowhere");
  if (const auto known = memory_.find(cache); known != memory_.end() && !fetches) {
    login.caches.emplace_back(known->first, known->second);
  }
  return login;
}

std::string World::make_service(const std::string& name) const {
  std::string file = path(name + ".keytab");
  kadmin("add --random-key --use-defaults " + name + "/localhost\next_keytab --keytab=" + file +
         " " + name + "/localhost\n");
  return file;
}

void World::change_key(const std::string& name) const {
  const std::string file = path(name + ".keytab");
  fs::remove(file);
  kadmin("cpw --random-key " + name + "/localhost\next_keytab --keytab=" + file + " " + name +
         "/localhost\n");
}

void World::drop_service(const std::string& name) const {
  kadmin("delete " + name + "/localhost\n");
  fs::remove(path(name + ".keytab"));
}

}  // namespace negodbc::model
