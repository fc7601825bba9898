#include "init.h"

#include <filesystem>
#include <iostream>

#include "base/bytes.h"
#include "codec/base64url.h"
#include "config/server_config.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/x509.h"
#include "data_dir.h"
#include "posix/file.h"
#include "posix/json_log.h"
#include "posix/system_clock.h"
#include "softkeys/soft_keys.h"
#include "sqlite/store.h"

namespace florin::apps {
namespace {

constexpr unsigned kCertificateDays = 825;
constexpr mode_t kPrivate = 0600;
constexpr mode_t kPublic = 0644;

Failure local(std::string what, const Error& error) {
  return {Exit::kLocalState, std::move(what) + ": " + describe(error)};
}

// What init makes besides files.
struct Names {
  base::TenantId walletProvider;
  base::TenantId issuer;
  std::string backendId;
  std::string operatorToken;
  std::string acquirerToken;
  std::string issuerToken;
};

std::string newToken(base::Random& random) { return codec::toBase64Url(random.bytes(32)); }

Names makeNames(base::Random& random) {
  return {.walletProvider = base::TenantId::random(random),
          .issuer = base::TenantId::random(random),
          .backendId = "florin-" + base::toHex(random.bytes(6)),
          .operatorToken = newToken(random),
          .acquirerToken = newToken(random),
          .issuerToken = newToken(random)};
}

Status writeFiles(const DataDir& dir, const InitOptions& options, const crypto::SelfSigned& tls,
                  const Names& names, base::Random& random) {
  FLORIN_TRY(posix::makeDirectory(dir.root));
  FLORIN_TRY(posix::makeDirectory(dir.tls()));
  FLORIN_TRY(posix::makeDirectory(dir.programs()));
  FLORIN_TRY(posix::writeFileAtomic(dir.certificate(), base::asBytes(tls.certificatePem), kPublic));
  FLORIN_TRY(posix::writeFileAtomic(dir.certificateKey(), tls.privateKeyPem.expose(), kPrivate));
  std::vector<std::string> programs;
  for (const config::InitialProgram& program : config::initialPrograms()) {
    programs.push_back(program.name);
    FLORIN_TRY(
        posix::writeFileAtomic(dir.program(program.name), base::asBytes(program.text), kPublic));
  }
  FLORIN_TRY_ASSIGN(
      const SecretBytes keys,
      softkeys::SoftKeys::addAuthority(softkeys::SoftKeys::create(random, programs), "K2"));
  FLORIN_TRY(posix::writeFileAtomic(dir.custody(), keys.expose(), kPrivate));
  FLORIN_TRY(
      posix::writeFileAtomic(dir.acquirerToken(), base::asBytes(names.acquirerToken), kPrivate));
  FLORIN_TRY(posix::writeFileAtomic(dir.issuerToken(), base::asBytes(names.issuerToken), kPrivate));
  return posix::writeFileAtomic(
      dir.config(),
      base::asBytes(config::initialServerConfig(names.backendId, names.walletProvider, names.issuer,
                                                options.hosts)),
      kPublic);
}

Status writeStore(const DataDir& dir, const Names& names) {
  NullLog log;
  posix::SystemClock clock;
  FLORIN_TRY_ASSIGN(const auto store, sqlite::openStore(dir.store(), {}, log));
  const auto token = [&](const std::string& text, const base::TenantId& tenant,
                         records::ApiScope scope, const char* label) {
    return records::ApiToken{.tokenHash = base::toBytes(crypto::sha256(base::asBytes(text))),
                             .tenant = tenant,
                             .scope = scope,
                             .label = label,
                             .revoked = false,
                             .created = clock.now()};
  };
  const auto operatorRow = token(names.operatorToken, names.walletProvider,
                                 records::ApiScope::kOperator, "operator, made by init");
  const auto acquirerRow = token(names.acquirerToken, names.issuer, records::ApiScope::kAcquirer,
                                 "acquirer, made by init");
  const auto issuerRow =
      token(names.issuerToken, names.issuer, records::ApiScope::kIssuer, "issuer, made by init");
  return store->write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY(unit.apiTokens().insert(operatorRow));
    FLORIN_TRY(unit.apiTokens().insert(issuerRow));
    return unit.apiTokens().insert(acquirerRow);
  });
}

void report(const DataDir& dir, const Names& names) {
  std::cout << "Made " << dir.root.string()
            << ": keys, certificate, demo issuer, programs K2, K3, FLORIN.\n\n"
            << "Operator token (shown once, keep it safe):\n  " << names.operatorToken << "\n\n"
            << "Start the backend:\n  florind serve --data-dir " << dir.root.string() << "\n\n"
            << "Then make a wallet:\n  florin wallet init --vault my.vault --backend "
            << "https://127.0.0.1:8443 --ca " << dir.certificate() << " --acquirer-token-file "
            << dir.acquirerToken() << "\n";
}

}  // namespace

Done init(const InitOptions& options) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const DataDir target{fs::absolute(options.dataDir)};
  if (fs::exists(target.root, failed)) {
    return Failure{Exit::kLocalState, target.root.string() +
                                          " exists already: choose another --data-dir, or serve it "
                                          "with `florind serve --data-dir`"};
  }
  const DataDir making{target.root.string() + ".new"};
  if (fs::exists(making.root, failed)) {
    return Failure{
        Exit::kLocalState,
        making.root.string() +
            " is left from an init that was interrupted: remove it, then run this again"};
  }
  crypto::OsRandom random;
  posix::SystemClock clock;
  const auto tls =
      crypto::makeServerCertificate(options.hosts, clock.now(), kCertificateDays, random);
  if (!tls.ok()) {
    return Failure{Exit::kInput, "--host: " + describe(tls.error()) + ": give one of them"};
  }
  const Names names = makeNames(random);
  Status made = writeFiles(making, options, *tls, names, random);
  if (made.ok()) made = writeStore(making, names);
  if (!made.ok()) {
    fs::remove_all(making.root, failed);
    return local("cannot make " + target.root.string() + " (is its parent there and writable?)",
                 made.error());
  }
  fs::rename(making.root, target.root, failed);
  if (failed) {
    const std::string reason = failed.message();
    fs::remove_all(making.root, failed);
    return Failure{Exit::kLocalState, "cannot make " + target.root.string() + ": " + reason};
  }
  if (const Status synced = posix::syncParent(target.root.string()); !synced.ok()) {
    return local("cannot make " + target.root.string() + " durable", synced.error());
  }
  if (!options.quiet) report(target, names);
  return {};
}

}  // namespace florin::apps
