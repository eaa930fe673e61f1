// By unixODBC's libodbcinst, so that a file is read and written as the driver manager does.
#include "cli/data_sources.h"

#include <fcntl.h>
#include <odbcinst.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "cli/installation.h"
#include "driver/base/error.h"
#include "driver/base/secret.h"

namespace negodbc::cli {
namespace {

constexpr char ini[] = "odbc.ini";
constexpr std::size_t longest = 65536;

// The installer looks at one file as long as it lives.
class Mode {
 public:
  explicit Mode(Scope scope) {
    SQLSetConfigMode(scope == Scope::user ? ODBC_USER_DSN : ODBC_SYSTEM_DSN);
  }
  ~Mode() { SQLSetConfigMode(ODBC_BOTH_DSN); }
  Mode(const Mode&) = delete;
  Mode& operator=(const Mode&) = delete;
};

// Names of sections, or of a section's keys.
std::vector<std::string> names(const char* section) {
  std::string all(longest, '\0');
  const int size =
      SQLGetPrivateProfileString(section, nullptr, "", all.data(), static_cast<int>(longest), ini);
  all.resize(size < 0 ? 0 : std::min(static_cast<std::size_t>(size), longest));
  std::vector<std::string> found;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\0', at), all.size());
    if (end != at) found.push_back(all.substr(at, end - at));
    at = end + 1;
  }
  return found;
}

dsn::Profile values_of(const std::string& name) {
  dsn::Profile values;
  std::string value(longest, '\0');
  for (const std::string& key : names(name.c_str())) {
    value[0] = '\0';
    SQLGetPrivateProfileString(name.c_str(), key.c_str(), "", value.data(),
                               static_cast<int>(longest), ini);
    values.emplace_back(key, value.c_str());
  }
  wipe(value);
  return values;
}

[[noreturn]] void refuse(const std::string& what, Scope scope) {
  DWORD code = 0;
  std::array<char, 512> said{};
  WORD length = 0;
  const bool told = SQL_SUCCEEDED(
      SQLInstallerError(1, &code, said.data(), static_cast<WORD>(said.size() - 1), &length));
  throw Error("HY000", what + " in " + place_of(scope) +
                           (told && said[0] != '\0' ? ": " + std::string(said.data())
                                                    : "; may this user write there?"));
}

void write(const DataSource& source, const char* key, const char* value) {
  const Mode mode(source.scope);
  if (SQLWritePrivateProfileString(source.name.c_str(), key, value, ini) == 0)
    refuse("can't write " + source.name, source.scope);
}

// Only where nothing is in it: another one's mode is its owner's affair. libodbcinst makes a file
// that is not there when it is looked into.
void make_private(const std::string& file) {
  constexpr mode_t user_alone = S_IRUSR | S_IWUSR;
  const int made = ::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, user_alone);
  if (made < 0) return;  // what is written next tells why
  struct stat facts {};
  if (::fstat(made, &facts) == 0 && facts.st_size == 0)
    static_cast<void>(::fchmod(made, user_alone));
  ::close(made);
}

}  // namespace

std::vector<DataSource> data_sources() {
  std::vector<DataSource> found;
  for (const Scope scope : {Scope::user, Scope::system}) {
    const Mode mode(scope);
    const std::size_t first = found.size();
    for (const std::string& name : names(nullptr)) {
      if (name != "ODBC Data Sources" && name != "ODBC")
        found.push_back({name, scope, values_of(name)});
    }
    std::sort(found.begin() + static_cast<std::ptrdiff_t>(first), found.end(),
              [](const DataSource& a, const DataSource& b) { return a.name < b.name; });
  }
  return found;
}

dsn::Profile values_in(Scope scope, const std::string& name) {
  const Mode mode(scope);
  return values_of(name);
}

void add_data_source(const DataSource& source) {
  const bool has_secret = std::any_of(source.values.begin(), source.values.end(),
                                      [](const auto& value) { return is_secret(value.first); });
  if (has_secret) make_private(place_of(source.scope));
  for (const auto& [key, value] : source.values) write(source, key.c_str(), value.c_str());
}

void set_value(const DataSource& source, const std::string& key, const std::string& value) {
  write(source, key.c_str(), value.empty() ? nullptr : value.c_str());
}

void remove_data_source(const DataSource& source) {
  write(source, nullptr, nullptr);
}

bool is_valid_name(const std::string& name) {
  return !name.empty() && SQLValidDSN(name.c_str()) != 0;
}

std::string place_of(Scope scope) {
  return ini_files()[scope == Scope::user ? 1 : 2].file;
}

}  // namespace negodbc::cli
