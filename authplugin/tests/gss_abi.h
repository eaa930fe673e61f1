// What the pointers in gss_library.h rely on, computed from whichever GSSAPI headers come before.
#ifndef NEGODBC_TESTS_GSS_ABI_H_
#define NEGODBC_TESTS_GSS_ABI_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace negodbc::test {

using GssAbi = std::map<std::string, std::uint64_t>;
GssAbi heimdal_abi();
GssAbi mit_abi();

}  // namespace negodbc::test

#define NEGODBC_FACT(expression) \
  { #expression, static_cast < std::uint64_t>(expression) }
#define NEGODBC_GSS_ABI                                                                            \
  GssAbi {                                                                                         \
    NEGODBC_FACT(sizeof(OM_uint32)), NEGODBC_FACT(sizeof(gss_buffer_desc)),                        \
        NEGODBC_FACT(offsetof(gss_buffer_desc, length)),                                           \
        NEGODBC_FACT(offsetof(gss_buffer_desc, value)), NEGODBC_FACT(sizeof(gss_OID_desc)),        \
        NEGODBC_FACT(offsetof(gss_OID_desc, elements)), NEGODBC_FACT(sizeof(gss_OID_set_desc)),    \
        NEGODBC_FACT(offsetof(gss_OID_set_desc, elements)),                                        \
        NEGODBC_FACT(sizeof(gss_channel_bindings_struct)),                                         \
        NEGODBC_FACT(offsetof(gss_channel_bindings_struct, application_data)),                     \
        NEGODBC_FACT(sizeof(gss_iov_buffer_desc)),                                                 \
        NEGODBC_FACT(offsetof(gss_iov_buffer_desc, buffer)),                                       \
        NEGODBC_FACT(sizeof(gss_buffer_set_desc)), NEGODBC_FACT(sizeof(gss_cred_usage_t)),         \
        NEGODBC_FACT(sizeof(gss_qop_t)), NEGODBC_FACT(GSS_C_INITIATE), NEGODBC_FACT(GSS_C_ACCEPT), \
        NEGODBC_FACT(GSS_C_BOTH), NEGODBC_FACT(GSS_C_GSS_CODE), NEGODBC_FACT(GSS_C_MECH_CODE),     \
        NEGODBC_FACT(GSS_C_INDEFINITE), NEGODBC_FACT(GSS_C_DELEG_FLAG),                            \
        NEGODBC_FACT(GSS_C_MUTUAL_FLAG), NEGODBC_FACT(GSS_C_REPLAY_FLAG),                          \
        NEGODBC_FACT(GSS_C_SEQUENCE_FLAG), NEGODBC_FACT(GSS_C_CONF_FLAG),                          \
        NEGODBC_FACT(GSS_C_INTEG_FLAG), NEGODBC_FACT(GSS_C_DELEG_POLICY_FLAG),                     \
        NEGODBC_FACT(GSS_C_DCE_STYLE), NEGODBC_FACT(GSS_C_IDENTIFY_FLAG),                          \
        NEGODBC_FACT(GSS_C_EXTENDED_ERROR_FLAG), NEGODBC_FACT(GSS_IOV_BUFFER_TYPE_HEADER),         \
        NEGODBC_FACT(GSS_IOV_BUFFER_TYPE_DATA), NEGODBC_FACT(GSS_IOV_BUFFER_TYPE_PADDING),         \
        NEGODBC_FACT(GSS_IOV_BUFFER_TYPE_STREAM), NEGODBC_FACT(GSS_S_CONTINUE_NEEDED),             \
        NEGODBC_FACT(GSS_S_DUPLICATE_TOKEN), NEGODBC_FACT(GSS_S_OLD_TOKEN),                        \
        NEGODBC_FACT(GSS_S_UNSEQ_TOKEN), NEGODBC_FACT(GSS_S_GAP_TOKEN),                            \
        NEGODBC_FACT(GSS_S_BAD_MECH), NEGODBC_FACT(GSS_S_NO_CRED), NEGODBC_FACT(GSS_S_FAILURE),    \
        NEGODBC_FACT(GSS_S_DEFECTIVE_TOKEN), NEGODBC_FACT(GSS_S_CREDENTIALS_EXPIRED),              \
        NEGODBC_FACT(GSS_S_BAD_BINDINGS), NEGODBC_FACT(GSS_S_UNAVAILABLE),                         \
        NEGODBC_FACT(std::uint32_t(KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN)),                              \
        NEGODBC_FACT(std::uint32_t(KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN)),                              \
        NEGODBC_FACT(std::uint32_t(KRB5KDC_ERR_PREAUTH_FAILED)),                                   \
        NEGODBC_FACT(std::uint32_t(KRB5KDC_ERR_POLICY)),                                           \
        NEGODBC_FACT(std::uint32_t(KRB5KRB_AP_ERR_SKEW)),                                          \
        NEGODBC_FACT(std::uint32_t(KRB5KRB_AP_ERR_TKT_EXPIRED)),                                   \
        NEGODBC_FACT(std::uint32_t(KRB5KRB_AP_ERR_MODIFIED)),                                      \
        NEGODBC_FACT(std::uint32_t(KRB5KRB_AP_ERR_BAD_INTEGRITY)),                                 \
        NEGODBC_FACT(std::uint32_t(KRB5KRB_AP_ERR_BADKEYVER)),                                     \
        NEGODBC_FACT(std::uint32_t(KRB5KRB_AP_ERR_NOKEY)),                                         \
        NEGODBC_FACT(std::uint32_t(KRB5KRB_AP_ERR_NOT_US)),                                        \
        NEGODBC_FACT(std::uint32_t(KRB5_CC_BADNAME)),                                              \
        NEGODBC_FACT(std::uint32_t(KRB5_CC_UNKNOWN_TYPE)),                                         \
        NEGODBC_FACT(std::uint32_t(KRB5_CC_NOTFOUND)), NEGODBC_FACT(std::uint32_t(KRB5_CC_END)),   \
        NEGODBC_FACT(std::uint32_t(KRB5_NO_TKT_SUPPLIED)),                                         \
        NEGODBC_FACT(std::uint32_t(KRB5KRB_AP_WRONG_PRINC)),                                       \
        NEGODBC_FACT(std::uint32_t(KRB5_REALM_UNKNOWN)),                                           \
        NEGODBC_FACT(std::uint32_t(KRB5_KDC_UNREACH)),                                             \
        NEGODBC_FACT(std::uint32_t(KRB5_KT_BADNAME)),                                              \
        NEGODBC_FACT(std::uint32_t(KRB5_KT_UNKNOWN_TYPE)),                                         \
        NEGODBC_FACT(std::uint32_t(KRB5_KT_NOTFOUND)),                                             \
        NEGODBC_FACT(std::uint32_t(KRB5_NO_TKT_IN_RLM)), NEGODBC_FACT(std::uint32_t(KRB5_CC_IO)),  \
        NEGODBC_FACT(std::uint32_t(KRB5_FCC_PERM)), NEGODBC_FACT(std::uint32_t(KRB5_FCC_NOFILE)),  \
        NEGODBC_FACT(std::uint32_t(KRB5_CC_FORMAT)),                                               \
        NEGODBC_FACT(std::uint32_t(KRB5_PREAUTH_FAILED)),                                          \
        NEGODBC_FACT(std::uint32_t(KRB5_ERR_BAD_HOSTNAME)),                                        \
        NEGODBC_FACT(std::uint32_t(KRB5_ERR_HOST_REALM_UNKNOWN)),                                  \
        NEGODBC_FACT(std::uint32_t(KRB5_REALM_CANT_RESOLVE)),                                      \
        NEGODBC_FACT(std::uint32_t(KRB5_CONFIG_NODEFREALM))                                        \
  }

#endif  // NEGODBC_TESTS_GSS_ABI_H_
