#include "emv/offline_authentication.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "codec/tlv.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
#include "emv/expiry.h"
#include "emv/numeric.h"

namespace florin::emv {
namespace {

constexpr std::uint8_t kHeader = 0x6A;
constexpr std::uint8_t kTrailer = 0xBC;
constexpr std::uint8_t kPadding = 0xBB;
constexpr std::uint8_t kIssuerFormat = 0x02;
constexpr std::uint8_t kCardFormat = 0x04;
constexpr std::uint8_t kDynamicFormat = 0x05;
constexpr std::uint8_t kSha1 = 0x01;
constexpr std::uint8_t kRsa = 0x01;
constexpr std::size_t kHash = 20;
constexpr std::size_t kAround = 1 + kHash + 1;  // header, hash, trailer
constexpr std::size_t kIssuerName = 4;
constexpr std::size_t kCardName = 10;
constexpr std::size_t kLeastIssuerDigits = 3;
constexpr std::size_t kKeyFacts = 2 + 3 + 1 + 1 + 1 + 1;  // expiry to length of the exponent

Error invalid(Literal text) { return {Code::kInvalidArgument, text}; }
Error notOurs(Literal text) { return {Code::kUnauthenticated, text}; }

// Format cn of the digits in `size` bytes.
Result<Bytes> nameOf(const SecretBytes& digits, std::size_t size) {
  FLORIN_TRY_ASSIGN(const SecretBytes packed, packDigits(digits));
  if (packed.size() > size) return invalid("too many digits for a certificate");
  Bytes name = base::toBytes(packed.expose());
  name.resize(size, 0xFF);
  return name;
}

// What is the same in both certificates.
struct Layout {
  std::uint8_t format;
  std::size_t nameSize;

