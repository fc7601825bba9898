#include "demo_server.h"

#include <fstream>

#include "base/bytes.h"
#include "bounds.h"
#include "posix/file.h"

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

Done DemoServer::askIssuer(const std::string& url, const std::string& secret) {
  const std::string path = (fs::path(data()) / "florind.toml").string();
  const auto read = posix::readFile(path, bounds::kConfiguration);
  std::string text(read.ok() ? base::asText(*read) : std::string_view());
  const std::string_view kIssuer = "[[issuer]]\n";
  const std::size_t at = text.find(kIssuer);
  if (at == std::string::npos) return Failure{Exit::kInternal, path + " has no issuer"};
  text.insert(at + kIssuer.size(), "decision = \"ask\"\n");
  text += "\n[issuer.webhook]\nurl = \"" + url + "\"\nsecret_file = \"issuer.secret\"\n";
  Status written = posix::writeFileAtomic((fs::path(data()) / "issuer.secret").string(),
                                          base::asBytes(secret), 0600);
  if (written.ok()) written = posix::writeFileAtomic(path, base::asBytes(text), 0644);
  if (!written.ok()) return Failure{Exit::kLocalState, path + ": " + describe(written.error())};
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
