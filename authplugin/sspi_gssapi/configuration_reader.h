// Reads krb5.conf as the libraries do: which files, in which order, with what they include.
#ifndef NEGODBC_SSPI_GSSAPI_CONFIGURATION_READER_H_
#define NEGODBC_SSPI_GSSAPI_CONFIGURATION_READER_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace negodbc::sspi_gssapi {

// Why a file is read.
enum class ConfigurationOrigin : std::uint8_t {
  kSystem,       // /etc/krb5.conf, where KRB5_CONFIG names none
  kHeimdalUser,  // ~/.krb5/config, likewise
  kNamed,        // by KRB5_CONFIG: one of several may be missing
  kIncluded      // by another file
};

// A line without the space around it, and what the word it begins with has behind it: "" where the
// line does not begin so, or has nothing there.
std::string_view without_space(std::string_view text);
std::string_view behind_word(std::string_view line, std::string_view word);

// A file that would keep its reader waiting, which no errno says.
inline constexpr int kPipeOrDevice = -1;
// Why a file can't be read.
std::string reading_error(int error);

// That a file can't be read, and why.
std::string unreadable(const std::string& path, int error);

// What is done with the files is its heir's affair.
class ConfigurationReader {
 public:
  virtual ~ConfigurationReader() = default;
  // The files of this moment's environment, each once, at most 64. Waits for the file system.
  void read();

 protected:
  ConfigurationReader() = default;
  ConfigurationReader(const ConfigurationReader&) = default;
  ConfigurationReader& operator=(const ConfigurationReader&) = default;

  // A file. `error`: an errno or kPipeOrDevice, when it can't be read; neither lines nor an end
  // come then.
  virtual void begin(const std::string& path, ConfigurationOrigin origin, int error) = 0;
  // A folder whose files are included; they have their own turns.
  virtual void folder(const std::string& path, int error) = 0;
  // Of the file that has begun last and not ended; without the space around it.
  virtual void line(std::string_view /*text*/, std::size_t /*number*/) {}
  virtual void end(std::size_t /*lines*/) {}
  // Nothing more is read.
  virtual bool done() const { return false; }

 private:
  void read_file(const std::string& path, ConfigurationOrigin origin);
  void read_folder(const std::string& path);
  bool first_time(const std::string& path);

  std::set<std::string> seen_;
};

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_CONFIGURATION_READER_H_
