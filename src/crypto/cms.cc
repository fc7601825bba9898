#include "crypto/cms.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "crypto/block_cipher.h"
#include "crypto/der.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/rsa.h"

namespace florin::crypto {
namespace {

namespace limits = base::limits;
using enum DerTag;

constexpr std::size_t kBlock = 16;
constexpr std::size_t kContentKey = 32;
constexpr std::size_t kKeyId = 20;

// Contents of OBJECT IDENTIFIERs and of the version.
constexpr std::uint8_t kEnvelopedData[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03};
constexpr std::uint8_t kData[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01};
constexpr std::uint8_t kRsaesOaep[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x07};
constexpr std::uint8_t kMgf1[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08};
constexpr std::uint8_t kSha256[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
constexpr std::uint8_t kAes256Cbc[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2A};
constexpr std::uint8_t kVersion[] = {2};

const EVP_CIPHER* aes256Cbc() {
  static const CipherPtr cipher = fetchCipher("AES-256-CBC");
  return cipher.get();
}

// PKCS#7 padding (RFC 5652, 6.3).
SecretBytes padded(ByteView content) {
  const std::size_t padding = kBlock - content.size() % kBlock;
  SecretBytes out(content.size() + padding);
  std::ranges::copy(content, out.exposeMutable().begin());
  std::ranges::fill(out.exposeMutable().last(padding), static_cast<std::uint8_t>(padding));
  return out;
}

Bytes oaepAlgorithm() {
  const Bytes sha256Id =
      derElement(kSequence, {derElement(kOid, {kSha256}), derElement(kNull, {})});
  const Bytes mgf1Id = derElement(kSequence, {derElement(kOid, {kMgf1}), sha256Id});
  const Bytes parameters = derElement(kSequence, {derElement(kContext0Constructed, {sha256Id}),
                                                  derElement(kContext1Constructed, {mgf1Id})});
  return derElement(kSequence, {derElement(kOid, {kRsaesOaep}), parameters});
}

Bytes encode(const CmsParts& parts) {
  const Bytes version = derElement(kInteger, {kVersion});
  const Bytes recipient =
      derElement(kSequence, {version, derElement(kContext0, {parts.recipientKeyId}),
                             oaepAlgorithm(), derElement(kOctetString, {parts.encryptedKey})});
  const Bytes cipher =
      derElement(kSequence, {derElement(kOid, {kAes256Cbc}), derElement(kOctetString, {parts.iv})});
  const Bytes content = derElement(
      kSequence, {derElement(kOid, {kData}), cipher, derElement(kContext0, {parts.ciphertext})});
  const Bytes enveloped = derElement(kSequence, {version, derElement(kSet, {recipient}), content});
  return derElement(kSequence, {derElement(kOid, {kEnvelopedData}),
                                derElement(kContext0Constructed, {enveloped})});
}

// expect takes an element that has only one content that we understand.
Status expect(DerReader& reader, DerTag tag, ByteView content) {
  FLORIN_TRY_ASSIGN(const ByteView found, reader.take(tag));
  if (!std::ranges::equal(found, content)) return Error(Code::kUnsupported, "CMS: algorithm");
  return {};
}

// AlgorithmIdentifier of SHA-256: its parameters are NULL or absent (RFC 4055, 2.1).
Status expectSha256(DerReader& reader) {
  FLORIN_TRY_ASSIGN(const ByteView content, reader.take(kSequence));
  DerReader inner(content);
  FLORIN_TRY(expect(inner, kOid, kSha256));
  if (!inner.atEnd()) FLORIN_TRY(expect(inner, kNull, {}));
  return inner.end();
}

// RSAES-OAEP-params (RFC 4055, 4.1): both defaults are SHA-1, so both fields must be there. A label
// would be a third field.
Status expectOaepSha256(DerReader& reader) {
  FLORIN_TRY_ASSIGN(const ByteView algorithm, reader.take(kSequence));
  DerReader fields(algorithm);
  FLORIN_TRY(expect(fields, kOid, kRsaesOaep));
  FLORIN_TRY_ASSIGN(const ByteView parameters, fields.take(kSequence));
  FLORIN_TRY(fields.end());

  DerReader oaep(parameters);
  if (!oaep.startsWith(kContext0Constructed)) return Error(Code::kUnsupported, "CMS: OAEP hash");
  FLORIN_TRY_ASSIGN(const ByteView hash, oaep.take(kContext0Constructed));
  DerReader hashField(hash);
  FLORIN_TRY(expectSha256(hashField));
  FLORIN_TRY(hashField.end());

  if (!oaep.startsWith(kContext1Constructed)) return Error(Code::kUnsupported, "CMS: OAEP MGF");
  FLORIN_TRY_ASSIGN(const ByteView mgf, oaep.take(kContext1Constructed));
  DerReader mgfField(mgf);
  FLORIN_TRY_ASSIGN(const ByteView mgfAlgorithm, mgfField.take(kSequence));
  FLORIN_TRY(mgfField.end());
  DerReader mgfFields(mgfAlgorithm);
  FLORIN_TRY(expect(mgfFields, kOid, kMgf1));
  FLORIN_TRY(expectSha256(mgfFields));
  FLORIN_TRY(mgfFields.end());

  if (!oaep.atEnd()) return Error(Code::kUnsupported, "CMS: OAEP label");
  return {};
}

Status parseRecipients(DerReader& enveloped, CmsParts& parts) {
  if (!enveloped.startsWith(kSet)) return Error(Code::kUnsupported, "CMS: originator");
  FLORIN_TRY_ASSIGN(const ByteView all, enveloped.take(kSet));
  DerReader recipients(all);
  if (!recipients.startsWith(kSequence)) return Error(Code::kUnsupported, "CMS: recipient kind");
  FLORIN_TRY_ASSIGN(const ByteView recipient, recipients.take(kSequence));
  if (!recipients.atEnd()) return Error(Code::kUnsupported, "CMS: several recipients");

  DerReader fields(recipient);
  FLORIN_TRY(expect(fields, kInteger, kVersion));
  if (fields.startsWith(kSequence)) return Error(Code::kUnsupported, "CMS: issuer and serial");
  FLORIN_TRY_ASSIGN(const ByteView keyId, fields.take(kContext0));
  FLORIN_TRY(expectOaepSha256(fields));
  FLORIN_TRY_ASSIGN(const ByteView encryptedKey, fields.take(kOctetString));
  FLORIN_TRY(fields.end());
  if (keyId.size() != kKeyId) return Error(Code::kUnsupported, "CMS: key identifier");
  parts.recipientKeyId = base::toBytes(keyId);
  parts.encryptedKey = base::toBytes(encryptedKey);
  return {};
}

Status parseContent(DerReader& enveloped, CmsParts& parts) {
  FLORIN_TRY_ASSIGN(const ByteView info, enveloped.take(kSequence));
  DerReader fields(info);
  FLORIN_TRY(expect(fields, kOid, kData));

  FLORIN_TRY_ASSIGN(const ByteView algorithm, fields.take(kSequence));
  DerReader cipher(algorithm);
  FLORIN_TRY(expect(cipher, kOid, kAes256Cbc));
  FLORIN_TRY_ASSIGN(const ByteView iv, cipher.take(kOctetString));
  FLORIN_TRY(cipher.end());
  if (iv.size() != parts.iv.size()) return Error(Code::kMalformed, "CMS: IV");
  std::ranges::copy(iv, parts.iv.begin());

  if (fields.startsWith(kContext0Constructed)) {
    return Error(Code::kUnsupported, "CMS: content in segments");
  }
  FLORIN_TRY_ASSIGN(const ByteView ciphertext, fields.take(kContext0));
  FLORIN_TRY(fields.end());
  if (ciphertext.empty() || ciphertext.size() % kBlock != 0) {
    return Error(Code::kMalformed, "CMS: length of content");
  }
  parts.ciphertext = base::toBytes(ciphertext);
  return {};
}

}  // namespace

Bytes cmsKeyId(ByteView spkiDer) {
  const Digest digest = sha256(spkiDer);
  return {digest.begin(), digest.begin() + kKeyId};
}

Result<Bytes> cmsEnvelop(ByteView recipientSpkiDer, ByteView content) {
  if (content.size() > limits::kCmsEnvelope) {
    return Error(Code::kTooLarge, "CMS: content over the limit");
  }
  OsRandom random;
  const SecretBytes contentKey = random.secret(kContentKey);
  CmsParts parts;
  parts.recipientKeyId = cmsKeyId(recipientSpkiDer);
  FLORIN_TRY_ASSIGN(parts.encryptedKey,
                    rsaOaepSha256Encrypt(recipientSpkiDer, contentKey.expose()));
  random.fill(parts.iv);
  const SecretBytes plaintext = padded(content);
  parts.ciphertext.resize(plaintext.size());
  runBlocks(aes256Cbc(), contentKey.expose(), parts.iv, Direction::kEncrypt, plaintext.expose(),
            parts.ciphertext);
  Bytes envelope = encode(parts);
  if (envelope.size() > limits::kCmsEnvelope) {
    return Error(Code::kTooLarge, "CMS: envelope over the limit");
  }
  return envelope;
}

Result<CmsParts> cmsParse(ByteView der) {
  if (der.size() > limits::kCmsEnvelope) {
    return Error(Code::kTooLarge, "CMS: envelope over the limit");
  }
  DerReader outer(der);
  FLORIN_TRY_ASSIGN(const ByteView info, outer.take(kSequence));
  FLORIN_TRY(outer.end());
  DerReader infoFields(info);
  FLORIN_TRY(expect(infoFields, kOid, kEnvelopedData));
  FLORIN_TRY_ASSIGN(const ByteView wrapped, infoFields.take(kContext0Constructed));
  FLORIN_TRY(infoFields.end());
  DerReader wrapper(wrapped);
  FLORIN_TRY_ASSIGN(const ByteView enveloped, wrapper.take(kSequence));
  FLORIN_TRY(wrapper.end());

  CmsParts parts;
  DerReader fields(enveloped);
  FLORIN_TRY(expect(fields, kInteger, kVersion));
  FLORIN_TRY(parseRecipients(fields, parts));
  FLORIN_TRY(parseContent(fields, parts));
  if (!fields.atEnd()) return Error(Code::kUnsupported, "CMS: unprotected attributes");
  return parts;
}

Result<SecretBytes> cmsOpenContent(const CmsParts& parts, const SecretBytes& contentKey) {
  const Error wrong(Code::kUnauthenticated, "CMS: content does not open");
  const std::size_t size = parts.ciphertext.size();
  if (contentKey.size() != kContentKey || size == 0 || size % kBlock != 0) return wrong;
  SecretBytes plaintext(size);
  runBlocks(aes256Cbc(), contentKey.expose(), parts.iv, Direction::kDecrypt, parts.ciphertext,
            plaintext.exposeMutable());

  // Every byte of the last block is looked at, so that the time does not tell which one is wrong.
  const ByteView last = plaintext.expose().last(kBlock);
  const unsigned padding = last[kBlock - 1];
  unsigned bad = padding == 0 || padding > kBlock ? 1U : 0U;
  for (unsigned i = 0; i < kBlock; ++i) {
    const bool isPadding = kBlock - i <= padding;
    bad |= static_cast<unsigned>(isPadding) & static_cast<unsigned>(last[i] != padding);
  }
  if (bad != 0) return wrong;
  return SecretBytes::copyOf(plaintext.expose().first(size - padding));
}

}  // namespace florin::crypto
