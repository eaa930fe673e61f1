// Why a credential cache gave no credential: what it tells itself.
#ifndef NEGODBC_SSPI_GSSAPI_CACHE_FAULTS_H_
#define NEGODBC_SSPI_GSSAPI_CACHE_FAULTS_H_

#include <string>

#include "sspi_gssapi/error_text.h"
#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

// Asked after a failure: what the cache itself tells about why.
void refine_by_cache(const GssLibrary& library, const std::string& cache, Explained& failed);

// Why a collection has no tickets to show: whoever keeps it may not be there.
void blame_keeper(const GssLibrary& library, const std::string& collection, Explained& failed);

// MIT's library tells a file that it has no descriptor for as one that is not there.
void blame_descriptors(Explained& failed);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_CACHE_FAULTS_H_
