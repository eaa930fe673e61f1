// The initiator's first leg, and the name of the user's principal: the plugin through its ABI
// beside the plain GSSAPI loop that drivers write, in the same run.
//
//   tests/realm/realm.py run -- build/release/bin/bench_first_leg
#include <benchmark/benchmark.h>

#include <chrono>
#include <thread>

#include "bench/base/histogram.h"
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

void through_plugin(benchmark::State& state, const LibraryName& library, const char* package,
                    Caches caches) {
  while (state.KeepRunning()) {
    PluginSession session(library.name, package, NEGODBC_AUTH_FLAG_MUTUAL, caches);
    benchmark::DoNotOptimize(session.step(""));
  }
}

// How long a login waits for its first token when one was made ahead: the pause between two logins
// gives the plugin's thread the time to make the next, as a server's answer does. One token is far
// cheaper than a thread's sleep, so the median is told and not the mean.
void first_token(benchmark::State& state, const LibraryName& library, const char* package,
                 Caches caches) {
  constexpr auto pause = std::chrono::microseconds(500);
  Histogram taken;
  while (state.KeepRunning()) {
    std::this_thread::sleep_for(pause);
    const auto begin = std::chrono::steady_clock::now();
    PluginSession session(library.name, package, NEGODBC_AUTH_FLAG_MUTUAL, caches);
    session.begin();
    const auto time = std::chrono::steady_clock::now() - begin;
    state.SetIterationTime(std::chrono::duration<double>(time).count());
    taken.record(time);
  }
  const auto microseconds = [&](double q) {
    return std::chrono::duration<double, std::micro>(taken.quantile(q)).count();
  };
  state.counters["p50_us"] = microseconds(0.5);
  state.counters["p99_us"] = microseconds(0.99);
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

void plugin_principal(benchmark::State& state, const LibraryName& library, Caches caches) {
  while (state.KeepRunning()) {
    PluginSession session(library.name, "Negotiate", NEGODBC_AUTH_FLAG_MUTUAL, caches);
    const char* name = nullptr;
    session.verify(plugin().principal(session.get(), step_timeout_ms, &name));
  }
}

// The plugin works on threads of its own as well: their CPU time counts, too.
void threads(benchmark::internal::Benchmark* benchmark) {
  benchmark->ThreadRange(1, 2)->UseRealTime()->MeasureProcessCPUTime();
}

// In one row: the plain loop, then the plugin with all caches, without contexts made ahead, without
// any.
#define NEGODBC_FIRST_LEG(library, mechanism, spnego, package)                                    \
  BENCHMARK_CAPTURE(plain, library##_##mechanism, library, spnego)->Apply(threads);               \
  BENCHMARK_CAPTURE(through_plugin, library##_##mechanism##_all, library, package, Caches::all)   \
      ->Apply(threads);                                                                           \
  BENCHMARK_CAPTURE(through_plugin, library##_##mechanism##_no_warm, library, package,            \
                    Caches::no_warm)                                                              \
      ->Apply(threads);                                                                           \
  BENCHMARK_CAPTURE(through_plugin, library##_##mechanism##_none, library, package, Caches::none) \
      ->Apply(threads)
NEGODBC_FIRST_LEG(heimdal, spnego, true, "Negotiate");
NEGODBC_FIRST_LEG(heimdal, krb5, false, "Kerberos");
NEGODBC_FIRST_LEG(mit, spnego, true, "Negotiate");
NEGODBC_FIRST_LEG(mit, krb5, false, "Kerberos");
#undef NEGODBC_FIRST_LEG
BENCHMARK_CAPTURE(plain_principal, heimdal, heimdal)->Apply(threads);
BENCHMARK_CAPTURE(plugin_principal, heimdal_all, heimdal, Caches::all)->Apply(threads);
BENCHMARK_CAPTURE(plugin_principal, heimdal_none, heimdal, Caches::none)->Apply(threads);
BENCHMARK_CAPTURE(plain_principal, mit, mit)->Apply(threads);
BENCHMARK_CAPTURE(plugin_principal, mit_all, mit, Caches::all)->Apply(threads);
BENCHMARK_CAPTURE(plugin_principal, mit_none, mit, Caches::none)->Apply(threads);
BENCHMARK_CAPTURE(first_token, heimdal_spnego_all, heimdal, "Negotiate", Caches::all)
    ->UseManualTime();
BENCHMARK_CAPTURE(first_token, heimdal_spnego_no_warm, heimdal, "Negotiate", Caches::no_warm)
    ->UseManualTime();
BENCHMARK_CAPTURE(first_token, mit_spnego_all, mit, "Negotiate", Caches::all)->UseManualTime();
BENCHMARK_CAPTURE(first_token, mit_spnego_no_warm, mit, "Negotiate", Caches::no_warm)
    ->UseManualTime();

}  // namespace
}  // namespace negodbc::bench

BENCHMARK_MAIN();
