#include "backend_process.h"

#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <ctime>
#include <fstream>

#include "bounds.h"
#include "config/server_config.h"

namespace florin::bench {
namespace {

namespace fs = std::filesystem;
namespace bounds = apps::bounds;

constexpr std::string_view kNoLimits =
    "\n[limits]\nconnections_per_address = 16384\nrequests_per_second_per_address = 0\n"
    "idle_seconds = 3600\n";

}  // namespace

apps::Outcome<std::unique_ptr<BackendProcess>> BackendProcess::start(apps::Interrupts& interrupts) {
  std::string folder = fs::temp_directory_path() / "florin-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    return apps::Failure{apps::Exit::kLocalState, "no temporary folder can be made"};
  }
  std::unique_ptr<BackendProcess> backend(new BackendProcess);
  backend->folder_ = folder;
  const std::string data = folder + "/backend";
  const std::string log = folder + "/florind.log";
  FLORIN_TRY_ASSIGN(const std::string program, apps::findProgram("florind"));
  FLORIN_TRY_ASSIGN(
      auto init, apps::ChildProcess::spawn(
                     {program, {"init", "--data-dir", data, "--quiet"}, log, false}, interrupts));
  FLORIN_TRY_ASSIGN(const int status, init.wait(bounds::kServerStart, interrupts));
  if (status != 0) return apps::Failure{apps::Exit::kInternal, "florind init failed"};
  std::ofstream(data + "/florind.toml", std::ios::app) << kNoLimits;

  FLORIN_TRY_ASSIGN(auto serve,
                    apps::ChildProcess::spawn(
                        {program,
                         {"serve", "--data-dir", data, "--listen", "127.0.0.1:0", "--log-level",
                          "info", "--ready-fd", std::to_string(apps::ChildProcess::kReadyFd)},
                         log,
                         true},
                        interrupts));
  backend->pid_ = serve.pid();
  backend->process_.emplace(std::move(serve));
  FLORIN_TRY_ASSIGN(const std::string address,
                    backend->process_->readyLine(bounds::kServerStart, interrupts));
  const auto endpoint = config::parseEndpoint(address);
  if (!endpoint.ok()) {
    return apps::Failure{apps::Exit::kInternal, "florind told no address of its own"};
  }
  backend->endpoint_ = {endpoint->address, endpoint->port, data + "/tls/certificate.pem"};
  return backend;
}

std::unique_ptr<BackendProcess> BackendProcess::attach(Endpoint endpoint, pid_t pid) {
  std::unique_ptr<BackendProcess> backend(new BackendProcess);
  backend->endpoint_ = std::move(endpoint);
  backend->pid_ = pid;
  return backend;
}

BackendProcess::~BackendProcess() {
  process_.reset();
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

double BackendProcess::cpuMicroseconds() const {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

long BackendProcess::residentKb() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
  long size = 0;
  long resident = 0;
  file >> size >> resident;
  return resident * (::sysconf(_SC_PAGESIZE) / 1024);
}

std::optional<std::uint32_t> BackendProcess::commits() const {
  if (folder_.empty()) return std::nullopt;
  constexpr std::size_t kChangeCounter = 8;  // WalIndexHdr.iChange, native order
  std::ifstream file(folder_ / "backend" / "florin.db-shm", std::ios::binary);
  std::array<char, kChangeCounter + sizeof(std::uint32_t)> head{};
  if (!file.read(head.data(), head.size())) return std::nullopt;
  std::uint32_t count = 0;
  std::memcpy(&count, head.data() + kChangeCounter, sizeof count);
  return count;
}

}  // namespace florin::bench
