// The structs of SSPI that come in an A and a W kind, and its two function tables, on systems other
// than Windows. Included by negodbc/sspi.h only.
#ifndef NEGODBC_SSPI_TABLES_H_
#define NEGODBC_SSPI_TABLES_H_

#ifndef NEGODBC_SSPI_H_
#error "include negodbc/sspi.h"
#endif

struct SecPkgInfoA {
  sec_ulong fCapabilities;
  std::uint16_t wVersion;
  std::uint16_t wRPCID;
  sec_ulong cbMaxToken;
  SEC_CHAR* Name;
  SEC_CHAR* Comment;
};
typedef SecPkgInfoA* PSecPkgInfoA;

struct SecPkgInfoW {
  sec_ulong fCapabilities;
  std::uint16_t wVersion;
  std::uint16_t wRPCID;
  sec_ulong cbMaxToken;
  SEC_WCHAR* Name;
  SEC_WCHAR* Comment;
};
typedef SecPkgInfoW* PSecPkgInfoW;

// Explicit credentials.
#define SEC_WINNT_AUTH_IDENTITY_ANSI 0x1u
#define SEC_WINNT_AUTH_IDENTITY_UNICODE 0x2u
#define SEC_WINNT_AUTH_IDENTITY_VERSION 0x200u

struct SEC_WINNT_AUTH_IDENTITY_A {
  unsigned char* User;
  sec_ulong UserLength;
  unsigned char* Domain;
  sec_ulong DomainLength;
  unsigned char* Password;
  sec_ulong PasswordLength;
  sec_ulong Flags;
};

struct SEC_WINNT_AUTH_IDENTITY_W {
  SEC_WCHAR* User;
  sec_ulong UserLength;
  SEC_WCHAR* Domain;
  sec_ulong DomainLength;
  SEC_WCHAR* Password;
  sec_ulong PasswordLength;
  sec_ulong Flags;
};

struct SEC_WINNT_AUTH_IDENTITY_EXA {
  sec_ulong Version;
  sec_ulong Length;
  unsigned char* User;
  sec_ulong UserLength;
  unsigned char* Domain;
  sec_ulong DomainLength;
  unsigned char* Password;
  sec_ulong PasswordLength;
  sec_ulong Flags;
  unsigned char* PackageList;
  sec_ulong PackageListLength;
};

struct SEC_WINNT_AUTH_IDENTITY_EXW {
  sec_ulong Version;
  sec_ulong Length;
  SEC_WCHAR* User;
  sec_ulong UserLength;
  SEC_WCHAR* Domain;
  sec_ulong DomainLength;
  SEC_WCHAR* Password;
  sec_ulong PasswordLength;
  sec_ulong Flags;
  SEC_WCHAR* PackageList;
  sec_ulong PackageListLength;
};

// What QueryContextAttributes answers.
struct SecPkgContext_Sizes {
  sec_ulong cbMaxToken;
  sec_ulong cbMaxSignature;
  sec_ulong cbBlockSize;
  sec_ulong cbSecurityTrailer;
};
struct SecPkgContext_Flags {
  sec_ulong Flags;
};
struct SecPkgContext_Lifespan {
  TimeStamp tsStart;
  TimeStamp tsExpiry;
};
struct SecPkgContext_SessionKey {
  sec_ulong SessionKeyLength;
  unsigned char* SessionKey;
};
struct SecPkgContext_NamesA {
  SEC_CHAR* sUserName;
};
struct SecPkgContext_NamesW {
  SEC_WCHAR* sUserName;
};
struct SecPkgContext_NativeNamesA {
  SEC_CHAR* sClientName;
  SEC_CHAR* sServerName;
};
struct SecPkgContext_NativeNamesW {
  SEC_WCHAR* sClientName;
  SEC_WCHAR* sServerName;
};
struct SecPkgContext_PackageInfoA {
  PSecPkgInfoA PackageInfo;
};
struct SecPkgContext_PackageInfoW {
  PSecPkgInfoW PackageInfo;
};
struct SecPkgContext_NegotiationInfoA {
  PSecPkgInfoA PackageInfo;
  sec_ulong NegotiationState;
};
struct SecPkgContext_NegotiationInfoW {
  PSecPkgInfoW PackageInfo;
  sec_ulong NegotiationState;
};
struct SecPkgCredentials_NamesA {
  SEC_CHAR* sUserName;
};
struct SecPkgCredentials_NamesW {
  SEC_WCHAR* sUserName;
};

