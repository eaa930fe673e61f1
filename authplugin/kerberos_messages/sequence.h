// Which of the peer's messages have come: its sequence numbers, judged as MIT's library judges
// them.
#ifndef NEGODBC_KERBEROS_MESSAGES_SEQUENCE_H_
#define NEGODBC_KERBEROS_MESSAGES_SEQUENCE_H_

#include <cstdint>

namespace negodbc::kerberos_messages {

// RFC 2743's words for a message that is authentic, and out of its turn.
enum class Turn : std::uint8_t { kRight, kDuplicate, kOld, kUnsequenced, kGap };

class Sequence {
 public:
  Sequence() = default;
  // `next`: the number of the message that comes next. What the context has of the two services:
  // without replay detection a number may come twice, without sequence detection in any order.
  // `seen`: which of those before it have come, as seen() tells.
  Sequence(std::uint64_t next, bool replay, bool order, std::uint64_t seen = 0)
      : next_(next), seen_(seen), replay_(replay), order_(order) {}

  std::uint64_t next() const { return next_; }
  std::uint64_t seen() const { return seen_; }

  // The number of a message that is authentic; it counts as received from now on.
  Turn take(std::uint64_t number) {
    if (!replay_ && !order_) return Turn::kRight;
    // Numbers wrap around: what is less than half the circle ahead is to come.
    const std::uint64_t ahead = number - next_;
    if (ahead < kHalf) {
      seen_ = ahead + 1 < kWindow ? seen_ << (ahead + 1) | 1U : 1U;
      next_ = number + 1;
      return ahead != 0 && order_ ? Turn::kGap : Turn::kRight;
    }
    const std::uint64_t behind = next_ - number;
    if (behind > kWindow) return order_ ? Turn::kUnsequenced : Turn::kOld;
    const std::uint64_t bit = std::uint64_t{1} << (behind - 1);
    if (replay_ && (seen_ & bit) != 0) return Turn::kDuplicate;
    seen_ |= bit;
    return order_ ? Turn::kUnsequenced : Turn::kRight;
  }

 private:
  static constexpr std::uint64_t kHalf = std::uint64_t{1} << 63U;
  static constexpr std::uint64_t kWindow = 64;

  std::uint64_t next_ = 0;
  std::uint64_t seen_ = 0;  // bit n: next_ - 1 - n has come
  bool replay_ = true;
  bool order_ = true;
};

}  // namespace negodbc::kerberos_messages

#endif  // NEGODBC_KERBEROS_MESSAGES_SEQUENCE_H_
