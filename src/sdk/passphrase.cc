// The vault's key from a passphrase (D9).
#include "crypto/kdf.h"
#include "florin/keys.h"

namespace florin::sdk {
namespace {

// The cost is part of the vault's key: it never changes under this provider.
constexpr std::uint64_t kN = 1U << 15U;
constexpr std::uint32_t kR = 8;
constexpr std::uint32_t kP = 3;
constexpr std::size_t kVaultKey = 32;

class PassphraseProvider : public VaultKeyProvider {
 public:
  explicit PassphraseProvider(SecretBytes passphrase) : passphrase_(std::move(passphrase)) {}

  Result<SecretBytes> unlock(ByteView salt) override {
    if (passphrase_.empty()) return Error(Code::kInvalidArgument, "the passphrase is empty");
    return crypto::scrypt(passphrase_, salt, kN, kR, kP, kVaultKey);
  }

 private:
  SecretBytes passphrase_;
};

}  // namespace
}  // namespace florin::sdk

namespace florin {

std::unique_ptr<VaultKeyProvider> makePassphraseProvider(SecretBytes passphrase) {
  return std::make_unique<sdk::PassphraseProvider>(std::move(passphrase));
}

}  // namespace florin
