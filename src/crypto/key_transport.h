// Key transport (D8, docs/protocol.md 7): payment keys travel and rest wrapped, each under a key of
// its own. It stands in this room because the backend's key custody and the device's vault both
// need it, and neither may see the other.
//
//   kek     = AES-256-ECB(key = x of ECDH(backend transport key, device transport key), label)
//   label   = SHA-256("florin kt/1" | transportKeyId | deviceId | tokenId | kind | number)
//   wrapped = AES-KWP(kek, payment key)
//
// Ids are 16 bytes, kind is one byte, number is 4 bytes big-endian, so the text has one reading.
// PKCS#11 computes the same: CKM_ECDH1_DERIVE, CKM_AES_ECB_ENCRYPT_DATA, CKM_AES_KEY_WRAP_KWP.
#pragma once

#include "base/ids.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::crypto {

// PaymentKeyLabel names one payment key. The same key under another label has another kek, so a
// wrapped key cannot be passed off for one of another card, device or number.
struct PaymentKeyLabel {
  base::KeyId transportKeyId;  // the backend's key of the ECDH
  base::DeviceId deviceId;
  base::TokenId tokenId;
  std::uint8_t kind = 0;     // messages::KeyKind
  std::uint32_t number = 0;  // ATC of a SUK, index of a LUK
};

// paymentKeyLabelDigest gives the 32-byte label: what custody passes to CKM_AES_ECB_ENCRYPT_DATA.
Bytes paymentKeyLabelDigest(const PaymentKeyLabel& label);

// paymentKek gives the 32-byte kek. `sharedX` is the raw ECDH output, 32 bytes; another size is a
// programmer's error.
SecretBytes paymentKek(const SecretBytes& sharedX, const PaymentKeyLabel& label);

// wrapPaymentKey wraps a key of at least one byte.
Bytes wrapPaymentKey(const SecretBytes& sharedX, const PaymentKeyLabel& label,
                     const SecretBytes& key);

// unwrapPaymentKey: kUnauthenticated when the shared value or any field of the label is another
// one, or any bit of `wrapped` is not what it was.
Result<SecretBytes> unwrapPaymentKey(const SecretBytes& sharedX, const PaymentKeyLabel& label,
                                     ByteView wrapped);

}  // namespace florin::crypto
