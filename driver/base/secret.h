// A string that is wiped when it goes: passwords and keys.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace negodbc {

// Overwrites memory in a way that the compiler keeps.
void wipe(void* data, std::size_t size) noexcept;
// All that it holds, and has held: a shorter text has come after a longer one, or a move has left
// the characters of a short one.
template <class Char>
void wipe(std::basic_string<Char>& text) noexcept {
  text.resize(text.capacity());  // which takes no memory
  wipe(text.data(), text.size() * sizeof(Char));
  text.clear();
}

// A text of any characters that is wiped when it goes.
template <class Char>
class Wiped {
 public:
  explicit Wiped(std::basic_string<Char> text) noexcept : text_(std::move(text)) { wipe(text); }
  template <class It>
  Wiped(It begin, It end) : text_(begin, end) {}
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { wipe(text_); }

  [[nodiscard]] const std::basic_string<Char>& reveal() const { return text_; }

 private:
  std::basic_string<Char> text_;
};

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : text_(text) {}
  Secret(const Secret&) = default;
  // Of what is given away for it nothing stays behind.
  static Secret of(std::string text) {
    Secret made;
    made.text_.swap(text);
    wipe(text);
    return made;
  }
  Secret(Secret&& other) noexcept {
    text_.swap(other.text_);
    wipe(other.text_);
  }
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe(text_);
      text_ = other.text_;
    }
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe(text_);
      text_.swap(other.text_);
      wipe(other.text_);
    }
    return *this;
  }
  ~Secret() { wipe(text_); }

  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] const std::string& reveal() const { return text_; }

 private:
  std::string text_;
};

}  // namespace negodbc
