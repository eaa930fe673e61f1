// The whole handshake with an acceptor in the same process, and messages sealed and opened: the
// plugin beside the plain GSSAPI loop, in the same run. Only the initiator's part is timed; the
// acceptor is MIT's, as PostgreSQL has it.
//
//   tests/realm/realm.py run -- build/release/bin/bench_handshake
#include <benchmark/benchmark.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <vector>

#include "bench/handshake/gss.h"
#include "bench/handshake/plugin.h"

namespace negodbc::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t frame_size =
    std::size_t{16} * 1024;  // PostgreSQL's frames of GSSAPI encryption are of this size
constexpr OM_uint32 gss_flags = GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG |
                                GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG;
constexpr std::uint32_t plugin_flags =
    NEGODBC_AUTH_FLAG_MUTUAL | NEGODBC_AUTH_FLAG_CONFIDENTIALITY | NEGODBC_AUTH_FLAG_INTEGRITY |
    NEGODBC_AUTH_FLAG_REPLAY_DETECT | NEGODBC_AUTH_FLAG_SEQUENCE_DETECT;

const Acceptor& acceptor() {
  static const Acceptor shared;
  return shared;
}

// The CPU time of all threads: the plugin works on threads of its own as well.
std::chrono::nanoseconds process_cpu() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// Adds up what an iteration spends on the side that is measured.
class Stopwatch {
 public:
  template <typename Work>
  decltype(auto) time(const Work& work) {
    struct Stop {
      Stopwatch& watch;
      std::chrono::nanoseconds cpu;
      Clock::time_point begin;
      ~Stop() {
        watch.spent_ += Clock::now() - begin;
        watch.cpu_ += process_cpu() - cpu;
      }
    } const stop{*this, process_cpu(), Clock::now()};
    return work();
  }
  // Tells the benchmark the iteration's time, and adds its CPU time to a counter that shows the
  // mean.
  void tell(benchmark::State& state) const {
    state.SetIterationTime(std::chrono::duration<double>(spent_).count());
    auto& counter = state.counters["initiator_cpu"];
    counter.flags = benchmark::Counter::kAvgIterations;
    counter.value += std::chrono::duration<double>(cpu_).count();
  }

 private:
  Clock::duration spent_{0};
  std::chrono::nanoseconds cpu_{0};
};

void establish(GssContext& initiator, bool spnego, GssContext& peer, Stopwatch& watch) {
  std::string token;
  while (!initiator.complete()) {
    token = watch.time([&] { return initiator.initiate(spnego, gss_flags, std::move(token)); });
    if (!token.empty()) token = peer.accept(acceptor().credential, std::move(token));
  }
}

void establish(PluginSession& initiator, GssContext& peer, Stopwatch& watch) {
  std::string token;
  while (!initiator.established()) {
    token = watch.time([&] { return initiator.step(token); });
    if (!token.empty()) token = peer.accept(acceptor().credential, std::move(token));
  }
}

void plain(benchmark::State& state, const LibraryName& library, bool spnego) {
  const Gss gss(library);
  while (state.KeepRunning()) {
    Stopwatch watch;
    GssContext peer(acceptor().gss);
    GssContext initiator(gss);
    establish(initiator, spnego, peer, watch);
    watch.tell(state);
  }
}

void through_plugin(benchmark::State& state, const LibraryName& library, const char* package,
                    Caches caches) {
  while (state.KeepRunning()) {
    Stopwatch watch;
    GssContext peer(acceptor().gss);
    auto initiator = watch.time([&] {
      return std::make_unique<PluginSession>(library.name, package, plugin_flags, caches);
    });
    establish(*initiator, peer, watch);
    watch.time([&] { initiator.reset(); });
    watch.tell(state);
  }
}

void bytes_done(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frame_size));
}

void plain_seal(benchmark::State& state, const LibraryName& library) {
  const Gss gss(library);
  GssContext peer(acceptor().gss);
  GssContext initiator(gss);
  Stopwatch unused;
  establish(initiator, false, peer, unused);
  std::string message(frame_size, 'm');
  while (state.KeepRunning()) {
    GssBytes sealed(gss);
    initiator.wrap(message, sealed);
  }
  bytes_done(state);
}

