#include "backend_process.h"

#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <csignal>
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
    "requests_per_second_per_token = 0\nrequests_per_minute_per_wallet = 0\n"
    "idle_seconds = 3600\n";

// A card's own key is an RSA key that is searched for, 20 times what the rest of an enrollment
// costs: the loads are of cards without one, and cardKeyGenerate is measured beside them.
void dropCardKeys(const fs::path& program) {
  std::string kept;
  std::ifstream file(program);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("offline_authentication")) kept += line + "\n";
  }
  std::ofstream(program, std::ios::trunc) << kept;
}

}  // namespace

apps::Outcome<std::unique_ptr<BackendProcess>> BackendProcess::start(apps::Interrupts& interrupts) {
  std::string folder = fs::temp_directory_path() / "florin-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    return apps::Failure{apps::Exit::kLocalState, "no temporary folder can be made"};
  }
  std::unique_ptr<BackendProcess> backend(new BackendProcess);
  backend->folder_ = folder;
  backend->keeps_ = false;
  FLORIN_TRY(backend->init(interrupts));
  FLORIN_TRY(backend->serve(interrupts));
  return backend;
}

apps::Outcome<std::unique_ptr<BackendProcess>> BackendProcess::at(const std::string& folder,
                                                                  apps::Interrupts& interrupts) {
  std::unique_ptr<BackendProcess> backend(new BackendProcess);
  backend->folder_ = folder;
  FLORIN_TRY(backend->init(interrupts));
  return backend;
}

apps::Done BackendProcess::init(apps::Interrupts& interrupts) {
  FLORIN_TRY_ASSIGN(program_, apps::findProgram("florind"));
  const std::string data = folder_ / "backend";
  endpoint_ = {"127.0.0.1", 0, data + "/tls/certificate.pem"};
  if (fs::exists(data + "/florind.toml")) return {};
  FLORIN_TRY_ASSIGN(
      auto init,
      apps::ChildProcess::spawn(
          {program_, {"init", "--data-dir", data, "--quiet"}, folder_ / "florind.log", false},
          interrupts));
  FLORIN_TRY_ASSIGN(const int status, init.wait(bounds::kServerStart, interrupts));
  if (status != 0) return apps::Failure{apps::Exit::kInternal, "florind init failed"};
  std::ofstream(data + "/florind.toml", std::ios::app) << kNoLimits;
  dropCardKeys(data + "/programs/K2.toml");
  return {};
}

apps::Done BackendProcess::serve(apps::Interrupts& interrupts) {
  const std::string listen = endpoint_.host + ":" + std::to_string(endpoint_.port);
  FLORIN_TRY_ASSIGN(auto serve, apps::ChildProcess::spawn(
                                    {program_,
                                     {"serve", "--data-dir", folder_ / "backend", "--listen",
                                      listen, "--log-level", "info", "--ready-fd",
                                      std::to_string(apps::ChildProcess::kReadyFd)},
                                     folder_ / "florind.log",
                                     true},
                                    interrupts));
  pid_ = serve.pid();
  process_.emplace(std::move(serve));
  FLORIN_TRY_ASSIGN(const std::string address,
                    process_->readyLine(bounds::kServerStart, interrupts));
  const auto endpoint = config::parseEndpoint(address);
  if (!endpoint.ok()) {
    return apps::Failure{apps::Exit::kInternal, "florind told no address of its own"};
  }
  endpoint_.port = endpoint->port;
  return {};
}

void BackendProcess::kill() {
  ::kill(pid_, SIGKILL);
  process_.reset();  // takes its exit status
}

void BackendProcess::terminate() const { ::kill(pid_, SIGTERM); }

apps::Outcome<int> BackendProcess::awaitEnd(std::chrono::milliseconds time,
                                            apps::Interrupts& interrupts) {
  return process_->wait(time, interrupts);
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
  if (!keeps_) fs::remove_all(folder_, ignored);
}

double BackendProcess::cpuMicroseconds() const {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

long BackendProcess::residentKb() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
  long resident = 0;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("RssAnon:") && !line.starts_with("RssShmem:")) continue;
    resident += std::stol(line.substr(line.find(':') + 1));
  }
  return resident;
}

std::uint64_t BackendProcess::bytesRead() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/io");
  std::string name;
  std::uint64_t bytes = 0;
  file >> name >> bytes;  // "rchar:"
  return bytes;
}

std::optional<std::uint32_t> BackendProcess::commits() const {
  if (attached()) return std::nullopt;
  constexpr std::size_t kChangeCounter = 8;  // WalIndexHdr.iChange, native order
  std::ifstream file(folder_ / "backend" / "florin.db-shm", std::ios::binary);
  std::array<char, kChangeCounter + sizeof(std::uint32_t)> head{};
  if (!file.read(head.data(), head.size())) return std::nullopt;
  std::uint32_t count = 0;
  std::memcpy(&count, head.data() + kChangeCounter, sizeof count);
  return count;
}

}  // namespace florin::bench
