// A daemon that keeps caches (KCM:), and nobody else's: its socket has one place in the system, so
// that this process gets a /run of its own.
#ifndef NEGODBC_TESTS_MODEL_KCM_H_
#define NEGODBC_TESTS_MODEL_KCM_H_

#include <sys/types.h>

#include <string>

namespace negodbc::model {

class Kcm {
 public:
  // `program`: Heimdal's kcm. Before the process has a thread or a child that is to reach it.
  // Throws std::runtime_error where it ends at once or does not come.
  explicit Kcm(const std::string& program);
  ~Kcm();
  Kcm(const Kcm&) = delete;
  Kcm& operator=(const Kcm&) = delete;

  // False: there is no such program, or the process may not have a /run of its own.
  bool serves() const { return process_ > 0; }

 private:
  pid_t process_ = -1;
};

}  // namespace negodbc::model

#endif  // NEGODBC_TESTS_MODEL_KCM_H_
