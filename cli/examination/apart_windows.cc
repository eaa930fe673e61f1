// No process can be made of this one there.
#include <exception>

#include "cli/examination/apart.h"

namespace negodbc::cli {

Apart run_apart(const std::function<std::string()>& action, Deadline /*deadline*/) {
  try {
    return {Apart::End::returned, action(), ""};
  } catch (const std::exception& error) {
    return {Apart::End::crashed, "", error.what()};
  }
}

}  // namespace negodbc::cli
