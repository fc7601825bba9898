#include "services.h"

#include <optional>
#include <utility>

#include "base/bytes.h"
#include "cps/configuration_routes.h"
#include "cps/routes.h"
#include "cps/search_routes.h"
#include "cps/token_routes.h"
#include "gateway/push_session_routes.h"
#include "gateway/routes.h"
#include "health.h"
#include "sealing/row_sealer.h"
#include "tsp/routes.h"

namespace florin::apps {
namespace {

// Members stand in the order in which they are built: each borrows those above it.
class AllServices : public Services {
 public:
  AllServices(const Foundations& foundations, const BackendNames& names)
      : base_(foundations), issuerFacts_(names.issuers) {}

  Status start(const BackendNames& names) {
    FLORIN_TRY(compareCheckValues(base_.store, base_.custody));
    FLORIN_TRY_ASSIGN(sealer_, sealing::RowSealer::open(base_.store, base_.custody, base_.random));
    FLORIN_TRY_ASSIGN(const auto epoch, base_.store.read([](ports::Unit& unit) {
      return cps::readStoreEpoch(unit);
    }));
    FLORIN_TRY_ASSIGN(cardKeys_, tsp::CardKeys::make(base_.custody, base_.catalog));
    tsp_.emplace(tsp::Tsp{base_.store, base_.custody, *sealer_, base_.catalog, base_.clock,
                          base_.random, base_.log, epoch.number, base_.bell, cardKeys_.get(),
                          base_.notices, base_.metrics});
    tokens_.emplace(*tsp_);
    authorizations_.emplace(*tsp_);
    reversals_.emplace(*tsp_);
    backend_.emplace(cps::Backend{base_.store, base_.custody, *sealer_, *tokens_, base_.clock,
                                  base_.random, base_.log, names.backendId, names.walletProvider,
                                  epoch, base_.bell, names.operationsKept, names.instance,
                                  base_.notices, base_.metrics});
    codes_.emplace(*backend_, names.codes);
    auth_.emplace(*backend_);
    operations_.emplace(*backend_);
    claims_.emplace(*backend_, *codes_, *operations_);
    cards_.emplace(*backend_, *operations_);
    parked_.emplace(*backend_, *operations_);
    renewal_.emplace(*backend_, *operations_);
    apiTokens_.emplace(*backend_, base_.catalog);
    devices_.emplace(*backend_, *operations_, *cards_);
    FLORIN_TRY_ASSIGN(auto exchanges,
                      cps::Exchanges::make({*backend_, *codes_, *operations_, *claims_, *devices_,
                                            names.onRollback}));
    exchanges_.emplace(std::move(exchanges));
    housekeeping_.emplace(*backend_);
    const gateway::Gateway gateway{*backend_,     *codes_,       *cards_,
                                   base_.catalog, base_.issuers, base_.issuerKeys};
    captures_.emplace(gateway);
    eligibility_.emplace(gateway);
    digitization_.emplace(gateway);
    histories_.emplace(gateway);
    stepUps_.emplace(gateway);
    faces_.emplace(gateway);
    FLORIN_TRY_ASSIGN(auto registration, cps::Registration::make(*backend_));
    registration_.emplace(std::move(registration));
    FLORIN_TRY_ASSIGN(auto enrollments, cps::Enrollments::make(*backend_, *codes_,
                                                               {names.attestation, &attestation_}));
    enrollments_.emplace(std::move(enrollments));
    return {};
  }

  std::vector<ports::Route> makeRoutes() override {
    std::vector<ports::Route> routes =
        cps::makeRoutes({*backend_, *auth_, *registration_, *enrollments_, *exchanges_, *devices_,
                         *cards_, *parked_, *renewal_});
    const auto add = [&](std::vector<ports::Route> more) {
      for (ports::Route& route : more) routes.push_back(std::move(route));
    };
    add(gateway::makeRoutes({*backend_, *auth_, *eligibility_, *digitization_, *stepUps_,
                             *histories_, *faces_, *cards_, *devices_}));
    add(gateway::makePushSessionRoutes(*backend_, *captures_));
    add(cps::makeTokenRoutes(*backend_, *apiTokens_));
    add(cps::makeSearchRoutes(*backend_, base_.catalog));
    add(cps::makeConfigurationRoutes(*backend_, base_.catalog, issuerFacts_));
    add(tsp::makeRoutes(*tsp_, *authorizations_, *reversals_));
    add(makeHealthRoutes(base_));
    return routes;
  }

  cps::Devices& devices() override { return *devices_; }
  sealing::RowSealer& sealer() override { return *sealer_; }
  cps::Housekeeping& housekeeping() override { return *housekeeping_; }
  tsp::CardKeys& cardKeys() override { return *cardKeys_; }

 private:
  Foundations base_;
  const std::vector<cps::IssuerFacts> issuerFacts_;
  std::unique_ptr<sealing::RowSealer> sealer_;
  std::unique_ptr<tsp::CardKeys> cardKeys_;
  std::optional<tsp::Tsp> tsp_;
  std::optional<tsp::Tokens> tokens_;
  std::optional<tsp::Authorizations> authorizations_;
  std::optional<tsp::Reversals> reversals_;
  std::optional<cps::Backend> backend_;
  cps::SelfAttestationVerifier attestation_;
  std::optional<cps::ActivationCodes> codes_;
  std::optional<cps::WalletAuth> auth_;
  std::optional<cps::OperationLog> operations_;
  std::optional<cps::CardClaims> claims_;
  std::optional<cps::CardLifeCycle> cards_;
  std::optional<cps::ParkedOperations> parked_;
  std::optional<cps::CardRenewal> renewal_;
  std::optional<cps::ApiTokens> apiTokens_;
  std::optional<cps::Devices> devices_;
  std::optional<cps::Exchanges> exchanges_;
  std::optional<cps::Housekeeping> housekeeping_;
  std::optional<gateway::Captures> captures_;
  std::optional<gateway::Eligibility> eligibility_;
  std::optional<gateway::Digitization> digitization_;
  std::optional<gateway::Histories> histories_;
  std::optional<gateway::StepUps> stepUps_;
  std::optional<gateway::CardFaces> faces_;
  std::optional<cps::Registration> registration_;
  std::optional<cps::Enrollments> enrollments_;
};

}  // namespace

Result<std::unique_ptr<Services>> Services::make(const Foundations& foundations,
                                                 const BackendNames& names) {
  auto services = std::make_unique<AllServices>(foundations, names);
  FLORIN_TRY(services->start(names));
  return std::unique_ptr<Services>(std::move(services));
}

}  // namespace florin::apps
