// A GSSAPI library found at run time: its functions as pointers, resolved once. It is never
// unloaded, because a call that was given up may still be running in it.
//
// Compiled against MIT's headers; Heimdal agrees in every type that is used here
// (tests/heimdal_abi.cc).
#ifndef NEGODBC_SSPI_GSSAPI_GSS_LIBRARY_H_
#define NEGODBC_SSPI_GSSAPI_GSS_LIBRARY_H_

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sspi_gssapi/krb5_library.h"

namespace negodbc::sspi_gssapi {

#define NEGODBC_GSS_REQUIRED(X) \
  X(gss_acquire_cred)           \
  X(gss_inquire_cred)           \
  X(gss_release_cred)           \
  X(gss_import_name)            \
  X(gss_display_name)           \
  X(gss_release_name)           \
  X(gss_init_sec_context)       \
  X(gss_accept_sec_context)     \
  X(gss_inquire_context)        \
  X(gss_delete_sec_context)     \
  X(gss_export_sec_context)     \
  X(gss_import_sec_context)     \
  X(gss_get_mic)                \
  X(gss_verify_mic)             \
  X(gss_wrap)                   \
  X(gss_unwrap)                 \
  X(gss_wrap_size_limit)        \
  X(gss_display_status)         \
  X(gss_indicate_mechs)         \
  X(gss_release_oid_set)        \
  X(gss_release_buffer)

// NULL where the library does not have them.
#define NEGODBC_GSS_OPTIONAL(X)     \
  X(gss_acquire_cred_from)          \
  X(gss_acquire_cred_with_password) \
  X(gss_store_cred_into)            \
  X(gss_set_neg_mechs)              \
  X(gss_wrap_iov)                   \
  X(gss_unwrap_iov)                 \
  X(gss_wrap_iov_length)            \
  X(gss_inquire_sec_context_by_oid) \
  X(gss_release_buffer_set)

struct GssFunctions {
// NOLINTBEGIN(bugprone-macro-parentheses): a member's name can't stand in them
#define NEGODBC_POINTER(name) decltype(&::name) name = nullptr;
  NEGODBC_GSS_REQUIRED(NEGODBC_POINTER)
  NEGODBC_GSS_OPTIONAL(NEGODBC_POINTER)
#undef NEGODBC_POINTER
  // NOLINTEND(bugprone-macro-parentheses)
  // The thread's default credential cache; NULL: back to the user's.
  OM_uint32 (*gss_krb5_ccache_name)(OM_uint32*, const char*, const char**) = nullptr;
  // Copies a credential's tickets into an initialised cache (a krb5_ccache).
  OM_uint32 (*gss_krb5_copy_ccache)(OM_uint32*, gss_cred_id_t, void*) = nullptr;
  // lucid_context.h has what they hand out.
  OM_uint32 (*gss_krb5_export_lucid_sec_context)(OM_uint32*, gss_ctx_id_t*, OM_uint32,
                                                 void**) = nullptr;
  OM_uint32 (*gss_krb5_free_lucid_sec_context)(OM_uint32*, void*) = nullptr;
  // Heimdal: with the second, makes Kerberos' credential of a credential cache that the value
  // names (mech_credential.h).
  OM_uint32 (*gss_set_cred_option)(OM_uint32*, gss_cred_id_t*, gss_OID, gss_buffer_t) = nullptr;
  gss_OID_desc* import_credential = nullptr;
  // Heimdal: whether this thread's context asks DNS for a service's host name.
  OM_uint32 (*gsskrb5_set_dns_canonicalize)(int) = nullptr;
};

enum class Family { kHeimdal, kMit, kOther };

struct GssLibrary : GssFunctions {
  Family family = Family::kOther;
  std::string name;     // "heimdal", "mit" or the path asked for
  std::string file;     // the file loaded
  std::string version;  // "" when the library does not tell
  Krb5Functions krb5;   // of the libkrb5 that this library itself uses

  std::string title() const { return name + " (" + file + ")"; }
  // Whether it reads the files that krb5.conf includes, and what stands below such a line.
  bool reads_includes() const;
};

struct LoadError {
  std::string text;
  bool bad_option = false;  // not a name that could be loaded
};

// "heimdal", "mit" or an absolute path. The same library each time; a failure is not remembered, so
// that a library installed later is found.
std::variant<const GssLibrary*, LoadError> load_library(const std::string& which);

// One that load_library() gave before; NULL: none.
const GssLibrary* find_loaded(std::string_view which);
// Whether it has given one of this family.
bool has_loaded(Family family);

// The libraries to try, in order: "auto" (and "") means Heimdal, then MIT; with `mit_first` the
// other way (Configuration::mit_first()). Views of what is asked for, or of constants; "": no
// second one.
std::array<std::string_view, 2> library_choices(std::string_view which, bool mit_first);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_GSS_LIBRARY_H_
