#include "sspi_gssapi/error_text.h"

#include <utility>

#include "sspi_gssapi/configuration_fault.h"
#include "sspi_gssapi/configuration_includes.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/scoped.h"

namespace negodbc::sspi_gssapi {
namespace {

constexpr int kMaxMessages = 8;

struct LastError {
  SECURITY_STATUS status = SEC_E_OK;
  auth::ErrorDetail detail;
};
thread_local LastError t_last_error;

// Heimdal's words for "no text".
bool says_nothing(const std::string& text) {
  return text.empty() || text.rfind("unknown mech-code", 0) == 0 || text == "Success" ||
         text == "Unknown error";
}

// MIT's KDC tells in words alone that a service is for tickets only which were got by more than a
// password ("NO PREAUTH", "NO HW PREAUTH").
void refine_by_words(Explained& failed) {
  if (failed.detail.cause != auth::Cause::kKdcError ||
      (failed.detail.minor_text.find("NO PREAUTH") == std::string::npos &&
       failed.detail.minor_text.find("NO HW PREAUTH") == std::string::npos)) {
    return;
  }
  failed.status = SEC_E_LOGON_DENIED;
  failed.detail.cause = auth::Cause::kPreauthentication;
}

}  // namespace

std::string display_status(const GssLibrary& library, OM_uint32 code, int type,
                           const gss_OID_desc* mech) {
  std::string text;
  OM_uint32 more = 0;
  for (int i = 0; i < kMaxMessages && text.size() < auth::kMaxText; ++i) {
    ScopedBuffer message(library);
    OM_uint32 minor = 0;
    const OM_uint32 major = library.gss_display_status(
        &minor, code, type, const_cast<gss_OID_desc*>(mech), &more, message.out());
    if (GSS_ERROR(major)) break;
    const std::string line = one_line(message.view());
    if (!line.empty()) text += (text.empty() ? "" : "; ") + line;
    if (more == 0) break;
  }
  auth::cut(text, auth::kMaxText);
  return text;
}

OM_uint32 true_minor(const GssLibrary& library, OM_uint32 minor, const gss_OID_desc* mech) {
  if (minor == 0 || is_mechanism_code(minor)) return minor;
  const std::string words = display_status(library, minor, GSS_C_MECH_CODE, mech);
  if (says_nothing(words)) return minor;
  for (const OM_uint32 candidate : known_minors()) {
    if (display_status(library, candidate, GSS_C_MECH_CODE, &kKrb5Mech) == words) return candidate;
  }
  return minor;
}

Explained explain(const GssLibrary& library, OM_uint32 major, OM_uint32 minor,
                  const gss_OID_desc* mech, Operation operation) {
  Explained result{};
  // The words first: the next call may change them.
  const std::string minor_text =
      minor == 0 ? std::string() : display_status(library, minor, GSS_C_MECH_CODE, mech);
  const std::string major_text = display_status(library, major, GSS_C_GSS_CODE, GSS_C_NO_OID);
  result.detail.major = major;
  result.detail.minor = true_minor(library, minor, mech);
  result.detail.major_text = major_text;
  if (!says_nothing(minor_text)) result.detail.minor_text = minor_text;
  // RFC 4120, section 7.5.9: what a KDC or a server answers with.
  const OM_uint32 number = result.detail.minor - krb5_code(0);
  if (number > 0 && number <= kProtocolErrors) {
    result.detail.kdc_error = std::to_string(number) + " " + result.detail.minor_text;
  }
  const Mapped mapped = map_error(major, result.detail.minor, operation);
  result.status = mapped.status;
  result.detail.cause = mapped.cause;
  // The major of a plain failure only says that the minor says more.
  if (says_nothing(minor_text)) {
    result.detail.text = major_text;
  } else if (GSS_ROUTINE_ERROR(major) == GSS_S_FAILURE || major_text.empty()) {
    result.detail.text = minor_text;
  } else {
    result.detail.text = major_text + ": " + minor_text;
  }
  refine_by_words(result);
  blame_configuration(library, result);
  return result;
}

void blame_configuration(const GssLibrary& library, Explained& failed) {
  using auth::Cause;
  const bool no_way = failed.detail.cause == Cause::kTrustPath;
  if (!no_way && failed.detail.cause != Cause::kConfiguration &&
      failed.detail.cause != Cause::kRealmUnknown &&
      failed.detail.cause != Cause::kKdcUnreachable) {
    return;
  }
  Cause cause = Cause::kConfiguration;
  std::string fault = no_way ? "" : configuration_fault();
  if (fault.empty() && !library.reads_includes()) {
    cause = Cause::kUnreadByLibrary;
    fault = where_includes_begin();
    if (!fault.empty()) {
      fault += ": Heimdal's library knows no include lines, and reads nothing from there on";
    }
  }
  if (fault.empty()) return;
  failed.status = SEC_E_NO_AUTHENTICATING_AUTHORITY;
  failed.detail.cause = cause;
  failed.detail.text = fault + (failed.detail.text.empty() ? "" : "; " + failed.detail.text);
}

void set_last_error(SECURITY_STATUS status, auth::ErrorDetail detail) {
  t_last_error.status = status;
  t_last_error.detail = std::move(detail);
}

auth::ErrorDetail last_error(SECURITY_STATUS status) {
  return t_last_error.status == status ? t_last_error.detail : auth::ErrorDetail();
}

}  // namespace negodbc::sspi_gssapi
