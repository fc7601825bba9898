#include "proof/http_signature.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include "base/limits.h"
#include "codec/base64url.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
#include "crypto/p256.h"

namespace florin::proof {
namespace {

using base::asBytes;

constexpr std::string_view kLabel = "florin=";
constexpr std::string_view kComponents = R"(("@method" "@path" "content-digest"))";
constexpr std::string_view kDigestName = "sha-256=";
constexpr std::size_t kCreatedDigits = 12;  // seconds until the year 33658

// Cursor reads the one form of a header: what must stand there, and the free parts between.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  // until gives what stands before `end`, which may not be missing, and skips both.
  std::string_view until(char end) {
    const std::size_t size = rest_.find(end);
    if (size == std::string_view::npos) {
      rest_ = {};
      failed_ = true;
      return {};
    }
    const std::string_view part = rest_.substr(0, size);
    rest_.remove_prefix(size + 1);
    return part;
  }

  [[nodiscard]] bool atEnd() const { return rest_.empty() && !failed_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

Error malformed(Literal text) { return {Code::kMalformed, text}; }

// A byte sequence of a structured field (RFC 8941, section 3.3.5) with what stands before it.
std::string byteSequence(std::string_view before, ByteView bytes) {
  return std::string(before) + ":" + codec::toBase64(bytes) + ":";
}

Result<Bytes> readByteSequence(std::string_view header, std::string_view before) {
  Cursor cursor(header);
  if (!cursor.skip(before) || !cursor.skip(":")) return malformed("header of another form");
  const std::string_view text = cursor.until(':');
  if (!cursor.atEnd()) return malformed("header of another form");
  return codec::fromBase64(text);
}

std::string contentDigest(ByteView body) { return byteSequence(kDigestName, crypto::sha256(body)); }

// The value of @signature-params, and of Signature-Input behind its label (RFC 9421, 2.3).
std::string encodeParameters(const SignatureParameters& parameters) {
  const auto created = std::chrono::floor<std::chrono::seconds>(parameters.created);
  std::string text(kComponents);
  text += ";created=" + std::to_string(created.time_since_epoch().count());
  text += ";keyid=\"" + parameters.walletId.toString() + "\"";
  text += ";nonce=\"" + codec::toBase64Url(parameters.nonce) + "\"";
  text += ";tag=\"florin-wallet\"";
  return text;
}

Result<base::Time> readCreated(std::string_view digits) {
  std::int64_t seconds = 0;
  if (digits.empty() || digits.size() > kCreatedDigits) return malformed("created is no time");
  const char* const end = std::to_address(digits.end());
  const auto read = std::from_chars(std::to_address(digits.begin()), end, seconds);
  if (read.ec != std::errc() || read.ptr != end) return malformed("created is no time");
  return base::Time(std::chrono::seconds(seconds));
}

Result<SignatureParameters> readParameters(std::string_view text) {
  SignatureParameters parameters;
  Cursor cursor(text);
  if (!cursor.skip(kComponents) || !cursor.skip(";created=")) {
    return malformed("Signature-Input covers other components");
  }
  const std::string_view created = cursor.until(';');
  if (!cursor.skip("keyid=\"")) return malformed("Signature-Input without keyid");
  const std::string_view walletId = cursor.until('"');
  if (!cursor.skip(";nonce=\"")) return malformed("Signature-Input without nonce");
  const std::string_view nonce = cursor.until('"');
  if (!cursor.skip(";tag=\"florin-wallet\"") || !cursor.atEnd()) {
    return malformed("Signature-Input without our tag at its end");
  }
  FLORIN_TRY_ASSIGN(parameters.created, readCreated(created));
  FLORIN_TRY_ASSIGN(parameters.walletId, base::WalletId::parse(walletId));
  FLORIN_TRY_ASSIGN(parameters.nonce, codec::fromBase64Url(nonce));
  if (parameters.nonce.size() != kNonceSize) return malformed("nonce of another size");
  // Whatever we would write otherwise (a leading zero, a sign) is another form.
  if (encodeParameters(parameters) != text) return malformed("Signature-Input of another form");
  return parameters;
}

bool isCovered(const RequestFacts& request) {
  const auto isUpper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto isInPath = [](char c) { return c > ' ' && c < 0x7F && c != '?' && c != '#'; };
  return !request.method.empty() &&
         std::all_of(request.method.begin(), request.method.end(), isUpper) &&
         request.path.starts_with('/') &&
         std::all_of(request.path.begin(), request.path.end(), isInPath);
}

// RFC 9421, section 2.5.
Bytes signatureBase(const RequestFacts& request, std::string_view digest,
                    std::string_view parameters) {
  std::string text;
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!text.empty()) text += '\n';
    text.append("\"").append(name).append("\": ").append(value);
  };
  line("@method", request.method);
  line("@path", request.path);
  line("content-digest", digest);
  line("@signature-params", parameters);
  return base::toBytes(asBytes(text));
}

}  // namespace

