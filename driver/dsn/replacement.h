// A file that takes another one's name when it is whole. Linux and its kin.
//
// Each throws Error HY000 with the cause where it can't be done; then the file of that name is what
// it was.
#pragma once

#include <string>
#include <string_view>

namespace negodbc::dsn {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

class Replacement {
 public:
  // Writes the bytes beside `target` and to the disk, where only this user can read them;
  // `for_all`: whoever may read a file that is made, by the process' umask.
  Replacement(std::string target, std::string_view bytes, bool for_all);
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  ~Replacement();  // nothing is left where no name was taken

  // Owner, group, mode, ACL and what else a file has beside its bytes; `secret`: but for the mode,
  // which is the user's alone.
  void give_mode_of(int file, bool secret);

  void take_name();
  // The same, while the file that had the name stays under the other one until this object goes.
  // False: the file system can't do that, and nothing was done.
  [[nodiscard]] bool exchange();
  // As it was before exchange(); where the file system does not exchange them again, the file gets
  // its name back, and the new one is gone. Throws where neither can be done, and leaves both.
  void exchange_back();
  // False: there is a file of that name.
  [[nodiscard]] bool take_free_name();

 private:
  [[noreturn]] void fail(const std::string& what, int error) const;
  [[noreturn]] void fail_to_replace(int error) const;
  void sync_folder() const;

  std::string target_, name_;
  Descriptor file_;
};

// "/etc/" of "/etc/odbc.ini"; "" of a name without a folder.
std::string folder_with_slash(const std::string& path);

// What an earlier change left that was killed. Who calls this holds the lock of `target`.
void remove_left_over(const std::string& target);

}  // namespace negodbc::dsn
