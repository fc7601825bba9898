// BackendHost is the backend's process on its store: it serves requests, dies, and starts again
// from what is durable.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "chance.h"
#include "fakes/handler_transport.h"
#include "fakes/memory_store.h"
#include "fault_store.h"
#include "material.h"
#include "notify/outbox_worker.h"
#include "services.h"

namespace florin::sim {

enum class StoreKind : std::uint8_t { kMemory, kSqlite };

struct BackendSettings {
  StoreKind store = StoreKind::kMemory;
  messages::Suite suite = messages::Suite::kS1;  // of the codes that it issues
};

class BackendHost {
 public:
  // `material`, `clock` and `chance` must outlive the host. A SQLite store lives in a folder of its
  // own that goes with the host.
  BackendHost(const Material& material, base::Clock& clock, Chance& chance,
              const BackendSettings& settings);
  ~BackendHost();
  BackendHost(const BackendHost&) = delete;
  BackendHost& operator=(const BackendHost&) = delete;

  [[nodiscard]] bool up() const { return services_ != nullptr; }

  // start makes every object of the backend anew; false when a fault ended it again.
  bool start();

  // kill drops every object of the backend but what is durable.
  void kill();

  // serve gives the answer, or nothing when the process is over or ends while it serves.
  std::optional<TransportResponse> serve(const TransportRequest& request);

  // connectPushes lets the backend, from its next start on, push through this provider, which must
  // outlive the host. workPushes is a round of its outbox worker.
  void connectPushes(ports::PushSender& pushes) { pushes_ = &pushes; }
  void workPushes();

  // Backup is a copy of the store; restore ends the process and puts it in the store's place, which
  // begins a new store epoch, unless `withoutEpoch` breaks that rule on purpose. Nothing serves
  // until the next start.
  struct Backup {
    std::shared_ptr<const fakes::MemoryTables> rows;
    std::filesystem::path file;  // of a SQLite store
  };
  [[nodiscard]] Backup backup();
  void restore(const Backup& backup, bool withoutEpoch);

  // lieOn lets the store lie about what requests of this path write: a broken contract on purpose.
  void lieOn(std::string path) { lieOn_ = std::move(path); }

  // durable is the store without faults, for who checks and for the operator.
  [[nodiscard]] ports::Store& durable() { return *durable_; }
  [[nodiscard]] FaultStore& faults() { return *faults_; }

  // devices is what the operator may do, on the store with its faults. The backend must be up.
  [[nodiscard]] cps::Devices& devices() { return services_->devices(); }

  // rotate lets the next process use a new channel key beside the one before.
  void rotate() { rotated_ = true; }

 private:
  void openStore();
  void addApiToken(const char* token, records::ApiScope scope);

  const Material& material_;
  base::Clock& clock_;
  Chance& chance_;
  const messages::Suite suite_;
  bool rotated_ = false;
  NullLog log_;
  std::string lieOn_;
  std::filesystem::path folder_;          // empty: in memory
  fakes::MemoryStore* memory_ = nullptr;  // null: on SQLite
  ports::PushSender* pushes_ = nullptr;
  unsigned backups_ = 0;
  std::unique_ptr<ports::Store> durable_;
  std::unique_ptr<FaultStore> faults_;
  std::unique_ptr<apps::Services> services_;
  std::unique_ptr<notify::OutboxWorker> worker_;
  std::unique_ptr<fakes::HandlerTransport> routes_;
};

}  // namespace florin::sim
