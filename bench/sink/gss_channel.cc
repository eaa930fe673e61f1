#include <algorithm>

#include "bench/sink/channel.h"
#include "driver/wire/cursor.h"

namespace negodbc::bench {
namespace {

constexpr std::size_t frame_head = 4;
// PostgreSQL's buffers: PQ_GSS_SEND_BUFFER_SIZE and PQ_GSS_RECV_BUFFER_SIZE, the length included.
constexpr std::size_t longest_frame = 16'384;
// Whatever the encryption type adds, a frame of so much is not too long.
constexpr std::size_t longest_piece = longest_frame - 1'024;

void put_frame(std::string& raw, std::string_view content) {
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    raw.push_back(static_cast<char>(content.size() >> shift & 0xffU));
  raw += content;
}

class GssChannel final : public Channel {
 public:
  explicit GssChannel(AcceptedContext& context) : context_(context) {}

  void open(std::string_view received, std::string& plain, std::string& raw) override {
    received_ += received;
    std::string_view rest = received_;
    while (rest.size() >= frame_head) {
      const std::size_t length = wire::load_u32(rest.data());
      if (length == 0 || length > longest_frame - frame_head)
        throw Refusal(Cause::too_long, "", "a frame's length is out of bounds");
      if (rest.size() < frame_head + length) break;
      take(rest.substr(frame_head, length), plain, raw);
      rest.remove_prefix(frame_head + length);
    }
    received_.erase(0, received_.size() - rest.size());
  }

  void seal(std::string_view plain, std::string& raw) override {
    while (!plain.empty()) {
      sealed_.clear();
      context_.seal(plain.substr(0, longest_piece), sealed_);
      put_frame(raw, sealed_);
      plain.remove_prefix(std::min(plain.size(), longest_piece));
    }
  }

  bool established() const override { return established_; }

 private:
  void take(std::string_view content, std::string& plain, std::string& raw) {
    if (established_) return context_.open(content, plain);
    std::string answer;
    try {
      established_ = context_.accept(content, answer);
    } catch (const Refusal& refused) {
      throw Refusal(refused.cause, "", refused.what());  // the client could not read it
    }
    if (!answer.empty()) put_frame(raw, answer);
  }

  AcceptedContext& context_;
  std::string received_;
  std::string sealed_;
  bool established_ = false;
};

}  // namespace

std::unique_ptr<Channel> make_gss_channel(AcceptedContext& context) {
  return std::make_unique<GssChannel>(context);
}

}  // namespace negodbc::bench
