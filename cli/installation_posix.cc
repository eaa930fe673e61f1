// unixODBC.
#include "cli/installation.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <odbcinst.h>
#include <sqlext.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <system_error>

#include "cli/examination/file_remedy.h"
#include "driver/base/error.h"
#include "driver/base/file_fault.h"
#include "driver/base/module.h"
#include "driver/base/path.h"
#include "driver/base/secret.h"
#include "driver/base/shell_word.h"
#include "driver/base/utf.h"
#include "driver/dsn/ini_file.h"
#include "driver/dsn/lease.h"
#include "driver/dsn/replacement.h"

namespace negodbc::cli {
namespace {

std::string environment(const char* name) {
  return variable_of_environment(name).value_or("");
}

constexpr char drivers_variable[] = "ODBCINSTINI";
constexpr char usual_drivers_file[] = "odbcinst.ini";

std::string name_of_drivers_file() {
  const std::string named = environment(drivers_variable);
  return named.empty() ? usual_drivers_file : named;
}

// With its slash.
std::string system_folder() {
  const std::string file = dsn::system_ini_file();
  return file.substr(0, file.find_last_of('/') + 1);
}

// Where the environment names a place, that nothing is there yet is less likely than a mistake.
std::string fault_of_place(const IniFile& named) {
  if (named.variable.empty()) return {};
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::path(named.file).parent_path();
  const auto type = std::filesystem::status(folder, ignored).type();
  const std::string whence = " (" + named.variable + ")";
  if (!folder.empty() && type == std::filesystem::file_type::not_found)
    return "there is no folder " + folder.string() + whence;
  if (!folder.empty() && type != std::filesystem::file_type::directory)
    return type == std::filesystem::file_type::unknown ? ""
                                                       : folder.string() + whence + " is no folder";
  // An empty one unixODBC makes by looking.
  const bool nothing = !named.exists || (std::filesystem::is_regular_file(named.file, ignored) &&
                                         std::filesystem::file_size(named.file, ignored) == 0);
  return nothing && named.variable == drivers_variable
             ? "there is nothing in " + named.file + whence
             : "";
}

IniFile ini_file(const char* holds, const std::string& file, const char* by) {
  std::error_code ignored;
  IniFile found{holds, file, std::filesystem::exists(file, ignored), "", by};
  found.fault = fault_of_place(found);
  if (!found.fault.empty()) return found;
  if (!std::filesystem::is_directory(file, ignored)) found.waits = fault_of_file(file);
  try {
    found.fault = dsn::read_ini_file(file).fault();
    if (!found.fault.empty()) found.fault = "can't read " + file + ": " + found.fault;
  } catch (const Error& error) {
    found.exists = true;
    found.fault = error.what();
  }
  return found;
}

// unixODBC opens the user's file for writing first.
IniFile users_ini_file(const char* by) {
  IniFile found = ini_file("the user's data sources", dsn::user_ini_file(), by);
  if (found.exists && found.fault.empty() && ::access(found.file.c_str(), W_OK) != 0)
    found.fault =
        found.file + " can be read, but not written by this user: unixODBC takes nothing of it";
  return found;
}

// Sections of an ini file.
std::vector<std::string> sections_of(const char* file) {
  constexpr std::size_t size = 65536;
  std::vector<char> names(size);
  const int length = SQLGetPrivateProfileString(nullptr, nullptr, "", names.data(),
                                                static_cast<int>(names.size()), file);
  std::vector<std::string> found;
  const std::string all(
      names.data(),
      std::clamp<std::size_t>(length < 0 ? 0 : static_cast<std::size_t>(length), 0, size));
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\0', at), all.size());
    const std::string name = all.substr(at, end - at);
    if (!name.empty() && name != "ODBC Data Sources" && name != "ODBC") found.push_back(name);
    at = end + 1;
  }
  return found;
}

// Of this process: what it is linked for is what can be loaded.
ElfW(Ehdr) own_header() {
  ElfW(Ehdr) header = {};
  std::ifstream self("/proc/self/exe", std::ios::binary);
  self.read(reinterpret_cast<char*>(&header), sizeof header);
  return header;
}

template <typename Function>
Function* function_of(void* module, const char* name) {
  return reinterpret_cast<Function*>(module_symbol(module, name));
}

// The handles of one connection, of a driver manager or of a driver that is loaded without one.
class Handles {
 public:
  explicit Handles(void* module)
      : allocate_(function_of<decltype(SQLAllocHandle)>(module, "SQLAllocHandle")),
        free_(function_of<decltype(SQLFreeHandle)>(module, "SQLFreeHandle")),
        set_(function_of<decltype(SQLSetEnvAttr)>(module, "SQLSetEnvAttr")),
        info_(function_of<decltype(SQLGetInfo)>(module, "SQLGetInfo")) {
    if (allocate_ == nullptr || free_ == nullptr || set_ == nullptr || info_ == nullptr) return;
    if (!SQL_SUCCEEDED(allocate_(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment_))) return;
    set_(environment_, SQL_ATTR_ODBC_VERSION,
         reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3),  // NOLINT(performance-no-int-to-ptr)
         0);
    if (!SQL_SUCCEEDED(allocate_(SQL_HANDLE_DBC, environment_, &connection_)))
      connection_ = SQL_NULL_HDBC;
  }
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;
  ~Handles() {
    if (connection_ != SQL_NULL_HDBC) free_(SQL_HANDLE_DBC, connection_);
    if (environment_ != SQL_NULL_HENV) free_(SQL_HANDLE_ENV, environment_);
  }

