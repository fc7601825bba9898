// CMS EnvelopedData (RFC 5652, 6) as card capture uses it: one recipient, RSA-OAEP with SHA-256
// (RFC 4056 and RFC 4055), AES-256-CBC content. In DER, definite lengths:
//
//   ContentInfo   ::= SEQUENCE { envelopedData OID, [0] EnvelopedData }
//   EnvelopedData ::= SEQUENCE { version 2, SET { KeyTransRecipientInfo }, EncryptedContentInfo }
//   KeyTransRecipientInfo ::= SEQUENCE { version 2, [0] subjectKeyIdentifier,
//                                        rsaesOAEP {sha256, mgf1 {sha256}}, OCTET STRING }
//   EncryptedContentInfo  ::= SEQUENCE { data OID, aes256-CBC { iv }, [0] ciphertext }
//
// CBC carries no tag. Whoever answers a peer about a content must answer the same, and as slowly,
// to a wrong padding as to a content that it cannot use.
#pragma once

#include <array>
#include <cstdint>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::crypto {

// CmsParts is an envelope taken apart, nothing of it decrypted.
struct CmsParts {
  Bytes recipientKeyId;  // as cmsKeyId gives it
  Bytes encryptedKey;    // RSA-OAEP of the content key
  std::array<std::uint8_t, 16> iv{};
  Bytes ciphertext;  // a multiple of 16 bytes, at least 16
};

// cmsKeyId names a recipient's key: the first 20 bytes of SHA-256 over its SubjectPublicKeyInfo.
Bytes cmsKeyId(ByteView spkiDer);

// cmsEnvelop encrypts `content` under a fresh key for the RSA key in `recipientSpkiDer`.
// kMalformed: that is not one RSA key of 2048 to 4096 bits. kTooLarge: the envelope would exceed
// limits::kCmsEnvelope. Key and IV come from the library's generator.
Result<Bytes> cmsEnvelop(ByteView recipientSpkiDer, ByteView content);

// cmsParse reads an envelope. kTooLarge: over limits::kCmsEnvelope. kMalformed: not DER of this
// form, truncated, or bytes follow. kUnsupported: another content type, algorithm, kind or number
// of recipients, or attributes.
Result<CmsParts> cmsParse(ByteView der);

// cmsOpenContent decrypts with the content key that the owner of the RSA key got out of
// `encryptedKey`. kUnauthenticated: the key is not 32 bytes or the padding is wrong.
Result<SecretBytes> cmsOpenContent(const CmsParts& parts, const SecretBytes& contentKey);

}  // namespace florin::crypto
