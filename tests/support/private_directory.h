// A directory that nobody else has, for as long as the object lives.
#pragma once

#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>

namespace negodbc::test {

class PrivateDirectory {
 public:
  PrivateDirectory() {
    std::random_device random;
    for (int tries = 0; tries < 100; ++tries) {
      path_ = std::filesystem::temp_directory_path() /
              ("negodbc-test-" + std::to_string(random()) + std::to_string(random()));
      if (!std::filesystem::create_directory(path_)) continue;  // somebody else's
      std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
      return;
    }
    throw std::runtime_error("no private directory can be made");
  }
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;
  ~PrivateDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string path() const { return path_.string(); }
  // The path of a file in it; what no test has made is not there, on no machine.
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace negodbc::test
