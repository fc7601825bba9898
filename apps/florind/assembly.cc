#include "assembly.h"

#include <algorithm>
#include <filesystem>

#include "health.h"
#include "issuer_setup.h"
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
  names.instance = config.instance;
  names.issuers = issuerFacts(config);
  return names;
}

Failure local(const std::string& what, const Error& error) {
  return {Exit::kLocalState, what + ": " + describe(error)};
}

// checkRanges: a range of an issuer whose program is not there.
Done checkRanges(const DataDir& dir, const std::vector<tsp::Program>& programs,
                 const std::vector<tsp::Issuer>& issuers) {
  for (const tsp::Issuer& issuer : issuers) {
    for (const tsp::BinRange& bin : issuer.bins) {
      const auto has = [&](const tsp::Program& p) { return p.card.name == bin.program; };
      if (std::ranges::any_of(programs, has)) continue;
      return Failure{Exit::kInput, dir.config() + ": issuer " + issuer.name + ", bin " + bin.from +
                                       " to " + bin.to + ": no file in " + dir.programs() +
                                       " is of program " + bin.program};
    }
  }
  return {};
}

// checkProgramKeys: without its master key a program's cards could be made and never pay. `store`
// knows by check values which keys there were.
Done checkProgramKeys(const DataDir& dir, const std::vector<tsp::Program>& programs,
                      ports::KeyCustody& custody, ports::Store& store) {
  const auto keys = custody.keyCheckValues();
  if (!keys.ok()) return local(dir.custody(), keys.error());
  const auto check = [&](const std::string& key, const std::string& program, const char* what,
                         const char* command) -> Done {
    if (std::ranges::find(*keys, key, [](const auto& value) { return value.first; }) !=
        keys->end()) {
      return {};
    }
    const auto known = remembersKey(store, key);
    if (!known.ok()) return local(dir.store(), known.error());
    std::string text = dir.custody() + " has no " + what + " for program " + program;
    if (*known) {
      text += ", and had one: it is an older copy, put the newest in its place";
    } else {
      text.append(": make one with `florind ").append(command).append(" --data-dir ");
      text.append(dir.root.string()).append(" ").append(program).append("`");
    }
    return Failure{Exit::kLocalState, std::move(text)};
  };
  for (const tsp::Program& program : programs) {
    const std::string& name = program.card.name;
    FLORIN_TRY(check("issuer/" + name + "/1", name, "issuer master key", "add-program-key"));
    if (!program.card.offlineAuthentication) continue;
    FLORIN_TRY(check("authority/" + name, name, "card authority", "add-program-authority"));
  }
  return {};
}

}  // namespace

Outcome<std::unique_ptr<Assembly>> Assembly::open(const DataDir& dir,
                                                  const config::ServerConfig& config,
                                                  std::vector<tsp::Program> programs, Log& log,
                                                  base::Metrics& metrics) {
  FLORIN_TRY(checkRanges(dir, programs, config.issuers));
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
  // Only init makes a store: an empty one in the place of a lost one would know no wallet.
  std::error_code missing;
  if (!std::filesystem::exists(dir.store(), missing)) {
    return Failure{Exit::kLocalState, dir.store() + " is missing: restore it from a backup"};
  }
  auto store = sqlite::openStore(dir.store(), {}, log);
  if (!store.ok()) {
    return local(dir.store(), store.error());
  }
  FLORIN_TRY(checkProgramKeys(dir, catalog->programs(), **custody, **store));
  std::unique_ptr<Assembly> assembly(
      new Assembly(std::move(*store), std::move(*custody), std::move(*catalog), config, log));
  FLORIN_TRY_ASSIGN(assembly->pushSender_, makePushSender(config.push, assembly->clock_));
  FLORIN_TRY_ASSIGN(assembly->issuers_, makeIssuers(config, assembly->clock_, log));
  FLORIN_TRY_ASSIGN(assembly->issuerKeys_, readIssuerKeys(config));
  FLORIN_TRY_ASSIGN(assembly->noticeSender_, makeNoticeSender(config, assembly->clock_));
  if (assembly->noticeSender_) {
    assembly->notices_ = std::make_unique<notify::Notices>(
        noticeWishes(config), *assembly->noticeSender_, assembly->clock_, assembly->random_);
  }
  auto services =
      Services::make({*assembly->store_, *assembly->custody_, assembly->catalog_, assembly->clock_,
                      assembly->random_, log, assembly->pushSender_.get(), assembly->issuers_.get(),
                      assembly->issuerKeys_, assembly->notices_.get(), &metrics},
                     namesOf(config));
  if (!services.ok()) {
    return local("cannot start from " + dir.root.string(), services.error());
  }
  assembly->services_ = std::move(*services);
  assembly->makeOutboxes(log, metrics);
  return assembly;
}

void Assembly::makeOutboxes(Log& log, base::Metrics& metrics) {
  if (pushSender_) {
    pushes_ = std::make_unique<OutboxThread<notify::OutboxWorker>>(
        notify::Outbox{*store_, services_->sealer(), *pushSender_, clock_, random_, log},
        base::limits::kPushDrain);
  }
  if (noticeSender_) {
    noticesThread_ = std::make_unique<OutboxThread<notify::NoticeWorker>>(
        notify::NoticeOutbox{*store_, *noticeSender_, clock_, random_, log, metrics},
        base::limits::kNoticeDrain);
  }
}

void Assembly::keepCardKeysStocked() {
  cardKeyMaker_ = std::jthread(
      [this](const std::stop_token& stop) { services_->cardKeys().keepStocked(stop, log_); });
}

}  // namespace florin::apps
