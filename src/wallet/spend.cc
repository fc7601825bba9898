#include "wallet/spend.h"

#include "base/running_atc.h"
#include "crypto/key_transport.h"
#include "vault/payment_keys.h"

namespace florin::wallet {
namespace {

Status checkActive(const vault::Vault& vault, const base::TokenId& card) {
  FLORIN_TRY_ASSIGN(const auto record, vault::readRecord<vault::CardRecord>(vault, card.view()));
  if (!record) return Error(Code::kNotFound, "no such card");
  if (record->target != messages::CardTarget::kActive) {
    return Error(Code::kWrongState, "the card is not active");
  }
  return {};
}

}  // namespace

Result<SpentKey> spendKey(Core& core, const base::TokenId& card) {
  const base::Time now = core.backendTime();
  return core.withVault([&](vault::Vault& vault) -> Result<SpentKey> {
    FLORIN_TRY(checkActive(vault, card));
    FLORIN_TRY_ASSIGN(const auto device, vault::readRecord<vault::DeviceRecord>(vault));
    if (!device) return Error(Code::kWrongState, "the device is not enrolled");
    FLORIN_TRY_ASSIGN(const vault::TakenKey taken, vault::takeKey(vault, card, now));
    FLORIN_TRY_ASSIGN(const SecretBytes shared,
                      core.deviceKeys().agree(device->transportKey, taken.transportPoint));
    const crypto::PaymentKeyLabel label{taken.transportKeyId, device->deviceId, card,
                                        static_cast<std::uint8_t>(taken.kind), taken.number};
    FLORIN_TRY_ASSIGN(SecretBytes key, crypto::unwrapPaymentKey(shared, label, taken.wrapped));
    const bool limited = taken.kind == messages::KeyKind::kLuk;
    return SpentKey{card, base::atcOf(taken.atc), limited ? taken.number : 0, std::move(key)};
  });
}

}  // namespace florin::wallet
