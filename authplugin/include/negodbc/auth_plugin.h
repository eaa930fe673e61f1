/* The C ABI by which a driver loads an authentication plugin.
 *
 * A plugin is a shared object that exports one function, negodbc_auth_plugin(). The driver asks it
 * for a table of functions and then, for each login:
 *
 *     session = NULL; api->open(&options, &session);
 *     in = nothing;
 *     for (;;) {
 *       status = api->step(session, in, in_size, timeout_ms, &token, &token_size);
 *       if (status < 0) { api->diagnosis(session, &why); report; break; }
 *       if (token_size != 0 || status == NEGODBC_AUTH_CONTINUE) send(token, token_size);
 *       if (status == NEGODBC_AUTH_ESTABLISHED) break;
 *       in = receive();
 *     }
 *     ... protect, unprotect, query ...
 *     api->close(session);
 *
 * Versions: the driver passes the highest ABI version it knows; the plugin answers with a table of
 * that version or an older one (never newer), or NULL when it has none. Every struct starts with
 * its size in bytes, written by whoever allocates it, so that fields can be added at the end: a
 * reader takes a field that lies beyond the size as zero, a writer never writes beyond it. So a
 * driver asks NEGODBC_AUTH_HAS(api, function) before it calls one that the first tables of version
 * 1 have not.
 *
 * Text is UTF-8 and zero-terminated. Times are seconds since 1970-01-01 UTC. A NULL text in an
 * options struct means "not given"; texts in records are never NULL.
 *
 * Ownership: options are copied by open(). Tokens, texts and records handed out belong to the
 * session and live until the next call on that session. The plugin wipes passwords and tokens when
 * it frees them. What status_text() gives lives as long as the plugin is loaded.
 *
 * Threads: different sessions may be used at the same time by any threads; one session by one
 * thread at a time, but for cancel(). No call changes the environment, the working directory, the
 * locale or signal handling of the process. Functions of the driver's (native_release, ready,
 * write) are called on any thread; they must not call the plugin, nor throw.
 *
 * Deadlines: a call with timeout_ms returns NEGODBC_AUTH_E_TIMED_OUT at the latest about then, even
 * when name resolution or a KDC hangs. A timeout_ms of 0 fails at once; there is no "for ever".
 *
 * What a session is after a call that has failed:
 *
 *     E_STATE, E_BUFFER_TOO_SMALL; E_ARGUMENT for a NULL or the like     what it was before
 *     protect(), wrap(), sign(); E_NOT_GRANTED of unprotect(),           what it was before
 *       unprotect_in_place(), unwrap(), verify()
 *     all else, E_TIMED_OUT and E_CANCELLED among it                     over
 *
 * One that is over, or whose open() has failed, tells why by diagnosis() until it is closed; each
 * other call is E_STATE.
 *
 * Calling convention: the C compiler's own, also of the driver's functions; on 32-bit Windows
 * __cdecl, whatever the default there is (NEGODBC_AUTH_CALL).
 *
 * Contract of the loop: InitializeSecurityContext (Negotiate), learn.microsoft.com; RFC 2743, RFC
 * 4178.
 */
#ifndef NEGODBC_AUTH_PLUGIN_H
#define NEGODBC_AUTH_PLUGIN_H

/* The C names: this header serves C and C++. NOLINTBEGIN(modernize-deprecated-headers) */
#include <stddef.h>
#include <stdint.h>
/* NOLINTEND(modernize-deprecated-headers) */

