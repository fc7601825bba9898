// CipherState and SymmetricState of Noise (revision 34, 5.1 and 5.2) with AESGCM and SHA256.
#pragma once

#include <optional>
#include <string_view>

#include "crypto/hash.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::protocol {

// CipherState is a key and the number of messages under it; the nonce is 4 zero bytes and that
// number, big-endian.
class CipherState {
 public:
  explicit CipherState(SecretBytes key) : key_(std::move(key)) {}

  Bytes encrypt(ByteView ad, ByteView plaintext);

  // decrypt: kUnauthenticated; the number is not counted then.
  Result<SecretBytes> decrypt(ByteView ad, ByteView ciphertext);

 private:
  SecretBytes key_;
  std::uint64_t count_ = 0;
};

// SymmetricState is the chaining key and the transcript's hash, and a CipherState once a key was
// mixed in. Before that encryptAndHash leaves the text as it is, as Noise wants it.
class SymmetricState {
 public:
  explicit SymmetricState(std::string_view protocolName);

  void mixHash(ByteView data);
  void mixKey(const SecretBytes& input);
  void mixKeyAndHash(const SecretBytes& input);
  Bytes encryptAndHash(ByteView plaintext);
  Result<SecretBytes> decryptAndHash(ByteView ciphertext);

  struct Split {
    CipherState fromInitiator;
    CipherState fromResponder;
  };
  [[nodiscard]] Split split() const;

  [[nodiscard]] const Bytes& handshakeHash() const { return hash_; }
  [[nodiscard]] const SecretBytes& chainingKey() const { return chainingKey_; }

 private:
  Bytes hash_;
  SecretBytes chainingKey_;
  std::optional<CipherState> cipher_;
};

}  // namespace florin::protocol
