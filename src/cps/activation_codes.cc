#include "cps/activation_codes.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "messages/status.h"

namespace florin::cps {
namespace {

using messages::CpsStatus;

Bytes rowId(const base::WalletId& walletId, ByteView codeRef) {
  return base::concat(walletId.view(), codeRef);
}

}  // namespace

Result<NewCode> ActivationCodes::prepare(const records::Wallet& wallet,
                                         const records::DigitalCard& card) {
  NewCode made;
  made.code = protocol::newCode(policy_.suite, backend_.random);
  FLORIN_TRY_ASSIGN(const protocol::ParsedCode parsed, protocol::parseCode(made.code));
  FLORIN_TRY_ASSIGN(const protocol::Spake2Secrets secrets,
                    protocol::deriveSecrets(made.code, wallet.walletId, backend_.backendId));
  FLORIN_TRY_ASSIGN(const protocol::Registration record, protocol::makeRegistration(secrets));
  records::ActivationCode& row = made.row;
  row.tenant = wallet.tenant;
  row.walletId = wallet.walletId;
  row.codeRef = parsed.suite == messages::Suite::kS1
                    ? parsed.codeRef
                    : backend_.random.bytes(protocol::kCodeRefSize);
  row.suite = static_cast<std::uint8_t>(parsed.suite);
  row.sealedRecord = backend_.sealer.seal(
      {"activation_codes", "record", rowId(row.walletId, row.codeRef)}, record.toBytes());
  row.digitalCardId = card.digitalCardId;
  row.tokenId = card.tokenId;
  row.issuer = card.issuer;
  row.expires = backend_.clock.now() + policy_.lifetime;
  return made;
}

Status ActivationCodes::commit(ports::Unit& unit, const NewCode& code) {
  const records::ActivationCode& row = code.row;
  if (row.suite == static_cast<std::uint8_t>(messages::Suite::kS2)) {
    FLORIN_TRY_ASSIGN(const auto older, unit.codes().findTyped(row.tenant, row.walletId));
    if (older) FLORIN_TRY(unit.codes().erase(row.tenant, row.walletId, older->codeRef));
  }
  FLORIN_TRY_ASSIGN(const std::uint32_t open, unit.codes().countOf(row.tenant, row.walletId));
  if (open >= base::limits::kOpenCodesPerWallet) {
    return messages::refusal(CpsStatus::kCapacityExceeded, "wallet has too many open codes");
  }
  FLORIN_TRY(unit.codes().put(row));
  return unit.wallets().setTriesLeft(row.tenant, row.walletId, base::limits::kCodeTries);
}

Result<std::optional<records::ActivationCode>> ActivationCodes::find(ports::Unit& unit,
                                                                     const records::Wallet& wallet,
                                                                     messages::Suite suite,
                                                                     ByteView codeRef) {
  if (suite == messages::Suite::kS2) return unit.codes().findTyped(wallet.tenant, wallet.walletId);
  return unit.codes().find(wallet.tenant, wallet.walletId, codeRef);
}

Result<protocol::Registration> ActivationCodes::openRecord(const records::ActivationCode& row) {
  FLORIN_TRY_ASSIGN(
      const SecretBytes bytes,
      backend_.sealer.open({"activation_codes", "record", rowId(row.walletId, row.codeRef)},
                           row.sealedRecord));
  return protocol::Registration::fromBytes(bytes);
}

Status ActivationCodes::checkUsable(const records::Wallet& wallet,
                                    const records::ActivationCode& row) {
  if (wallet.triesLeft == 0) {
    return messages::refusal(CpsStatus::kCodeTriesExceeded, "no tries left for this wallet");
  }
  if (backend_.clock.now() >= row.expires) {
    return messages::refusal(CpsStatus::kCodeExpired, "activation code has expired");
  }
  return {};
}

Status ActivationCodes::finish(ports::Unit& unit, const records::ActivationCode& row) {
  FLORIN_TRY(unit.codes().erase(row.tenant, row.walletId, row.codeRef));
  FLORIN_TRY(unit.wallets().setTriesLeft(row.tenant, row.walletId, base::limits::kCodeTries));
  FLORIN_TRY_ASSIGN(auto card, unit.digitalCards().find(row.tenant, row.digitalCardId));
  if (!card || card->sealedReply.empty()) return {};
  card->sealedReply.clear();
  return unit.digitalCards().update(*card);
}

}  // namespace florin::cps
