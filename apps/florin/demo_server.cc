#include "demo_server.h"

#include <fstream>

#include "bounds.h"

namespace florin::apps {

namespace fs = std::filesystem;

Failure DemoServer::withLog(Failure failure) const {
  std::ifstream file(log());
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) last = line;
  }
  if (failure.exit != Exit::kInterrupted && !last.empty()) failure.text += ": " + last;
  return failure;
}

Done DemoServer::init() {
  FLORIN_TRY_ASSIGN(const std::string program, findProgram("florind"));
  FLORIN_TRY_ASSIGN(
      auto process,
      ChildProcess::spawn({program, {"init", "--data-dir", data(), "--quiet"}, log(), false},
                          interrupts_));
  const auto status = process.wait(bounds::kServerStart, interrupts_);
  if (!status.ok()) return withLog(status.error());
  if (*status != 0) return withLog({Exit::kInternal, "florind init failed"});
  return {};
}

Done DemoServer::serve() {
  FLORIN_TRY_ASSIGN(const std::string program, findProgram("florind"));
  FLORIN_TRY_ASSIGN(auto process,
                    ChildProcess::spawn({program,
                                         {"serve", "--data-dir", data(), "--listen", "127.0.0.1:0",
                                          "--ready-fd", std::to_string(ChildProcess::kReadyFd)},
                                         log(),
                                         true},
                                        interrupts_));
  process_.emplace(std::move(process));
  auto line = process_->readyLine(bounds::kServerStart, interrupts_);
  if (!line.ok()) return withLog(line.error());
  address_ = std::move(*line);
  return {};
}

Outcome<Connection> DemoServer::connection() const {
  const fs::path root = data();
  return makeConnection("https://" + address_, root / "tls" / "certificate.pem",
                        root / "acquirer.token");
}

}  // namespace florin::apps
