#include <algorithm>
#include <string>
#include <vector>

#include "cli/examination/examination.h"
#include "driver/base/utf.h"

namespace negodbc::cli {

std::vector<std::string> spn_candidates(const std::string& service, const std::string& host,
                                        const std::vector<std::string>& other_names,
                                        const std::string& spn) {
  std::vector<std::string> hosts = {host};
  hosts.insert(hosts.end(), other_names.begin(), other_names.end());
  for (std::size_t i = 0, count = hosts.size(); i < count; ++i) {
    const bool is_name =
        hosts[i].find_first_not_of("0123456789.:abcdefABCDEF") != std::string::npos;
    const std::size_t dot = hosts[i].find('.');
    if (is_name && dot != std::string::npos) hosts.push_back(hosts[i].substr(0, dot));
  }
  std::vector<std::string> found;
  for (const std::string& name : hosts) {
    const std::string lower = ascii_lower(name);
    // Active Directory's administrators write the service in capitals.
    for (const std::string& first : {service, std::string("postgres"), std::string("POSTGRES")}) {
      if (lower.empty() || lower.front() == '/' || lower.front() == '@') continue;
      std::string candidate(first);
      candidate.append("/").append(lower);
      if (candidate != spn && std::find(found.begin(), found.end(), candidate) == found.end())
        found.push_back(std::move(candidate));
    }
  }
  return found;
}

}  // namespace negodbc::cli
