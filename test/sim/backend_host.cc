#include "backend_host.h"

#include <cstdlib>

#include "base/bytes.h"
#include "base/check.h"
#include "cps/store_epoch.h"
#include "crypto/hash.h"
#include "fakes/memory_store.h"
#include "sqlite/copy.h"
#include "sqlite/store.h"

namespace florin::sim {
namespace {

std::filesystem::path newFolder() {
  std::error_code none;
  const std::filesystem::path memory = "/dev/shm";  // where a sync costs nothing
  const auto parent =
      std::filesystem::is_directory(memory, none) ? memory : std::filesystem::temp_directory_path();
  std::string pattern = (parent / "florin-sim-XXXXXX").string();
  FLORIN_CHECK(::mkdtemp(pattern.data()) != nullptr);
  return pattern;
}

}  // namespace

BackendHost::BackendHost(const Material& material, base::Clock& clock, Chance& chance,
                         const BackendSettings& settings)
    : material_(material), clock_(clock), chance_(chance), suite_(settings.suite) {
  if (settings.store == StoreKind::kSqlite) folder_ = newFolder();
  openStore();
  faults_ = std::make_unique<FaultStore>(*durable_);
  addApiToken(kAcquirerToken, records::ApiScope::kAcquirer);
  addApiToken(kIssuerToken, records::ApiScope::kIssuer);
  addApiToken(kOperatorToken, records::ApiScope::kOperator);
  FLORIN_CHECK(start());
}

void BackendHost::addApiToken(const char* token, records::ApiScope scope) {
  const auto& tenant =
      scope == records::ApiScope::kOperator ? material_.walletProvider() : material_.issuer();
  const Status made = durable_->write([&](ports::Unit& unit) {
    return unit.apiTokens().insert(
        {.tokenHash = base::toBytes(crypto::sha256(base::asBytes(token))),
         .tenant = tenant,
         .scope = scope,
         .label = "simulation",
         .revoked = false,
         .created = clock_.now()});
  });
  FLORIN_CHECK(made.ok());
}

BackendHost::~BackendHost() {
  routes_.reset();
  worker_.reset();
  services_.reset();
  durable_.reset();
  std::error_code none;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, none);
}

void BackendHost::openStore() {
  durable_.reset();
  if (folder_.empty()) {
    auto memory = std::make_unique<fakes::MemoryStore>();
    memory_ = memory.get();
    durable_ = std::move(memory);
    return;
  }
  auto opened = sqlite::openStore((folder_ / "florin.db").string(), {}, log_);
  FLORIN_CHECK(opened.ok());
  durable_ = std::move(*opened);
}

bool BackendHost::start() {
  auto services =
      apps::Services::make({*faults_, material_.custody(rotated_), material_.catalog(), clock_,
                            chance_.random(), log_, pushes_},
                           {.backendId = kBackendId,
                            .walletProvider = material_.walletProvider(),
                            .codes = {.suite = suite_, .lifetime = std::chrono::hours(24)}});
  if (!services.ok()) {
    kill();
    return false;
  }
  services_ = std::move(*services);
  if (pushes_ != nullptr) {
    worker_ = std::make_unique<notify::OutboxWorker>(
        notify::Outbox{*faults_, services_->sealer(), *pushes_, clock_, chance_.random(), log_});
  }
  routes_ = std::make_unique<fakes::HandlerTransport>(services_->makeRoutes(), chance_.random());
  return true;
}

void BackendHost::kill() {
  routes_.reset();
  worker_.reset();
  services_.reset();
  if (!folder_.empty()) openStore();
  faults_->restart(*durable_);
}

std::optional<TransportResponse> BackendHost::serve(const TransportRequest& request) {
  if (!up()) return std::nullopt;
  faults_->setLying(!lieOn_.empty() && request.path == lieOn_);
  TransportResponse response = routes_->call(request);
  if (!faults_->dead()) return response;
  kill();
  return std::nullopt;
}

void BackendHost::workPushes() {
  if (!worker_) return;
  worker_->step();
  if (faults_->dead()) kill();
}

BackendHost::Backup BackendHost::backup() {
  if (memory_ != nullptr) return {memory_->content(), {}};
  const Backup made{nullptr, folder_ / ("backup-" + std::to_string(++backups_))};
  const Status copied =
      sqlite::copyDatabase((folder_ / "florin.db").string(), made.file.string(), [](auto, auto) {});
  FLORIN_CHECK(copied.ok());
  return made;
}

void BackendHost::restore(const Backup& backup, bool withoutEpoch) {
  kill();
  if (memory_ != nullptr) {
    memory_->setContent(backup.rows);
  } else {
    durable_.reset();
    for (const char* const part : {"", "-wal", "-shm"}) {
      std::filesystem::remove(folder_ / (std::string("florin.db") + part));
    }
    std::filesystem::copy_file(backup.file, folder_ / "florin.db");
    openStore();
    faults_->restart(*durable_);
  }
  if (withoutEpoch) return;
  const auto begun =
      durable_->write([&](ports::Unit& unit) { return cps::beginStoreEpoch(unit, clock_.now()); });
  FLORIN_CHECK(begun.ok());
}

}  // namespace florin::sim