  [[nodiscard]] SQLHDBC connection() const { return connection_; }
  [[nodiscard]] std::string info(SQLUSMALLINT type) const {
    std::array<char, 256> text{};
    SQLSMALLINT length = 0;
    const bool told =
        connection_ != SQL_NULL_HDBC &&
        SQL_SUCCEEDED(info_(connection_, type, text.data(), text.size() - 1, &length));
    return told ? text.data() : "";
  }

 private:
  decltype(SQLAllocHandle)* allocate_;
  decltype(SQLFreeHandle)* free_;
  decltype(SQLSetEnvAttr)* set_;
  decltype(SQLGetInfo)* info_;
  SQLHENV environment_ = SQL_NULL_HENV;
  SQLHDBC connection_ = SQL_NULL_HDBC;
};

void* driver_manager(std::string& why) {
  void* const module = dlopen("libodbc.so.2", RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) why = dlerror();  // NOLINT(concurrency-mt-unsafe): thread-local in glibc
  return module;
}

}  // namespace

AbsentIniFiles::AbsentIniFiles() {
  std::error_code ignored;
  for (const std::string& file :
       {dsn::user_ini_file(), dsn::system_ini_file(), system_folder() + name_of_drivers_file()})
    if (std::filesystem::symlink_status(file, ignored).type() ==
        std::filesystem::file_type::not_found)
      files_.push_back(file);
}

AbsentIniFiles::~AbsentIniFiles() {
  for (const std::string& file : files_) {
    struct stat made = {};
    if (::lstat(file.c_str(), &made) != 0 || !S_ISREG(made.st_mode) || made.st_size != 0 ||
        made.st_uid != ::geteuid())
      continue;
    // Whoever writes it now has it.
    const dsn::Descriptor open(
        ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
    if (!open.is_open()) continue;
    const dsn::Lease lease(open.get());
    if (lease.state() != dsn::Lease::State::refused) static_cast<void>(::unlink(file.c_str()));
  }
}

std::vector<IniFile> ini_files() {
  const char* const of_system = environment("ODBCSYSINI").empty() ? "" : "ODBCSYSINI";
  const std::string drivers = name_of_drivers_file();
  const char* of_drivers = drivers == usual_drivers_file ? of_system : drivers_variable;
  const char* const of_users = environment("ODBCINI").empty() ? "" : "ODBCINI";
  const std::string folder = system_folder();
  // A file of this name can be nowhere.
  std::error_code ignored;
  if (*of_system != '\0' && !std::filesystem::is_directory(folder, ignored)) of_drivers = of_system;
  return {ini_file(holds_drivers, folder + drivers, of_drivers), users_ini_file(of_users),
          ini_file("the system's data sources", dsn::system_ini_file(), of_system)};
}

void require_readable_ini_files() {
  for (const IniFile& file : ini_files())
    if (!file.waits.empty())
      throw Error("HY000",
                  "the file of " + file.holds + " can't be read: " + file.file + ": " + file.waits);
}

std::string command_for_ini_file(const IniFile& file) {
  std::error_code ignored;
  // What stands in it is for a person to correct.
  const bool read = ::access(file.file.c_str(), R_OK) == 0 &&
                    !std::filesystem::is_directory(file.file, ignored) && file.waits.empty();
  if (file.fault.empty()) return {};
  if (!fault_of_place(file).empty()) return to_unset(file.variable);
  if (read && ::access(file.file.c_str(), W_OK) != 0 && file.file == dsn::user_ini_file())
    return "have ODBCINI name a file that " + this_user() + " can write";
  if (read) return {};
  if (!file.variable.empty()) return to_unset(file.variable);
  return file.waits.empty() ? to_let_read(file.file) : to_put_away(file.file);
}

std::string driver_manager_file(std::string& why) {
  void* const module = driver_manager(why);
  if (module == nullptr) return {};
  Dl_info info = {};
  const bool told = dladdr(module_symbol(module, "SQLDriverConnect"), &info) != 0;
  return told && info.dli_fname != nullptr ? info.dli_fname : "libodbc.so.2";
}

std::vector<std::string> data_source_names() {
  require_readable_ini_files();
  return sections_of("odbc.ini");
}

std::vector<std::string> registered_drivers() {
  require_readable_ini_files();
  return sections_of("odbcinst.ini");
}

std::string registered_file(const std::string& driver) {
  require_readable_ini_files();
  constexpr std::size_t longest = 4096;
  std::array<char, longest> file{};
  for (const char* key : {"Driver64", "Driver"}) {
    SQLGetPrivateProfileString(driver.c_str(), key, "", file.data(), static_cast<int>(file.size()),
                               "odbcinst.ini");
    file.back() = '\0';
    if (file[0] != '\0' && (sizeof(void*) == 8 || std::strcmp(key, "Driver") == 0))
      return file.data();
  }
  return {};
}

std::string fault_of_module(const std::string& file) {
  if (std::string fault = fault_of_file(file, std::numeric_limits<std::uintmax_t>::max());
      !fault.empty()) {
    return fault;
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return errno == EACCES ? "may not be read by this user"
                           : std::generic_category().message(errno);
  }
  std::error_code ignored;
  const std::uintmax_t size = std::filesystem::file_size(file, ignored);
  ElfW(Ehdr) header = {};
  in.read(reinterpret_cast<char*>(&header), sizeof header);
  if (!in || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || ignored)
    return "is no shared object (" + std::to_string(ignored ? 0 : size) + " bytes)";
  const ElfW(Ehdr) own = own_header();
  if (header.e_ident[EI_CLASS] != own.e_ident[EI_CLASS] || header.e_machine != own.e_machine)
    return "is for another processor or word size than this program";
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    ElfW(Phdr) segment = {};
    in.seekg(static_cast<std::streamoff>(header.e_phoff + std::uintmax_t{i} * header.e_phentsize));
    in.read(reinterpret_cast<char*>(&segment), sizeof segment);
    if (!in || segment.p_offset > size || segment.p_filesz > size - segment.p_offset)
      return "is cut off: it has " + std::to_string(size) + " bytes, and refers to more";
  }
  return {};
}

