#include "write_watch.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>

namespace florin::bench {
namespace {

constexpr int kNoFilter = 2;
constexpr std::array kWriting = {
    SYS_write,     SYS_pwrite64,  SYS_writev, SYS_pwritev, SYS_pwritev2, SYS_fsync,
    SYS_fdatasync, SYS_ftruncate, SYS_openat, SYS_rename,  SYS_renameat, SYS_renameat2,
    SYS_unlink,    SYS_unlinkat,  SYS_sendto, SYS_sendmsg, SYS_msync,    SYS_fallocate,
    SYS_sendfile,  SYS_splice,    SYS_mkdir,  SYS_mkdirat, SYS_link,     SYS_symlink};

// In memory that parent and child share: a stopped call is told to nobody else.
std::atomic<unsigned>* stopped = nullptr;

void onStopped(int /*signal*/, siginfo_t* /*info*/, void* /*context*/) { ++*stopped; }

bool stopWrites() {
  std::array<sock_filter, kWriting.size() + 3> program{};
  std::size_t at = 0;
  program[at++] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
  for (const long call : kWriting) {
    const auto toTrap = static_cast<std::uint8_t>(kWriting.size() + 1 - at);
    program[at++] =
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), toTrap, 0);
  }
  program[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  program[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
  const sock_fprog filter{static_cast<unsigned short>(at), program.data()};
  struct sigaction action{};
  action.sa_sigaction = &onStopped;
  action.sa_flags = SA_SIGINFO;
  return ::sigaction(SIGSYS, &action, nullptr) == 0 &&
         ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

[[noreturn]] void runStopped(const std::function<bool()>& work) {
  if (!stopWrites()) ::_exit(kNoFilter);
  ::_exit(work() ? 0 : 1);
}

}  // namespace

Result<unsigned> countWrites(const std::function<bool()>& work) {
  void* const shared = ::mmap(nullptr, sizeof(std::atomic<unsigned>), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return Error(Code::kUnavailable, "no memory to share", errno);
  stopped = new (shared) std::atomic<unsigned>(0);
  const pid_t child = ::fork();
  if (child == 0) runStopped(work);
  int status = 0;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const unsigned count = *stopped;
  ::munmap(shared, sizeof(std::atomic<unsigned>));
  if (child < 0) return Error(Code::kUnavailable, "no child can be made", errno);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNoFilter) {
    return Error(Code::kUnavailable, "the kernel allows no filter");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return Error(Code::kInternal, "the watched work failed", status);
  }
  return count;
}

}  // namespace florin::bench
