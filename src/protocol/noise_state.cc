#include "protocol/noise_state.h"

#include "base/bytes.h"
#include "crypto/aead.h"
#include "crypto/kdf.h"

namespace florin::protocol {
namespace {

constexpr std::size_t kHashSize = 32;

Bytes nonceOf(std::uint64_t count) {
  Bytes nonce(crypto::kGcmNonce - sizeof(count));
  base::appendBigEndian(nonce, count);
  return nonce;
}

SecretBytes part(const SecretBytes& whole, std::size_t index) {
  return SecretBytes::copyOf(whole.expose().subspan(index * kHashSize, kHashSize));
}

// Noise's HKDF (4.3) is RFC 5869 with the chaining key as salt and no info.
SecretBytes derive(const SecretBytes& chainingKey, const SecretBytes& input, std::size_t outputs) {
  return crypto::hkdf(input, chainingKey.expose(), {}, outputs * kHashSize);
}

}  // namespace

Bytes CipherState::encrypt(ByteView ad, ByteView plaintext) {
  return crypto::aesGcmSeal(key_, nonceOf(count_++), ad, plaintext);
}

Result<SecretBytes> CipherState::decrypt(ByteView ad, ByteView ciphertext) {
  FLORIN_TRY_ASSIGN(SecretBytes plaintext,
                    crypto::aesGcmOpen(key_, nonceOf(count_), ad, ciphertext));
  ++count_;
  return plaintext;
}

SymmetricState::SymmetricState(std::string_view protocolName) {
  if (protocolName.size() <= kHashSize) {
    hash_ = base::toBytes(base::asBytes(protocolName));
    hash_.resize(kHashSize);
  } else {
    hash_ = base::toBytes(crypto::sha256(base::asBytes(protocolName)));
  }
  chainingKey_ = SecretBytes::copyOf(hash_);
}

void SymmetricState::mixHash(ByteView data) {
  hash_ = base::toBytes(crypto::Sha256().update(hash_).update(data).finish());
}

void SymmetricState::mixKey(const SecretBytes& input) {
  const SecretBytes derived = derive(chainingKey_, input, 2);
  chainingKey_ = part(derived, 0);
  cipher_.emplace(part(derived, 1));
}

void SymmetricState::mixKeyAndHash(const SecretBytes& input) {
  const SecretBytes derived = derive(chainingKey_, input, 3);
  chainingKey_ = part(derived, 0);
  mixHash(part(derived, 1).expose());
  cipher_.emplace(part(derived, 2));
}

Bytes SymmetricState::encryptAndHash(ByteView plaintext) {
  Bytes text = cipher_ ? cipher_->encrypt(hash_, plaintext) : base::toBytes(plaintext);
  mixHash(text);
  return text;
}

Result<SecretBytes> SymmetricState::decryptAndHash(ByteView ciphertext) {
  auto plaintext = cipher_ ? cipher_->decrypt(hash_, ciphertext)
                           : Result<SecretBytes>(SecretBytes::copyOf(ciphertext));
  if (plaintext.ok()) mixHash(ciphertext);
  return plaintext;
}

SymmetricState::Split SymmetricState::split() const {
  const SecretBytes derived = derive(chainingKey_, SecretBytes(), 2);
  return {CipherState(part(derived, 0)), CipherState(part(derived, 1))};
}

}  // namespace florin::protocol
