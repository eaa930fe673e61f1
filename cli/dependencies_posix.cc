// What a module needs, as the system's loader finds it.
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/installation.h"
#include "driver/base/environment.h"

namespace negodbc::cli {
namespace {

// The loader that the kernel gives this program to: neither PATH nor a folder has a say.
std::string own_loader() {
  std::ifstream self("/proc/self/exe", std::ios::binary);
  ElfW(Ehdr) header = {};
  self.read(reinterpret_cast<char*>(&header), sizeof header);
  for (unsigned i = 0; self && i < header.e_phnum; ++i) {
    ElfW(Phdr) segment = {};
    self.seekg(static_cast<std::streamoff>(header.e_phoff + std::size_t{i} * header.e_phentsize));
    self.read(reinterpret_cast<char*>(&segment), sizeof segment);
    constexpr std::size_t longest = 4096;
    if (!self || segment.p_type != PT_INTERP || segment.p_filesz > longest) continue;
    std::string path(segment.p_filesz, '\0');
    self.seekg(static_cast<std::streamoff>(segment.p_offset));
    self.read(path.data(), static_cast<std::streamsize>(path.size()));
    return self ? path.c_str() : "";
  }
  return {};
}

// What the loader writes that is asked as ldd(1) asks it: it maps the files, and runs none of their
// code. A loader that does not trust its environment would run them.
std::string list_by_loader(std::string loader, std::string file) {
  std::array<int, 2> ends{};
  if (loader.empty() || is_privileged() || pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string wish = "LD_TRACE_LOADED_OBJECTS=1";
  std::vector<char*> environment = {wish.data()};
  for (char** each = environ; *each != nullptr; ++each) environment.push_back(*each);
  environment.push_back(nullptr);
  std::array<char*, 3> arguments = {loader.data(), file.data(), nullptr};
  pid_t child = 0;
  const int failed =
      posix_spawn(&child, loader.c_str(), &actions, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string said;
  std::array<char, 4096> part{};
  while (failed == 0) {
    const ssize_t got = read(ends[0], part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    said.append(part.data(), static_cast<std::size_t>(got));
  }
  close(ends[0]);
  while (failed == 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return said;
}

}  // namespace

// "\tlibssl.so.3 => /lib/libssl.so.3 (0x7f...)", "\tlibodd.so.1 => not found".
std::vector<Dependency> dependencies_of(const std::string& file) {
  std::vector<Dependency> found;
  std::istringstream lines(list_by_loader(own_loader(), file));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(" \t");
    const std::size_t arrow = line.find(" => ");
    if (begin == std::string::npos || arrow == std::string::npos) continue;
    std::string where = line.substr(arrow + 4);
    where = where == "not found" ? "" : where.substr(0, where.rfind(" ("));
    found.push_back({line.substr(begin, arrow - begin), where});
  }
  return found;
}

std::string architecture_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  ElfW(Ehdr) header = {};
  in.read(reinterpret_cast<char*>(&header), sizeof header);
  if (!in || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return {};
  struct Machine {
    unsigned number;
    const char* name;
  };
  constexpr Machine machines[] = {
      {EM_X86_64, "x86-64"}, {EM_386, "x86"},     {EM_AARCH64, "arm64"}, {EM_ARM, "arm"},
      {EM_RISCV, "RISC-V"},  {EM_PPC64, "ppc64"}, {EM_S390, "s390"}};
  std::string name = "machine " + std::to_string(header.e_machine);
  for (const Machine& machine : machines)
    if (machine.number == header.e_machine) name = machine.name;
  return name + (header.e_ident[EI_CLASS] == ELFCLASS64 ? ", 64 bits" : ", 32 bits");
}

}  // namespace negodbc::cli
