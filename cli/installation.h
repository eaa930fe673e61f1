// What programs on this machine find: the driver manager, its ini files, the drivers they name.
#pragma once

#include <string>
#include <vector>

namespace negodbc::cli {

inline constexpr char holds_drivers[] = "drivers";

struct IniFile {
  std::string holds;  // holds_drivers, "the user's data sources"
  std::string file;
  bool exists = false;
  std::string fault;  // why unixODBC reads nothing of it, with its name; "" also where it is not
  std::string variable = {};  // of the environment, which names it; "": none
  std::string waits = {};     // why nobody must open it, a pipe; "": whoever may can
};

// unixODBC makes the files that it looks for, for who only reads, too: as whoever runs this, who
// may be root, and then takes nothing of a file that its user can't write. What was not there when
// this begins and is empty when it ends is taken away.
class AbsentIniFiles {
 public:
  AbsentIniFiles();
  AbsentIniFiles(const AbsentIniFiles&) = delete;
  AbsentIniFiles& operator=(const AbsentIniFiles&) = delete;
  // NOLINTNEXTLINE(performance-trivially-destructible): not on Unix
  ~AbsentIniFiles();

 private:
  std::vector<std::string> files_;
};

// In the order of the driver manager; empty where they are no files (Windows).
std::vector<IniFile> ini_files();
// Throws Error HY000 where one of them would keep the driver manager's functions waiting, which are
// asked for what stands in them. What follows here does so by itself.
void require_readable_ini_files();
// What makes programs find what stands in it, where it has a fault; "": no command can be told.
std::string command_for_ini_file(const IniFile& file);

// The driver manager's file, as programs load it; "": `why` has the system's reason. Windows: its
// own.
std::string driver_manager_file(std::string& why);

std::vector<std::string> data_source_names();
std::vector<std::string> registered_drivers();
// The Driver (Driver64) line of a registered driver; "" when there is none.
std::string registered_file(const std::string& driver);

// As it is shown: with the working directory before it, without "." and "..".
std::string whole_path(const std::string& file);

// What is wrong with a file that shall be loaded (not there, cut off, for another processor), found
// without loading it: a file that was cut off would end this process. "" when nothing is.
std::string fault_of_module(const std::string& file);

// A library that a module needs, by what it is called there; `file` "": it is not found.
struct Dependency {
  std::string name, file;
};
// Of all that loading it loads, as the system's loader finds it, without running anything of the
// module. Empty where the loader can't be asked (Windows).
std::vector<Dependency> dependencies_of(const std::string& file);
// "x86-64, 64 bits"; "" where it is not told.
std::string architecture_of(const std::string& file);

// What a driver says of itself, asked without a connection. The file stays loaded.
struct DriverFacts {
  std::string file;     // where it is, links resolved
  std::string name;     // SQL_DRIVER_NAME; "" when it does not tell
  std::string version;  // SQL_DRIVER_VER
  std::string fault;    // why it can't be loaded, in the system's words
};
DriverFacts ask_driver(const std::string& file);
extern const char own_driver_name[];  // SQL_DRIVER_NAME of negodbc's

// A login as programs make it: SQLDriverConnect through the driver manager, ended at once.
struct ManagerLogin {
  bool tried = false;  // false: there is none that could be tried here
  bool connected = false;
  std::string state, text;  // of the first diagnostic record
  std::string driver;       // SQL_DRIVER_NAME and version
};
ManagerLogin log_in_by_manager(const std::string& connection_string);

// What registers `driver` ("": there is none beside this program) by a name, in the place of all
// that stands by it; what puts a file where the driver is.
std::string command_to_register(const std::string& name, const std::string& driver);
std::string command_to_place(const std::string& file, const std::string& folder);
// Behind "data sources of its own": ", in FILE"; "" where that is no file.
std::string place_of_users_sources();

// The driver that was installed with this program, and what it is registered by; "" when they are
// not there.
std::string driver_beside_program();
std::string template_beside_program();

}  // namespace negodbc::cli
