// World is a whole Florin in one process: the SDK's Wallet against the backend's own services, with
// the clock, the network, the disk and chance in the test's hands.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "codec/json_writer.h"
#include "codec/luhn.h"
#include "config/server_config.h"
#include "crypto/hash.h"
#include "fakes/counting_metrics.h"
#include "fakes/fake_clock.h"
#include "fakes/fake_issuers.h"
#include "fakes/fake_notice_sender.h"
#include "fakes/handler_transport.h"
#include "fakes/manual_executor.h"
#include "fakes/memory_storage.h"
#include "fakes/memory_store.h"
#include "fakes/recording_log.h"
#include "fakes/seeded_random.h"
#include "fakes/skewed_clock.h"
#include "services.h"
#include "softkeys/soft_keys.h"
#include "terminal/terminal.h"
#include "wallet/open.h"

namespace florin::test {

// The vault's key of every test wallet.
class FixedVaultKey : public VaultKeyProvider {
 public:
  Result<SecretBytes> unlock(ByteView /*salt*/) override {
    return SecretBytes::copyOf(Bytes(32, 0x42));
  }
};

// What a listener was told.
struct Heard {
  bool started = false;
  unsigned codeRequests = 0;
  unsigned completions = 0;
  std::vector<ProvisioningServiceError> errors;
  std::vector<std::string> messages;
  std::vector<std::string> lockReasons;  // of messages that have one
};

// Enters `code` when it is asked for; nothing: drops the inputer.
class Enroller : public EnrollingServiceListener {
 public:
  Enroller(Heard& heard, std::optional<std::string> code) : heard_(heard), code_(std::move(code)) {}
  void onStarted() override { heard_.started = true; }
  void onCodeRequired(std::shared_ptr<CHCodeVerifier> verifier) override {
    ++heard_.codeRequests;
    const auto inputer = verifier->getSecureCodeInputer();
    if (!code_) return;
    for (const char c : *code_) inputer->input(static_cast<std::uint8_t>(c));
    inputer->finish();
  }
  void onComplete() override { ++heard_.completions; }
  void onError(const ProvisioningServiceError& error) override { heard_.errors.push_back(error); }

 private:
  Heard& heard_;
  std::optional<std::string> code_;
};

class WseListener : public WalletSecureEnrollmentListener {
 public:
  explicit WseListener(Heard& heard) : heard_(heard) {}
  void onComplete() override { ++heard_.completions; }
  void onError(const ProvisioningServiceError& error) override { heard_.errors.push_back(error); }

 private:
  Heard& heard_;
};

class PushHearer : public PushServiceListener {
 public:
  explicit PushHearer(Heard& heard) : heard_(heard) {}
  void onServerMessage(const std::string& /*card*/,
                       const ProvisioningServiceMessage& message) override {
    heard_.messages.push_back(message.code);
    const auto reason = message.params.find("lockReason");
    if (reason != message.params.end()) heard_.lockReasons.push_back(reason->second);
  }
  void onComplete() override { ++heard_.completions; }
  void onError(const ProvisioningServiceError& error) override { heard_.errors.push_back(error); }
  void onUnsupportedPushContent(const std::map<std::string, std::string>& /*bundle*/) override {}

 private:
  Heard& heard_;
};

struct Digitized {
  std::string digitalCardId;
  std::string code;
  unsigned completions = 0;
  std::vector<MobileGatewayError> errors;
  std::shared_ptr<IDVMethodSelector> selector;     // of a yellow decision
  std::shared_ptr<PendingCardActivation> pending;  // after the choice
};

class Digitizer : public MGDigitizationListener {
 public:
  explicit Digitizer(Digitized& out) : out_(out) {}
  void onCPSActivationCodeAcquired(const std::string& digitalCardId,
                                   const SecretBytes& code) override {
    out_.digitalCardId = digitalCardId;
    out_.code = std::string(base::asText(code.expose()));
  }
  void onComplete(const std::string& /*digitalCardId*/) override { ++out_.completions; }
  void onError(const std::string& /*digitalCardId*/, const MobileGatewayError& error) override {
    out_.errors.push_back(error);
  }
  void onSelectIDVMethod(const std::shared_ptr<IDVMethodSelector>& selector) override {
    out_.selector = selector;
  }
  void onActivationRequired(const std::shared_ptr<PendingCardActivation>& pending) override {
    out_.pending = pending;
  }

 private:
  Digitized& out_;
};

class LifeCycleHearer : public MGCardLifeCycleListener {
 public:
  explicit LifeCycleHearer(std::string& out) : out_(out) {}
  void onComplete(const std::string& /*digitalCardId*/) override { out_ += "accepted"; }
  void onError(const std::string& /*digitalCardId*/, const MobileGatewayError& error) override {
    out_ += name(error.code);
  }

 private:
  std::string& out_;
};

class LockHearer : public MGWalletLockListener {
 public:
  explicit LockHearer(std::string& out) : out_(out) {}
  void onComplete() override { out_ += "accepted"; }
  void onError(const MobileGatewayError& error) override { out_ += name(error.code); }

