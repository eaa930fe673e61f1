#include "driver/dialog/windows/doctor.h"

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "driver/base/module.h"
#include "driver/base/secret.h"
#include "driver/base/windows_text.h"

namespace negodbc::dialog {
namespace {

constexpr std::size_t longest_report = 1 << 20;

struct CloseHandleOf {
  void operator()(HANDLE handle) const { CloseHandle(handle); }
};
// null: none.
using Handle = std::unique_ptr<std::remove_pointer_t<HANDLE>, CloseHandleOf>;

struct Pipe {
  Handle read, write;
};

Pipe make_pipe() {
  HANDLE read = nullptr;
  HANDLE write = nullptr;
  if (CreatePipe(&read, &write, nullptr, 0) == FALSE) return {};
  return {Handle(read), Handle(write)};
}

// Handles that a program may inherit, for no longer than it takes to start it: what another thread
// starts meanwhile gets them, too, unless it says what it is to have.
class Inheritable {
 public:
  explicit Inheritable(const std::array<HANDLE, 3>& handles) : handles_(handles) {
    set(HANDLE_FLAG_INHERIT);
  }
  ~Inheritable() { set(0); }
  Inheritable(const Inheritable&) = delete;
  Inheritable& operator=(const Inheritable&) = delete;

 private:
  void set(DWORD flags) const {
    for (const HANDLE handle : handles_)
      (void)SetHandleInformation(handle, HANDLE_FLAG_INHERIT, flags);
  }
  const std::array<HANDLE, 3> handles_;
};

// What a program that is started gets of this one's handles, and no others: those of the program
// that has loaded the driver are not the doctor's.
class Inherited {
 public:
  explicit Inherited(std::array<HANDLE, 3> handles) : handles_(handles) {
    SIZE_T size = 0;
    (void)InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
    memory_.resize(size);
    auto* const list = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(memory_.data());
    if (InitializeProcThreadAttributeList(list, 1, 0, &size) == FALSE) return;
    list_ = list;
    if (UpdateProcThreadAttribute(list_, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles_.data(),
                                  sizeof handles_, nullptr, nullptr) == FALSE) {
      DeleteProcThreadAttributeList(list_);
      list_ = nullptr;
    }
  }
  ~Inherited() {
    if (list_ != nullptr) DeleteProcThreadAttributeList(list_);
  }
  Inherited(const Inherited&) = delete;
  Inherited& operator=(const Inherited&) = delete;

  [[nodiscard]] LPPROC_THREAD_ATTRIBUTE_LIST list() const { return list_; }

 private:
  std::array<HANDLE, 3> handles_;
  std::vector<char> memory_;
  LPPROC_THREAD_ATTRIBUTE_LIST list_ = nullptr;
};

// A process that dies with this object, whatever it has started with it, and with this process.
class Child {
 public:
  Child() = default;
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool start(const std::wstring& file, std::wstring line, const std::array<HANDLE, 3>& streams) {
    const Inherited inherited(streams);
    if (inherited.list() == nullptr) return false;
    STARTUPINFOEXW how = {};
    how.StartupInfo.cb = sizeof how;
    how.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    how.StartupInfo.hStdInput = streams[0];
    how.StartupInfo.hStdOutput = streams[1];
    how.StartupInfo.hStdError = streams[2];
    how.lpAttributeList = inherited.list();
    PROCESS_INFORMATION made = {};
    const Inheritable meanwhile(streams);
    if (CreateProcessW(file.c_str(), line.data(), nullptr, nullptr, TRUE,
                       CREATE_NO_WINDOW | CREATE_SUSPENDED | EXTENDED_STARTUPINFO_PRESENT, nullptr,
                       nullptr, &how.StartupInfo, &made) == FALSE)
      return false;
    process_.reset(made.hProcess);
    const Handle thread(made.hThread);
    put_into_job();
    return ResumeThread(thread.get()) != static_cast<DWORD>(-1);
  }
  [[nodiscard]] HANDLE process() const { return process_.get(); }
  void end() {
    if (!process_) return;
    if (!in_job_ || TerminateJobObject(job_.get(), 1) == FALSE)
      (void)TerminateProcess(process_.get(), 1);
    process_.reset();
  }

