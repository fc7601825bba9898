#include "cps/wallet_auth.h"

#include "crypto/p256.h"
#include "messages/status.h"

namespace florin::cps {
namespace {

using messages::CpsStatus;

constexpr Literal kUnknownWallet = "request is not signed by a registered wallet";

Error unknownWallet() { return messages::refusal(CpsStatus::kWalletUnknown, kUnknownWallet); }

// A signature that is right and late is no guess.
Error counted(const ports::HttpRequest& request, const Error& error) {
  if (messages::statusOf(error) == CpsStatus::kWalletUnknown) request.failed();
  return error;
}

Result<proof::SignatureFacts> readFacts(const ports::HttpRequest& request) {
  const proof::RequestFacts facts{request.method, request.path, request.body};
  const proof::SignatureHeaders headers{std::string(request.header("content-digest")),
                                        std::string(request.header("signature-input")),
                                        std::string(request.header("signature"))};
  if (!request.query.empty()) return Error(Code::kMalformed, "a signed request has no query");
  return proof::readSignature(facts, headers);
}

}  // namespace

WalletAuth::WalletAuth(Backend& backend)
    : backend_(backend), nobodysKey_(crypto::P256Key::generate(backend.random).publicPoint()) {}

Status WalletAuth::verify(const proof::SignatureFacts& facts, ByteView publicKey) {
  // The signature first and the window second: the server's time is told only to who holds the key.
  const Status signedBy = proof::verifySignature(facts, publicKey, facts.created);
  if (!signedBy.ok()) return unknownWallet();
  if (!proof::isFresh(facts, backend_.clock.now())) {
    return messages::refusal(CpsStatus::kClockSkew, "signature is outside of the time window");
  }
  if (!nonces_.remember(facts.walletId, facts.nonce, backend_.clock.now())) {
    return messages::refusal(CpsStatus::kClockSkew, "a signature's nonce came a second time");
  }
  return {};
}

Result<records::Wallet> WalletAuth::find(const ports::HttpRequest& request) {
  const auto facts = readFacts(request);
  if (!facts.ok()) return unknownWallet();
  FLORIN_TRY_ASSIGN(auto wallet, backend_.store.read([&](ports::Unit& unit) {
    return unit.wallets().find(backend_.tenant, facts->walletId);
  }));
  const Status verified =
      verify(*facts, wallet ? ByteView(wallet->publicKey) : ByteView(nobodysKey_));
  if (!wallet) {
    return notKnown(backend_, CpsStatus::kWalletUnknown, kUnknownWallet);
  }
  if (!verified.ok()) return verified.error();
  return std::move(*wallet);
}

Result<records::Wallet> WalletAuth::authenticate(const ports::HttpRequest& request) {
  auto wallet = find(request);
  if (!wallet.ok()) return counted(request, wallet.error());
  FLORIN_TRY(request.proved({ports::ProvenClient::Kind::kWallet, wallet->walletId.view()}));
  return wallet;
}

Status WalletAuth::verifyBy(const ports::HttpRequest& request, const base::WalletId& walletId,
                            ByteView publicKey) {
  const auto facts = readFacts(request);
  if (!facts.ok() || facts->walletId != walletId) return unknownWallet();
  return verify(*facts, publicKey);
}

// Who brings the key itself has proved nothing yet, so this is nobody's share.
Status WalletAuth::authenticateBy(const ports::HttpRequest& request, const base::WalletId& walletId,
                                  ByteView publicKey) {
  const Status verified = verifyBy(request, walletId, publicKey);
  return verified.ok() ? verified : counted(request, verified.error());
}

}  // namespace florin::cps
