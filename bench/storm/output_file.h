// A file that is there whole or not at all.
#ifndef NEGODBC_BENCH_STORM_OUTPUT_FILE_H
#define NEGODBC_BENCH_STORM_OUTPUT_FILE_H

#include <filesystem>
#include <string>

#include "bench/base/file_descriptor.h"

namespace negodbc::bench {

class OutputFile {
 public:
  // Makes an empty file beside the one that is wanted, so that a path that can't be written is told
  // before anything is measured; what is no ordinary file (/dev/stdout) is opened itself. Throws
  // std::runtime_error.
  explicit OutputFile(const std::filesystem::path& path);
  OutputFile(OutputFile&&) noexcept = default;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();  // what was not written to its end is removed

  // Writes all of it and gives the file its name. Throws std::runtime_error. To be called once.
  void write(const std::string& content);

 private:
  std::filesystem::path path_;
  std::filesystem::path unfinished_;  // empty: it is written in place
  FileDescriptor fd_;
};

}  // namespace negodbc::bench

#endif
