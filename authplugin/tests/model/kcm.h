// A daemon that keeps caches (KCM:), and nobody else's: its socket has one place in the system, so
// that this process gets a /run of its own.
#ifndef NEGODBC_TESTS_MODEL_KCM_H_
#define NEGODBC_TESTS_MODEL_KCM_H_

#include <sys/types.h>

#include <string>

namespace negodbc::model {

class Kcm {
 public:
  // `program`: Heimdal's kcm; "": none. As root, before the process has a thread or a child that is
  // to reach it. Throws std::runtime_error.
  explicit Kcm(const std::string& program);
  ~Kcm();
  Kcm(const Kcm&) = delete;
  Kcm& operator=(const Kcm&) = delete;

 private:
  pid_t process_ = -1;
};

}  // namespace negodbc::model

#endif  // NEGODBC_TESTS_MODEL_KCM_H_