Result<SignatureHeaders> signRequest(const RequestFacts& request,
                                     const SignatureParameters& parameters,
                                     const RequestSigner& signer) {
  if (!isCovered(request)) return Error(Code::kInvalidArgument, "request cannot be signed");
  if (parameters.nonce.size() != kNonceSize) {
    return Error(Code::kInvalidArgument, "nonce of another size");
  }
  const std::string encoded = encodeParameters(parameters);
  if (!readParameters(encoded).ok()) {
    return Error(Code::kInvalidArgument, "created is outside of its range");
  }
  SignatureHeaders headers;
  headers.contentDigest = contentDigest(request.body);
  headers.signatureInput = std::string(kLabel) + encoded;
  FLORIN_TRY_ASSIGN(const Bytes signature,
                    signer(signatureBase(request, headers.contentDigest, encoded)));
  if (signature.size() != crypto::kP256Signature) {
    return Error(Code::kInvalidArgument, "signature of another size");
  }
  headers.signature = byteSequence(kLabel, signature);
  return headers;
}

Result<SignatureFacts> readSignature(const RequestFacts& request, const SignatureHeaders& headers) {
  if (!isCovered(request)) return malformed("request cannot be signed");
  FLORIN_TRY_ASSIGN(const Bytes digest, readByteSequence(headers.contentDigest, kDigestName));
  if (digest.size() != crypto::Digest().size()) return malformed("digest of another size");
  std::string_view encoded = headers.signatureInput;
  if (!encoded.starts_with(kLabel)) return malformed("Signature-Input without our label");
  encoded.remove_prefix(kLabel.size());
  FLORIN_TRY_ASSIGN(SignatureParameters parameters, readParameters(encoded));
  FLORIN_TRY_ASSIGN(Bytes signature, readByteSequence(headers.signature, kLabel));
  if (signature.size() != crypto::kP256Signature) return malformed("signature of another size");
  if (!crypto::equal(digest, crypto::sha256(request.body))) {
    return Error(Code::kUnauthenticated, "body has another digest");
  }
  return SignatureFacts{parameters.walletId, parameters.created, std::move(parameters.nonce),
                        signatureBase(request, headers.contentDigest, encoded),
                        std::move(signature)};
}

bool isFresh(const SignatureFacts& facts, base::Time now) {
  const auto apart = facts.created < now ? now - facts.created : facts.created - now;
  return apart <= base::limits::kSignatureWindow;
}

Status verifySignature(const SignatureFacts& facts, ByteView publicPoint, base::Time now) {
  if (!isFresh(facts, now)) {
    return Error(Code::kExpired, "signature was created at another time", base::toMs(now));
  }
  const auto key = crypto::P256PublicKey::fromPoint(publicPoint);
  if (!key.ok()) return Error(Code::kUnauthenticated, "public key is no point");
  return key->verify(facts.signatureBase, facts.signature);
}

}  // namespace florin::proof
