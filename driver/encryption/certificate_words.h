// What is said about a certificate, whichever library looks at it.
#pragma once

#include <string>
#include <vector>

namespace negodbc::encryption {

// What can be done about a server's certificate that is not trusted.
inline constexpr const char* remedy_unknown_authority =
    "Name the authority that has signed it by SSLrootcert";
inline constexpr const char* remedy_run_out =
    "Have the server's certificate renewed, or set this machine's clock";
inline constexpr const char* remedy_not_yet_valid =
    "Set this machine's clock, or have one put there that is valid already";
inline constexpr const char* remedy_revoked =
    "Have the server given another: SSLcrl lists this one";
inline constexpr const char* remedy_no_list =
    "Name a list of the authority that has signed it by SSLcrl";
inline constexpr const char* remedy_old_list =
    "Name a list of today by SSLcrl, or set this machine's clock";
inline constexpr const char* remedy_distrust = "Check SSLrootcert, SSLcrl and the clock";

// " but for a.example.org, b.example.org, ...: put that name into Server ...": a few of the names
// that it holds, on one line. Without names what can be done all the same.
std::string told_names(const std::vector<std::string>& names);

}  // namespace negodbc::encryption
