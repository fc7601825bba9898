// Assembly is what one florind owns: store, custody, services. Nothing here decides anything.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "common/failure.h"
#include "config/server_config.h"
#include "cps/audit_chain.h"
#include "cps/store_epoch.h"
#include "crypto/random.h"
#include "data_dir.h"
#include "florin/log.h"
#include "notify/notice_worker.h"
#include "notify/notices.h"
#include "notify/outbox_worker.h"
#include "outbox_thread.h"
#include "posix/system_clock.h"
#include "services.h"
#include "sqlite/store.h"
#include "tsp/routes.h"

namespace florin::apps {

class Assembly {
 public:
  // open opens everything in the data directory. `log` and `metrics` must outlive the assembly.
  static Outcome<std::unique_ptr<Assembly>> open(const DataDir& dir,
                                                 const config::ServerConfig& config,
                                                 std::vector<tsp::Program> programs, Log& log,
                                                 base::Metrics& metrics);

  // makeRoutes: they borrow the assembly.
  std::vector<ports::Route> makeRoutes() { return services_->makeRoutes(); }

  // startOutboxes lets threads carry pushes and notices to issuers, where any are configured;
  // stopOutboxes ends them, in order.
  void startOutboxes() {
    if (pushes_) pushes_->start();
    if (noticesThread_) noticesThread_->start();
  }
  void stopOutboxes() {
    if (pushes_) pushes_->stop();
    if (noticesThread_) noticesThread_->stop();
  }

  // keepCardKeysStocked fills the stock of keys for cards to come, on a thread of its own, until
  // the assembly ends.
  void keepCardKeysStocked();

  // sealAudit signs the end of this florind's audit log, if it has grown. Gives whether it has.
  Result<bool> sealAudit() { return cps::sealAudit(*store_, *custody_, instance_, clock_.now()); }

  // outbox counts the pushes that wait.
  Result<records::PushCounts> outbox() {
    return store_->read(
        [this](ports::Unit& unit) { return unit.pushes().counts(walletProvider_, clock_.now()); });
  }

  // awaitsConfirmation: the store was put back from a backup, and the operator has not said that
  // there is none newer.
  Result<bool> awaitsConfirmation() {
    return store_->read([](ports::Unit& unit) -> Result<bool> {
      FLORIN_TRY_ASSIGN(const auto epoch, cps::readStoreEpoch(unit));
      return !epoch.confirmed;
    });
  }

  // noticeTotals counts the notices of each issuer that has had any.
  Result<std::vector<records::NoticeTotals>> noticeTotals() {
    return store_->read([](ports::Unit& unit) { return unit.notices().totals(); });
  }

  // admitToMetrics: kUnauthenticated when the request has no token for them.
  Status admitToMetrics(const ports::HttpRequest& request) {
    FLORIN_TRY(tsp::requireToken(*store_, request, records::ApiScope::kMetrics));
    return {};
  }

  cps::Housekeeping& housekeeping() { return services_->housekeeping(); }

 private:
  Assembly(std::unique_ptr<sqlite::Store> store, std::unique_ptr<ports::KeyCustody> custody,
           tsp::Catalog catalog, const config::ServerConfig& config, Log& log)
      : log_(log),
        instance_(config.instance),
        walletProvider_(config.walletProvider),
        store_(std::move(store)),
        custody_(std::move(custody)),
        catalog_(std::move(catalog)) {}

  void makeOutboxes(Log& log, base::Metrics& metrics);

  Log& log_;
  const std::string instance_;
  const base::TenantId walletProvider_;
  posix::SystemClock clock_;
  crypto::OsRandom random_;
  std::unique_ptr<sqlite::Store> store_;
  std::unique_ptr<ports::KeyCustody> custody_;
  tsp::Catalog catalog_;
  std::unique_ptr<ports::PushSender> pushSender_;
  std::unique_ptr<ports::Issuers> issuers_;
  std::vector<proof::IssuerKey> issuerKeys_;
  std::unique_ptr<ports::NoticeSender> noticeSender_;
  std::unique_ptr<notify::Notices> notices_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<OutboxThread<notify::OutboxWorker>> pushes_;
  std::unique_ptr<OutboxThread<notify::NoticeWorker>> noticesThread_;
  std::jthread cardKeyMaker_;
};

}  // namespace florin::apps
