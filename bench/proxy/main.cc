// negodbc-delay-proxy: a network with a fixed latency, on one machine, that counts round trips.
#include <sys/signalfd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/base/file_descriptor.h"
#include "bench/proxy/delay_proxy.h"

namespace {

using negodbc::bench::DelayProxy;
using negodbc::bench::FileDescriptor;
using negodbc::bench::ProxyOptions;
using negodbc::bench::ProxySummary;

FileDescriptor end_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return FileDescriptor(signalfd(-1, &signals, SFD_CLOEXEC));
}

int run(int argc, char** argv) {
  CLI::App app(
      "A TCP proxy on 127.0.0.1 that holds every byte back for a fixed time, each way, and counts "
      "how often "
      "its clients had to wait for an answer. It prints its port, serves until SIGINT, SIGTERM or "
      "the time "
      "limit, and then prints a summary.",
      "negodbc-delay-proxy");
  ProxyOptions options;
  std::string to;
  double delay_ms = 10;
  double seconds = 600;
  std::string json;
  app.add_option("--to", to, "HOST:PORT to pass everything on to")->required();
  app.add_option("--listen", options.listen_port, "port to listen at; 0 takes a free one")
      ->capture_default_str();
  app.add_option("--delay-ms", delay_ms, "how long a byte is held back, each way")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 60'000.0));
  app.add_flag("!--free-connect", options.delay_connect,
               "the TCP connection takes no round trip of its own");
  app.add_option("--seconds", seconds, "time limit")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 86'400.0));
  app.add_option("--max-connections", options.max_connections, "connections served at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 30'000));
  app.add_option("--json", json, "write the summary to this file, as JSON");
  CLI11_PARSE(app, argc, argv);

  const auto colon = to.rfind(':');
  int port = 0;
  if (colon == std::string::npos || colon == 0 ||
      !CLI::detail::lexical_cast(to.substr(colon + 1), port) || port < 1 || port > 65535) {
    std::cerr << "negodbc-delay-proxy: --to " << to << ": HOST:PORT is wanted\n";
    return 2;
  }
  options.host = to.substr(0, colon);
  options.port = static_cast<std::uint16_t>(port);
  options.delay = std::chrono::nanoseconds(static_cast<std::int64_t>(delay_ms * 1e6));
  options.time_limit = std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));

  const FileDescriptor stop = end_signals();
  DelayProxy proxy(options);
  std::cout << "listening on 127.0.0.1:" << proxy.port() << std::endl;
  const ProxySummary summary = proxy.run(stop.get());
  std::cout << summary.to_text();
  if (!json.empty()) {
    std::ofstream file(json);
    file << summary.to_json().dump(2) << "\n";
    if (!file.flush()) throw std::runtime_error("can't write " + json);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "negodbc-delay-proxy: " << error.what() << "\n";
    return 1;
  }
}
