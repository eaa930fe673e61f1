// The wire decoder under libFuzzer: frames out of arbitrary bytes, each given to every decoder.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "driver/wire/backend.h"

namespace {

using namespace negodbc::wire;

template <typename Decode>
void attempt(const Decode& decode) {
  try {
    decode();
  } catch (const ProtocolError&) {  // the one way a decoder may refuse
  }
}

void decode(const Frame& frame, RowFields& row) {
  attempt([&] { (void)decode_authentication(frame.body).sasl_mechanisms(); });
  attempt([&] { (void)decode_key_data(frame.body); });
  attempt([&] { (void)decode_negotiate_protocol_version(frame.body); });
  attempt([&] { (void)decode_parameter_status(frame.body); });
  attempt([&] { (void)decode_server_message(frame.body); });
  attempt([&] { (void)decode_row_description(frame.body); });
  attempt([&] { (void)decode_parameter_description(frame.body); });
  attempt([&] { (void)affected_rows(decode_command_tag(frame.body)); });
  attempt([&] { (void)decode_ready_for_query(frame.body); });
  attempt([&] { row.parse(frame.body); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  // The first byte says how the stream is cut, the second which limit holds.
  const std::size_t piece = data[0] == 0 ? size : data[0];
  FrameReader reader(data[1] % 2 == 0 ? FrameReader::login_limit : FrameReader::session_limit);
  RowFields row;
  const auto* rest = data + 2;
  const auto* const end = data + size;
  attempt([&] {
    while (rest != end) {
      const auto room = reader.room();
      const auto count = std::min({piece, room.size(), static_cast<std::size_t>(end - rest)});
      std::copy_n(rest, count, room.begin());
      reader.received(count);
      rest += count;
      while (const auto frame = reader.next()) decode(*frame, row);
    }
  });
  return 0;
}
