// For tests: a CPS over the TSP of tsp/tsp_fixture.h, a registered wallet and an enrolled device.
#pragma once

#include "base/limits.h"
#include "cps/activation_codes.h"
#include "cps/backend.h"
#include "cps/operation_log.h"
#include "messages/status.h"
#include "ports/http.h"
#include "proof/http_signature.h"
#include "tsp/tsp_fixture.h"

namespace florin::cps {

struct CpsTest : tsp::TspTest {
  CpsTest() {
    wallet.tenant = tenant;
    wallet.walletId = base::WalletId::random(random);
    wallet.publicKey = walletKey.publicPoint();
    wallet.triesLeft = base::limits::kCodeTries;
    EXPECT_TRUE(write([&](ports::Unit& unit) { return unit.wallets().insert(wallet); }).ok());
    row.tenant = tenant;
    row.deviceId = device;
    row.walletId = wallet.walletId;
    row.transportPublicKey = deviceKey.publicPoint();
    EXPECT_TRUE(write([&](ports::Unit& unit) { return unit.devices().insert(row); }).ok());
  }

  // signedBy gives a request of `wallet` that is signed by `key`.
  ports::HttpRequest signedBy(const crypto::P256Key& key, const std::string& path, Bytes body,
                              const std::string& method = "POST") {
    ports::HttpRequest request;
    request.method = method;
    request.path = path;
    request.body = std::move(body);
    const auto headers = proof::signRequest(
        {request.method, request.path, request.body},
        {wallet.walletId, signingTime.value_or(clock.now()), random.bytes(proof::kNonceSize)},
        [&](ByteView message) { return key.sign(message); });
    EXPECT_TRUE(headers.ok());
    request.headers = {{"content-digest", headers->contentDigest},
                       {"signature-input", headers->signatureInput},
                       {"signature", headers->signature}};
    return request;
  }

  // statusOf gives the CPS status that a result was refused with, kOk when it was not.
  template <class T>
  static messages::CpsStatus statusOf(const Result<T>& result) {
    if (result.ok()) return messages::CpsStatus::kOk;
    return messages::statusOf(result.error()).value_or(messages::CpsStatus::kSystem);
  }

  base::TenantId tenant = base::TenantId::random(random);
  crypto::P256Key walletKey = crypto::P256Key::generate(random);
  std::optional<base::Time> signingTime;  // none: now
  records::Wallet wallet;
  records::Device row;
  Backend backend{store, *custody, *sealer, tokens, clock, random, log, "florin-test", tenant};
  ActivationCodes codes{backend, {}};
  OperationLog operations{backend};
};

}  // namespace florin::cps