typedef void (*SEC_GET_KEY_FN)(void* arg, void* principal, sec_ulong key_version, void** key,
                               SECURITY_STATUS* status);

#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION 1u
#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_4 4u

struct SecurityFunctionTableW {
  sec_ulong dwVersion;
  SECURITY_STATUS (*EnumerateSecurityPackagesW)(sec_ulong* count, PSecPkgInfoW* packages);
  SECURITY_STATUS(*QueryCredentialsAttributesW)
  (PCredHandle credential, sec_ulong attribute, void* buffer);
  SECURITY_STATUS(*AcquireCredentialsHandleW)
  (SEC_WCHAR* principal, SEC_WCHAR* package, sec_ulong use, void* logon_id, void* auth_data,
   SEC_GET_KEY_FN get_key, void* get_key_argument, PCredHandle credential, PTimeStamp expiry);
  SECURITY_STATUS (*FreeCredentialsHandle)(PCredHandle credential);
  void* Reserved2;
  SECURITY_STATUS(*InitializeSecurityContextW)
  (PCredHandle credential, PCtxtHandle context, SEC_WCHAR* target, sec_ulong request,
   sec_ulong reserved1, sec_ulong representation, PSecBufferDesc input, sec_ulong reserved2,
   PCtxtHandle new_context, PSecBufferDesc output, sec_ulong* attributes, PTimeStamp expiry);
  SECURITY_STATUS(*AcceptSecurityContext)
  (PCredHandle credential, PCtxtHandle context, PSecBufferDesc input, sec_ulong request,
   sec_ulong representation, PCtxtHandle new_context, PSecBufferDesc output, sec_ulong* attributes,
   PTimeStamp expiry);
  SECURITY_STATUS (*CompleteAuthToken)(PCtxtHandle context, PSecBufferDesc token);
  SECURITY_STATUS (*DeleteSecurityContext)(PCtxtHandle context);
  SECURITY_STATUS (*ApplyControlToken)(PCtxtHandle context, PSecBufferDesc input);
  SECURITY_STATUS(*QueryContextAttributesW)
  (PCtxtHandle context, sec_ulong attribute, void* buffer);
  SECURITY_STATUS (*ImpersonateSecurityContext)(PCtxtHandle context);
  SECURITY_STATUS (*RevertSecurityContext)(PCtxtHandle context);
  SECURITY_STATUS(*MakeSignature)
  (PCtxtHandle context, sec_ulong qop, PSecBufferDesc message, sec_ulong sequence);
  SECURITY_STATUS(*VerifySignature)
  (PCtxtHandle context, PSecBufferDesc message, sec_ulong sequence, sec_ulong* qop);
  SECURITY_STATUS (*FreeContextBuffer)(void* buffer);
  SECURITY_STATUS (*QuerySecurityPackageInfoW)(SEC_WCHAR* package, PSecPkgInfoW* info);
  void* Reserved3;
  void* Reserved4;
  SECURITY_STATUS(*ExportSecurityContext)
  (PCtxtHandle context, sec_ulong flags, PSecBuffer packed, void** token);
  SECURITY_STATUS(*ImportSecurityContextW)
  (SEC_WCHAR* package, PSecBuffer packed, void* token, PCtxtHandle context);
  SECURITY_STATUS(*AddCredentialsW)
  (PCredHandle credential, SEC_WCHAR* principal, SEC_WCHAR* package, sec_ulong use, void* auth_data,
   SEC_GET_KEY_FN get_key, void* get_key_argument, PTimeStamp expiry);
  void* Reserved8;
  SECURITY_STATUS (*QuerySecurityContextToken)(PCtxtHandle context, void** token);
  SECURITY_STATUS(*EncryptMessage)
  (PCtxtHandle context, sec_ulong qop, PSecBufferDesc message, sec_ulong sequence);
  SECURITY_STATUS(*DecryptMessage)
  (PCtxtHandle context, PSecBufferDesc message, sec_ulong sequence, sec_ulong* qop);
  SECURITY_STATUS(*SetContextAttributesW)
  (PCtxtHandle context, sec_ulong attribute, void* buffer, sec_ulong size);
  SECURITY_STATUS(*SetCredentialsAttributesW)
  (PCredHandle credential, sec_ulong attribute, void* buffer, sec_ulong size);
  SECURITY_STATUS(*ChangeAccountPasswordW)
  (SEC_WCHAR* package, SEC_WCHAR* domain, SEC_WCHAR* account, SEC_WCHAR* old_password,
   SEC_WCHAR* new_password, unsigned char impersonating, sec_ulong reserved, PSecBufferDesc output);
};
typedef SecurityFunctionTableW* PSecurityFunctionTableW;

