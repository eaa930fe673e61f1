// The few functions of libkrb5 that GSSAPI has no words for: looking at a credential cache,
// fetching a ticket into a private one. All types are opaque, because Heimdal's and MIT's differ
// inside.
#ifndef NEGODBC_SSPI_GSSAPI_KRB5_LIBRARY_H_
#define NEGODBC_SSPI_GSSAPI_KRB5_LIBRARY_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <type_traits>

namespace negodbc::sspi_gssapi {

using Krb5Code = std::int32_t;

#define NEGODBC_KRB5_FUNCTIONS(X)                                                               \
  X(krb5_init_context, Krb5Code (*)(void** context))                                            \
  X(krb5_free_context, void (*)(void* context))                                                 \
  X(krb5_cc_default_name, const char* (*)(void* context))                                       \
  X(krb5_cc_resolve, Krb5Code (*)(void* context, const char* name, void** cache))               \
  X(krb5_cc_new_unique,                                                                         \
    Krb5Code (*)(void* context, const char* type, const char* hint, void** cache))              \
  X(krb5_cc_get_full_name, Krb5Code (*)(void* context, void* cache, char** name))               \
  X(krb5_cc_get_principal, Krb5Code (*)(void* context, void* cache, void** principal))          \
  X(krb5_cc_initialize, Krb5Code (*)(void* context, void* cache, void* principal))              \
  X(krb5_cc_store_cred, Krb5Code (*)(void* context, void* cache, void* creds))                  \
  X(krb5_cc_close, Krb5Code (*)(void* context, void* cache))                                    \
  X(krb5_cc_destroy, Krb5Code (*)(void* context, void* cache))                                  \
  X(krb5_parse_name, Krb5Code (*)(void* context, const char* name, void** principal))           \
  X(krb5_unparse_name, Krb5Code (*)(void* context, void* principal, char** name))               \
  X(krb5_free_principal, void (*)(void* context, void* principal))                              \
  X(krb5_kt_resolve, Krb5Code (*)(void* context, const char* name, void** keytab))              \
  X(krb5_kt_close, Krb5Code (*)(void* context, void* keytab))                                   \
  X(krb5_get_init_creds_keytab,                                                                 \
    Krb5Code (*)(void* context, void* creds, void* principal, void* keytab, std::int64_t start, \
                 const char* service, void* options))                                           \
  X(krb5_get_init_creds_password,                                                               \
    Krb5Code (*)(void* context, void* creds, void* principal, const char* password,             \
                 void* prompter, void* prompter_data, std::int64_t start, const char* service,  \
                 void* options))                                                                \
  X(krb5_free_cred_contents, void (*)(void* context, void* creds))                              \
  X(krb5_get_error_message, const char* (*)(void* context, Krb5Code code))                      \
  X(krb5_free_error_message, void (*)(void* context, const char* text))

// Where libkrb5's krb5_creds has the little that is read of it. It is a public struct, which the
// two families lay out differently, each always in the same way (tests/mit_abi.cc,
// tests/heimdal_abi.cc).
struct TicketFields {
  std::size_t server;       // a krb5_principal
  std::size_t key_type;     // of the session key, 32 bits
  std::size_t start_time;   // seconds since 1970; 0: from the time of authentication on
  std::size_t end_time;     // likewise
  std::size_t renew_until;  // likewise; 0: not renewable
  std::size_t time_size;    // bytes of each
  std::size_t ticket;       // a krb5_data, as it came from the KDC
  std::size_t flags;        // 32 bits
  bool first_flag_is_low;   // flag 0 of RFC 4120 is the lowest bit; else the highest
};

struct MitCredsBegin {
  std::int32_t magic;
  void* client;
  void* server;
  struct {
    std::int32_t magic;
    std::int32_t type;
    unsigned length;
    void* contents;
  } key;
  struct {
    std::uint32_t auth, start, end, renew_till;  // unsigned since krb5 1.16: until 2106
  } times;
  unsigned is_skey;
  std::int32_t flags;
  void* addresses;
  struct {
    std::int32_t magic;
    unsigned length;
    void* data;
  } ticket;
};
inline constexpr TicketFields kMitTicket{.server = offsetof(MitCredsBegin, server),
                                         .key_type = offsetof(MitCredsBegin, key.type),
                                         .start_time = offsetof(MitCredsBegin, times.start),
                                         .end_time = offsetof(MitCredsBegin, times.end),
                                         .renew_until = offsetof(MitCredsBegin, times.renew_till),
                                         .time_size = sizeof(std::uint32_t),
                                         .ticket = offsetof(MitCredsBegin, ticket),
                                         .flags = offsetof(MitCredsBegin, flags),
                                         .first_flag_is_low = false};

struct HeimdalCredsBegin {
  void* client;
  void* server;
  struct {
    int type;
    std::size_t length;
    void* contents;
  } key;
  struct {
    std::time_t auth, start, end, renew_till;
  } times;
  struct {
    std::size_t length;
    void* data;
  } ticket, second_ticket;
  struct {
    unsigned length;
    void* values;
  } authorization, addresses;
  std::uint32_t flags;
};
inline constexpr TicketFields kHeimdalTicket{
    .server = offsetof(HeimdalCredsBegin, server),
    .key_type = offsetof(HeimdalCredsBegin, key.type),
    .start_time = offsetof(HeimdalCredsBegin, times.start),
    .end_time = offsetof(HeimdalCredsBegin, times.end),
    .renew_until = offsetof(HeimdalCredsBegin, times.renew_till),
    .time_size = sizeof(std::time_t),
    .ticket = offsetof(HeimdalCredsBegin, ticket),
    .flags = offsetof(HeimdalCredsBegin, flags),
    .first_flag_is_low = std::endian::native == std::endian::little};

// Where a krb5_keytab_entry has its principal: Heimdal's at the beginning.
inline constexpr std::size_t kMitEntryPrincipal = alignof(void*);

struct Krb5Functions {
#define NEGODBC_POINTER(name, ...) \
  std::add_pointer_t<std::remove_pointer_t<__VA_ARGS__>> name = nullptr;
  NEGODBC_KRB5_FUNCTIONS(NEGODBC_POINTER)
#undef NEGODBC_POINTER
  // One of the two frees what krb5_unparse_name and krb5_cc_get_full_name gave.
  void (*krb5_free_unparsed_name)(void* context, char* name) = nullptr;  // MIT
  void (*krb5_xfree)(void* memory) = nullptr;                            // Heimdal
  // Heimdal: seconds of life left in the cache.
  Krb5Code (*krb5_cc_get_lifetime)(void* context, void* cache, std::time_t* life) = nullptr;
  // How far this machine's clock is behind the KDC's, as kinit has noted it in a cache.
  Krb5Code (*krb5_cc_get_kdc_offset)(void* context, void* cache,
                                     std::time_t* seconds) = nullptr;  // Heimdal
  Krb5Code (*krb5_get_time_offsets)(void* context, std::int32_t* seconds,
                                    std::int32_t* microseconds) = nullptr;  // MIT

