#include "cli/examination/kerberos_configuration.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/examination/file_remedy.h"
#include "driver/base/path.h"
#include "driver/base/shell_word.h"
#include "driver/base/utf.h"
#include "sspi_gssapi/configuration_fault.h"
#include "sspi_gssapi/configuration_reader.h"

namespace negodbc::cli {
namespace {

constexpr char by_variable[] = "KRB5_CONFIG";

using sspi_gssapi::ConfigurationOrigin;
using sspi_gssapi::without_space;

class EntryReader final : public sspi_gssapi::ConfigurationReader {
 public:
  explicit EntryReader(KerberosConfiguration& into) : into_(into) {}

 protected:
  void begin(const std::string& path, ConfigurationOrigin origin, int error) override {
    const char* whence = "";
    switch (origin) {
      case ConfigurationOrigin::kSystem:
        whence = "the system's";
        break;
      case ConfigurationOrigin::kHeimdalUser:
        // Read by one library only, and nearly nobody has it.
        if (error == ENOENT) return;
        whence = "the user's, for Heimdal";
        break;
      case ConfigurationOrigin::kNamed:
        whence = by_variable;
        break;
      case ConfigurationOrigin::kIncluded:
        whence = "included";
        break;
    }
    into_.files.push_back(
        {path, whence, error == 0 ? "" : sspi_gssapi::reading_error(error), includer()});
    if (error == 0) open_.emplace_back(path);
  }
  void folder(const std::string& path, int error) override {
    if (error != 0)
      into_.files.push_back({path, "included", sspi_gssapi::reading_error(error), includer()});
  }
  void line(std::string_view text, std::size_t /*number*/) override {
    open_.back().line(text, into_.entries);
  }
  void end(std::size_t /*lines*/) override { open_.pop_back(); }

 private:
  [[nodiscard]] std::string includer() const { return open_.empty() ? "" : open_.back().file(); }

  KerberosConfiguration& into_;
  std::vector<ConfigurationLines> open_;
};

// Quotes around a value, and the * that ends a search for more of them, are not part of it.
std::string_view bare(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"') {
    const std::size_t end = value.find('"', 1);
    if (end != std::string_view::npos) return value.substr(1, end - 1);
  }
  return value;
}

}  // namespace

void ConfigurationLines::line(std::string_view text, std::vector<ConfigurationEntry>& entries) {
  text = without_space(text);
  if (text.empty() || text.front() == '#' || text.front() == ';') return;
  const std::string due = std::exchange(name_due_, "");
  if (text == "{") {
    if (!due.empty()) within_.push_back(due);
    return;
  }
  if (text.front() == '[') {
    const std::size_t end = text.find(']');
    within_.clear();
    if (end != std::string_view::npos) within_.emplace_back(without_space(text.substr(1, end - 1)));
    return;
  }
  if (text.front() == '}') {
    if (within_.size() > 1) within_.pop_back();
    return;
  }
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || within_.empty()) return;
  std::string_view name = without_space(text.substr(0, equals));
  if (name.ends_with('*')) name = without_space(name.substr(0, name.size() - 1));
  const std::string_view value = without_space(text.substr(equals + 1));
  if (value == "{") {
    within_.emplace_back(name);
  } else if (value.empty()) {
    name_due_ = name;
  } else {
    std::vector<std::string> path = within_;
    path.emplace_back(name);
    entries.push_back({std::move(path), std::string(bare(value)), file_});
  }
}

KdcPlace kdc_place(std::string_view text) {
  KdcPlace place;
  place.whence = "krb5.conf";
  if (text.starts_with("http://") || text.starts_with("https://")) {
    place.proxy = text;
    place.udp = place.tcp = false;
    return place;
  }
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const std::string_view kind = text.substr(0, slash);
    if (kind != "tcp" && kind != "udp") return {};
    place.udp = kind == "udp";
    place.tcp = kind == "tcp";
    text.remove_prefix(slash + 1);
  }
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return {};
    port = text.substr(end + 1);
    text = text.substr(1, end - 1);
    if (port.starts_with(':')) port.remove_prefix(1);
  } else if (const std::size_t colon = text.find(':');
             colon != std::string_view::npos && colon == text.rfind(':')) {
    port = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  if (!port.empty()) {
    const char* const end = port.data() + port.size();
    const auto read = std::from_chars(port.data(), end, place.port);
    if (read.ec != std::errc() || read.ptr != end) return {};
  }
  place.host = text;
  return place;
}

