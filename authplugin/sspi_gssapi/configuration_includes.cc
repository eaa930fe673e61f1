#include "sspi_gssapi/configuration_includes.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "negotiate/one_line.h"
#include "sspi_gssapi/configuration_reader.h"

namespace negodbc::sspi_gssapi {
namespace {

// "[realms]" begins one of the sections that a client's login depends on.
bool is_of_logins(std::string_view section) {
  constexpr std::array<std::string_view, 4> kSections = {"libdefaults", "realms", "domain_realm",
                                                         "capaths"};
  const std::string_view name = section.substr(1, section.find(']') - 1);
  return std::find(kSections.begin(), kSections.end(), name) != kSections.end();
}

class IncludeReader final : public ConfigurationReader {
 public:
  const std::string& where() const { return where_; }

 protected:
  void begin(const std::string& path, ConfigurationOrigin origin, int error) override {
    if (error != 0) return;
    const bool own = origin == ConfigurationOrigin::kHeimdalUser;
    open_.push_back({path, {}, origin == ConfigurationOrigin::kIncluded, own, false});
  }
  void folder(const std::string& /*path*/, int /*error*/) override {}
  void line(std::string_view text, std::size_t number) override {
    Open& file = open_.back();
    if (file.ignored || text.empty() || text.front() == '#' || text.front() == ';') return;
    if (text.front() == '[') {
      file.counts = is_of_logins(text);
    } else if (!behind_word(text, "include").empty() || !behind_word(text, "includedir").empty()) {
      if (std::exchange(file.unread, true)) return;
      file.stop = auth::one_line(file.path) + ", line " + std::to_string(number);
      // What is included came before the line that includes it.
      if (matters_) where_ = file.stop;
    } else if (file.unread && file.counts) {
      matters_ = true;
      where_ = open_.front().stop;
    }
  }
  void end(std::size_t /*lines*/) override { open_.pop_back(); }
  bool done() const override { return !where_.empty(); }

 private:
  struct Open {
    std::string path;
    std::string stop;  // the first include line
    bool unread;       // by who reads no include lines, from here on
    bool ignored;      // MIT's library does not read it either
    bool counts;       // the section
  };
  std::vector<Open> open_;
  std::string where_;
  bool matters_ = false;
};

}  // namespace

std::string where_includes_begin() {
  IncludeReader reader;
  reader.read();
  return reader.where();
}

}  // namespace negodbc::sspi_gssapi