#ifdef __cplusplus
extern "C" {
#endif

#define NEGODBC_AUTH_ABI_VERSION 1u

#ifdef _WIN32
#define NEGODBC_AUTH_CALL __cdecl
#else
#define NEGODBC_AUTH_CALL
#endif

/* Whether a plugin's table has a function. */
#define NEGODBC_AUTH_HAS(api, function)                                             \
  ((api)->size >= offsetof(negodbc_auth_api, function) + sizeof((api)->function) && \
   (api)->function != NULL)

/* Status of every call. Zero and above: success. */
typedef int32_t negodbc_auth_status;
#define NEGODBC_AUTH_ESTABLISHED 0         /* done; a token of non-zero size must still be sent */
#define NEGODBC_AUTH_CONTINUE 1            /* send the token (it may be empty), wait, step again */
#define NEGODBC_AUTH_PENDING 2             /* of start_step and finish_step: not done yet */
#define NEGODBC_AUTH_OK 0                  /* calls other than step */
#define NEGODBC_AUTH_E_ARGUMENT (-1)       /* an option or argument is wrong; the text names it */
#define NEGODBC_AUTH_E_MEMORY (-2)         /* out of memory */
#define NEGODBC_AUTH_E_STATE (-3)          /* the call does not fit the session's state */
#define NEGODBC_AUTH_E_LIBRARY (-4)        /* no GSSAPI or SSPI library could be loaded */
#define NEGODBC_AUTH_E_NO_CREDENTIALS (-5) /* no ticket, no keytab entry, no logon session */
#define NEGODBC_AUTH_E_EXPIRED (-6)        /* the ticket has run out, or has too little life left */
#define NEGODBC_AUTH_E_NO_AUTHORITY (-7)   /* no KDC or domain controller answers */
#define NEGODBC_AUTH_E_TARGET_UNKNOWN (-8) /* the KDC does not know the service principal */
#define NEGODBC_AUTH_E_WRONG_PRINCIPAL \
  (-9) /* mutual authentication failed: another service answered */
#define NEGODBC_AUTH_E_LOGON_DENIED (-10) /* the KDC or the peer refuses this client */
#define NEGODBC_AUTH_E_INVALID_TOKEN                                                            \
  (-11)                                  /* the peer's token is malformed or of another package \
                                          */
#define NEGODBC_AUTH_E_CLOCK_SKEW (-12)  /* the clocks of client, KDC and server differ too much */
#define NEGODBC_AUTH_E_NOT_GRANTED (-13) /* a required flag (mutual, ...) was not granted */
#define NEGODBC_AUTH_E_MESSAGE_ALTERED (-14) /* unprotect: altered, replayed or out of sequence */
#define NEGODBC_AUTH_E_TIMED_OUT (-15)       /* timeout_ms ran out */
#define NEGODBC_AUTH_E_UNSUPPORTED (-16)     /* this library or platform cannot do it */
#define NEGODBC_AUTH_E_BUFFER_TOO_SMALL \
  (-17)                               /* the lent buffer is too small; the size needed is told */
#define NEGODBC_AUTH_E_INTERNAL (-18) /* an error that maps to none of these */
#define NEGODBC_AUTH_E_CONFIGURATION (-19) /* krb5.conf can't be read, or is malformed */
#define NEGODBC_AUTH_E_CANCELLED (-20)     /* cancel() has ended the call */

/* Flags asked for and granted. */
#define NEGODBC_AUTH_FLAG_MUTUAL 0x01u
#define NEGODBC_AUTH_FLAG_REPLAY_DETECT 0x02u
#define NEGODBC_AUTH_FLAG_SEQUENCE_DETECT 0x04u
#define NEGODBC_AUTH_FLAG_CONFIDENTIALITY 0x08u
#define NEGODBC_AUTH_FLAG_INTEGRITY 0x10u
#define NEGODBC_AUTH_FLAG_DELEGATED 0x20u /* granted only; asked for by `delegation` */

#define NEGODBC_AUTH_DELEGATE_NONE 0u
#define NEGODBC_AUTH_DELEGATE_POLICY 1u /* when the KDC marks the service ok-as-delegate */
#define NEGODBC_AUTH_DELEGATE_FULL 2u

#define NEGODBC_AUTH_CANONICALIZE_NONE 0u            /* the host name as written */
#define NEGODBC_AUTH_CANONICALIZE_FORWARD 1u         /* the resolver's canonical name */
#define NEGODBC_AUTH_CANONICALIZE_FORWARD_REVERSE 2u /* the name of the address it resolves to */

#define NEGODBC_AUTH_OFF 0xFFFFFFFFu

/* Who seals and opens Kerberos' messages. A library takes several times as long as OpenSSL, and
 * OpenSSL as long as a login to be opened. Where OpenSSL can't (it is not there, the library does
 * not hand out the key, no AES, no mutual authentication), the library does in any case. The
 * messages are the same. Windows does it itself. */
#define NEGODBC_AUTH_SEALING_AUTO 0u    /* OpenSSL, once a session has data enough for it to pay */
#define NEGODBC_AUTH_SEALING_LIBRARY 1u /* the library */
#define NEGODBC_AUTH_SEALING_OPENSSL 2u /* OpenSSL, from the first message on */

/* What a session is for. Zero the struct, set size, fill what is needed. */
typedef struct negodbc_auth_options {
  uint32_t size;
  uint32_t flags_required;  /* NEGODBC_AUTH_FLAG_*: asked for, and verified before ESTABLISHED */
  uint32_t flags_requested; /* asked for, not insisted on */
  uint32_t delegation;      /* NEGODBC_AUTH_DELEGATE_* */
  uint32_t canonicalize;    /* NEGODBC_AUTH_CANONICALIZE_*; applies to `host` only */
  uint32_t min_lifetime_s; /* a credential with less life left counts as expired; 0: the default, 15
                              s; NEGODBC_AUTH_OFF: 0 s */
  uint32_t allow_ntlm;     /* 0: Negotiate never chooses NTLM */
  uint32_t reserved;       /* 0 */
  const char* package;     /* "Negotiate" (default), "Kerberos", "NTLM" */
  const char*
      library; /* "auto" (default), "heimdal", "mit", or an absolute path; ignored on Windows */
  const char* service; /* first part of the SPN: "postgres" */
  const char* host;    /* second part of the SPN */
  const char* realm;   /* of the service; not given: found by the library */
  const char* target;  /* a whole SPN, "service/host[@REALM]" or "name[@REALM]"; overrides service,
                          host and realm */

  /* Where the credential comes from; none given: the user's default. At most one kind. */
  const char* credential_cache; /* "FILE:/path", "DIR:...", "KCM:...", ... */
  const char* client_keytab;    /* without principal: its first entry's */
  const char* principal;   /* selects among credentials; with client_keytab or password: whose. With
                              password also a name that the domain gives its users (an enterprise
                              name, Active Directory's UPN): "user@corp.example@REALM", or
                              "user@corp.example" where no realm is called so */
  const char* password;    /* with principal: a ticket is fetched into a private cache */
  void* native_credential; /* gss_cred_id_t of the library named; stays the caller's unless
                              native_release says otherwise. Heimdal's with "mit", or MIT's with
                              "heimdal", is E_ARGUMENT at the first step; what is no credential at
                              all, or one of a library by its path that is neither, can't be told
                              from one, and is the caller's fault */

  const void* channel_bindings; /* application data of the bindings (RFC 5929:
                                   "tls-server-end-point:"...) */
  size_t channel_bindings_size;

  /* What is kept from this session for later ones of this process with the same options, and taken
   * from earlier ones. 0: the default; NEGODBC_AUTH_OFF: nothing. Sessions of different options,
   * and of different passwords, never share a credential. A child after fork takes nothing of its
   * parent's. */
  uint32_t credential_copies; /* how many threads get a copy of the credential of their own, at
                                 most 64. Tickets are copied to private memory; the source is
                                 looked at before each use, so that a changed or destroyed cache
                                 is noticed at once (within a second where a daemon keeps it) */
  uint32_t warm_contexts;     /* first tokens made ahead on a thread of the plugin's, at most 32;
                                 each is sent once, and is less than a minute old. Default: none */
  uint32_t target_life_s;     /* seconds that a resolved target name is used */

  /* Not in the first options of version 1. Given: native_credential is the plugin's from the call
   * of open() on, whatever that returns, and is used itself; native_release(native_credential,
   * native_release_data) is called once, on any thread, when its last use is over, which may be
   * after close(). It must not come back into the plugin. Not given: it stays the caller's, who
   * keeps it until the first step (or principal()) has returned. Its tickets are copied then, in a
   * call that is waited for. What cannot be copied (NTLM) is used itself, until close(), by calls
   * that do not return before the library does: timeout_ms does not end them. */
  void(NEGODBC_AUTH_CALL* native_release)(void* native_credential, void* native_release_data);
  void* native_release_data;
  uint32_t sealing;      /* NEGODBC_AUTH_SEALING_* */
  uint32_t reserved_too; /* 0 */
} negodbc_auth_options;

/* What an established session has. Fields are valid after ESTABLISHED. */
typedef struct negodbc_auth_info {
  uint32_t size;
  uint32_t flags_granted;      /* NEGODBC_AUTH_FLAG_* */
  const char* package;         /* the package that was chosen: "Kerberos" or "NTLM" */
  const char* principal;       /* the client's name */
  const char* target;          /* the service's name as authenticated */
  int64_t expires_at;          /* of the context; 0: not known */
  uint32_t max_frame_overhead; /* protect() adds at most so many bytes to a message */
  uint32_t reserved;
} negodbc_auth_info;

/* One record about a success or failure: what was tried, what came of it, what to do. No secrets.
 */
typedef struct negodbc_auth_diagnosis {
  uint32_t size;
  negodbc_auth_status status; /* of the last call that failed, else NEGODBC_AUTH_OK */
  int32_t native_status;      /* SECURITY_STATUS */
  uint32_t gss_major;         /* 0 on Windows */
  uint32_t gss_minor;         /* 0 on Windows */
  uint32_t legs;              /* tokens produced */
  uint32_t flags_asked;
  uint32_t flags_granted;        /* before the end DELEGATED alone, as soon as a token has taken the
                                    user's ticket along */
  int64_t credential_expires_at; /* 0: not known */
  const char* package;           /* as asked: "Negotiate", ... */
  const char* library;           /* "heimdal", "mit", "windows" or the path, with the file loaded */
  const char* library_version;   /* "" when the library does not tell */
  const char* target;            /* the SPN tried */
  const char* principal;         /* "" when not known */
  const char*
      credential_source;   /* "FILE:/tmp/krb5cc_1000", "keytab FILE:...", "logon session", ... */
  const char* status_name; /* "SEC_E_NO_CREDENTIALS" */
  const char* text;        /* the library's own words, one line */
  const char* hint;        /* what the user can do about it, one sentence; "" on success */
  const char* json;        /* the whole record as one JSON object */

  /* Not in the first records of version 1. */
  uint32_t outcome;       /* NEGODBC_AUTH_LOGIN_*, as login_ended() was told it */
  uint32_t reserved;      /* 0 */
  const char* peer_words; /* likewise; one line, "" when none were told */
} negodbc_auth_diagnosis;

/* What has become of a login at the peer, behind the handshake or in its midst. */
#define NEGODBC_AUTH_LOGIN_NOT_TOLD 0u
#define NEGODBC_AUTH_LOGIN_ACCEPTED 1u /* the user is in */
#define NEGODBC_AUTH_LOGIN_REFUSED 2u  /* by the peer */
#define NEGODBC_AUTH_LOGIN_BROKEN_OFF \
  3u /* nobody has said: the connection was lost, given up, ... */

/* What all sessions of the process share. */
typedef struct negodbc_auth_limits {
  uint32_t size;
  uint32_t pooled_buffers; /* 0: the default, 1: on, NEGODBC_AUTH_OFF: memory for tokens and
                              sessions comes from the heap each time */
} negodbc_auth_limits;

#define NEGODBC_AUTH_LOG_ERROR 1u /* logins that have failed */
#define NEGODBC_AUTH_LOG_INFO 2u  /* logins that have not; credentials taken, changed, renewed */
#define NEGODBC_AUTH_LOG_DEBUG 3u /* what was waited for */

/* Where the plugin writes what it does. */
typedef struct negodbc_auth_log {
  uint32_t size;
  uint32_t level; /* the highest to be written; 0: none */
  /* One line without its end, for this call only; no secrets. Several threads may call at once; it
   * should not wait. */
  void(NEGODBC_AUTH_CALL* write)(void* data, uint32_t level, const char* line);
  void* data;
} negodbc_auth_log;

/* Since the plugin was loaded, over all sessions; each counter wraps. */
typedef struct negodbc_auth_counters {
  uint32_t size;
  uint32_t reserved;
  uint64_t sessions_opened;
  uint64_t sessions_established;
  uint64_t sessions_failed;
  uint64_t steps;
  uint64_t steps_timed_out;
  uint64_t credentials_acquired; /* from where they come from */
  uint64_t credentials_reused;   /* first legs made with one that was kept */
  uint64_t credentials_copied;   /* for a further thread */
  uint64_t credentials_renewed;  /* ahead of time */
  uint64_t credentials_changed;  /* sources found changed, vanished or run out */
  uint64_t failures_remembered;  /* sessions that failed as the one before them, without asking */
  uint64_t targets_reused;       /* canonical host names that were known */
  uint64_t warm_contexts_used;
  uint64_t warm_contexts_made;
  uint64_t warm_contexts_dropped; /* too old, or of a credential that has changed */
  uint64_t buffers_taken;         /* blocks of memory from the pool */
  uint64_t buffers_allocated;     /* of these: had to be allocated */
} negodbc_auth_counters;

typedef struct negodbc_auth_session negodbc_auth_session; /* opaque */

typedef struct negodbc_auth_api {
  uint32_t size;
  uint32_t abi_version;
  const char* name;    /* of the plugin, for logs */
  const char* version; /* of the plugin */

  /* Makes a session; touches no network and no credential. On failure *session is still a session
   * that can be asked for its diagnosis and must be closed, except after E_MEMORY, when it is NULL.
   */
  negodbc_auth_status(NEGODBC_AUTH_CALL* open)(const negodbc_auth_options* options,
                                               negodbc_auth_session** session);

  /* The name of the principal the session would log in as ("user@REALM"), before any step. Acquires
   * the credential, which the session keeps. E_NO_CREDENTIALS, E_EXPIRED, E_LIBRARY, ... when there
   * is none. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* principal)(negodbc_auth_session* session,
                                                    uint32_t timeout_ms, const char** name);

  /* One leg. First call: input_size 0 (input may be NULL), but where the peer has begun: then what
   * it sent (with Negotiate the mechanisms that it offers, NegTokenInit2 of MS-SPNG). A plugin
   * without cancel() in its table refuses that (E_STATE). The token is the session's. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* step)(negodbc_auth_session* session, const void* input,
                                               size_t input_size, uint32_t timeout_ms,
                                               const void** token, size_t* token_size);

  /* What was established; E_STATE before. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* query)(negodbc_auth_session* session,
                                                negodbc_auth_info* info);

  /* Seals a message into the lent buffer. *output_size: in, the capacity; out, the bytes written,
   * or the capacity needed with E_BUFFER_TOO_SMALL. Refuses (E_NOT_GRANTED) without
   * confidentiality. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* protect)(negodbc_auth_session* session, const void* input,
                                                  size_t input_size, void* output,
                                                  size_t* output_size);

  /* Opens one sealed message, in the same way. E_MESSAGE_ALTERED when it is not exactly what the
   * peer sealed next; the session must then not be used further. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* unprotect)(negodbc_auth_session* session,
                                                    const void* input, size_t input_size,
                                                    void* output, size_t* output_size);

  /* The record, at any time. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* diagnosis)(negodbc_auth_session* session,
                                                    negodbc_auth_diagnosis* record);

  /* Ends the session in any state; NULL is allowed. Does not wait for a call that timed out. */
  void(NEGODBC_AUTH_CALL* close)(negodbc_auth_session* session);

  negodbc_auth_status(NEGODBC_AUTH_CALL* counters)(negodbc_auth_counters* counters);

  /* Not in the first tables of version 1: look at `size`. Any thread, any time. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* set_limits)(const negodbc_auth_limits* limits);

  /* Forgets what is kept of the source of credentials that these options name (package, library,
   * cache, keytab, principal, password), or of all sources (NULL): tickets, passwords, failures,
   * legs made ahead. Sessions in use keep what they have until they are closed. Threads of the
   * plugin's do nothing more, so that what the caller has been restricted in (Landlock) binds what
   * it asks for from now on; ids, capabilities, mounts, root, working directory and keyrings need
   * no such call. Any thread, any time. Not in the first tables of version 1: look at `size`. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* forget)(const negodbc_auth_options* source);

  /* The peer has refused the login, after whatever was sent: the service may have another key than
   * its ticket is made for. The next login of this credential to this target has a ticket fetched
   * anew, if a KDC answers; once a minute at most. A session that is closed, or fails, between its
   * first token and the end of the handshake counts as refused without this call. Not in the first
   * tables of version 1: look at `size`. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* peer_refused)(negodbc_auth_session* session);

  /* What follows is not in the first tables of version 1: NEGODBC_AUTH_HAS(). */

  /* Ends what another thread runs on the session: its principal(), step() or started step is
   * E_CANCELLED, at once where it waits for anything; what has come to a result all the same is
   * told as ever. With nothing running it ends the next of these calls. What hangs goes on behind
   * it, as after a time-out. Not ended: a call that copies a native_credential which stays the
   * caller's; an established session. Any thread, as long as close() was not called; not in a
   * signal handler. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* cancel)(negodbc_auth_session* session);

  /* As step(), but it waits for nobody: what is not known at once goes on on a thread of the
   * plugin's, and the call is PENDING. Then the session is for finish_step(), cancel() and close()
   * only (others: E_STATE); after it principal() need not wait either. `ready` (NULL: none) is
   * called once, as soon as finish_step() has something else to tell than PENDING, perhaps before
   * start_step() has returned; it should just wake whoever calls finish_step(). The end of the time
   * need not call it: who waits for it does so for timeout_ms at most. It is not called any more
   * when finish_step() has told something else than PENDING, or close() has returned.
   * E_STATE with a native_credential that stays the caller's. A child after fork sees a step that
   * its parent has started time out, also one that is done. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* start_step)(
      negodbc_auth_session* session, const void* input, size_t input_size, uint32_t timeout_ms,
      void(NEGODBC_AUTH_CALL* ready)(void* ready_data), void* ready_data, const void** token,
      size_t* token_size);

  /* What a started step has come to, as step() would tell it: PENDING, E_TIMED_OUT when its time
   * is over. E_STATE: none was started. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* finish_step)(negodbc_auth_session* session,
                                                      const void** token, size_t* token_size);

  /* As protect() and unprotect(), where the protocol has messages that are signed and not sealed,
   * too (RFC 4752 tells its layers in such). `sealed` 0: signed only, which needs integrity. What
   * was opened is told in *sealed; whether it will do is the caller's to judge. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* wrap)(negodbc_auth_session* session, uint32_t sealed,
                                               const void* input, size_t input_size, void* output,
                                               size_t* output_size);
  negodbc_auth_status(NEGODBC_AUTH_CALL* unwrap)(negodbc_auth_session* session, const void* input,
                                                 size_t input_size, void* output,
                                                 size_t* output_size, uint32_t* sealed);

  /* The code that proves a message which travels by itself (GSS_GetMIC of RFC 2743), into the lent
   * buffer; sizes as with protect(). Refuses (E_NOT_GRANTED) without integrity. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* sign)(negodbc_auth_session* session, const void* message,
                                               size_t message_size, void* code, size_t* code_size);

  /* E_MESSAGE_ALTERED when the code is not what the peer has made of this message next. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* verify)(negodbc_auth_session* session, const void* message,
                                                 size_t message_size, const void* code,
                                                 size_t code_size);

  /* What a status means, in a few words of English; never NULL. Any thread, any time. */
  const char*(NEGODBC_AUTH_CALL* status_text)(negodbc_auth_status status);

  /* Where the plugin writes from now on what it does in this process; NULL, or `write` NULL:
   * nowhere. When it returns, what was given before is not called any more; so it waits for calls
   * that go on, and must not be called by `write`. In a child after fork the parent's is kept. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* set_log)(const negodbc_auth_log* log);

  /* What has become of the login, which the protocol around tells and the plugin can't know: the
   * record and the log tell it from then on. A session without an error of its own that was refused
   * has the status E_LOGON_DENIED there, with the peer's words (NULL: none; no secrets) as its
   * text; the session itself goes on. E_ARGUMENT: no outcome of these. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* login_ended)(negodbc_auth_session* session,
                                                      uint32_t outcome, const char* words);

  /* As unprotect(), where the message lies: *data is its text, in the memory of the message, which
   * stays the caller's. Where it fails, nothing of the text is left there. */
  negodbc_auth_status(NEGODBC_AUTH_CALL* unprotect_in_place)(negodbc_auth_session* session,
                                                             void* message, size_t message_size,
                                                             void** data, size_t* data_size);
} negodbc_auth_api;

/* The one exported function. `abi_version` is the driver's; the table is static and lives as long
 * as the plugin is loaded. */
typedef const negodbc_auth_api*(NEGODBC_AUTH_CALL* negodbc_auth_plugin_fn)(uint32_t abi_version);

#ifndef NEGODBC_AUTH_PLUGIN_BUILD /* for who links to a plugin instead of loading it */
#define NEGODBC_AUTH_PLUGIN_ENTRY
#elif defined(_WIN32)
#define NEGODBC_AUTH_PLUGIN_ENTRY __declspec(dllexport)
#else
#define NEGODBC_AUTH_PLUGIN_ENTRY __attribute__((visibility("default")))
#endif
NEGODBC_AUTH_PLUGIN_ENTRY const negodbc_auth_api* NEGODBC_AUTH_CALL
negodbc_auth_plugin(uint32_t abi_version);

#ifdef __cplusplus
}
#endif
#endif /* NEGODBC_AUTH_PLUGIN_H */
