// Operations: everything the backend does to a device (D7). The backend's log keeps them sealed;
// they travel inside the channel only.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"
#include "messages/enrollment.h"

namespace florin::messages {

enum class OperationType : std::uint8_t {
  kInstallCard = 1,
  kInstallKeys = 2,
  kActivateCard = 3,
  kSuspendCard = 4,
  kResumeCard = 5,
  kDeleteCard = 6,
  kRenewProfile = 7,
  kRotateBackendKey = 8,
  kUpdatePolicy = 9,
  kWipe = 10,
};

// The state that a card is to have; operations carry the target, not the step (D7).
enum class CardTarget : std::uint8_t { kInactive = 1, kActive = 2, kSuspended = 3 };

enum class KeyKind : std::uint8_t { kSuk = 1, kLuk = 2, kIcc = 3 };

// IccKey is the card's own RSA key for offline data authentication: PKCS#8, wrapped as a payment
// key of kind kIcc.
struct IccKey {
  base::KeyId transportKeyId;  // the backend transport key of the ECDH
  Bytes transportPublicKey;    // its point, 65 bytes
  std::uint32_t number = 0;    // tells it from the card's others
  Bytes wrapped;
};

struct InstallCard {
  base::DigitalCardId digitalCardId;
  SecretBytes profile;  // emv::encodeProfile
  CardTarget target = CardTarget::kInactive;
  std::string product;  // shown to the cardholder
  std::string scheme;   // program's scheme name, for example "K2"
  std::string panLastFour;
  std::string dpanLastFour;
  std::string panExpiry;         // MMYY
  std::uint32_t lowWater = 0;    // replenish when fewer payments are left
  std::optional<IccKey> iccKey;  // there if the profile speaks of one
};

// One payment key, a SUK or a LUK, wrapped for the device's transport key (D8): AES-KWP under a KEK
// of its own.
struct WrappedKey {
  KeyKind kind = KeyKind::kSuk;
  std::uint32_t number = 0;  // running ATC of a SUK (base/running_atc.h), index of a LUK
  Bytes wrapped;
  // Of a LUK only: it makes at most `uses` cryptograms, none after `expires`, and the device asks
  // for the next one from `refresh` on.
  std::uint32_t uses = 0;
  base::Time expires = {};
  base::Time refresh = {};
};
struct InstallKeys {
  base::KeyId transportKeyId;    // the backend transport key of the ECDH
  Bytes transportPublicKey;      // its point, 65 bytes
  std::vector<WrappedKey> keys;  // ascending by number, at most limits::kKeysPerOperation; a LUK
                                 // stands alone and replaces the card's LUK
  std::uint32_t voidBelow = 0;   // lower running ATCs are over, and their SUKs void; 0: none is
};

// UpdatePolicy carries what changed in the key policy of a card's program since it was installed.
struct UpdatePolicy {
  std::uint32_t lowWater = 0;  // replenish when fewer payments are left
};

// Activate, suspend, resume: the card's new state. Delete and Wipe have no content.
struct SetCardState {
  CardTarget target = CardTarget::kInactive;
};
struct Nothing {};

// RenewProfile carries an InstallCard, for a card that is there. RotateBackendKey carries the
// channel key to use from now on (a SignedBackendKey).
using OperationPayload =
    std::variant<Nothing, InstallCard, InstallKeys, SetCardState, SignedBackendKey, UpdatePolicy>;

// Operation number `opSeq` of its device; `cardSeq` orders the operations of one card.
struct Operation {
  std::uint64_t opSeq = 0;
  std::uint64_t cardSeq = 0;  // 0: concerns the device, not a card
  base::TokenId tokenId;      // zero when cardSeq is 0
  OperationType type = OperationType::kWipe;
  OperationPayload payload;
};

// encodePayload gives the bytes that the backend's log keeps (sealed) and repeats; encodeOperation
// puts them on the wire.
SecretBytes encodePayload(OperationType type, const OperationPayload& payload);
Result<OperationPayload> decodePayload(OperationType type, ByteView bytes);

}  // namespace florin::messages