void join_kdc(std::vector<KdcPlace>& places, KdcPlace place) {
  for (KdcPlace& known : places) {
    if (known.host != place.host || known.port != place.port || known.proxy != place.proxy)
      continue;
    known.udp = known.udp || place.udp;
    known.tcp = known.tcp || place.tcp;
    return;
  }
  places.push_back(std::move(place));
}

std::vector<std::string> KerberosConfiguration::values(const std::vector<std::string>& path) const {
  std::vector<std::string> found;
  for (const ConfigurationEntry& entry : entries)
    if (entry.path == path) found.push_back(entry.value);
  return found;
}

std::string KerberosConfiguration::value(const std::vector<std::string>& path) const {
  const std::vector<std::string> found = values(path);
  return found.empty() ? "" : found.front();
}

bool KerberosConfiguration::flag(std::string_view name, bool otherwise) const {
  const std::string word = value({"libdefaults", std::string(name)});
  if (word.empty()) return otherwise;
  for (const char* yes : {"true", "yes", "y", "t", "on", "1"})
    if (iequals(word, yes)) return true;
  return false;
}

// The host itself, then each domain that it is in, with the dot before it and without.
std::string KerberosConfiguration::realm_of_host(std::string_view host) const {
  const std::string name = ascii_lower(host);
  for (std::string_view at = name; !at.empty();) {
    if (std::string realm = value({"domain_realm", std::string(at)}); !realm.empty()) return realm;
    const std::size_t next = at.starts_with('.') ? 1 : at.find('.');
    if (next == std::string_view::npos) break;
    at.remove_prefix(next);
  }
  return {};
}

std::vector<KdcPlace> KerberosConfiguration::kdcs_of(const std::string& realm) const {
  std::vector<KdcPlace> places;
  for (const std::string& text : values({"realms", realm, "kdc"})) {
    // Several may stand in one line.
    for (std::string_view rest = text; !(rest = without_space(rest)).empty();) {
      const std::size_t end = std::min(rest.find_first_of(" \t,"), rest.size());
      KdcPlace place = kdc_place(rest.substr(0, end));
      if (!place.host.empty() || !place.proxy.empty()) join_kdc(places, std::move(place));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return places;
}

bool ConfigurationFile::is_at_usual_place() const {
  return whence != by_variable && includer.empty();
}

ConfigurationFile KerberosConfiguration::main_file() const {
  for (const ConfigurationFile& each : files)
    if (each.fault.empty()) return each;
  return files.empty() ? ConfigurationFile{"/etc/krb5.conf", "the system's", ""} : files.front();
}

std::string KerberosConfiguration::to_put(const std::string& section,
                                          const std::string& lines) const {
  const ConfigurationFile main = main_file();
  std::error_code ignored;
  const auto type = std::filesystem::status(path_of(main.path), ignored).type();
  const bool ordinary = type == std::filesystem::file_type::regular;
  if (main.is_at_usual_place()) {
    if (!ordinary && type != std::filesystem::file_type::not_found) return to_put_away(main.path);
  } else if (!ordinary || !fault_of_kind(main.path, FileKind::kerberos_configuration).empty()) {
    return to_unset(by_variable);  // which may name anything
  }
  const std::string file = shell_word(main.path);
  const std::string text = "[" + section + "]\\n" + lines;
  // sed changes no file that has no line.
  if (!entries.empty()) return "sudo sed -i " + shell_word("1i " + text) + " " + file;
  std::string format;  // printf's
  for (const char c : text) format.append(c == '%' ? 2 : 1, c);
  return "printf " + shell_word(format + "\\n") + " | sudo tee -a " + file;
}

KerberosConfiguration read_kerberos_configuration() {
  KerberosConfiguration configuration;
  EntryReader(configuration).read();
  configuration.fault = sspi_gssapi::configuration_fault();
  return configuration;
}

}  // namespace negodbc::cli
