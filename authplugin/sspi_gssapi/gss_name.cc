#include "sspi_gssapi/gss_name.h"

#include "sspi_gssapi/error_text.h"
#include "sspi_gssapi/oids.h"

namespace negodbc::sspi_gssapi {

TargetForm form_of_target(std::string_view spn) {
  const std::size_t slash = spn.find('/');
  if (slash == std::string::npos || slash == 0 || spn.find('@') != std::string::npos ||
      spn.find('/', slash + 1) != std::string::npos) {
    return {auth::PooledText(spn), &kKrb5Name};
  }
  TargetForm form{auth::PooledText(spn), &kHostbasedName};
  form.text[slash] = '@';
  return form;
}

Call import_target(const GssLibrary& library, std::string_view spn, ScopedName& name) {
  const TargetForm form = form_of_target(spn);
  gss_buffer_desc text = borrowed(form.text);
  Call call;
  call.major = library.gss_import_name(&call.minor, &text, form.type, name.out());
  return call;
}

Call import_user(const GssLibrary& library, const std::string& user, ScopedName& name) {
  gss_buffer_desc text = borrowed(user);
  Call call;
  call.major = library.gss_import_name(&call.minor, &text, &kUserName, name.out());
  return call;
}

Call import_principal(const GssLibrary& library, const std::string& principal, bool service,
                      ScopedName& name) {
  if (service && principal.find('/') != std::string::npos) {
    return import_target(library, principal, name);
  }
  gss_buffer_desc text = borrowed(principal);
  Call call;
  call.major = library.gss_import_name(
      &call.minor, &text, principal.find('@') == std::string::npos ? &kUserName : &kKrb5Name,
      name.out());
  return call;
}

std::string display_name(const GssLibrary& library, gss_name_t name) {
  if (name == GSS_C_NO_NAME) return "";
  ScopedBuffer text(library);
  OM_uint32 minor = 0;
  if (GSS_ERROR(library.gss_display_name(&minor, name, text.out(), nullptr))) return "";
  return one_line(text.view());
}

}  // namespace negodbc::sspi_gssapi
