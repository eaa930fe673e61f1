// The initiator's first leg: the plugin through its ABI beside the plain GSSAPI loop that drivers write
// (import the name, gss_init_sec_context with the default credential, release), in the same run.
//
//   tests/realm/realm.py run -- build/release/bin/bench_first_leg
#include <benchmark/benchmark.h>
#include <dlfcn.h>
#include <gssapi/gssapi.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "negodbc/auth_plugin.h"

namespace {

struct Library {
  const char* name;    // the plugin's word for it
  const char* soname;  // what the plain loop opens
};
constexpr Library heimdal{"heimdal", "libgssapi.so.3"};
constexpr Library mit{"mit", "libgssapi_krb5.so.2"};

void* open_library(const char* name) {
  void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  return library;
}

template <typename F>
F* symbol(void* library, const char* name) {
  void* found = dlsym(library, name);
  if (found == nullptr) throw std::runtime_error(std::string("no symbol ") + name);
  return reinterpret_cast<F*>(found);
}

class PlainLoop {
 public:
  explicit PlainLoop(const Library& library)
      : handle_(open_library(library.soname)),
        import_name_(symbol<decltype(gss_import_name)>(handle_, "gss_import_name")),
        init_(symbol<decltype(gss_init_sec_context)>(handle_, "gss_init_sec_context")),
        delete_(symbol<decltype(gss_delete_sec_context)>(handle_, "gss_delete_sec_context")),
        release_name_(symbol<decltype(gss_release_name)>(handle_, "gss_release_name")),
        release_buffer_(symbol<decltype(gss_release_buffer)>(handle_, "gss_release_buffer")) {}

  std::size_t first_token(gss_OID mechanism) {
    static char hostbased_service[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04";
    gss_OID_desc name_type{10, hostbased_service};
    std::string service = "postgres@localhost";
    gss_buffer_desc text{service.size(), service.data()};
    OM_uint32 minor = 0;
    gss_name_t target = GSS_C_NO_NAME;
    if (import_name_(&minor, &text, &name_type, &target) != GSS_S_COMPLETE) throw std::runtime_error("import_name");
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    const OM_uint32 major =
        init_(&minor, GSS_C_NO_CREDENTIAL, &context, target, mechanism, GSS_C_MUTUAL_FLAG, 0,
              GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER, nullptr, &token, nullptr, nullptr);
    if (major != GSS_S_CONTINUE_NEEDED) throw std::runtime_error("init_sec_context: " + std::to_string(major));
    const std::size_t size = token.length;
    release_buffer_(&minor, &token);
    delete_(&minor, &context, GSS_C_NO_BUFFER);
    release_name_(&minor, &target);
    return size;
  }

 private:
  void* handle_;
  decltype(&gss_import_name) import_name_;
  decltype(&gss_init_sec_context) init_;
  decltype(&gss_delete_sec_context) delete_;
  decltype(&gss_release_name) release_name_;
  decltype(&gss_release_buffer) release_buffer_;
};

const negodbc_auth_api& plugin() {
  static const negodbc_auth_api* api = [] {
    const auto directory = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "lib";
    void* library = open_library((directory / "libnegodbc-auth.so").c_str());
    return symbol<const negodbc_auth_api*(std::uint32_t)>(library, "negodbc_auth_plugin")(NEGODBC_AUTH_ABI_VERSION);
  }();
  return *api;
}

void plain(benchmark::State& state, const Library& library, bool spnego) {
  static char spnego_oid[] = "\x2b\x06\x01\x05\x05\x02";
  static char krb5_oid[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
  gss_OID_desc mechanism = spnego ? gss_OID_desc{6, spnego_oid} : gss_OID_desc{9, krb5_oid};
  PlainLoop loop(library);
  for (auto _ : state) benchmark::DoNotOptimize(loop.first_token(&mechanism));
}

void through_plugin(benchmark::State& state, const Library& library, const char* package) {
  const negodbc_auth_api& api = plugin();
  negodbc_auth_options options{};
  options.size = sizeof options;
  options.flags_required = NEGODBC_AUTH_FLAG_MUTUAL;
  options.package = package;
  options.library = library.name;
  options.service = "postgres";
  options.host = "localhost";
  for (auto _ : state) {
    negodbc_auth_session* session = nullptr;
    const void* token = nullptr;
    std::size_t size = 0;
    if (api.open(&options, &session) < 0 ||
        api.step(session, nullptr, 0, 10000, &token, &size) != NEGODBC_AUTH_CONTINUE) {
      state.SkipWithError("the plugin gave no first token");
    }
    benchmark::DoNotOptimize(size);
    api.close(session);
  }
}

BENCHMARK_CAPTURE(plain, heimdal_spnego, heimdal, true)->ThreadRange(1, 2)->UseRealTime();
BENCHMARK_CAPTURE(through_plugin, heimdal_negotiate, heimdal, "Negotiate")->ThreadRange(1, 2)->UseRealTime();
BENCHMARK_CAPTURE(plain, heimdal_krb5, heimdal, false)->ThreadRange(1, 2)->UseRealTime();
BENCHMARK_CAPTURE(through_plugin, heimdal_kerberos, heimdal, "Kerberos")->ThreadRange(1, 2)->UseRealTime();
BENCHMARK_CAPTURE(plain, mit_spnego, mit, true)->ThreadRange(1, 2)->UseRealTime();
BENCHMARK_CAPTURE(through_plugin, mit_negotiate, mit, "Negotiate")->ThreadRange(1, 2)->UseRealTime();
BENCHMARK_CAPTURE(plain, mit_krb5, mit, false)->ThreadRange(1, 2)->UseRealTime();
BENCHMARK_CAPTURE(through_plugin, mit_kerberos, mit, "Kerberos")->ThreadRange(1, 2)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
