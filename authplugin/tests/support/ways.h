// Every way of a handshake: the libraries and packages that tests with a parameter run on.
#ifndef NEGODBC_TESTS_SUPPORT_WAYS_H_
#define NEGODBC_TESTS_SUPPORT_WAYS_H_

#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace negodbc::test {

using Way = std::tuple<const char*, const char*>;  // library, package

// For INSTANTIATE_TEST_SUITE_P, with name_of_way.
inline auto ways() {
  return testing::Combine(testing::Values("heimdal", "mit"),
                          testing::Values("Negotiate", "Kerberos"));
}

// heimdal_Negotiate
inline std::string name_of_way(const testing::TestParamInfo<Way>& of) {
  return std::string(std::get<0>(of.param)) + "_" + std::get<1>(of.param);
}

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_SUPPORT_WAYS_H_
