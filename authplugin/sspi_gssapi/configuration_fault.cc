#include "sspi_gssapi/configuration_fault.h"

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "sspi_gssapi/configuration_reader.h"
#include "sspi_gssapi/error_text.h"

namespace negodbc::sspi_gssapi {
namespace {

// The first fault.
class FaultReader final : public ConfigurationReader {
 public:
  // Of several files that KRB5_CONFIG names, one has to be there.
  std::string fault() const { return fault_.empty() && !found_ ? missing_ : fault_; }

 protected:
  void begin(const std::string& path, ConfigurationOrigin origin, int error) override {
    const bool ignored = origin == ConfigurationOrigin::kHeimdalUser || ignores();
    const bool absent = error == ENOENT;
    if (error == 0) {
      found_ = true;
      open_.push_back({path, ignored, {}});
    } else if (absent && origin == ConfigurationOrigin::kNamed) {
      if (missing_.empty()) missing_ = unreadable(path, error);
    } else if (!ignored && !(absent && origin == ConfigurationOrigin::kSystem)) {
      fault_ = unreadable(path, error);
    }
  }
  void folder(const std::string& path, int error) override {
    if (error != 0 && !ignores()) fault_ = unreadable(path, error);
  }
  void line(std::string_view text, std::size_t number) override {
    note(open_.back().grammar.line(text), number);
  }
  void end(std::size_t lines) override {
    note(open_.back().grammar.end(), lines);
    open_.pop_back();
  }
  bool done() const override { return !fault_.empty(); }

 private:
  struct Open {
    std::string path;
    bool ignored;  // MIT's library does not read it
    ConfigurationGrammar grammar;
  };

  bool ignores() const { return !open_.empty() && open_.back().ignored; }
  void note(std::string_view fault, std::size_t number) {
    if (fault.empty() || ignores()) return;
    fault_ = one_line(open_.back().path) + ", line " + std::to_string(number) + ": " +
             std::string(fault);
  }

  std::vector<Open> open_;
  std::string fault_;
  std::string missing_;
  bool found_ = false;
};

}  // namespace

std::string_view ConfigurationGrammar::line(std::string_view text) {
  text = without_space(text);
  if (text.empty() || text.front() == '#' || text.front() == ';') return "";
  if (std::exchange(value_due_, false) && text == "{") {
    ++depth_;
    return "";
  }
  if (text.front() == '[') {
    if (depth_ != 0) return "a section begins before the last { is closed";
    in_section_ = true;
    return text.find(']') == std::string_view::npos ? "a section's name has no ]" : "";
  }
  if (text.front() == '}') {
    if (depth_ == 0) return "a } closes nothing";
    --depth_;
    return "";
  }
  for (const std::string_view word : {"include", "includedir", "module"}) {
    if (depth_ == 0 && !behind_word(text, word).empty()) return "";
  }
  return relation(text);
}

std::string_view ConfigurationGrammar::relation(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return "a name has no = behind it";
  if (without_space(text.substr(0, equals)).empty()) return "there is no name before the =";
  if (!in_section_) return "it belongs to no section: no [name] comes before it";
  const std::string_view value = without_space(text.substr(equals + 1));
  if (value == "{") ++depth_;
  value_due_ = value.empty();
  if (value.starts_with('"') && value.find('"', 1) == std::string_view::npos) {
    return "a quotation has no end";
  }
  return "";
}

std::string_view ConfigurationGrammar::end() const {
  return depth_ == 0 ? "" : "the file ends before the last { is closed";
}

std::string configuration_fault() {
  FaultReader reader;
  reader.read();
  return reader.fault();
}

}  // namespace negodbc::sspi_gssapi
