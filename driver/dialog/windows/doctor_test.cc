#include "driver/dialog/windows/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <set>
#include <thread>
#include <vector>

#include "driver/base/module.h"

namespace negodbc::dialog {
namespace {

using End = Examined::End;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::EndsWith;
using testing::IsEmpty;
using testing::StartsWith;

class DoctorRunTest : public testing::Test {
 protected:
  DoctorRunTest() : stop(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}
  ~DoctorRunTest() override { CloseHandle(stop); }
  DoctorRunTest(const DoctorRunTest&) = delete;
  DoctorRunTest& operator=(const DoctorRunTest&) = delete;

  Examined run(const std::string& connection, seconds time = seconds(60),
               const std::string& program = own_directory() + "scripted_doctor.exe") const {
    return run_doctor(program, Secret(connection), stop, Deadline::after(time));
  }

  HANDLE stop;
};

TEST_F(DoctorRunTest, ReadsTheConnectionAndNoOtherHandle) {
  const std::string connection = "Server=b\xc3\xa4r;PWD=a\"b\x1a;";
  const Examined examined = run(connection);
  EXPECT_EQ(examined.end, End::told);
  EXPECT_THAT(examined.report, StartsWith("doctor|--json|--as-driver|"));
  EXPECT_THAT(examined.report, EndsWith("|-|" + connection));
}

TEST_F(DoctorRunTest, EndsWhenItIsStopped) {
  std::thread other([this] {
    std::this_thread::sleep_for(milliseconds(1500));
    SetEvent(stop);
  });
  const auto begun = Deadline::Clock::now();
  EXPECT_EQ(run("hang").end, End::stopped);
  EXPECT_LT(Deadline::Clock::now() - begun, seconds(30));
  other.join();
}

TEST_F(DoctorRunTest, EndsAtItsDeadline) {
  EXPECT_EQ(run("hang", seconds(1)).end, End::too_late);
  // More than the pipe holds, of one that reads no further.
  EXPECT_EQ(run(std::string(300000, 'x'), seconds(2)).end, End::too_late);
}

TEST_F(DoctorRunTest, TakesNoMoreThanAReportsSize) {
  const Examined examined = run("flood");
  EXPECT_EQ(examined.end, End::told);
  EXPECT_LT(examined.report.size(), 2U << 20U);
}

TEST_F(DoctorRunTest, OneThatCrashesHasToldNothing) {
  const Examined examined = run("crash");
  EXPECT_EQ(examined.end, End::told);
  EXPECT_THAT(examined.report, IsEmpty());
}

// As a program has them that another thread starts in the same moment.
class PipesHeld {
 public:
  PipesHeld() : holder_([this] { hold(); }) {}
  PipesHeld(const PipesHeld&) = delete;
  PipesHeld& operator=(const PipesHeld&) = delete;
  ~PipesHeld() {
    end();
    for (const HANDLE handle : held_) CloseHandle(handle);
  }
  std::size_t end() {
    over_ = true;
    if (holder_.joinable()) holder_.join();
    return held_.size();
  }

 private:
  void hold() {
    std::set<std::uintptr_t> seen;
    while (!over_) {
      for (std::uintptr_t number = 4; number < 1024; number += 4) {
        const auto handle = reinterpret_cast<HANDLE>(number);
        DWORD flags = 0;
        HANDLE copy = nullptr;
        if (GetHandleInformation(handle, &flags) == FALSE || (flags & HANDLE_FLAG_INHERIT) == 0 ||
            GetFileType(handle) != FILE_TYPE_PIPE || !seen.insert(number).second) {
          continue;
        }
        if (DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), &copy, 0, FALSE,
                            DUPLICATE_SAME_ACCESS) != FALSE)
          held_.push_back(copy);
      }
    }
  }
  std::atomic<bool> over_{false};
  std::vector<HANDLE> held_;
  std::thread holder_;
};

TEST_F(DoctorRunTest, OneThatHasEndedIsNotWaitedForWhereAnotherHasItsPipe) {
  PipesHeld held;
  const auto begun = Deadline::Clock::now();
  const Examined examined = run("word");
  EXPECT_EQ(examined.end, End::told);
  EXPECT_THAT(examined.report, EndsWith("|word"));
  EXPECT_LT(Deadline::Clock::now() - begun, seconds(30));
  EXPECT_GE(held.end(), 2U);
}

TEST_F(DoctorRunTest, OneThatIsNotThereIsNoFault) {
  EXPECT_EQ(run("x", seconds(60), own_directory() + "no such.exe").end, End::not_there);
}

}  // namespace
}  // namespace negodbc::dialog
