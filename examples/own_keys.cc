// Keys in a keystore of the platform's. Here OpenSSL and a folder stand for it; in a phone it is
// hardware, and the handle is the name that the hardware knows the key by.
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <array>
#include <cerrno>

#include "get_card.h"

namespace example {

using florin::Bytes;
using florin::ByteView;
using florin::Code;
using florin::Error;
using florin::KeyHandle;
using florin::Result;
using florin::SecretBytes;
using florin::Status;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

constexpr std::size_t kPoint = 65;
constexpr std::size_t kScalar = 32;

ByteView view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Keystore answers for keys that it never gives away. Its calls may come from two threads at once:
// it has no state but the files.
class Keystore : public florin::DeviceKeys {
 public:
  explicit Keystore(std::string folder) : folder_(std::move(folder)) {}

  Result<KeyHandle> generate() override {
    std::array<std::uint8_t, 8> random{};
    if (RAND_bytes(random.data(), random.size()) != 1) return Error(Code::kInternal, "no random");
    std::string id;
    for (const std::uint8_t byte : random) id += "0123456789abcdef"[byte % 16];
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const File file = open(id, O_WRONLY | O_CREAT | O_EXCL, "w");
    if (!key || !file ||
        PEM_write_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
        std::fflush(file.get()) != 0 || ::fsync(::fileno(file.get())) != 0) {
      return Error(Code::kUnavailable, "the keystore cannot keep a key");
    }
    return KeyHandle::copyOf(view(id));
  }

  Result<Bytes> publicKey(const KeyHandle& handle) override {
    FLORIN_TRY_ASSIGN(const Key key, load(handle));
    Bytes point(kPoint);
    std::size_t size = 0;
    if (EVP_PKEY_get_octet_string_param(key.get(), "pub", point.data(), kPoint, &size) != 1 ||
        size != kPoint) {
      return Error(Code::kInternal, "no public key");
    }
    return point;
  }

  Result<Bytes> sign(const KeyHandle& handle, ByteView message) override {
    FLORIN_TRY_ASSIGN(const Key key, load(handle));
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    Bytes der(80);
    std::size_t size = der.size();
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), der.data(), &size, message.data(), message.size()) != 1) {
      return Error(Code::kInternal, "the keystore cannot sign");
    }
    const std::uint8_t* at = der.data();
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)), ECDSA_SIG_free);
    Bytes signature(2 * kScalar);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), signature.data(), kScalar);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), signature.data() + kScalar, kScalar);
    return signature;
  }

  Result<SecretBytes> agree(const KeyHandle& handle, ByteView peer) override {
    FLORIN_TRY_ASSIGN(const Key key, load(handle));
    const Key other(EVP_PKEY_new(), EVP_PKEY_free);
    if (peer.size() != kPoint || EVP_PKEY_copy_parameters(other.get(), key.get()) != 1 ||
        EVP_PKEY_set1_encoded_public_key(other.get(), peer.data(), peer.size()) != 1) {
      return Error(Code::kMalformed, "not a point of P-256");
    }
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
        EVP_PKEY_CTX_new(key.get(), nullptr), EVP_PKEY_CTX_free);
    SecretBytes shared(kScalar);
    std::size_t size = kScalar;
    if (EVP_PKEY_derive_init(context.get()) != 1 ||
        EVP_PKEY_derive_set_peer(context.get(), other.get()) != 1 ||
        EVP_PKEY_derive(context.get(), shared.exposeMutable().data(), &size) != 1) {
      return Error(Code::kInternal, "the keystore cannot agree");
    }
    return shared;
  }

  // attest says that the key is at hand, in the one format that florind knows (docs/protocol.md
  // 4.4). A hardware keystore gives its certificate chain over `challenge` here.
  Result<std::optional<Bytes>> attest(const KeyHandle& handle, ByteView challenge) override {
    constexpr std::string_view kFormat = "florin self-attestation/1";
    FLORIN_TRY_ASSIGN(const Bytes point, publicKey(handle));
    Bytes text(kFormat.begin(), kFormat.end());
    text.insert(text.end(), challenge.begin(), challenge.end());
    text.insert(text.end(), point.begin(), point.end());
    FLORIN_TRY_ASSIGN(const Bytes signature, sign(handle, text));
    Bytes attestation(kFormat.begin(), kFormat.end());
    attestation.insert(attestation.end(), signature.begin(), signature.end());
    return std::optional(std::move(attestation));
  }

  // remove may come twice for one key: the second time there is nothing left to do.
  Status remove(const KeyHandle& handle) override {
    if (::unlink(pathOf(handle).c_str()) == 0 || errno == ENOENT) return {};
    return Error(Code::kUnavailable, "the keystore cannot remove a key");
  }

 private:
  [[nodiscard]] std::string pathOf(const KeyHandle& handle) const {
    const ByteView id = handle.expose();
    return folder_ + "/" + std::string(id.begin(), id.end()) + ".pem";
  }
  [[nodiscard]] File open(const std::string& id, int flags, const char* mode) const {
    const int fd = ::open((folder_ + "/" + id + ".pem").c_str(), flags, 0600);
    return {fd < 0 ? nullptr : ::fdopen(fd, mode), std::fclose};
  }
  [[nodiscard]] Result<Key> load(const KeyHandle& handle) const {
    const File file(std::fopen(pathOf(handle).c_str(), "r"), std::fclose);
    Key key(file ? PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr) : nullptr,
            EVP_PKEY_free);
    if (!key) return Error(Code::kNotFound, "the keystore does not know this key");
    return key;
  }

  std::string folder_;
};

// KeystoreVaultKey derives the vault's key under the vault's salt. In a phone the keystore does the
// HMAC, with a key that it never gives away.
class KeystoreVaultKey : public florin::VaultKeyProvider {
 public:
  explicit KeystoreVaultKey(SecretBytes secret) : secret_(std::move(secret)) {}
  Result<SecretBytes> unlock(ByteView salt) override {
    SecretBytes key(kScalar);
    unsigned size = kScalar;
    if (HMAC(EVP_sha256(), secret_.expose().data(), static_cast<int>(secret_.size()), salt.data(),
             salt.size(), key.exposeMutable().data(), &size) == nullptr) {
      return Error(Code::kInternal, "no HMAC");
    }
    return key;
  }

 private:
  SecretBytes secret_;
};

bool run(const Place& place) {
  Keystore keystore(place.folder);
  KeystoreVaultKey vaultKey(SecretBytes::copyOf(view("32 bytes that hardware would keep...")));
  const auto storage = must(florin::openFileStorage(place.folder + "/wallet.vault"), "storage");
  const auto transport =
      must(florin::makeHttpsTransport({place.backend, {}, place.caFile, {}}), "transport");
  const auto executor = florin::SerialExecutor::make();
  florin::NullLog log;
  const auto wallet =
      must(florin::Wallet::open({"example", "example-app", "a phone"},
                                {*storage, vaultKey, *transport, *executor, log, &keystore}),
           "wallet");
  const bool good = secureEnroll(*wallet) && getCard(*wallet, {"en", ""});
  showCards(*wallet);
  executor->stop();
  return good;
}

}  // namespace example

int main(int argc, char** argv) {
  if (argc == 4) return example::run({argv[1], argv[2], argv[3]}) ? 0 : 1;
  std::fputs("usage: own_keys FOLDER URL CA-FILE\n", stderr);
  return 2;
}
