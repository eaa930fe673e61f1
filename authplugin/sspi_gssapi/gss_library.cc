#include "sspi_gssapi/gss_library.h"

#include <dlfcn.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "sspi_gssapi/heimdal_random.h"
#include "sspi_gssapi/waiting_file.h"

namespace negodbc::sspi_gssapi {
namespace {

#ifdef __APPLE__
const std::vector<const char*> kHeimdalFiles = {"/System/Library/Frameworks/GSS.framework/GSS"};
const std::vector<const char*> kMitFiles = {"libgssapi_krb5.2.dylib", "libgssapi_krb5.dylib"};
#else
const std::vector<const char*> kHeimdalFiles = {"libgssapi.so.3", "libgssapi.so.4"};
// What Heimdal 7 depends on, the deepest first; the first one is nobody else's.
constexpr std::array kHeimdalsOwn = {"libasn1.so.8", "libsqlite3.so.0", "libkrb5.so.26"};
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
  resolve(handle, "krb5_cc_get_kdc_offset", krb5.krb5_cc_get_kdc_offset);
  resolve(handle, "krb5_get_time_offsets", krb5.krb5_get_time_offsets);
  resolve(handle, "krb5_get_default_config_files", krb5.krb5_get_default_config_files);
  resolve(handle, "krb5_free_config_files", krb5.krb5_free_config_files);
  resolve(handle, "profile_init", krb5.profile_init);
  resolve(handle, "profile_release", krb5.profile_release);
  resolve(handle, "krb5_init_context_profile", krb5.krb5_init_context_profile);
  resolve(handle, "krb5_cc_set_default_name", krb5.krb5_cc_set_default_name);
  resolve(handle, "krb5_cc_default", krb5.krb5_cc_default);
  resolve(handle, "krb5_sname_to_principal", krb5.krb5_sname_to_principal);
  resolve(handle, "krb5_cc_select", krb5.krb5_cc_select);
  resolve(handle, "krb5_cccol_cursor_new", krb5.krb5_cccol_cursor_new);
  resolve(handle, "krb5_cccol_cursor_next", krb5.krb5_cccol_cursor_next);
  resolve(handle, "krb5_cccol_cursor_free", krb5.krb5_cccol_cursor_free);
  resolve(handle, "krb5_cc_cache_get_first", krb5.krb5_cc_cache_get_first);
  resolve(handle, "krb5_cc_cache_next", krb5.krb5_cc_cache_next);
  resolve(handle, "krb5_cc_cache_end_seq_get", krb5.krb5_cc_cache_end_seq_get);
  resolve(handle, "krb5_get_host_realm", krb5.krb5_get_host_realm);
  resolve(handle, "krb5_free_host_realm", krb5.krb5_free_host_realm);
  resolve(handle, "krb5_cc_copy_creds", krb5.krb5_cc_copy_creds);
  resolve(handle, "krb5_cc_copy_cache", krb5.krb5_cc_copy_cache);
  resolve(handle, "krb5_cc_start_seq_get", krb5.krb5_cc_start_seq_get);
  resolve(handle, "krb5_cc_next_cred", krb5.krb5_cc_next_cred);
  resolve(handle, "krb5_cc_end_seq_get", krb5.krb5_cc_end_seq_get);
  resolve(handle, "krb5_parse_name_flags", krb5.krb5_parse_name_flags);
  resolve(handle, "krb5_get_init_creds_opt_alloc", krb5.krb5_get_init_creds_opt_alloc);
  resolve(handle, "krb5_get_init_creds_opt_free", krb5.krb5_get_init_creds_opt_free);
  resolve(handle, "krb5_get_init_creds_opt_set_canonicalize",
          krb5.krb5_get_init_creds_opt_set_canonicalize);
  resolve(handle, "krb5_kt_client_default", krb5.krb5_kt_client_default);
  resolve(handle, "krb5_kt_get_name", krb5.krb5_kt_get_name);
  resolve(handle, "krb5_kt_start_seq_get", krb5.krb5_kt_start_seq_get);
  resolve(handle, "krb5_kt_next_entry", krb5.krb5_kt_next_entry);
  resolve(handle, "krb5_kt_end_seq_get", krb5.krb5_kt_end_seq_get);
  resolve(handle, "krb5_kt_free_entry", krb5.krb5_kt_free_entry);
  krb5.complete = complete;
}

// The loader looks each symbol of a library up in what it was opened with, one library after the
// other, and binds all of Heimdal's at once: most of a process' first login. Opened by itself, a
// library finds its own symbols first. What fails here is told by the library itself.
void open_dependencies([[maybe_unused]] std::string_view file) {
#ifndef __APPLE__
  if (file != kHeimdalFiles.front()) return;
  for (const char* each : kHeimdalsOwn) {
    if (::dlopen(each, RTLD_NOW | RTLD_LOCAL) == nullptr) return;
  }
#endif
}

// NULL and a text, or the library.
std::unique_ptr<GssLibrary> open_file(const std::string& name, const char* file,
                                      std::string& error) {
  if (is_waiting_file(file)) {
    error = std::string(file) + ": " + kWaitingFile;
    return nullptr;
  }
  open_dependencies(file);
  void* const handle = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
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
  NEGODBC_RESOLVE(gss_krb5_export_lucid_sec_context)
  NEGODBC_RESOLVE(gss_krb5_free_lucid_sec_context)
  NEGODBC_RESOLVE(gsskrb5_set_dns_canonicalize)
  NEGODBC_RESOLVE(gss_set_cred_option)
#undef NEGODBC_RESOLVE
  resolve(handle, "__gss_krb5_import_cred_x_oid_desc", library->import_credential);
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

// Those loaded, for the rest of the process. A list that only grows, at its head, so that nobody
// needs a lock to look at it: a lock would stay closed in a child of a fork in its midst.
struct Loaded {
  std::unique_ptr<GssLibrary> library;
  Loaded* next;
};
std::atomic<Loaded*> g_loaded{nullptr};

}  // namespace

std::array<std::string_view, 2> library_choices(std::string_view which, bool mit_first) {
  if (!which.empty() && which != "auto") return {which, {}};
  if (mit_first) return {"mit", "heimdal"};
  return {"heimdal", "mit"};
}

// From 8 on; a copy that does not tell its version is of a line before that.
bool GssLibrary::reads_includes() const {
  if (family != Family::kHeimdal) return true;
  constexpr std::string_view kName = "Heimdal ";
  return version.starts_with(kName) && std::atoi(version.c_str() + kName.size()) >= 8;
}

const GssLibrary* find_loaded(std::string_view which) {
  const Loaded* each = g_loaded.load(std::memory_order_acquire);
  while (each != nullptr && each->library->name != which) each = each->next;
  return each == nullptr ? nullptr : each->library.get();
}

bool has_loaded(Family family) {
  const Loaded* each = g_loaded.load(std::memory_order_acquire);
  while (each != nullptr && each->library->family != family) each = each->next;
  return each != nullptr;
}

namespace {

// Of threads that load the same one at once, one wins.
const GssLibrary* keep(std::unique_ptr<GssLibrary> library) {
  auto made = std::make_unique<Loaded>(Loaded{std::move(library), nullptr});
  made->next = g_loaded.load(std::memory_order_acquire);
  do {
    if (const GssLibrary* known = find_loaded(made->library->name)) return known;
  } while (!g_loaded.compare_exchange_weak(made->next, made.get(), std::memory_order_acq_rel));
  return made.release()->library.get();
}

}  // namespace

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
  if (const GssLibrary* known = find_loaded(which)) return known;
  std::string errors;
  for (const char* file : files) {
    std::string error;
    if (std::unique_ptr<GssLibrary> library = open_file(which, file, error)) {
      return keep(std::move(library));
    }
    errors += (errors.empty() ? "" : "; ") + error;
  }
  return LoadError{errors};
}

}  // namespace negodbc::sspi_gssapi
