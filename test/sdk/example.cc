// A whole application over the installed SDK: it opens the wallet in the folder that it is given,
// or makes one there, and prints its id. Nothing but include/florin and libflorin.so is needed to
// build it.
#include <unistd.h>

#include <cstdio>
#include <string>

#include "florin/wallet.h"

namespace {

int fail(const char* what, const florin::Error& error) {
  std::fprintf(stderr, "%s: %s\n", what, std::string(error.text()).c_str());
  return 1;
}

int run(const std::string& folder, const std::string& backend, const std::string& caFile) {
  const std::string vault = folder + "/wallet.vault";
  const auto storage = florin::openFileStorage(vault);
  if (!storage.ok()) return fail("storage", storage.error());
  const auto key = florin::makeKeyFileProvider(vault + ".key", vault);
  florin::HttpsOptions https;
  https.baseUrl = backend;
  https.caFile = caFile;
  const auto transport = florin::makeHttpsTransport(https);
  if (!transport.ok()) return fail("transport", transport.error());
  const auto log = florin::makeJsonLog(STDERR_FILENO, florin::LogLevel::kInfo);
  const auto executor = florin::SerialExecutor::make();

  florin::WalletConfig config;
  config.walletProviderId = "example";
  config.walletApplicationId = "example";
  const auto wallet = florin::Wallet::open(config, {**storage, *key, **transport, *executor, *log});
  if (!wallet.ok()) return fail("wallet", wallet.error());
  std::puts((*wallet)->getCardEnrollmentService().getWalletId().c_str());
  std::puts(std::string(name((*wallet)->getEnrollingBusinessService().isEnrolled())).c_str());
  executor->stop();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4) return run(argv[1], argv[2], argv[3]);
  std::fputs("usage: example FOLDER URL CA-FILE\n", stderr);
  return 2;
}