 private:
  std::string& out_;
};

// One key file for all worlds: making its RSA key takes longer than most tests.
inline const SecretBytes& testKeyFile() {
  static const SecretBytes kKeys = [] {
    fakes::SeededRandom random(11);
    return softkeys::SoftKeys::create(random, {"K2"});
  }();
  return kKeys;
}

// The backend's side: it can be dropped and made again over the same store.
class BackendWorld {
 public:
  BackendWorld() {
    acquirer_ = base::TenantId::random(random);
    names.walletProvider = base::TenantId::random(random);
    names.backendId = "florin-test";
    names.codes.lifetime = std::chrono::hours(24);
    program.card = emv::programK2();
    program.card.name = "K2";
    program.product = "Test Card";
    program.dpanPrefix = "999990";
    program.amountLimit = 100'000;
    restart();
  }

  // restart drops every object of the backend but its store and key file.
  void restart() {
    services_.reset();
    catalog_.emplace(
        tsp::Catalog::make({program}, {{acquirer_, "Test Bank", {{"999900", "999909", "K2"}}}})
            .value());
    custody_ = softkeys::SoftKeys::open(keyFile_).value();
    services_ = apps::Services::make({store,
                                      *custody_,
                                      *catalog_,
                                      clock,
                                      random,
                                      log,
                                      nullptr,
                                      &issuers,
                                      {},
                                      notices_ ? &*notices_ : nullptr,
                                      &metrics},
                                     names)
                    .value();
  }

  // tellIssuer lets the one issuer be told everything, from the next start on.
  void tellIssuer() {
    notices_.emplace(std::vector<notify::NoticeWish>{{acquirer_, true, true}}, noticeSender, clock,
                     random);
  }

  // addToken makes an API token of the one issuer, who is the acquirer too.
  void addToken(std::string_view text, records::ApiScope scope) {
    ASSERT_TRUE(store
                    .write([&](ports::Unit& unit) -> Status {
                      return unit.apiTokens().insert(
                          {.tokenHash = base::toBytes(crypto::sha256(base::asBytes(text))),
                           .tenant = acquirer_,
                           .scope = scope,
                           .label = "test",
                           .revoked = false,
                           .created = clock.now()});
                    })
                    .ok());
  }

  // doCda lets the program's cards have keys of their own, from the next start on.
  void doCda() {
    static const SecretBytes kKeys = softkeys::SoftKeys::addAuthority(testKeyFile(), "K2").value();
    keyFile_ = kKeys.clone();
    program.card.offlineAuthentication = true;
  }

  // rotateChannelKey restarts the backend with a new channel key beside the one before.
  void rotateChannelKey() {
    keyFile_ = softkeys::SoftKeys::rotateChannelKey(keyFile_, random).value();
    restart();
  }

  // call asks a route that wants an API token, each time under an idempotency key of its own.
  TransportResponse call(const std::string& method, const std::string& path,
                         const std::string& token, Bytes body = {}) {
    fakes::HandlerTransport transport(makeRoutes(), random, nullptr);
    TransportResponse answer;
    transport.send({method,
                    path,
                    {{"authorization", "Bearer " + token},
                     {"idempotency-key", "key-" + std::to_string(++calls_)}},
                    std::move(body)},
                   std::chrono::seconds(1), [&](Result<TransportResponse> response) {
                     answer = std::move(response).value();
                   });
    return answer;
  }

  std::vector<ports::Route> makeRoutes() { return services_->makeRoutes(); }
  apps::Services& services() { return *services_; }

  fakes::FakeClock clock;
  fakes::SeededRandom random{7};
  fakes::RecordingLog log;
  fakes::MemoryStore store;
  fakes::FakeIssuers issuers;
  fakes::FakeNoticeSender noticeSender{clock, {}};
  fakes::CountingMetrics metrics;
  apps::BackendNames names;  // what restart makes the services with
  tsp::Program program;      // and the one program

 private:
  SecretBytes keyFile_ = testKeyFile().clone();
  base::TenantId acquirer_;
  unsigned calls_ = 0;
  std::optional<notify::Notices> notices_;
  std::optional<tsp::Catalog> catalog_;
  std::unique_ptr<ports::KeyCustody> custody_;
  std::unique_ptr<apps::Services> services_;
};

// member gives a text of a JSON answer, the whole answer when it is not there.
inline std::string member(const TransportResponse& response, const std::string& name) {
  const std::string text(base::asText(response.body));
  const std::string needle = "\"" + name + "\":\"";
  const std::size_t at = text.find(needle);
  if (at == std::string::npos) return text;
  const std::size_t from = at + needle.size();
  return text.substr(from, text.find('"', from) - from);
}

class NoTrace : public terminal::TraceSink {
 public:
  void step(const terminal::TraceStep& /*step*/) override {}
};

class World {
 public:
  World() : executor(backend.clock) {
    backend.addToken("acquirer", records::ApiScope::kAcquirer);
    connect();
    open();
  }

  // connect points the network at the backend as it is now.
  void connect() {
    transport.reset();
    transport =
        std::make_unique<fakes::HandlerTransport>(backend.makeRoutes(), backend.random, &executor);
  }

