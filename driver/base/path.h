// Names of files: UTF-8 in all texts of the project, and whatever the system takes at its edge.
//
// Nothing else makes a path of a text, opens a file by its name or reads a variable where Windows
// is a target: what the language has for that (std::filesystem::path of a std::string,
// std::ifstream, fopen, getenv) speaks the ANSI code page there, which lacks most users' letters.
// (driver/base's paths_test.py looks for it.) Any thread; all throw std::bad_alloc.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "driver/base/temporary_file.h"

namespace negodbc {

std::filesystem::path path_of(std::string_view utf8);
// And back.
std::string text_of_path(const std::filesystem::path& path);
// With the working directory before it; as it is where that can't be found out.
std::string absolute_path(const std::string& utf8);

using OpenFile = std::unique_ptr<std::FILE, CloseFile>;
// As fopen() does it; NULL: errno has the reason.
OpenFile open_by_name(const std::string& utf8, const char* mode);

// A variable of the environment; nothing: it is not set. A library looks at environment.h first.
std::optional<std::string> variable_of_environment(const char* name);

}  // namespace negodbc