struct SecurityFunctionTableA {
  sec_ulong dwVersion;
  SECURITY_STATUS (*EnumerateSecurityPackagesA)(sec_ulong* count, PSecPkgInfoA* packages);
  SECURITY_STATUS(*QueryCredentialsAttributesA)
  (PCredHandle credential, sec_ulong attribute, void* buffer);
  SECURITY_STATUS(*AcquireCredentialsHandleA)
  (SEC_CHAR* principal, SEC_CHAR* package, sec_ulong use, void* logon_id, void* auth_data,
   SEC_GET_KEY_FN get_key, void* get_key_argument, PCredHandle credential, PTimeStamp expiry);
  SECURITY_STATUS (*FreeCredentialsHandle)(PCredHandle credential);
  void* Reserved2;
  SECURITY_STATUS(*InitializeSecurityContextA)
  (PCredHandle credential, PCtxtHandle context, SEC_CHAR* target, sec_ulong request,
   sec_ulong reserved1, sec_ulong representation, PSecBufferDesc input, sec_ulong reserved2,
   PCtxtHandle new_context, PSecBufferDesc output, sec_ulong* attributes, PTimeStamp expiry);
  SECURITY_STATUS(*AcceptSecurityContext)
  (PCredHandle credential, PCtxtHandle context, PSecBufferDesc input, sec_ulong request,
   sec_ulong representation, PCtxtHandle new_context, PSecBufferDesc output, sec_ulong* attributes,
   PTimeStamp expiry);
  SECURITY_STATUS (*CompleteAuthToken)(PCtxtHandle context, PSecBufferDesc token);
  SECURITY_STATUS (*DeleteSecurityContext)(PCtxtHandle context);
  SECURITY_STATUS (*ApplyControlToken)(PCtxtHandle context, PSecBufferDesc input);
  SECURITY_STATUS(*QueryContextAttributesA)
  (PCtxtHandle context, sec_ulong attribute, void* buffer);
  SECURITY_STATUS (*ImpersonateSecurityContext)(PCtxtHandle context);
  SECURITY_STATUS (*RevertSecurityContext)(PCtxtHandle context);
  SECURITY_STATUS(*MakeSignature)
  (PCtxtHandle context, sec_ulong qop, PSecBufferDesc message, sec_ulong sequence);
  SECURITY_STATUS(*VerifySignature)
  (PCtxtHandle context, PSecBufferDesc message, sec_ulong sequence, sec_ulong* qop);
  SECURITY_STATUS (*FreeContextBuffer)(void* buffer);
  SECURITY_STATUS (*QuerySecurityPackageInfoA)(SEC_CHAR* package, PSecPkgInfoA* info);
  void* Reserved3;
  void* Reserved4;
  SECURITY_STATUS(*ExportSecurityContext)
  (PCtxtHandle context, sec_ulong flags, PSecBuffer packed, void** token);
  SECURITY_STATUS(*ImportSecurityContextA)
  (SEC_CHAR* package, PSecBuffer packed, void* token, PCtxtHandle context);
  SECURITY_STATUS(*AddCredentialsA)
  (PCredHandle credential, SEC_CHAR* principal, SEC_CHAR* package, sec_ulong use, void* auth_data,
   SEC_GET_KEY_FN get_key, void* get_key_argument, PTimeStamp expiry);
  void* Reserved8;
  SECURITY_STATUS (*QuerySecurityContextToken)(PCtxtHandle context, void** token);
  SECURITY_STATUS(*EncryptMessage)
  (PCtxtHandle context, sec_ulong qop, PSecBufferDesc message, sec_ulong sequence);
  SECURITY_STATUS(*DecryptMessage)
  (PCtxtHandle context, PSecBufferDesc message, sec_ulong sequence, sec_ulong* qop);
  SECURITY_STATUS(*SetContextAttributesA)
  (PCtxtHandle context, sec_ulong attribute, void* buffer, sec_ulong size);
  SECURITY_STATUS(*SetCredentialsAttributesA)
  (PCredHandle credential, sec_ulong attribute, void* buffer, sec_ulong size);
  SECURITY_STATUS(*ChangeAccountPasswordA)
  (SEC_CHAR* package, SEC_CHAR* domain, SEC_CHAR* account, SEC_CHAR* old_password,
   SEC_CHAR* new_password, unsigned char impersonating, sec_ulong reserved, PSecBufferDesc output);
};
typedef SecurityFunctionTableA* PSecurityFunctionTableA;

