// krb5.conf as the libraries read it: which files, what they say of realms, hosts and KDCs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace negodbc::cli {

// One "name = value", with the sections it stands in: {"realms", "EXAMPLE.COM", "kdc"}.
struct ConfigurationEntry {
  std::vector<std::string> path;
  std::string value;
  std::string file;
};

// The entries of one file, line by line. What is malformed is left out.
class ConfigurationLines {
 public:
  explicit ConfigurationLines(std::string file) : file_(std::move(file)) {}
  void line(std::string_view text, std::vector<ConfigurationEntry>& entries);
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::vector<std::string> within_;  // the section, then what has opened a {
  std::string name_due_;             // "name =": the { may stand on the next line
};

struct ConfigurationFile {
  std::string path;
  std::string whence;         // "KRB5_CONFIG", "included", ...
  std::string fault;          // why it can't be read; ""
  std::string includer = {};  // the file whose line leads to it; "": none

  // Where libraries look by themselves; else a name has led there.
  [[nodiscard]] bool is_at_usual_place() const;
};

// Where a KDC is, as an entry or DNS names it.
struct KdcPlace {
  std::string host;
  std::uint16_t port = 88;
  bool udp = true, tcp = true;
  std::string proxy;   // an address of HTTPS (MS-KKDCP); host is "" then
  std::string whence;  // "krb5.conf", "DNS"
};
// A KDC that is known already is not added again.
void join_kdc(std::vector<KdcPlace>& places, KdcPlace place);
// "host", "host:port", "[::1]:port", "tcp/host:port", "https://host/KdcProxy". Nothing (host and
// proxy "") where it is none of these.
KdcPlace kdc_place(std::string_view text);

struct KerberosConfiguration {
  std::vector<ConfigurationFile> files;
  std::vector<ConfigurationEntry> entries;
  std::string fault;  // the first line that libraries stumble over, with its file

  // The first value, as libraries take it; "": none.
  [[nodiscard]] std::string value(const std::vector<std::string>& path) const;
  [[nodiscard]] std::vector<std::string> values(const std::vector<std::string>& path) const;
  // True, false, or what is so without a word of the files.
  [[nodiscard]] bool flag(std::string_view name, bool otherwise) const;

  // By [domain_realm]; "": the files do not say.
  [[nodiscard]] std::string realm_of_host(std::string_view host) const;
  [[nodiscard]] std::vector<KdcPlace> kdcs_of(const std::string& realm) const;

  // The first file; where there is none to be read, the one that libraries look for first.
  [[nodiscard]] ConfigurationFile main_file() const;
  // A command that puts `lines` (ends of lines as printf writes them, "\\n") into a section of it,
  // before all that it says already: the first word is what counts. Where that file is none, a
  // command that does without it.
  [[nodiscard]] std::string to_put(const std::string& section, const std::string& lines) const;
};

// Of this moment's environment. Waits for the file system.
KerberosConfiguration read_kerberos_configuration();

}  // namespace negodbc::cli
