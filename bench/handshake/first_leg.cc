// The initiator's first leg, and the name of the user's principal: the plugin through its ABI
// beside the plain GSSAPI loop that drivers write, in the same run.
//
//   tests/realm/realm.py run -- build/release/bin/bench_first_leg
#include <benchmark/benchmark.h>

#include "bench/handshake/gss.h"
#include "bench/handshake/plugin.h"

namespace negodbc::bench {
namespace {

void plain(benchmark::State& state, const LibraryName& library, bool spnego) {
  const Gss gss(library);
  while (state.KeepRunning()) {
    GssContext context(gss);
    benchmark::DoNotOptimize(context.initiate(spnego, GSS_C_MUTUAL_FLAG, ""));
  }
}

void through_plugin(benchmark::State& state, const LibraryName& library, const char* package) {
  while (state.KeepRunning()) {
    PluginSession session(library, package, NEGODBC_AUTH_FLAG_MUTUAL);
    benchmark::DoNotOptimize(session.step(""));
  }
}

void plain_principal(benchmark::State& state, const LibraryName& library) {
  const Gss gss(library);
  while (state.KeepRunning()) {
    OM_uint32 minor = 0;
    gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
    check(gss.acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, GSS_C_NO_OID_SET,
                           GSS_C_INITIATE, &credential, nullptr, nullptr),
          "gss_acquire_cred");
    gss_name_t name = GSS_C_NO_NAME;
    check(gss.inquire_cred(&minor, credential, &name, nullptr, nullptr, nullptr),
          "gss_inquire_cred");
    GssBytes text(gss);
    check(gss.display_name(&minor, name, text.get(), nullptr), "gss_display_name");
    gss.release_name(&minor, &name);
    gss.release_cred(&minor, &credential);
  }
}

void plugin_principal(benchmark::State& state, const LibraryName& library) {
  while (state.KeepRunning()) {
    PluginSession session(library, "Negotiate", NEGODBC_AUTH_FLAG_MUTUAL);
    const char* name = nullptr;
    session.verify(plugin().principal(session.get(), step_timeout_ms, &name));
  }
}

// The plugin works on threads of its own as well: their CPU time counts, too.
void threads(benchmark::internal::Benchmark* benchmark) {
  benchmark->ThreadRange(1, 2)->UseRealTime()->MeasureProcessCPUTime();
}

BENCHMARK_CAPTURE(plain, heimdal_spnego, heimdal, true)->Apply(threads);
BENCHMARK_CAPTURE(through_plugin, heimdal_negotiate, heimdal, "Negotiate")->Apply(threads);
BENCHMARK_CAPTURE(plain, heimdal_krb5, heimdal, false)->Apply(threads);
BENCHMARK_CAPTURE(through_plugin, heimdal_kerberos, heimdal, "Kerberos")->Apply(threads);
BENCHMARK_CAPTURE(plain, mit_spnego, mit, true)->Apply(threads);
BENCHMARK_CAPTURE(through_plugin, mit_negotiate, mit, "Negotiate")->Apply(threads);
BENCHMARK_CAPTURE(plain, mit_krb5, mit, false)->Apply(threads);
BENCHMARK_CAPTURE(through_plugin, mit_kerberos, mit, "Kerberos")->Apply(threads);
BENCHMARK_CAPTURE(plain_principal, heimdal, heimdal)->Apply(threads);
BENCHMARK_CAPTURE(plugin_principal, heimdal, heimdal)->Apply(threads);
BENCHMARK_CAPTURE(plain_principal, mit, mit)->Apply(threads);
BENCHMARK_CAPTURE(plugin_principal, mit, mit)->Apply(threads);

}  // namespace
}  // namespace negodbc::bench

BENCHMARK_MAIN();
