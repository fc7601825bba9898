#include "process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <thread>

#include "bounds.h"

namespace florin::apps {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kNotStarted = 127;

Failure cannotStart(const std::string& program) {
  return {Exit::kInternal, program +
                               " cannot be started: is the machine out of processes or "
                               "descriptors?"};
}

// What the child does between fork and exec: only calls that are safe there.
[[noreturn]] void becomeProgram(char* const* argv, int output, int ready, pid_t parent,
                                const Interrupts& interrupts) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(kNotStarted);  // it ended before we asked
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  if (ready == ChildProcess::kReadyFd) {
    ::fcntl(ready, F_SETFD, 0);
  } else if (ready >= 0) {
    ::dup2(ready, ChildProcess::kReadyFd);
  }
  std::signal(SIGPIPE, SIG_DFL);
  interrupts.restoreMask();
  ::execv(argv[0], argv);
  ::_exit(kNotStarted);
}

}  // namespace

Outcome<std::string> findProgram(const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const auto usable = [](const fs::path& path) { return ::access(path.c_str(), X_OK) == 0; };
  const fs::path beside = fs::read_symlink("/proc/self/exe", failed).parent_path() / name;
  if (!failed && usable(beside)) return beside.string();
  const char* list = std::getenv("PATH");
  std::istringstream folders(list == nullptr ? "" : list);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (!folder.empty() && usable(fs::path(folder) / name))
      return (fs::path(folder) / name).string();
  }
  return Failure{Exit::kLocalState,
                 name + " is neither beside florin nor in PATH: run `make build`"};
}

Outcome<ChildProcess> ChildProcess::spawn(const SpawnOptions& options,
                                          const Interrupts& interrupts) {
  const posix::UniqueFd output(
      ::open(options.outputFile.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  int pipe[2] = {-1, -1};
  if (!output.open() || (options.readyPipe && ::pipe2(pipe, O_CLOEXEC) != 0)) {
    return cannotStart(options.program);
  }
  posix::UniqueFd readEnd(pipe[0]);
  const posix::UniqueFd writeEnd(pipe[1]);
  std::vector<std::string> words = options.arguments;
  words.insert(words.begin(), options.program);
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return cannotStart(options.program);
  if (pid == 0) becomeProgram(argv.data(), output.get(), writeEnd.get(), parent, interrupts);
  return ChildProcess(pid, std::move(readEnd));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), ready_(std::move(other.ready_)) {}

ChildProcess::~ChildProcess() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGTERM);
  const auto end = SteadyClock::now() + bounds::kServerStop;
  while (SteadyClock::now() < end) {
    if (poll()) return;
    std::this_thread::sleep_for(bounds::kChildPoll);
  }
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::optional<int> ChildProcess::poll() {
  int status = 0;
  if (pid_ == 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Outcome<int> ChildProcess::wait(std::chrono::milliseconds time, Interrupts& interrupts) {
  const auto end = SteadyClock::now() + time;
  while (SteadyClock::now() < end) {
    const auto status = poll();
    // A child that was not yet in its own group dies of the Ctrl-C that is meant for both.
    if ((!status || *status != 0) && interrupts.pending()) return Interrupts::failure();
    if (status) return *status;
    std::this_thread::sleep_for(bounds::kChildPoll);
  }
  return Failure{Exit::kInternal, "florind did not end in time"};
}

Outcome<std::string> ChildProcess::readyLine(std::chrono::milliseconds time,
                                             Interrupts& interrupts) {
  const auto end = SteadyClock::now() + time;
  std::string line;
  while (SteadyClock::now() < end && line.size() < bounds::kReadyLine) {
    if (interrupts.pending()) return Interrupts::failure();
    pollfd wanted{ready_.get(), POLLIN, 0};
    if (::poll(&wanted, 1, static_cast<int>(bounds::kPoll.count())) <= 0) continue;
    char byte = 0;
    if (::read(ready_.get(), &byte, 1) != 1) break;  // it closed the pipe: it has ended
    if (byte == '\n') return line;
    line.push_back(byte);
  }
  if (interrupts.pending()) return Interrupts::failure();
  return Failure{Exit::kInternal, "florind did not start"};
}

}  // namespace florin::apps
