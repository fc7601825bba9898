#include "crypto/key_transport.h"

#include "crypto/aes.h"
#include "crypto/hash.h"
#include "crypto/keywrap.h"

namespace florin::crypto {

Bytes paymentKeyLabelDigest(const PaymentKeyLabel& label) {
  const Digest digest = Sha256()
                            .update(base::asBytes("florin kt/1"))
                            .update(label.transportKeyId.view())
                            .update(label.deviceId.view())
                            .update(label.tokenId.view())
                            .update(ByteView(&label.kind, 1))
                            .update(base::bigEndian(label.number))
                            .finish();
  return base::toBytes(digest);
}

SecretBytes paymentKek(const SecretBytes& sharedX, const PaymentKeyLabel& label) {
  return aesEcbEncrypt(sharedX, paymentKeyLabelDigest(label));
}

Bytes wrapPaymentKey(const SecretBytes& sharedX, const PaymentKeyLabel& label,
                     const SecretBytes& key) {
  return kwpWrap(paymentKek(sharedX, label), key);
}

Result<SecretBytes> unwrapPaymentKey(const SecretBytes& sharedX, const PaymentKeyLabel& label,
                                     ByteView wrapped) {
  return kwpUnwrap(paymentKek(sharedX, label), wrapped);
}

}  // namespace florin::crypto