void plugin_seal(benchmark::State& state, const LibraryName& library, std::uint32_t sealing) {
  GssContext peer(acceptor().gss);
  PluginSession initiator(library.name, "Kerberos", plugin_flags, Caches::all, sealing);
  Stopwatch unused;
  establish(initiator, peer, unused);
  const std::string message(frame_size, 'm');
  std::vector<char> sealed(frame_size * 2);
  while (state.KeepRunning()) {
    std::size_t size = sealed.size();
    initiator.verify(
        plugin().protect(initiator.get(), message.data(), message.size(), sealed.data(), &size));
  }
  bytes_done(state);
}

// What the acceptor has sealed has to be opened in its order, each once.
void plain_open(benchmark::State& state, const LibraryName& library) {
  const Gss gss(library);
  GssContext peer(acceptor().gss);
  GssContext initiator(gss);
  Stopwatch unused;
  establish(initiator, false, peer, unused);
  std::string message(frame_size, 'm');
  while (state.KeepRunning()) {
    GssBytes sealed(acceptor().gss);
    peer.wrap(message, sealed);
    Stopwatch watch;
    watch.time([&] {
      GssBytes opened(gss);
      initiator.unwrap(sealed.get(), opened);
    });
    watch.tell(state);
  }
  bytes_done(state);
}

void plugin_open(benchmark::State& state, const LibraryName& library, std::uint32_t sealing) {
  GssContext peer(acceptor().gss);
  PluginSession initiator(library.name, "Kerberos", plugin_flags, Caches::all, sealing);
  Stopwatch unused;
  establish(initiator, peer, unused);
  std::string message(frame_size, 'm');
  std::vector<char> opened(frame_size * 2);
  while (state.KeepRunning()) {
    GssBytes sealed(acceptor().gss);
    peer.wrap(message, sealed);
    std::size_t size = opened.size();
    Stopwatch watch;
    watch.time([&] {
      initiator.verify(plugin().unprotect(initiator.get(), sealed.get()->value,
                                          sealed.get()->length, opened.data(), &size));
    });
    watch.tell(state);
  }
  bytes_done(state);
}

#define NEGODBC_HANDSHAKE(library, mechanism, spnego, package)                                    \
  BENCHMARK_CAPTURE(plain, library##_##mechanism, library, spnego)->UseManualTime();              \
  BENCHMARK_CAPTURE(through_plugin, library##_##mechanism##_all, library, package, Caches::all)   \
      ->UseManualTime();                                                                          \
  BENCHMARK_CAPTURE(through_plugin, library##_##mechanism##_no_warm, library, package,            \
                    Caches::no_warm)                                                              \
      ->UseManualTime();                                                                          \
  BENCHMARK_CAPTURE(through_plugin, library##_##mechanism##_none, library, package, Caches::none) \
      ->UseManualTime()
NEGODBC_HANDSHAKE(heimdal, spnego, true, "Negotiate");
NEGODBC_HANDSHAKE(heimdal, krb5, false, "Kerberos");
NEGODBC_HANDSHAKE(mit, spnego, true, "Negotiate");
NEGODBC_HANDSHAKE(mit, krb5, false, "Kerberos");
#undef NEGODBC_HANDSHAKE
#define NEGODBC_MESSAGES(library)                                                             \
  BENCHMARK_CAPTURE(plain_seal, library, library)                                             \
      ->ThreadRange(1, 2)                                                                     \
      ->UseRealTime()                                                                         \
      ->MeasureProcessCPUTime();                                                              \
  BENCHMARK_CAPTURE(plugin_seal, library##_by_library, library, NEGODBC_AUTH_SEALING_LIBRARY) \
      ->ThreadRange(1, 2)                                                                     \
      ->UseRealTime()                                                                         \
      ->MeasureProcessCPUTime();                                                              \
  BENCHMARK_CAPTURE(plugin_seal, library##_by_openssl, library, NEGODBC_AUTH_SEALING_OPENSSL) \
      ->ThreadRange(1, 2)                                                                     \
      ->UseRealTime()                                                                         \
      ->MeasureProcessCPUTime();                                                              \
  BENCHMARK_CAPTURE(plain_open, library, library)->UseManualTime();                           \
  BENCHMARK_CAPTURE(plugin_open, library##_by_library, library, NEGODBC_AUTH_SEALING_LIBRARY) \
      ->UseManualTime();                                                                      \
  BENCHMARK_CAPTURE(plugin_open, library##_by_openssl, library, NEGODBC_AUTH_SEALING_OPENSSL) \
      ->UseManualTime()
NEGODBC_MESSAGES(heimdal);
NEGODBC_MESSAGES(mit);
#undef NEGODBC_MESSAGES

}  // namespace
}  // namespace negodbc::bench

BENCHMARK_MAIN();
