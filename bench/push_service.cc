#include "push_service.h"

#include <fstream>

#include "base/bytes.h"
#include "bounds.h"
#include "crypto/x509.h"
#include "load_options.h"
#include "push/fcm.h"

namespace florin::bench {
namespace {

using apps::Exit;
using apps::Failure;

constexpr unsigned kAccountKeyBits = 2048;

void write(const std::string& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary) << base::asText(bytes);
}

}  // namespace

apps::Outcome<PushService> PushService::start(const std::string& folder, base::Random& random,
                                              base::Clock& clock, apps::Interrupts& interrupts) {
  const auto made =
      crypto::makeServerCertificate({"127.0.0.1"}, clock.now() - std::chrono::hours(1), 1, random);
  if (!made.ok()) return internal(made.error());
  write(folder + "/cert.pem", base::asBytes(made->certificatePem));
  write(folder + "/key.pem", made->privateKeyPem.expose());
  const auto node = apps::findProgram("node");
  if (!node.ok())
    return Failure{Exit::kLocalState,
                   "node is not in PATH: the push service is a "
                   "program for it"};
  FLORIN_TRY_ASSIGN(
      auto process,
      apps::ChildProcess::spawn(
          {*node, {FLORIN_BENCH_PUSH_SERVER, folder}, folder + "/node.log", true}, interrupts));
  FLORIN_TRY_ASSIGN(const std::string address,
                    process.readyLine(apps::bounds::kServerStart, interrupts));
  return PushService(std::move(process), "https://" + address, made->certificatePem);
}

Result<std::unique_ptr<push::HttpPushSender>> PushService::connect(base::Clock& clock) const {
  push::ServiceAccount account{"florin-bench", "florin@bench.iam", origin_ + "/token", "key-1",
                               crypto::RsaKey::generate(kAccountKeyBits)};
  push::Providers providers;
  providers.fcm = std::make_unique<push::Fcm>(std::move(account), origin_, authorities_);
  return push::HttpPushSender::make(std::move(providers), clock);
}

}  // namespace florin::bench
