// ChildProcess is a program that ends with this object, and with this process however that ends.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "interrupts.h"
#include "posix/unique_fd.h"

namespace florin::apps {

// findProgram looks beside this program's own file, then along PATH.
Outcome<std::string> findProgram(const std::string& name);

struct SpawnOptions {
  std::string program;                 // path
  std::vector<std::string> arguments;  // without the program's name
  std::string outputFile;              // takes standard output and error
  bool readyPipe = false;              // a pipe to write to is the child's descriptor kReadyFd
};

class ChildProcess {
 public:
  static constexpr int kReadyFd = 3;

  // spawn starts the program in a process group of its own, so that a terminal's Ctrl-C reaches
  // only us, who end it in order. Call it from the main thread: the child dies with the thread.
  static Outcome<ChildProcess> spawn(const SpawnOptions& options, const Interrupts& interrupts);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;

  // The destructor ends the child: SIGTERM, a bounded wait, SIGKILL.
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }

  // wait gives the exit status; 128 + n after signal n. kInternal when the time is over.
  Outcome<int> wait(std::chrono::milliseconds time, Interrupts& interrupts);

  // readyLine waits for one line from the ready pipe; kInternal when the child ends without it.
  Outcome<std::string> readyLine(std::chrono::milliseconds time, Interrupts& interrupts);

 private:
  ChildProcess(pid_t pid, posix::UniqueFd ready) : pid_(pid), ready_(std::move(ready)) {}

  std::optional<int> poll();

  pid_t pid_;  // 0: it has ended
  posix::UniqueFd ready_;
};

}  // namespace florin::apps
