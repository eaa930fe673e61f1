// What a client says to the login sink under libFuzzer: a stream in any pieces is answered with the
// messages that it is answered with at once, and nothing is kept beyond what a message may be long.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "bench/sink/conversation.h"

namespace {

using namespace negodbc::bench;  // NOLINT(google-build-using-namespace): the target is nothing else

// Any token that begins with 'y' is good; messages are sealed by a byte before them.
class FuzzContext final : public AcceptedContext {
 public:
  bool accept(std::string_view token, std::string& answer) override {
    if (!token.starts_with('y')) throw Refusal(Cause::false_token, "28000", "no token");
    answer = "t";
    return true;
  }
  std::string client() const override { return "u@R"; }
  void seal(std::string_view message, std::string& sealed) override {
    sealed += 's';
    sealed += message;
  }
  void open(std::string_view sealed, std::string& message) override {
    if (!sealed.starts_with('s')) throw Refusal(Cause::encryption, "", "not sealed");
    message += sealed.substr(1);
  }
};

class FuzzAcceptor final : public GssAcceptor {
 public:
  std::unique_ptr<AcceptedContext> begin() const override {
    return std::make_unique<FuzzContext>();
  }
};

struct CountingLine final : Line {
  void write(std::string_view bytes) override { written += bytes.size(); }
  std::size_t written = 0;
};

SinkSettings settings_with(Way way) {
  SinkSettings settings;
  settings.way = way;
  settings.iterations = 1;
  settings.verifiers["u"] = make_verifier("p", "salt", 1);
  settings.acceptor = std::make_unique<FuzzAcceptor>();
  return settings;
}

struct Outcome {
  std::string counted;
  std::size_t written;
  bool over;
  bool operator==(const Outcome&) const = default;
};

Outcome talk(const SinkSettings& settings, std::string_view stream, std::size_t piece) {
  Counters counters;
  CountingLine line;
  Conversation conversation(settings, counters, line);
  // A request for encryption comes by itself, as a client waits for its answer.
  std::string_view request = stream.substr(0, 8);
  std::string_view rest = stream.substr(request.size());
  while (!(request.empty() && rest.empty()) && !conversation.over()) {
    std::string_view& from = request.empty() ? rest : request;
    conversation.receive(from.substr(0, piece));
    from.remove_prefix(std::min(piece, from.size()));
    if (conversation.waiting()) conversation.go_on();
  }
  const bool over = conversation.over();
  conversation.closed();
  return {counters.to_text(), line.written, over};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SinkSettings by_trust = settings_with(Way::trust);
  static const SinkSettings by_password = settings_with(Way::scram);
  static const SinkSettings by_ticket = settings_with(Way::gss);
  if (size < 2) return 0;
  // The first byte says how users log in, the second how the stream is cut.
  const SinkSettings& settings = data[0] % 3 == 0   ? by_trust
                                 : data[0] % 3 == 1 ? by_password
                                                    : by_ticket;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Outcome whole = talk(settings, stream, std::string_view::npos);
  // A second request for encryption is refused when more has come with it: there the cut decides.
  if (whole.counted.find("early_bytes") != std::string::npos) return 0;
  if (!(talk(settings, stream, std::size_t{data[1]} + 1) == whole)) std::abort();
  return 0;
}