DriverFacts ask_driver(const std::string& file) {
  DriverFacts facts;
  void* const module = load_module(file, facts.fault);
  if (module == nullptr) return facts;
  Dl_info info = {};
  std::error_code ignored;
  if (dladdr(module_symbol(module, "SQLAllocHandle"), &info) != 0 && info.dli_fname != nullptr)
    facts.file = std::filesystem::canonical(info.dli_fname, ignored).string();
  if (facts.file.empty()) facts.file = file;
  const Handles handles(module);
  facts.name = handles.info(SQL_DRIVER_NAME);
  facts.version = handles.info(SQL_DRIVER_VER);
  return facts;
}

ManagerLogin log_in_by_manager(const std::string& connection_string) {
  ManagerLogin login;
  void* const module = driver_manager(login.text);
  if (module == nullptr) return login;
  const auto connect = function_of<decltype(SQLDriverConnect)>(module, "SQLDriverConnect");
  const auto disconnect = function_of<decltype(SQLDisconnect)>(module, "SQLDisconnect");
  const auto record = function_of<decltype(SQLGetDiagRec)>(module, "SQLGetDiagRec");
  const Handles handles(module);
  if (connect == nullptr || disconnect == nullptr || record == nullptr ||
      handles.connection() == SQL_NULL_HDBC) {
    return login;
  }
  login.tried = true;
  std::string text = connection_string;
  // Longer ones than a SQLSMALLINT counts are ended by their NUL.
  login.connected =
      SQL_SUCCEEDED(connect(handles.connection(), nullptr, reinterpret_cast<SQLCHAR*>(text.data()),
                            SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT));
  wipe(text);
  if (login.connected) {
    login.driver = handles.info(SQL_DRIVER_NAME) + " " + handles.info(SQL_DRIVER_VER);
    disconnect(handles.connection());
    return login;
  }
  std::array<SQLCHAR, 6> state{};
  std::array<SQLCHAR, 1024> said{};
  SQLSMALLINT length = 0;
  if (SQL_SUCCEEDED(record(SQL_HANDLE_DBC, handles.connection(), 1, state.data(), nullptr,
                           said.data(), said.size(), &length))) {
    login.state = reinterpret_cast<const char*>(state.data());
    login.text = reinterpret_cast<const char*>(said.data());
  }
  return login;
}

// odbcinst as root, which sudo keeps the user's variables from: with those that say where programs
// look for drivers.
std::string odbcinst_by_root() {
  std::string command = "sudo ";
  bool any = false;
  for (const char* name : {"ODBCSYSINI", drivers_variable}) {
    const std::string value = environment(name);
    if (value.empty()) continue;
    command.append(any ? "" : "env ")
        .append(name)
        .append("=")
        .append(shell_word(value))
        .append(" ");
    any = true;
  }
  return command + "odbcinst";
}

// What odbcinst is told replaces all that stands by that name.
std::string command_to_register(const std::string& name, const std::string& driver) {
  if (driver.empty()) return "install the driver again (package odbc-negodbc) and what it needs";
  if (const std::string sample = template_beside_program();
      !sample.empty() && iequals(name, "negodbc"))
    return odbcinst_by_root() + " -i -d -f " + shell_word(sample);
  return "printf '%s\\n' " + shell_word("[" + name + "]") + " " + shell_word("Driver = " + driver) +
         " 'Threading = 0' | " + odbcinst_by_root() + " -i -d -r";
}

std::string command_to_place(const std::string& file, const std::string& folder) {
  return "sudo ln -sf " + shell_word(file) + " " + shell_word(folder);
}

std::string place_of_users_sources() {
  return ", in " + ini_files()[1].file;
}

}  // namespace negodbc::cli
