// The standard output, and what has become of what was written there.
#pragma once

#include <ostream>
#include <streambuf>
#include <string>

namespace negodbc::cli {

// There is one at a time. Its stream turns bad with the first byte that is lost, and what is
// written from then on goes nowhere: commands need not look, but those that go on for long.
class Output {
 public:
  Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  [[nodiscard]] std::ostream& stream() { return stream_; }
  // Brings out what is held back. Why something is lost, in the system's words; "": nothing is.
  [[nodiscard]] std::string fault();

 private:
  // By way of stdio, which whatever else writes there has, too.
  class Sink : public std::streambuf {
   public:
    [[nodiscard]] int error() const { return error_; }

   protected:
    int_type overflow(int_type character) override;
    std::streamsize xsputn(const char* text, std::streamsize size) override;
    int sync() override;

   private:
    bool keep_error(bool good);

    int error_ = 0;  // the first; 0: none
  };

  Sink sink_;
  std::ostream stream_;
};

}  // namespace negodbc::cli
