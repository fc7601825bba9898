#include "softkeys/soft_keys.h"

#include <algorithm>
#include <bit>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/running_atc.h"
#include "crypto/cmac.h"
#include "crypto/des3.h"
#include "crypto/equal.h"
#include "crypto/hmac.h"
#include "crypto/key_transport.h"
#include "crypto/keywrap.h"
#include "emv/cryptogram.h"
#include "emv/key_derivation.h"

namespace florin::softkeys {
namespace {

constexpr unsigned kCaptureBits = 2048;
constexpr std::size_t kCheckValue = 3;
// The largest authority whose certificate fits a record; keys below it whose signatures fit one
// answer (D8).
constexpr unsigned kAuthorityBits = crypto::kRecoveryMaxBits;
constexpr unsigned kIssuerBits = 1408;
constexpr unsigned kCardBits = 1408;

NamedKey newKey(base::Random& random) {
  return {base::KeyId::random(random), crypto::P256Key::generate(random)};
}

// DES keys have odd parity, which an HSM checks at import.
SecretBytes newDesKey(base::Random& random) {
  SecretBytes key = random.secret(16);
  for (std::uint8_t& byte : key.exposeMutable()) {
    if (std::popcount(byte) % 2 == 0) byte ^= 1;
  }
  return key;
}

ports::BackendPublicKey publicOf(const NamedKey& key) { return {key.id, key.key.publicPoint()}; }

std::string checkValue(ByteView value) { return base::toHex(value.first(kCheckValue)); }

std::string checkValueOf(const NamedKey& key) {
  return checkValue(crypto::sha256(key.key.publicPoint()));
}

// paymentKey derives a payment key from its card's.
Result<SecretBytes> paymentKey(const SecretBytes& card, const ports::PaymentKeyName& name) {
  switch (name.kind) {
    case ports::PaymentKeyKind::kSuk: return emv::commonSessionKey(card, base::atcOf(name.number));
    case ports::PaymentKeyKind::kLuk: break;
  }
  FLORIN_TRY_ASSIGN(const std::string index, emv::keyIndexText(name.number));
  return emv::limitedUseKey(card, index);
}

Status checkWrap(const ports::WrapRequest& request) {
  if (request.count > base::limits::kKeysPerOperation) {
    return Error(Code::kTooLarge, "too many payment keys at once", request.count);
  }
  switch (request.first.kind) {
    case ports::PaymentKeyKind::kSuk:
      if (base::atcOf(request.first.number) + request.count > base::kAtcsPerPsn) {
        return Error(Code::kExhausted, "no ATC is left", request.first.number);
      }
      return {};
    case ports::PaymentKeyKind::kLuk: break;
  }
  if (request.count > 1) return Error(Code::kInvalidArgument, "several limited-use keys at once");
  return {};
}

}  // namespace

SecretBytes SoftKeys::create(base::Random& random, const std::vector<std::string>& programs) {
  KeyFile keys{.kek = random.secret(32),
               .hmac = random.secret(32),
               .identity = newKey(random),
               .channel = {},
               .transport = newKey(random),
               .capture = crypto::RsaKey::generate(kCaptureBits),
               .issuerMasterKeys = {},
               .cardAuthorities = {}};
  keys.channel.push_back(newKey(random));
  for (const std::string& program : programs) {
    keys.issuerMasterKeys.push_back({program, 1, newDesKey(random)});
  }
  return encodeKeyFile(keys);
}

Result<SecretBytes> SoftKeys::rotateChannelKey(const SecretBytes& fileContent,
                                               base::Random& random) {
  FLORIN_TRY_ASSIGN(KeyFile keys, decodeKeyFile(fileContent));
  keys.channel.insert(keys.channel.begin(), newKey(random));
  if (keys.channel.size() > base::limits::kChannelKeys) keys.channel.pop_back();
  return encodeKeyFile(keys);
}

Result<SecretBytes> SoftKeys::addProgram(const SecretBytes& fileContent, const std::string& program,
                                         base::Random& random) {
  FLORIN_TRY_ASSIGN(KeyFile keys, decodeKeyFile(fileContent));
  const bool visible = std::ranges::all_of(program, [](char c) { return c > ' ' && c <= '~'; });
  if (program.empty() || program.size() > base::limits::kProgramName || !visible) {
    return Error(Code::kInvalidArgument, "a program's name is 1 to 32 visible characters");
  }
  if (std::ranges::find(keys.issuerMasterKeys, program, &IssuerMasterKey::program) !=
      keys.issuerMasterKeys.end()) {
    return Error(Code::kConflict, "this program has its issuer master key already");
  }
  if (keys.issuerMasterKeys.size() == base::limits::kIssuerMasterKeys) {
    return Error(Code::kExhausted, "the key file holds no more programs");
  }
  keys.issuerMasterKeys.push_back({program, 1, newDesKey(random)});
  return encodeKeyFile(keys);
}

Result<SecretBytes> SoftKeys::addAuthority(const SecretBytes& fileContent,
                                           const std::string& program) {
  FLORIN_TRY_ASSIGN(KeyFile keys, decodeKeyFile(fileContent));
  const auto named = [&](const auto& list, auto member) {
    return std::ranges::find(list, program, member) != list.end();
  };
  if (!named(keys.issuerMasterKeys, &IssuerMasterKey::program)) {
    return Error(Code::kNotFound, "no issuer master key of this program");
  }
  if (named(keys.cardAuthorities, &CardAuthority::program)) {
    return Error(Code::kConflict, "this program has its card authority already");
  }
  if (keys.cardAuthorities.size() == base::limits::kCardAuthorities) {
    return Error(Code::kExhausted, "the key file holds no more card authorities");
  }
  std::uint8_t index = 0;
  for (const CardAuthority& other : keys.cardAuthorities) index = std::max(index, other.index);
  keys.cardAuthorities.push_back({program, ++index, crypto::RecoveryKey::generate(kAuthorityBits),
                                  crypto::RecoveryKey::generate(kIssuerBits)});
  return encodeKeyFile(keys);
}

Result<std::unique_ptr<SoftKeys>> SoftKeys::open(const SecretBytes& fileContent) {
  FLORIN_TRY_ASSIGN(KeyFile keys, decodeKeyFile(fileContent));
  return std::unique_ptr<SoftKeys>(new SoftKeys(std::move(keys)));
}

Result<SecretBytes> SoftKeys::random(std::size_t count) { return random_.secret(count); }

Result<Bytes> SoftKeys::wrapDek(const SecretBytes& dek) {
  if (dek.empty()) return Error(Code::kInvalidArgument, "an empty key is not wrapped");
  return crypto::kwpWrap(keys_.kek, dek);
}

Result<SecretBytes> SoftKeys::unwrapDek(ByteView wrapped) {
  return crypto::kwpUnwrap(keys_.kek, wrapped);
}

Result<std::array<std::uint8_t, 32>> SoftKeys::hmac(ByteView data) {
  return crypto::hmacSha256(keys_.hmac, data);
}

ports::BackendPublicKey SoftKeys::identityKey() { return publicOf(keys_.identity); }

Result<Bytes> SoftKeys::sign(ByteView message) { return keys_.identity.key.sign(message); }

std::vector<ports::BackendPublicKey> SoftKeys::channelKeys() {
  std::vector<ports::BackendPublicKey> keys;
  keys.reserve(keys_.channel.size());
  for (const NamedKey& key : keys_.channel) keys.push_back(publicOf(key));
  return keys;
}

Result<SecretBytes> SoftKeys::agree(const base::KeyId& channelKey, ByteView peerPoint) {
  const auto found = std::ranges::find(keys_.channel, channelKey, &NamedKey::id);
  if (found == keys_.channel.end()) return Error(Code::kNotFound, "no such channel key");
  return found->key.agree(peerPoint);
}

Bytes SoftKeys::captureKey() { return keys_.capture.publicDer(); }

Result<SecretBytes> SoftKeys::unwrapContentKey(ByteView encryptedKey) {
  return keys_.capture.decryptOaepSha256(encryptedKey);
}

ports::BackendPublicKey SoftKeys::transportKey() { return publicOf(keys_.transport); }

Result<std::vector<Bytes>> SoftKeys::wrapPaymentKeys(const ports::CardKeyRef& card,
                                                     const ports::WrapRequest& request) {
  if (request.transportKeyId != keys_.transport.id) {
    return Error(Code::kNotFound, "no such transport key");
  }
  FLORIN_TRY(checkWrap(request));
  FLORIN_TRY_ASSIGN(const SecretBytes master, cardKey(card));
  FLORIN_TRY_ASSIGN(const SecretBytes shared, keys_.transport.key.agree(request.devicePoint));
  ports::PaymentKeyName name = request.first;
  std::vector<Bytes> wrapped;
  for (std::uint32_t i = 0; i < request.count; ++i, ++name.number) {
    FLORIN_TRY_ASSIGN(const SecretBytes key, paymentKey(master, name));
    const crypto::PaymentKeyLabel label{request.transportKeyId, request.deviceId, request.tokenId,
                                        static_cast<std::uint8_t>(name.kind), name.number};
    wrapped.push_back(crypto::wrapPaymentKey(shared, label, key));
  }
  return wrapped;
}

Result<bool> SoftKeys::verifyCryptogram(const ports::CardKeyRef& card,
                                        const ports::PaymentKeyName& key, ByteView data,
                                        const ports::Cryptogram& cryptogram) {
  FLORIN_TRY_ASSIGN(const SecretBytes master, cardKey(card));
  FLORIN_TRY_ASSIGN(const SecretBytes session, paymentKey(master, key));
  const auto expected = emv::applicationCryptogram(session, data, emv::Mac::kRetailPadding2);
  return crypto::equal(expected, cryptogram);
}

Result<ports::Cryptogram> SoftKeys::arpc(const ports::CardKeyRef& card,
                                         const ports::PaymentKeyName& key,
                                         const ports::Cryptogram& arqc,
                                         const std::array<std::uint8_t, 2>& responseCode) {
  FLORIN_TRY_ASSIGN(const SecretBytes master, cardKey(card));
  FLORIN_TRY_ASSIGN(const SecretBytes session, paymentKey(master, key));
  return emv::arpcMethod1(session, arqc, responseCode);
}

Result<std::uint8_t> SoftKeys::authorityIndex(const std::string& program) {
  FLORIN_TRY_ASSIGN(const CardAuthority* authority, authorityOf(program));
  return authority->index;
}

Result<ports::RsaPublicKey> SoftKeys::certifierKey(const ports::Certifier& certifier) {
  FLORIN_TRY_ASSIGN(const crypto::RecoveryKey* key, keyOf(certifier));
  return ports::RsaPublicKey{key->publicKey().modulus, key->publicKey().exponent};
}

Result<Bytes> SoftKeys::certify(const ports::Certifier& certifier, ByteView block) {
  FLORIN_TRY_ASSIGN(const crypto::RecoveryKey* key, keyOf(certifier));
  if (block.size() != key->publicKey().modulus.size() || block.front() != 0x6A ||
      block.back() != 0xBC) {
    return Error(Code::kInvalidArgument, "no block of a certificate under this key");
  }
  return key->sign(block);
}

Result<ports::CardRsaKey> SoftKeys::makeCardKey() {
  const auto key = crypto::RecoveryKey::generate(kCardBits);
  return ports::CardRsaKey{{key.publicKey().modulus, key.publicKey().exponent},
                           crypto::kwpWrap(keys_.kek, key.privateDer())};
}

Result<Bytes> SoftKeys::wrapCardKey(ByteView wrapped, const ports::CardKeyWrap& request) {
  if (request.transportKeyId != keys_.transport.id) {
    return Error(Code::kNotFound, "no such transport key");
  }
  FLORIN_TRY_ASSIGN(const SecretBytes key, crypto::kwpUnwrap(keys_.kek, wrapped));
  FLORIN_TRY_ASSIGN(const SecretBytes shared, keys_.transport.key.agree(request.devicePoint));
  return crypto::wrapPaymentKey(shared,
                                {request.transportKeyId, request.deviceId, request.tokenId,
                                 ports::kIccKeyKind, request.number},
                                key);
}

Result<std::vector<std::pair<std::string, std::string>>> SoftKeys::keyCheckValues() {
  const Bytes zeros(16);
  std::vector<std::pair<std::string, std::string>> values = {
      {"kek", checkValue(crypto::aesCmac(keys_.kek, zeros))},
      {"hmac", checkValue(crypto::hmacSha256(keys_.hmac, zeros))},
      {"identity", checkValueOf(keys_.identity)},
      {"transport", checkValueOf(keys_.transport)},
      {"capture", checkValue(crypto::sha256(keys_.capture.publicDer()))}};
  for (const NamedKey& key : keys_.channel) {
    values.emplace_back("channel/" + key.id.toString(), checkValueOf(key));
  }
  for (const IssuerMasterKey& key : keys_.issuerMasterKeys) {
    const auto block = crypto::tdesEncryptBlock(key.key, ByteView(zeros).first(8));
    values.emplace_back("issuer/" + key.program + "/" + std::to_string(key.version),
                        checkValue(block));
  }
  for (const CardAuthority& one : keys_.cardAuthorities) {
    values.emplace_back("authority/" + one.program,
                        checkValue(crypto::sha256(one.authority.publicKey().modulus)));
  }
  return values;
}

Result<SecretBytes> SoftKeys::cardKey(const ports::CardKeyRef& card) const {
  for (const IssuerMasterKey& issuer : keys_.issuerMasterKeys) {
    if (issuer.program == card.program && issuer.version == card.masterKeyVersion) {
      return emv::iccMasterKey(issuer.key, card.dpan, card.psn, emv::MasterKeyOption::kB);
    }
  }
  return Error(Code::kNotFound, "no issuer master key of this program and version");
}

Result<const CardAuthority*> SoftKeys::authorityOf(const std::string& program) const {
  const auto found = std::ranges::find(keys_.cardAuthorities, program, &CardAuthority::program);
  if (found == keys_.cardAuthorities.end()) {
    return Error(Code::kNotFound, "no card authority of this program");
  }
  return &*found;
}

Result<const crypto::RecoveryKey*> SoftKeys::keyOf(const ports::Certifier& certifier) const {
  FLORIN_TRY_ASSIGN(const CardAuthority* authority, authorityOf(certifier.program));
  switch (certifier.key) {
    case ports::CertifierKey::kAuthority: return &authority->authority;
    case ports::CertifierKey::kIssuer: break;
  }
  return &authority->issuer;
}

}  // namespace florin::softkeys
