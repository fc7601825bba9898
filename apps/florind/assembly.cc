#include "assembly.h"

#include <optional>
#include <utility>

#include "base/bytes.h"
#include "cps/routes.h"
#include "crypto/random.h"
#include "gateway/routes.h"
#include "posix/file.h"
#include "posix/system_clock.h"
#include "sealing/row_sealer.h"
#include "softkeys/soft_keys.h"
#include "sqlite/store.h"
#include "tsp/routes.h"

namespace florin::apps {
namespace {

// The key check values of the custody that this store was first opened with (D9): another key file
// would make every sealed row unreadable, so it is refused before it is used.
Status compareCheckValues(ports::Store& store, ports::KeyCustody& custody) {
  FLORIN_TRY_ASSIGN(const auto values, custody.keyCheckValues());
  return store.write([&](ports::Unit& unit) -> Status {
    for (const auto& [name, value] : values) {
      const std::string setting = "kcv/" + name;
      FLORIN_TRY_ASSIGN(const auto known, unit.settings().find(setting));
      if (!known) {
        FLORIN_TRY(unit.settings().put(setting, base::asBytes(value)));
      } else if (base::asText(*known) != value) {
        return Error(Code::kCorrupted, "custody.keys is not the key file of this store");
      }
    }
    return {};
  });
}

// Everything that one florind owns, in the order in which it is built; members borrow those above
// them.
class Running : public Assembly {
 public:
  Running(std::unique_ptr<sqlite::Store> store, std::unique_ptr<ports::KeyCustody> custody,
          tsp::Catalog catalog)
      : store_(std::move(store)), custody_(std::move(custody)), catalog_(std::move(catalog)) {}

  Status start(const config::ServerConfig& config, Log& log) {
    FLORIN_TRY(compareCheckValues(*store_, *custody_));
    FLORIN_TRY_ASSIGN(sealer_, sealing::RowSealer::open(*store_, *custody_, random_));
    tsp_.emplace(tsp::Tsp{*store_, *custody_, *sealer_, catalog_, clock_, random_, log});
    tokens_.emplace(*tsp_);
    authorizations_.emplace(*tsp_);
    backend_.emplace(cps::Backend{*store_, *custody_, *sealer_, *tokens_, clock_, random_, log,
                                  config.backendId, config.walletProvider});
    codes_.emplace(*backend_, config.codeLifetime);
    auth_.emplace(*backend_);
    operations_.emplace(*backend_);
    claims_.emplace(*backend_, *codes_, *operations_);
    exchanges_.emplace(*backend_, *codes_, *operations_, *claims_);
    digitization_.emplace(*backend_, *codes_, catalog_);
    FLORIN_TRY_ASSIGN(auto registration, cps::Registration::make(*backend_));
    registration_.emplace(std::move(registration));
    FLORIN_TRY_ASSIGN(auto enrollments, cps::Enrollments::make(*backend_, *codes_));
    enrollments_.emplace(std::move(enrollments));
    return {};
  }

  std::vector<ports::Route> takeRoutes() override {
    std::vector<ports::Route> routes =
        cps::makeRoutes({*backend_, *auth_, *registration_, *enrollments_, *exchanges_});
    const auto add = [&](std::vector<ports::Route> more) {
      for (ports::Route& route : more) routes.push_back(std::move(route));
    };
    add(gateway::makeRoutes(*backend_, *auth_, *digitization_));
    add(tsp::makeRoutes(*tsp_, *authorizations_));
    return routes;
  }

 private:
  posix::SystemClock clock_;
  crypto::OsRandom random_;
  std::unique_ptr<sqlite::Store> store_;
  std::unique_ptr<ports::KeyCustody> custody_;
  tsp::Catalog catalog_;
  std::unique_ptr<sealing::RowSealer> sealer_;
  std::optional<tsp::Tsp> tsp_;
  std::optional<tsp::Tokens> tokens_;
  std::optional<tsp::Authorizations> authorizations_;
  std::optional<cps::Backend> backend_;
  std::optional<cps::ActivationCodes> codes_;
  std::optional<cps::WalletAuth> auth_;
  std::optional<cps::OperationLog> operations_;
  std::optional<cps::CardClaims> claims_;
  std::optional<cps::Exchanges> exchanges_;
  std::optional<gateway::Digitization> digitization_;
  std::optional<cps::Registration> registration_;
  std::optional<cps::Enrollments> enrollments_;
};

Assembled failed(std::string what, const Error& error) {
  return {nullptr, Failure{Exit::kLocalState, std::move(what) + ": " + describe(error)}};
}

}  // namespace

Assembled assemble(const DataDir& dir, const config::ServerConfig& config,
                   std::vector<tsp::Program> programs, Log& log) {
  auto catalog = tsp::Catalog::make(std::move(programs), config.issuers);
  if (!catalog.ok()) return failed(dir.config() + " and " + dir.programs(), catalog.error());
  const auto keyFile = posix::readSecretFile(dir.custody());
  if (!keyFile.ok()) return failed(dir.custody(), keyFile.error());
  auto custody = softkeys::SoftKeys::open(*keyFile);
  if (!custody.ok()) return failed(dir.custody(), custody.error());
  auto store = sqlite::openStore(dir.store(), {}, log);
  if (!store.ok()) return failed(dir.store(), store.error());
  auto running =
      std::make_unique<Running>(std::move(*store), std::move(*custody), std::move(*catalog));
  if (const Status started = running->start(config, log); !started.ok()) {
    return failed("cannot start from " + dir.root.string(), started.error());
  }
  return {std::move(running), {}};
}

}  // namespace florin::apps
