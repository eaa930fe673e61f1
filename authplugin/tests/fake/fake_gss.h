// A GSSAPI library that does as it is told: tests script it and look at what it was asked. It
// counts what it hands out, so that a test sees what was not given back.
#ifndef NEGODBC_TESTS_FAKE_FAKE_GSS_H_
#define NEGODBC_TESTS_FAKE_FAKE_GSS_H_

#include <gssapi/gssapi.h>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace negodbc::test {

struct FakeLeg {
  OM_uint32 major = GSS_S_COMPLETE;
  OM_uint32 minor = 0;
  std::string token = {};  // with initialisers everywhere, legs can be written by name
  OM_uint32 flags = GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG | GSS_C_CONF_FLAG |
                    GSS_C_INTEG_FLAG;
  OM_uint32 life = 3600;
};

enum class FakeText : std::uint8_t {
  kPlain,
  kEndless,
  kManyLines,
  kEmpty,
  kNotUtf8,
  kHuge,
  kFails
};

struct FakeGss {
  // What it does.
  OM_uint32 acquire_major = GSS_S_COMPLETE;
  OM_uint32 acquire_minor = 0;
  OM_uint32 inquire_cred_major = GSS_S_COMPLETE;
  OM_uint32 cred_life = 3600;
  bool cred_has_mech = true;  // gss_inquire_cred lists the mechanism asked for
  OM_uint32 import_name_major = GSS_S_COMPLETE;
  std::deque<FakeLeg> init_legs;    // the last one repeats
  std::deque<FakeLeg> accept_legs;  // the last one repeats
  bool runs_ntlm = false;           // gss_inquire_context tells NTLM
  bool has_ntlm = false;            // gss_indicate_mechs lists it
  bool wrap_encrypts = true;
  OM_uint32 wrap_major = GSS_S_COMPLETE;
  OM_uint32 unwrap_major = GSS_S_COMPLETE;
  OM_uint32 mic_major = GSS_S_COMPLETE;
  OM_uint32 export_major = GSS_S_COMPLETE;
  FakeText text = FakeText::kPlain;
  std::map<OM_uint32, std::string> minor_texts;

  // What it was asked.
  struct InitCall {
    std::string mech;
    std::string target;
    OM_uint32 flags;
    std::string bindings;  // application data; "<none>" without bindings
    bool has_input;
    std::string input;
  };
  std::vector<InitCall> init_calls;
  std::vector<std::string> accept_inputs;
  std::vector<std::string> imported;  // "type:text"
  std::vector<std::string> stores;    // "key=value" of gss_acquire_cred_from
  std::vector<std::string> caches;    // names given to gss_krb5_ccache_name
  std::vector<int> usages;
  std::vector<std::string> offered;  // mechanisms of gss_set_neg_mechs
  int display_calls = 0;

  // What is out and was not given back.
  int credentials = 0;
  int names = 0;
  int contexts = 0;
  int buffers = 0;
  int oid_sets = 0;
  int live() const { return credentials + names + contexts + buffers + oid_sets; }
};

// The function that the library exports beside gss_*: its script.
using FakeGssFunction = FakeGss* (*)();

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_FAKE_FAKE_GSS_H_
