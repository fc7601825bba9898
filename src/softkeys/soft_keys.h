// Key custody in software (D9): the keys of a file in memory. For development and embedded use; an
// HSM by PKCS#11 is for production with cards of value.
#pragma once

#include <memory>

#include "base/random.h"
#include "crypto/random.h"
#include "ports/key_custody.h"
#include "softkeys/key_file.h"

namespace florin::softkeys {

// SoftKeys gives what KeyCustody asks for. The keys do not change once it is open. Thread-safe.
class SoftKeys : public ports::KeyCustody {
 public:
  // create makes the content of a key file with fresh keys, and test issuer master keys (version 1)
  // for `programs`. Keep it in a file that nobody else reads (mode 0600). The RSA key's randomness
  // is the library's own; everything else comes from `random`.
  static SecretBytes create(base::Random& random, const std::vector<std::string>& programs);

  // rotateChannelKey puts a fresh channel key in front and keeps the one before it; a third one is
  // dropped, and devices that still use it enroll again (D6). Errors as open.
  static Result<SecretBytes> rotateChannelKey(const SecretBytes& fileContent, base::Random& random);

  // addProgram makes a test issuer master key, version 1, for one more program. kConflict: it has
  // one; kInvalidArgument: no name of a program; kExhausted: too many. Else as open.
  static Result<SecretBytes> addProgram(const SecretBytes& fileContent, const std::string& program,
                                        base::Random& random);

  // addAuthority makes a test authority, and an issuer key, for a program whose cards are to do
  // CDA. It takes some tenths of a second. kConflict: it has them; kNotFound: no such program;
  // kExhausted: too many. Else as open.
  static Result<SecretBytes> addAuthority(const SecretBytes& fileContent,
                                          const std::string& program);

  // open: kMalformed when `fileContent` is no key file, kUnsupported when of another version.
  static Result<std::unique_ptr<SoftKeys>> open(const SecretBytes& fileContent);

  Result<SecretBytes> random(std::size_t count) override;
  Result<Bytes> wrapDek(const SecretBytes& dek) override;
  Result<SecretBytes> unwrapDek(ByteView wrapped) override;
  Result<std::array<std::uint8_t, 32>> hmac(ByteView data) override;
  ports::BackendPublicKey identityKey() override;
  Result<Bytes> sign(ByteView message) override;
  std::vector<ports::BackendPublicKey> channelKeys() override;
  Result<SecretBytes> agree(const base::KeyId& channelKey, ByteView peerPoint) override;
  Bytes captureKey() override;
  Result<SecretBytes> unwrapContentKey(ByteView encryptedKey) override;
  ports::BackendPublicKey transportKey() override;
  Result<std::vector<Bytes>> wrapPaymentKeys(const ports::CardKeyRef& card,
                                             const ports::WrapRequest& request) override;
  Result<bool> verifyCryptogram(const ports::CardKeyRef& card, const ports::PaymentKeyName& key,
                                ByteView data, const ports::Cryptogram& cryptogram) override;
  Result<ports::Cryptogram> arpc(const ports::CardKeyRef& card, const ports::PaymentKeyName& key,
                                 const ports::Cryptogram& arqc,
                                 const std::array<std::uint8_t, 2>& responseCode) override;
  Result<std::uint8_t> authorityIndex(const std::string& program) override;
  Result<ports::RsaPublicKey> certifierKey(const ports::Certifier& certifier) override;
  Result<Bytes> certify(const ports::Certifier& certifier, ByteView block) override;
  Result<ports::CardRsaKey> makeCardKey() override;
  Result<Bytes> wrapCardKey(ByteView wrapped, const ports::CardKeyWrap& request) override;

  // keyCheckValues names "kek", "hmac", "identity", "channel/<id>", "transport", "capture",
  // "issuer/<program>/<version>" and "authority/<program>"; 6 hex digits each.
  Result<std::vector<std::pair<std::string, std::string>>> keyCheckValues() override;

 private:
  explicit SoftKeys(KeyFile keys) : keys_(std::move(keys)) {}

  // cardKey is the card's master key: option B, which is option A for up to 16 digits.
  Result<SecretBytes> cardKey(const ports::CardKeyRef& card) const;
  Result<const CardAuthority*> authorityOf(const std::string& program) const;
  Result<const crypto::RecoveryKey*> keyOf(const ports::Certifier& certifier) const;

  const KeyFile keys_;
  crypto::OsRandom random_;
};

}  // namespace florin::softkeys