  [[nodiscard]] std::size_t head() const { return 1 + nameSize + kKeyFacts; }
};
constexpr Layout kIssuerLayout{kIssuerFormat, kIssuerName};
constexpr Layout kCardLayout{kCardFormat, kCardName};

Result<KeyCertificate> certify(const Layout& layout, const BlockSigner& sign,
                               std::size_t signerSize, ByteView name, const CertifiedKey& facts,
                               ByteView staticData) {
  if (!isExpiry(facts.expiry)) return invalid("expiry of a certificate is not MMYY");
  const Bytes& modulus = facts.key.modulus;
  if (signerSize < layout.head() + kAround || modulus.size() > 255 || facts.key.exponent.empty() ||
      facts.key.exponent.size() > 3) {
    return invalid("keys of a certificate do not have EMV's sizes");
  }
  const std::size_t room = signerSize - kAround - layout.head();
  FLORIN_TRY_ASSIGN(const Bytes expiry, base::fromHex(facts.expiry));
  Bytes body = base::concat(Bytes{layout.format}, name, expiry, facts.serial,
                            Bytes{kSha1, kRsa, static_cast<std::uint8_t>(modulus.size()),
                                  static_cast<std::uint8_t>(facts.key.exponent.size())},
                            ByteView(modulus).first(std::min(room, modulus.size())));
  body.resize(layout.head() + room, kPadding);
  KeyCertificate made;
  if (modulus.size() > room) made.remainder = base::toBytes(ByteView(modulus).subspan(room));
  const auto hash =
      crypto::sha1(base::concat(body, made.remainder, facts.key.exponent, staticData));
  FLORIN_TRY_ASSIGN(made.certificate,
                    sign(base::concat(Bytes{kHeader}, body, hash, Bytes{kTrailer})));
  return made;
}

// The body of a block whose header, trailer and hash are right; `after` is what the hash covers
// besides.
Result<Bytes> openBlock(const RecoveryPublicKey& key, ByteView signature, ByteView after) {
  const auto block = crypto::recoverBlock(key, signature);
  if (!block.ok()) return notOurs("not a signature of this key");
  if (block->front() != kHeader || block->back() != kTrailer) {
    return notOurs("a signature recovers to no block");
  }
  const ByteView body = ByteView(*block).subspan(1, block->size() - kAround);
  const ByteView hash = ByteView(*block).subspan(1 + body.size(), kHash);
  if (!crypto::equal(crypto::sha1(base::concat(body, after)), hash)) {
    return notOurs("a signature is over other data");
  }
  return base::toBytes(body);
}

// Years from 50 on are of the century before (Book 4, 6.7.3).
bool isOver(ByteView packed, base::Time now) {
  const std::string expiry = base::toHex(packed);
  return !isExpiry(expiry) || expiry.substr(2) >= "50" || isExpired(expiry, now);
}

struct Recovered {
  RecoveryPublicKey key;
  Bytes name;  // digits, F behind them
};

Result<Recovered> recover(const Layout& layout, const RecoveryPublicKey& signer,
                          const KeyCertificate& certificate, ByteView exponent, ByteView staticData,
                          base::Time now) {
  FLORIN_TRY_ASSIGN(const Bytes body,
                    openBlock(signer, certificate.certificate,
                              base::concat(certificate.remainder, exponent, staticData)));
  if (body.size() < layout.head() || body[0] != layout.format) {
    return notOurs("a certificate is of another kind");
  }
  const ByteView facts = ByteView(body).subspan(1 + layout.nameSize, kKeyFacts);
  if (facts[5] != kSha1 || facts[6] != kRsa) {
    return Error(Code::kUnsupported, "a certificate of other algorithms");
  }
  if (isOver(facts.first(2), now)) return Error(Code::kExpired, "a certificate has expired");
  const std::size_t size = facts[7];
  const ByteView here = ByteView(body).subspan(layout.head());
  const std::size_t inside = std::min(size, here.size());
  if (facts[8] != exponent.size() || size - inside != certificate.remainder.size()) {
    return notOurs("a certificate is of a key of another size");
  }
  return Recovered{
      {base::concat(here.first(inside), certificate.remainder), base::toBytes(exponent)},
      base::toBytes(ByteView(body).subspan(1, layout.nameSize))};
}

// `name` is digits with F behind them; the PAN begins with them, or is them.
bool names(ByteView name, const SecretBytes& pan, bool whole) {
  const auto digits = unpackDigits(name);
  if (!digits.ok() || digits->size() < kLeastIssuerDigits) return false;
  const std::string_view of = base::asText(pan.expose());
  const std::string_view named = base::asText(digits->expose());
  return whole ? of == named : of.starts_with(named);
}

}  // namespace

Result<KeyCertificate> certifyIssuerKey(const BlockSigner& sign, std::size_t authoritySize,
                                        std::string_view prefix, const CertifiedKey& issuer) {
  if (prefix.size() < kLeastIssuerDigits) return invalid("an issuer identifier is 3 to 8 digits");
  FLORIN_TRY_ASSIGN(const Bytes name,
                    nameOf(SecretBytes::copyOf(base::asBytes(prefix)), kIssuerName));
  return certify(kIssuerLayout, sign, authoritySize, name, issuer, {});
}

Result<KeyCertificate> certifyCardKey(const BlockSigner& sign, std::size_t issuerSize,
                                      const SecretBytes& pan, const CertifiedKey& card,
                                      ByteView staticData) {
  FLORIN_TRY_ASSIGN(const Bytes name, nameOf(pan, kCardName));
  return certify(kCardLayout, sign, issuerSize, name, card, staticData);
}

Result<RecoveryPublicKey> recoverIssuerKey(const RecoveryPublicKey& authority,
                                           const KeyCertificate& certificate, ByteView exponent,
                                           const SecretBytes& pan, base::Time now) {
  FLORIN_TRY_ASSIGN(Recovered found,
                    recover(kIssuerLayout, authority, certificate, exponent, {}, now));
  if (!names(found.name, pan, false)) return notOurs("a certificate of another issuer");
  return std::move(found.key);
}

Result<RecoveryPublicKey> recoverCardKey(const RecoveryPublicKey& issuer,
                                         const KeyCertificate& certificate, ByteView exponent,
                                         const SecretBytes& pan, ByteView staticData,
                                         base::Time now) {
  FLORIN_TRY_ASSIGN(Recovered found,
                    recover(kCardLayout, issuer, certificate, exponent, staticData, now));
  if (!names(found.name, pan, true)) return notOurs("a certificate of another card");
  return std::move(found.key);
}

Result<ByteView> authenticatedPart(std::uint8_t sfi, ByteView record) {
  constexpr std::uint8_t kLastOfTheStandard = 10;
  FLORIN_TRY_ASSIGN(const std::vector<codec::TlvView> objects, codec::decodeTlv(record));
  if (objects.size() != 1 || objects[0].tag != 0x70) {
    return Error(Code::kMalformed, "a record is not one template 70");
  }
  return sfi <= kLastOfTheStandard ? objects[0].value : record;
}

Bytes signDynamicData(const RecoveryKey& card, const DynamicData& data,
                      const std::array<std::uint8_t, 4>& unpredictableNumber) {
  FLORIN_CHECK(data.number.size() >= 2 && data.number.size() <= 8);
  const Bytes inside =
      base::concat(Bytes{static_cast<std::uint8_t>(data.number.size())}, data.number,
                   Bytes{data.cryptogramInformation}, data.cryptogram, data.transactionHash);
  Bytes body =
      base::concat(Bytes{kDynamicFormat, kSha1, static_cast<std::uint8_t>(inside.size())}, inside);
  body.resize(card.publicKey().modulus.size() - kAround, kPadding);
  const auto hash = crypto::sha1(base::concat(body, unpredictableNumber));
  return card.sign(base::concat(Bytes{kHeader}, body, hash, Bytes{kTrailer}));
}

Result<DynamicData> recoverDynamicData(const RecoveryPublicKey& card, ByteView signature,
                                       const std::array<std::uint8_t, 4>& unpredictableNumber) {
  FLORIN_TRY_ASSIGN(const Bytes body, openBlock(card, signature, unpredictableNumber));
  constexpr std::size_t kFixed = 1 + 8 + kHash;  // CID, cryptogram, hash
  const ByteView bytes(body);
  if (bytes.size() < 4 || bytes[0] != kDynamicFormat || bytes[1] != kSha1) {
    return notOurs("a dynamic signature is of another kind");
  }
  const std::size_t size = bytes[2];
  const std::size_t number = bytes[3];
  if (number < 2 || number > 8 || size != 1 + number + kFixed || bytes.size() < 3 + size) {
    return notOurs("dynamic data have another form");
  }
  DynamicData data;
  data.number = base::toBytes(bytes.subspan(4, number));
  const ByteView rest = bytes.subspan(4 + number, kFixed);
  data.cryptogramInformation = rest[0];
  std::ranges::copy(rest.subspan(1, 8), data.cryptogram.begin());
  std::ranges::copy(rest.subspan(9), data.transactionHash.begin());
  return data;
}

std::array<std::uint8_t, 20> transactionHash(ByteView pdolData, ByteView cdol1Data,
                                             ByteView answerObjects) {
  return crypto::sha1(base::concat(pdolData, cdol1Data, answerObjects));
}

}  // namespace florin::emv
