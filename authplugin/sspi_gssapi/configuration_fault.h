// What is wrong with krb5.conf, with file and line, which the libraries do not tell: MIT's refuses
// the whole of it, Heimdal's goes on without what it did not understand.
#ifndef NEGODBC_SSPI_GSSAPI_CONFIGURATION_FAULT_H_
#define NEGODBC_SSPI_GSSAPI_CONFIGURATION_FAULT_H_

#include <string>
#include <string_view>

namespace negodbc::sspi_gssapi {

// "/etc/krb5.conf, line 8: a section's name has no ]": the first fault in the files of the
// environment (KRB5_CONFIG) and in what they include; "": none was found. Reads them: for failures
// only. Nothing of their contents is told.
std::string configuration_fault();

// The same of one line after the other: "", or what is wrong with this one.
class ConfigurationGrammar {
 public:
  std::string_view line(std::string_view text);
  // Behind the last line.
  std::string_view end() const;

 private:
  std::string_view relation(std::string_view text);

  bool in_section_ = false;
  bool value_due_ = false;  // "name =": the { may stand on the next line
  unsigned depth_ = 0;      // of { }
};

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_CONFIGURATION_FAULT_H_
