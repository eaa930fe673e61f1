#include "sspi_gssapi/gss_library.h"

#include <dlfcn.h>

#include <map>
#include <mutex>

#include "sspi_gssapi/heimdal_random.h"

namespace negodbc::sspi_gssapi {
namespace {

#ifdef __APPLE__
const std::vector<const char*> kHeimdalFiles = {"/System/Library/Frameworks/GSS.framework/GSS"};
const std::vector<const char*> kMitFiles = {"libgssapi_krb5.2.dylib", "libgssapi_krb5.dylib"};
#else
const std::vector<const char*> kHeimdalFiles = {"libgssapi.so.3", "libgssapi.so.4"};
const std::vector<const char*> kMitFiles = {"libgssapi_krb5.so.2"};
#endif

template <typename Pointer>
bool resolve(void* handle, const char* name, Pointer& pointer) {
  // POSIX guarantees that a function's address fits and comes back unharmed.
  pointer = reinterpret_cast<Pointer>(::dlsym(handle, name));
  return pointer != nullptr;
}

std::string last_dl_error() {
  const char* text = ::dlerror();  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? "unknown error of the dynamic loader" : text;
}

std::string file_of(const void* symbol, const std::string& otherwise) {
  Dl_info info{};
  if (::dladdr(symbol, &info) == 0 || info.dli_fname == nullptr) return otherwise;
  return info.dli_fname;
}

void resolve_krb5(void* handle, Krb5Functions& krb5) {
  bool complete = true;
#define NEGODBC_RESOLVE(name, ...) complete = resolve(handle, #name, krb5.name) && complete;
  NEGODBC_KRB5_FUNCTIONS(NEGODBC_RESOLVE)
#undef NEGODBC_RESOLVE
  complete = (resolve(handle, "krb5_free_unparsed_name", krb5.krb5_free_unparsed_name) ||
              resolve(handle, "krb5_xfree", krb5.krb5_xfree)) &&
             complete;
  resolve(handle, "krb5_cc_get_lifetime", krb5.krb5_cc_get_lifetime);
  resolve(handle, "krb5_cc_copy_creds", krb5.krb5_cc_copy_creds);
  resolve(handle, "krb5_cc_copy_cache", krb5.krb5_cc_copy_cache);
  resolve(handle, "krb5_cc_start_seq_get", krb5.krb5_cc_start_seq_get);
  resolve(handle, "krb5_cc_next_cred", krb5.krb5_cc_next_cred);
  resolve(handle, "krb5_cc_end_seq_get", krb5.krb5_cc_end_seq_get);
  krb5.complete = complete;
}

// NULL and a text, or the library.
std::unique_ptr<GssLibrary> open_file(const std::string& name, const char* file,
                                      std::string& error) {
  void* handle = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    error = last_dl_error();
    return nullptr;
  }
  auto library = std::make_unique<GssLibrary>();
#define NEGODBC_RESOLVE(symbol)                                             \
  if (!resolve(handle, #symbol, library->symbol)) {                         \
    error = std::string(file) + " is no GSSAPI library: it lacks " #symbol; \
    return nullptr;                                                         \
  }
  NEGODBC_GSS_REQUIRED(NEGODBC_RESOLVE)
#undef NEGODBC_RESOLVE
#define NEGODBC_RESOLVE(symbol) resolve(handle, #symbol, library->symbol);
  NEGODBC_GSS_OPTIONAL(NEGODBC_RESOLVE)
  NEGODBC_RESOLVE(gss_krb5_ccache_name)
  NEGODBC_RESOLVE(gss_krb5_copy_ccache)
  NEGODBC_RESOLVE(gsskrb5_set_dns_canonicalize)
#undef NEGODBC_RESOLVE
  // Looked up through the library's own dependencies, so it is the libkrb5 that the library uses.
  resolve_krb5(handle, library->krb5);
  const char* const* version = nullptr;
  if (resolve(handle, "heimdal_version", version)) library->version = *version;
  library->name = name;
  library->file = file_of(reinterpret_cast<const void*>(library->gss_init_sec_context), file);
  library->family = library->gsskrb5_set_dns_canonicalize != nullptr ? Family::kHeimdal
                    : library->gss_acquire_cred_from != nullptr      ? Family::kMit
                                                                     : Family::kOther;
  if (library->family == Family::kHeimdal) use_kernel_random(handle);
  return library;
}

struct Loaded {
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<GssLibrary>, std::less<>> libraries;
};

Loaded& loaded() {
  static Loaded* const instance = new Loaded;  // never destroyed: used by threads until the end
  return *instance;
}

}  // namespace

std::vector<std::string> library_choices(const std::string& which) {
  if (which.empty() || which == "auto") return {"heimdal", "mit"};
  return {which};
}

const GssLibrary* find_loaded(std::string_view which) {
  Loaded& all = loaded();
  const std::lock_guard lock(all.mutex);
  const auto found = all.libraries.find(which);
  return found == all.libraries.end() ? nullptr : found->second.get();
}

std::variant<const GssLibrary*, LoadError> load_library(const std::string& which) {
  std::vector<const char*> files;
  if (which == "heimdal") {
    files = kHeimdalFiles;
  } else if (which == "mit") {
    files = kMitFiles;
  } else if (!which.empty() && which.front() == '/') {
    files = {which.c_str()};
  } else {
    return LoadError{"library is none of auto, heimdal, mit and an absolute path: " + which, true};
  }
  Loaded& all = loaded();
  const std::lock_guard lock(all.mutex);
  const auto found = all.libraries.find(which);
  if (found != all.libraries.end()) return found->second.get();
  std::string errors;
  for (const char* file : files) {
    std::string error;
    if (std::unique_ptr<GssLibrary> library = open_file(which, file, error)) {
      return all.libraries.emplace(which, std::move(library)).first->second.get();
    }
    errors += (errors.empty() ? "" : "; ") + error;
  }
  return LoadError{errors};
}

}  // namespace negodbc::sspi_gssapi