// An extension, for what Unix has and SSPI's identities cannot say: passed as auth_data of
// AcquireCredentialsHandle. Told apart from SSPI's identities by its first field, as
// SEC_WINNT_AUTH_IDENTITY_EX is. Texts are UTF-8 in the A and the W table; NULL means not given. At
// most one of CredentialCache, Keytab, Password and NativeCredential.
#define NEGODBC_AUTH_IDENTITY_VERSION 0x4E440001u

struct NEGODBC_AUTH_IDENTITY {
  sec_ulong Version;            // NEGODBC_AUTH_IDENTITY_VERSION
  sec_ulong Length;             // sizeof(NEGODBC_AUTH_IDENTITY)
  const char* Library;          // "auto" (also NULL), "heimdal", "mit" or an absolute path
  const char* CredentialCache;  // "FILE:/path", "KCM:...", ...
  const char* Keytab;           // outbound: of Principal; inbound: of the service
  const char* Principal;
  const char* Password;     // of Principal
  void* NativeCredential;   // gss_cred_id_t of Library, which stays the caller's
  const char* PackageList;  // "ntlm": Negotiate may choose NTLM; otherwise it never does
  sec_ulong Flags;          // NEGODBC_AUTH_IDENTITY_*
  // Not in the first identities: a Length without them is taken, too.
  // The default cache as it was found before, for each library that may be used, "library=name\n";
  // NULL: as it is now.
  const char* DefaultCaches;
  const char* Target;  // "service/host[@REALM]": for which a collection's member is chosen
};
// Take the tickets of a credential cache into memory of this process, where the library can; the
// cache itself is then only read.
#define NEGODBC_AUTH_IDENTITY_PRIVATE_COPY 0x1u
// Use NativeCredential itself, which then must live as long as the handle and its contexts. Without
// it a copy of its tickets is used, where the library can copy.
#define NEGODBC_AUTH_IDENTITY_USE_NATIVE 0x2u

// Of an acceptor's context: the credential that the initiator delegated; it belongs to the context.
#define NEGODBC_ATTR_DELEGATED_CREDENTIAL 0x4E440001u

struct SecPkgContext_DelegatedCredential {
  void* NativeCredential;  // gss_cred_id_t
};

// Another extension: delegate only where the KDC marks the service ok-as-delegate. (On Windows that
// is what ISC_REQ_DELEGATE means.)
#define NEGODBC_ISC_REQ_DELEGATE_POLICY 0x40000000u

// Two more: who seals and opens Kerberos' messages of the context. The library; or OpenSSL from the
// first message on, where it can. Neither: OpenSSL as soon as the session has data enough.
#define NEGODBC_ISC_REQ_LIBRARY_SEALING 0x04000000u
#define NEGODBC_ISC_REQ_OPENSSL_SEALING 0x08000000u

#endif  // NEGODBC_SSPI_TABLES_H_
