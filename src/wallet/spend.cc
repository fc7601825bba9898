#include "wallet/spend.h"

#include "base/running_atc.h"
#include "crypto/key_transport.h"
#include "emv/offline_authentication.h"
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

// Unwraps with the device's transport key (D8).
class Unwrapper {
 public:
  Unwrapper(Core& core, const vault::DeviceRecord& device) : core_(core), device_(device) {}

  Result<SecretBytes> unwrap(ByteView transportPoint, const crypto::PaymentKeyLabel& label,
                             ByteView wrapped) const {
    FLORIN_TRY_ASSIGN(const SecretBytes shared,
                      core_.deviceKeys().agree(device_.transportKey, transportPoint));
    return crypto::unwrapPaymentKey(shared, label, wrapped);
  }

  [[nodiscard]] crypto::PaymentKeyLabel label(const base::KeyId& transportKeyId,
                                              const base::TokenId& card, messages::KeyKind kind,
                                              std::uint32_t number) const {
    return {transportKeyId, device_.deviceId, card, static_cast<std::uint8_t>(kind), number};
  }

 private:
  Core& core_;
  const vault::DeviceRecord& device_;
};

Result<std::optional<crypto::RecoveryKey>> ownKey(const Unwrapper& unwrapper,
                                                  const vault::Vault& vault,
                                                  const base::TokenId& card) {
  FLORIN_TRY_ASSIGN(const auto key, vault::iccKeyOf(vault, card));
  if (!key) return std::optional<crypto::RecoveryKey>();
  FLORIN_TRY_ASSIGN(const SecretBytes der,
                    unwrapper.unwrap(key->transportPublicKey,
                                     unwrapper.label(key->transportKeyId, card,
                                                     messages::KeyKind::kIcc, key->number),
                                     key->wrapped));
  FLORIN_TRY_ASSIGN(crypto::RecoveryKey own, crypto::RecoveryKey::fromPrivateDer(der));
  if (own.publicKey().modulus.size() > emv::kCardKeyMax) {
    return Error(Code::kMalformed, "the card's own key is too long");
  }
  return std::optional(std::move(own));
}

}  // namespace

Result<SpentKey> spendKey(Core& core, const base::TokenId& card) {
  const base::Time now = core.backendTime();
  return core.withVault([&](vault::Vault& vault) -> Result<SpentKey> {
    FLORIN_TRY(checkActive(vault, card));
    FLORIN_TRY_ASSIGN(const auto device, vault::readRecord<vault::DeviceRecord>(vault));
    if (!device) return Error(Code::kWrongState, "the device is not enrolled");
    const Unwrapper unwrapper(core, *device);
    FLORIN_TRY_ASSIGN(auto own, ownKey(unwrapper, vault, card));
    FLORIN_TRY_ASSIGN(const vault::TakenKey taken, vault::takeKey(vault, card, now));
    FLORIN_TRY_ASSIGN(SecretBytes key, unwrapper.unwrap(taken.transportPoint,
                                                        unwrapper.label(taken.transportKeyId, card,
                                                                        taken.kind, taken.number),
                                                        taken.wrapped));
    const bool limited = taken.kind == messages::KeyKind::kLuk;
    return SpentKey{card, base::atcOf(taken.atc), limited ? taken.number : 0, std::move(key),
                    std::move(own)};
  });
}

}  // namespace florin::wallet