  // open drops the wallet, with all that was only in memory, and opens its vault again.
  void open() {
    wallet.reset();
    executor.dropAll();
    auto opened = wallet::openWallet({.walletProviderId = "test",
                                      .walletApplicationId = "test",
                                      .deviceInfo = "test device",
                                      .automaticReplenishment = false},
                                     {.storage = storage,
                                      .vaultKey = vaultKey,
                                      .transport = *transport,
                                      .executor = executor,
                                      .log = backend.log,
                                      .deviceKeys = deviceKeys},
                                     clock, backend.random);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    wallet = std::move(opened).value();
  }

  // settle lets everything happen that will, retries included.
  void settle() { executor.advance(std::chrono::minutes(5)); }

  Heard wse() {
    Heard heard;
    wallet->getWalletSecureEnrollmentBusinessService().startWalletSecureEnrollment(
        std::make_shared<WseListener>(heard));
    settle();
    return heard;
  }

  Digitized digitize(const std::string& body = "999900123456789") {
    Digitized out;
    digitizeInto(out, body);
    return out;
  }

  // digitizeInto is for a digitization that goes on: `out` must live as long.
  void digitizeInto(Digitized& out, const std::string& body = "999900123456789") {
    const auto digit = codec::luhnDigit(base::asBytes(body));
    const std::string pan = body + digit.value();
    CardInput card;
    card.pan = SecretBytes::copyOf(base::asBytes(pan));
    card.expiry = "1230";
    wallet->getCardEnrollmentService().digitizeCard(std::move(card), "en",
                                                    std::make_shared<Digitizer>(out));
    settle();
  }

  Heard enroll(std::optional<std::string> code) {
    Heard heard;
    wallet->getEnrollingBusinessService().enroll(
        wallet->getCardEnrollmentService().getWalletId(), "", "en",
        std::make_shared<Enroller>(heard, std::move(code)));
    settle();
    return heard;
  }

  Heard continueEnrollment(std::optional<std::string> code) {
    Heard heard;
    wallet->getEnrollingBusinessService().continueEnrollment(
        "en", std::make_shared<Enroller>(heard, std::move(code)));
    settle();
    return heard;
  }

  Heard activate(std::optional<std::string> code) {
    Heard heard;
    wallet->getProvisioningBusinessService().sendActivationCode(
        std::make_shared<Enroller>(heard, std::move(code)));
    settle();
    return heard;
  }

  Heard retrySession() {
    Heard heard;
    wallet->getProvisioningBusinessService().retrySession(
        std::make_shared<Enroller>(heard, std::nullopt));
    settle();
    return heard;
  }

  Heard synchronize() {
    Heard heard;
    wallet->getProvisioningBusinessService().synchronize(std::make_shared<PushHearer>(heard));
    settle();
    return heard;
  }

  // atTerminal lets a terminal that knows these authorities run one transaction.
  Result<terminal::TapResult> atTerminal(std::vector<terminal::AuthorityKey> authorities = {}) {
    terminal::TapRequest request;
    request.amount = {1250, 978};
    request.country = 276;
    request.now = backend.clock.now();
    request.authorities = std::move(authorities);
    NoTrace trace;
    CardEmulation& emulation = wallet->getCardEmulation();
    auto result = terminal::tap(
        request, backend.random,
        [&](ByteView command) -> Result<Bytes> { return emulation.processApdu(command); }, trace);
    emulation.onDeactivated(DeactivationReason::LINK_LOSS);
    return result;
  }

  // tap gives the body that the terminal would send on line, or nothing when the card declined.
  std::optional<Bytes> tap() {
    const auto result = atTerminal();
    if (!result.ok() || !result->request) return std::nullopt;
    const SecretBytes emv = emv::encodeCryptogramRequest(*result->request);
    return base::toBytes(base::asBytes(codec::JsonObject().addHex("emv", emv.expose()).text()));
  }

  [[nodiscard]] EnrollmentStatus status() const {
    return wallet->getEnrollingBusinessService().isEnrolled();
  }
  // deviceId gives the device that this wallet has enrolled.
  base::DeviceId deviceId() {
    const auto walletId =
        base::WalletId::parse(wallet->getCardEnrollmentService().getWalletId()).value();
    const auto device = backend.store.read([&](ports::Unit& unit) {
      return unit.devices().findByWallet(backend.names.walletProvider, walletId);
    });
    return (*device)->deviceId;
  }
  [[nodiscard]] std::vector<DigitalizedCard> cards() const {
    return wallet->getDigitalizedCardManager().getAllCards();
  }

  BackendWorld backend;
  fakes::SkewedClock clock{backend.clock};  // the device's
  fakes::ManualExecutor executor;
  fakes::MemoryStorage storage;
  FixedVaultKey vaultKey;
  DeviceKeys* deviceKeys = nullptr;  // none: in the vault
  std::unique_ptr<fakes::HandlerTransport> transport;
  std::unique_ptr<Wallet> wallet;
};

}  // namespace florin::test
