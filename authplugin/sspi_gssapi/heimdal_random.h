// Random numbers for Heimdal. Its own generator (Fortuna, in libhcrypto) keeps one lock for the
// process, taken several times in a first leg; two threads then wait for each other more than they
// work. The kernel's numbers need no lock, and a child after fork has none of its parent's.
#ifndef NEGODBC_SSPI_GSSAPI_HEIMDAL_RANDOM_H_
#define NEGODBC_SSPI_GSSAPI_HEIMDAL_RANDOM_H_

namespace negodbc::sspi_gssapi {

// Has the libhcrypto that a loaded library (`handle` of dlopen) depends on take random numbers from
// getentropy(3), for the whole process. Whatever somebody else has chosen before stays. False:
// nothing was changed, because there is no libhcrypto, another choice, or no random number.
bool use_kernel_random(void* handle);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_HEIMDAL_RANDOM_H_
