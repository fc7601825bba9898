// Requests signed by the wallet key: HTTP Message Signatures (RFC 9421, ecdsa-p256-sha256) over
// "@method" "@path" "content-digest", with Content-Digest (RFC 9530, sha-256). Both sides stand
// here, without I/O. The three headers have one form, and nothing else is read:
//
//   Content-Digest:  sha-256=:<base64 of 32 bytes>:
//   Signature-Input: florin=("@method" "@path" "content-digest");created=<seconds>;
//                    keyid="<walletId>";nonce="<base64url of 16 bytes>";tag="florin-wallet"
//   Signature:       florin=:<base64 of r || s, 64 bytes>:
//
// (Signature-Input is one line.) A signed request has no query, because "@path" does not cover one.
// The host is left out: it is another one behind a proxy.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/time.h"

namespace florin::proof {

// RequestFacts is the part of a request that a signature covers. It borrows.
struct RequestFacts {
  std::string_view method;  // upper case: "POST"
  std::string_view path;    // as on the wire, from '/', without a query
  ByteView body;            // may be empty
};

struct SignatureHeaders {
  std::string contentDigest;
  std::string signatureInput;
  std::string signature;
};

struct SignatureParameters {
  base::WalletId walletId;
  base::Time created;  // whole seconds are signed
  Bytes nonce;         // kNonceSize random bytes
};

inline constexpr std::size_t kNonceSize = 16;

// A signer signs SHA-256 of the message with the wallet key and returns r || s, 64 bytes.
using RequestSigner = std::function<Result<Bytes>(ByteView message)>;

// signRequest gives the headers to send. kInvalidArgument: the method is not upper-case letters,
// the path has not its form, the nonce or the signature has not its size. The signer's error is
// passed.
Result<SignatureHeaders> signRequest(const RequestFacts& request,
                                     const SignatureParameters& parameters,
                                     const RequestSigner& signer);

// SignatureFacts is what the headers claim, before the key of `walletId` has been found.
struct SignatureFacts {
  base::WalletId walletId;
  base::Time created;
  Bytes nonce;
  Bytes signatureBase;  // what was signed
  Bytes signature;      // r || s
};

// readSignature checks the form of the headers and the digest of the body. kMalformed: a header is
// empty or not of our form. kUnauthenticated: the body has another digest. Nothing is proved yet.
Result<SignatureFacts> readSignature(const RequestFacts& request, const SignatureHeaders& headers);

// isFresh: `created` is within limits::kSignatureWindow of `now`, either way.
bool isFresh(const SignatureFacts& facts, base::Time now);

// verifySignature: kExpired when `created` is further than limits::kSignatureWindow from now,
// either way; kUnauthenticated when the signature is not by `publicPoint` (65 bytes, uncompressed).
// The caller remembers the nonce when a repeat matters.
Status verifySignature(const SignatureFacts& facts, ByteView publicPoint, base::Time now);

}  // namespace florin::proof
