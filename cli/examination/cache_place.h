// Where kinit may be told to put tickets: it replaces what lies there.
#pragma once

#include <string>

namespace negodbc::cli {

// `good`: kinit can write it, and overwrites nothing but a cache of this user's, or an empty file.
// `folder`: one that has to be made first; "": none.
struct CachePlace {
  bool good = true;
  std::string folder = {};
};

// `name`: a cache's, as KRB5CCNAME has it; "": the library's default, whatever that is.
CachePlace place_for_kinit(const std::string& name);

// "FILE:/tmp/krb5cc_1000", or where that is no good place another file that is.
std::string usual_cache();

}  // namespace negodbc::cli
