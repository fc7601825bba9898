#include "assembly.h"

#include <algorithm>
#include <filesystem>

#include "posix/file.h"
#include "push_setup.h"
#include "softkeys/soft_keys.h"

namespace florin::apps {
namespace {

// namesOf turns what the configuration says into what the rooms know.
BackendNames namesOf(const config::ServerConfig& config) {
  BackendNames names;
  names.backendId = config.backendId;
  names.walletProvider = config.walletProvider;
  names.codes.suite = config.typedCodes ? messages::Suite::kS2 : messages::Suite::kS1;
  names.codes.lifetime = config.codeLifetime;
  switch (config.attestation) {
    case config::AttestationMode::kOff: names.attestation = cps::AttestationPolicy::kOff; break;
    case config::AttestationMode::kLog: names.attestation = cps::AttestationPolicy::kLog; break;
    case config::AttestationMode::kRequire:
      names.attestation = cps::AttestationPolicy::kRequire;
      break;
  }
  names.onRollback = config.rollback == config::RollbackPolicy::kSuspend
                         ? cps::OnRollback::kSuspend
                         : cps::OnRollback::kReplaceKeys;
  names.operationsKept = config.operationsKept;
  return names;
}

Failure local(const std::string& what, const Error& error) {
  return {Exit::kLocalState, what + ": " + describe(error)};
}

// checkProgramKeys: without its master key a program's cards could be made and never pay.
Done checkProgramKeys(const DataDir& dir, const std::vector<tsp::Program>& programs,
                      ports::KeyCustody& custody) {
  const auto keys = custody.keyCheckValues();
  if (!keys.ok()) return local(dir.custody(), keys.error());
  for (const tsp::Program& program : programs) {
    const std::string& name = program.card.name;
    std::string prefix = "issuer/";
    prefix.append(name).append("/");
    const bool has =
        std::ranges::any_of(*keys, [&](const auto& key) { return key.first.starts_with(prefix); });
    if (has) continue;
    std::string text = dir.custody() + " has no issuer master key for program " + name;
    text.append(": make one with `florind add-program-key --data-dir ");
    text.append(dir.root.string()).append(" ").append(name).append("`");
    return Failure{Exit::kLocalState, std::move(text)};
  }
  return {};
}

}  // namespace

Outcome<std::unique_ptr<Assembly>> Assembly::open(const DataDir& dir,
                                                  const config::ServerConfig& config,
                                                  std::vector<tsp::Program> programs, Log& log) {
  auto catalog = tsp::Catalog::make(std::move(programs), config.issuers);
  if (!catalog.ok()) {
    return local(dir.config() + " and " + dir.programs(), catalog.error());
  }
  const auto keyFile = posix::readSecretFile(dir.custody());
  if (!keyFile.ok()) {
    return local(dir.custody() + " (it must be readable by its owner alone: chmod 600)",
                 keyFile.error());
  }
  auto custody = softkeys::SoftKeys::open(*keyFile);
  if (!custody.ok()) {
    return local(dir.custody(), custody.error());
  }
  FLORIN_TRY(checkProgramKeys(dir, catalog->programs(), **custody));
  // Only init makes a store: an empty one in the place of a lost one would know no wallet.
  std::error_code missing;
  if (!std::filesystem::exists(dir.store(), missing)) {
    return Failure{Exit::kLocalState, dir.store() + " is missing: restore it from a backup"};
  }
  auto store = sqlite::openStore(dir.store(), {}, log);
  if (!store.ok()) {
    return local(dir.store(), store.error());
  }
  std::unique_ptr<Assembly> assembly(
      new Assembly(std::move(*store), std::move(*custody), std::move(*catalog)));
  FLORIN_TRY_ASSIGN(assembly->pushSender_, makePushSender(config.push, assembly->clock_));
  ports::PushSender* const sender = assembly->pushSender_.get();
  auto services = Services::make({*assembly->store_, *assembly->custody_, assembly->catalog_,
                                  assembly->clock_, assembly->random_, log, sender},
                                 namesOf(config));
  if (!services.ok()) {
    return local("cannot start from " + dir.root.string(), services.error());
  }
  assembly->services_ = std::move(*services);
  if (sender != nullptr) {
    assembly->pushWorker_ = std::make_unique<PushWorker>(
        notify::Outbox{*assembly->store_, assembly->services_->sealer(), *sender, assembly->clock_,
                       assembly->random_, log});
  }
  return assembly;
}

}  // namespace florin::apps
