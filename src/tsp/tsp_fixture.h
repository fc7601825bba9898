// For tests: a TSP over the in-memory store and the test custody, a device that its keys are
// wrapped for, and what an acquirer would send for a tap of that device.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "crypto/key_transport.h"
#include "crypto/p256.h"
#include "emv/authorization_data.h"
#include "emv/numeric.h"
#include "fakes/fake_clock.h"
#include "fakes/memory_store.h"
#include "fakes/recording_log.h"
#include "fakes/seeded_random.h"
#include "fakes/test_custody.h"
#include "tsp/authorizations.h"
#include "tsp/reversals.h"

namespace florin::tsp {

// One payment at a terminal, before its cryptogram is made.
struct Tap {
  std::uint16_t atc = 1;
  std::uint64_t amount = 1250;
  std::uint16_t currency = 978;
  emv::CryptogramType type = emv::CryptogramType::kArqc;
  emv::Verifier verifier = emv::Verifier::kNobody;
};

struct TspTest : ::testing::Test {
  static constexpr std::int64_t kAmountLimit = 100'000;

  // K2 with a stock of 10, for PANs from 999900 to 999909.
  static Catalog makeCatalog(const base::TenantId& issuer) {
    Program program;
    program.card = emv::programK2();
    program.card.name = "K2";
    program.card.currency = 978;
    program.product = "Test Card";
    program.dpanPrefix = "999990";
    program.amountLimit = kAmountLimit;
    return Catalog::make({program}, {{issuer, "Test Bank", {{"999900", "999909", "K2"}}}}).value();
  }

  // put writes an INACTIVE token of the test issuer.
  records::Token put(const std::string& expiry = "1230") {
    auto token = tokens.prepareToken({.issuer = issuer,
                                      .program = "K2",
                                      .pan = SecretBytes::copyOf(base::asBytes("9999001234567894")),
                                      .panExpiry = expiry});
    EXPECT_TRUE(token.ok());
    EXPECT_TRUE(write([&](ports::Unit& unit) { return tokens.commitToken(unit, *token); }).ok());
    return *token;
  }

  DeviceTransport transport(std::uint32_t lastAtc = 0) const {
    return {.deviceId = device, .transportPublicKey = deviceKey.publicPoint(), .lastAtc = lastAtc};
  }

  // issue prepares and commits keys, and keeps the device's session keys of them.
  std::size_t issue(const records::Token& token, std::uint32_t lastAtc = 0) {
    const auto batch = tokens.prepareKeys(issuer, token.tokenId, transport(lastAtc));
    EXPECT_TRUE(batch.ok());
    EXPECT_TRUE(write([&](ports::Unit& unit) { return tokens.commitKeys(unit, *batch); }).ok());
    return batch->keys.size();
  }

  Status step(const records::Token& token, CardEvent event,
              records::Suspender by = records::Suspender::kIssuer) {
    return write([&](ports::Unit& unit) -> Status {
      FLORIN_TRY(tokens.change(unit, issuer, token.tokenId, {event, by}));
      return {};
    });
  }

  // active gives a token with its stock issued.
  records::Token active(const std::string& expiry = "1230") {
    const records::Token token = put(expiry);
    EXPECT_EQ(issue(token), 10U);
    EXPECT_TRUE(step(token, CardEvent::kActivate).ok());
    return token;
  }

  // sessionKey is the key of one ATC, as custody wraps it for the device, issued or not.
  SecretBytes sessionKey(const records::Token& token, std::uint16_t atc) {
    const ports::BackendPublicKey backend = custody->transportKey();
    const auto wrapped = custody->wrapPaymentKeys(
        cardKeyRef(token, openDpan(tsp, token).value()),
        {backend.id, deviceKey.publicPoint(), device, token.tokenId, {.number = atc}, 1});
    const SecretBytes shared = deviceKey.agree(backend.point).value();
    return crypto::unwrapPaymentKey(shared, {backend.id, device, token.tokenId, 1, atc},
                                    wrapped->at(0))
        .value();
  }

  emv::CryptogramRequest request(const records::Token& token, const Tap& tap) {
    emv::CryptogramRequest request;
    request.input.amountAuthorised = emv::bcd<6>(tap.amount);
    request.input.amountOther = emv::bcd<6>(0);
    request.input.terminalCountry = emv::bcd<2>(250);
    request.input.currency = emv::bcd<2>(tap.currency);
    request.input.date = {0x26, 0x01, 0x01};
    request.input.unpredictableNumber = {1, 2, 3, 4};
    request.input.atc = tap.atc;
    request.input.iad =
        emv::encodeIssuerData({.asked = tap.type, .answered = tap.type, .verifier = tap.verifier});
    request.type = tap.type;
    request.dpan = openDpan(tsp, token).value();
    request.psn = token.psn;
    request.expiry = token.expiry;
    request.cryptogram = emv::applicationCryptogram(
        sessionKey(token, tap.atc), emv::cryptogramData(request.input), emv::Mac::kRetailPadding2);
    return request;
  }

  static std::string bodyOf(const emv::CryptogramRequest& request) {
    return "{\"emv\":\"" + base::toHex(emv::encodeCryptogramRequest(request).expose()) + "\"}";
  }

  template <class Work>
  Status write(Work&& work) {
    return store.write(std::forward<Work>(work));
  }

  fakes::FakeClock clock;
  fakes::SeededRandom random{3};
  fakes::RecordingLog log;
  fakes::MemoryStore store;
  std::unique_ptr<ports::KeyCustody> custody = fakes::makeTestCustody();
  std::unique_ptr<sealing::RowSealer> sealer =
      sealing::RowSealer::open(store, *custody, random).value();
  base::TenantId issuer = base::TenantId::random(random);
  base::TenantId acquirer = base::TenantId::random(random);
  base::DeviceId device = base::DeviceId::random(random);
  crypto::P256Key deviceKey = crypto::P256Key::generate(random);
  Catalog catalog = makeCatalog(issuer);
  Tsp tsp{store, *custody, *sealer, catalog, clock, random, log};
  Tokens tokens{tsp};
  Authorizations authorizations{tsp};
  Reversals reversals{tsp};
};

}  // namespace florin::tsp