  // MIT: a context of files of one's own choice. The profile's part of the library.
  Krb5Code (*krb5_get_default_config_files)(char*** files) = nullptr;
  void (*krb5_free_config_files)(char** files) = nullptr;
  long (*profile_init)(const char* const* files, void** profile) = nullptr;
  void (*profile_release)(void* profile) = nullptr;
  Krb5Code (*krb5_init_context_profile)(void* profile, int flags, void** context) = nullptr;

  // Collections of caches.
  Krb5Code (*krb5_cc_set_default_name)(void* context, const char* name) = nullptr;
  Krb5Code (*krb5_cc_default)(void* context, void** cache) = nullptr;
  Krb5Code (*krb5_sname_to_principal)(void* context, const char* host, const char* service,
                                      std::int32_t type, void** principal) = nullptr;
  // MIT: the member that its rules choose for a server; NULL or not found: the primary one.
  Krb5Code (*krb5_cc_select)(void* context, void* server, void** cache, void** client) = nullptr;
  Krb5Code (*krb5_cccol_cursor_new)(void* context, void** cursor) = nullptr;
  Krb5Code (*krb5_cccol_cursor_next)(void* context, void* cursor, void** cache) = nullptr;
  Krb5Code (*krb5_cccol_cursor_free)(void* context, void** cursor) = nullptr;
  // Heimdal: the caches of one type.
  Krb5Code (*krb5_cc_cache_get_first)(void* context, const char* type, void** cursor) = nullptr;
  Krb5Code (*krb5_cc_cache_next)(void* context, void* cursor, void** cache) = nullptr;
  Krb5Code (*krb5_cc_cache_end_seq_get)(void* context, void* cursor) = nullptr;
  Krb5Code (*krb5_get_host_realm)(void* context, const char* host, char*** realms) = nullptr;
  Krb5Code (*krb5_free_host_realm)(void* context, char** realms) = nullptr;

  // A whole cache into another one, initialised.
  Krb5Code (*krb5_cc_copy_creds)(void* context, void* from, void* to) = nullptr;  // MIT
  Krb5Code (*krb5_cc_copy_cache)(void* context, void* from, void* to) = nullptr;  // Heimdal
  // One ticket after the other; `creds` as in TicketFields.
  Krb5Code (*krb5_cc_start_seq_get)(void* context, void* cache, void** cursor) = nullptr;
  Krb5Code (*krb5_cc_next_cred)(void* context, void* cache, void** cursor, void* creds) = nullptr;
  Krb5Code (*krb5_cc_end_seq_get)(void* context, void* cache, void** cursor) = nullptr;

  // Names that only the KDC knows the principal of.
  Krb5Code (*krb5_parse_name_flags)(void* context, const char* name, int flags,
                                    void** principal) = nullptr;
  Krb5Code (*krb5_get_init_creds_opt_alloc)(void* context, void** options) = nullptr;
  void (*krb5_get_init_creds_opt_free)(void* context, void* options) = nullptr;
  void* krb5_get_init_creds_opt_set_canonicalize = nullptr;  // not the same in both families

  // MIT: what it looks into where a cache has no ticket.
  Krb5Code (*krb5_kt_client_default)(void* context, void** keytab) = nullptr;
  Krb5Code (*krb5_kt_get_name)(void* context, void* keytab, char* name, unsigned size) = nullptr;

  // One entry of a keytab after the other; `entry` is a krb5_keytab_entry.
  Krb5Code (*krb5_kt_start_seq_get)(void* context, void* keytab, void* cursor) = nullptr;
  Krb5Code (*krb5_kt_next_entry)(void* context, void* keytab, void* entry, void* cursor) = nullptr;
  Krb5Code (*krb5_kt_end_seq_get)(void* context, void* keytab, void* cursor) = nullptr;
  Krb5Code (*krb5_kt_free_entry)(void* context, void* entry) = nullptr;

  bool complete = false;  // every function of the list was found
};

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_KRB5_LIBRARY_H_