 private:
  // Where this process is in a job that takes no other (before Windows 8) the child is in none.
  void put_into_job() {
    job_.reset(CreateJobObjectW(nullptr, nullptr));
    if (!job_) return;
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    in_job_ = SetInformationJobObject(job_.get(), JobObjectExtendedLimitInformation, &limits,
                                      sizeof limits) != FALSE &&
              AssignProcessToJobObject(job_.get(), process_.get()) != FALSE;
  }

  Handle process_;
  Handle job_;
  bool in_job_ = false;
};

void write_all(HANDLE pipe, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    DWORD written = 0;
    if (WriteFile(pipe, text.data() + at, static_cast<DWORD>(text.size() - at), &written,
                  nullptr) == FALSE)
      return;
    at += written;
  }
}

std::string read_all(HANDLE pipe) {
  std::string text;
  std::array<char, 4096> part{};
  DWORD size = 0;
  while (text.size() < longest_report &&
         ReadFile(pipe, part.data(), static_cast<DWORD>(part.size()), &size, nullptr) != FALSE)
    text.append(part.data(), size);
  return text;
}

std::wstring own_file() {
  constexpr std::size_t longest_path = 32768;
  std::wstring path(longest_path, L'\0');
  HMODULE module = nullptr;
  (void)GetModuleHandleExW(
      GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
      reinterpret_cast<LPCWSTR>(&own_file), &module);
  path.resize(GetModuleFileNameW(module, path.data(), static_cast<DWORD>(path.size())));
  return path;
}

// A file's name has no quotation mark in it.
std::wstring in_quotes(const std::wstring& file) {
  return L'"' + file + L'"';
}

}  // namespace

std::string doctor_beside_driver() {
  const std::string folder = own_directory();
  if (folder.empty()) return {};
  std::string file = folder + "negodbc.exe";
  const DWORD attributes = GetFileAttributesW(to_wide(file).c_str());
  const bool is_file =
      attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
  return is_file ? file : std::string();
}

Examined run_doctor(const std::string& program, const Secret& connection, HANDLE stop,
                    Deadline deadline) {
  Pipe input = make_pipe();
  Pipe output = make_pipe();
  const Handle nowhere(CreateFileW(L"NUL", GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                   nullptr, OPEN_EXISTING, 0, nullptr));
  const Handle ended(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  const bool ready = input.read && output.write && ended && nowhere.get() != INVALID_HANDLE_VALUE;
  const std::wstring file = to_wide(program);
  const std::wstring line =
      in_quotes(file) + L" doctor --json --as-driver " + in_quotes(own_file()) + L" -";
  Child child;
  if (!ready || !child.start(file, line, {input.read.get(), output.write.get(), nowhere.get()}))
    return {};
  // The child's alone, so that each end tells of the other's.
  input.read.reset();
  output.write.reset();
  Examined examined;
  std::atomic<HANDLE> talker{nullptr};
  std::thread talk([&] {
    HANDLE self = nullptr;
    (void)DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &self, 0,
                          FALSE, DUPLICATE_SAME_ACCESS);
    talker = self;
    write_all(input.write.get(), connection.reveal());
    input.write.reset();
    examined.report = read_all(output.read.get());
    SetEvent(ended.get());
  });
  const std::array<HANDLE, 3> waited = {ended.get(), stop, child.process()};
  DWORD result = WaitForMultipleObjects(static_cast<DWORD>(waited.size()), waited.data(), FALSE,
                                        static_cast<DWORD>(deadline.poll_timeout()));
  if (result == WAIT_OBJECT_0 + 2) {
    // Its last words are in the pipe.
    constexpr DWORD time_to_read = 1000;
    (void)WaitForSingleObject(ended.get(), time_to_read);
    result = WAIT_OBJECT_0;
  }
  child.end();  // which ends the talk, too, if nobody else has the pipes' other ends by now
  while (WaitForSingleObject(ended.get(), 20) == WAIT_TIMEOUT)
    if (talker.load() != nullptr) CancelSynchronousIo(talker.load());
  talk.join();
  const Handle gone(talker.load());
  examined.end = result == WAIT_OBJECT_0       ? Examined::End::told
                 : result == WAIT_OBJECT_0 + 1 ? Examined::End::stopped
                                               : Examined::End::too_late;
  return examined;
}

}  // namespace negodbc::dialog
