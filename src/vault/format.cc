#include "vault/format.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "crypto/kdf.h"

namespace florin::vault {
namespace {

constexpr std::string_view kMagic = "FLORINVT";
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kSaltAt = 12;
constexpr std::size_t kFileIdAt = 28;
constexpr std::size_t kGenerationAt = 44;
constexpr std::size_t kKeyCheckAt = 52;
constexpr std::size_t kChecksumAt = 68;
constexpr std::size_t kChecksumSize = 8;
constexpr std::size_t kLengthSize = 4;

ByteView first(const crypto::Digest& digest, std::size_t count) {
  return ByteView(digest).first(count);
}

Bytes checksum(ByteView bytes) {
  return base::toBytes(first(crypto::sha256(bytes), kChecksumSize));
}

bool same(ByteView a, ByteView b) { return std::ranges::equal(a, b); }

Bytes encodeHeader(const Header& header, const SecretBytes& headerKey) {
  Bytes out = base::toBytes(base::asBytes(kMagic));
  base::appendBigEndian(out, kFormatVersion);
  base::appendBigEndian(out, static_cast<std::uint16_t>(~kFormatVersion));
  base::append(out, header.salt);
  base::append(out, header.fileId);
  base::appendBigEndian(out, header.generation);
  base::append(out, first(crypto::hmacSha256(headerKey, out), crypto::kGcmTag));
  base::append(out, checksum(out));
  return out;
}

}  // namespace

Result<Header> readHeader(ByteView file) {
  if (file.size() < kHeaderSize) return Error(Code::kCorrupted, "the vault has no whole header");
  if (!same(file.first(kMagic.size()), base::asBytes(kMagic))) {
    return Error(Code::kCorrupted, "this is no vault");
  }
  const auto version = base::readBigEndian(file.subspan(kVersionAt, 2));
  const auto inverse = base::readBigEndian(file.subspan(kVersionAt + 2, 2));
  if ((version ^ inverse) != 0xFFFF) {
    return Error(Code::kCorrupted, "the vault's version does not agree with itself");
  }
  if (version != kFormatVersion) {
    return Error(Code::kUnsupported, "vault of another format version",
                 static_cast<std::int64_t>(version));
  }
  if (!same(file.subspan(kChecksumAt, kChecksumSize), checksum(file.first(kChecksumAt)))) {
    return Error(Code::kCorrupted, "the vault's header was changed");
  }
  Header header;
  std::ranges::copy(file.subspan(kSaltAt, kSaltSize), header.salt.begin());
  std::ranges::copy(file.subspan(kFileIdAt, kFileIdSize), header.fileId.begin());
  header.generation = base::readBigEndian(file.subspan(kGenerationAt, 8));
  return header;
}

Chain::Chain(const SecretBytes& dataKey, Bytes headerBytes, const Header& header)
    : cipher_(dataKey), headerBytes_(std::move(headerBytes)), generation_(header.generation) {
  std::ranges::copy(ByteView(headerBytes_).subspan(kKeyCheckAt, previousTag_.size()),
                    previousTag_.begin());
}

Chain Chain::begin(const Header& header, const SecretBytes& vaultKey) {
  const SecretBytes prk = crypto::hkdfExtract(header.fileId, vaultKey);
  const auto derive = [&prk](std::string_view use) {
    return crypto::hkdfExpand(prk, base::asBytes(use), crypto::kGcmKey);
  };
  return {derive("florin vault/1 data"), encodeHeader(header, derive("florin vault/1 header")),
          header};
}

bool Chain::fits(ByteView file) const {
  return file.size() >= kHeaderSize && crypto::equal(file.first(kHeaderSize), headerBytes_);
}

Bytes Chain::aad() const { return base::concat(previousTag_, base::bigEndian(generation_ + 1)); }

Bytes Chain::seal(ByteView nonce, const SecretBytes& entries) {
  const Bytes bound = aad();
  const Bytes sealed = cipher_.seal(nonce, bound, entries.expose());
  Bytes frame = base::bigEndian(static_cast<std::uint32_t>(sealed.size()));
  base::append(frame, nonce);
  base::append(frame, checksum(base::concat(bound, frame)));
  base::append(frame, sealed);
  return frame;
}

void Chain::advance(ByteView frame) {
  std::ranges::copy(frame.last(previousTag_.size()), previousTag_.begin());
  ++generation_;
}

Result<Chain::Unsealed> Chain::unseal(ByteView bytes) {
  // A head that is not whole can only be the end of a write that was cut. A whole head has a check
  // of its own, so that a changed length is not taken for a cut.
  Unsealed unsealed;
  unsealed.cut = true;
  if (bytes.size() < kFrameHeadSize) return unsealed;
  const ByteView lengthAndNonce = bytes.first(kLengthSize + crypto::kGcmNonce);
  const Bytes bound = aad();
  if (!same(bytes.subspan(lengthAndNonce.size(), kChecksumSize),
            checksum(base::concat(bound, lengthAndNonce)))) {
    return Error(Code::kCorrupted, "a transaction's head was changed",
                 static_cast<std::int64_t>(generation_ + 1));
  }
  const std::size_t length = base::readBigEndian(bytes.first(kLengthSize));
  if (length > base::limits::kVaultTransaction + crypto::kGcmTag || length < crypto::kGcmTag) {
    return Error(Code::kCorrupted, "a transaction of impossible length",
                 static_cast<std::int64_t>(generation_ + 1));
  }
  if (bytes.size() - kFrameHeadSize < length) return unsealed;

  auto entries = cipher_.open(lengthAndNonce.subspan(kLengthSize), bound,
                              bytes.subspan(kFrameHeadSize, length));
  if (!entries.ok()) {
    return Error(Code::kCorrupted, "a transaction does not verify",
                 static_cast<std::int64_t>(generation_ + 1));
  }
  unsealed.cut = false;
  unsealed.entries = std::move(entries).value();
  unsealed.rest = bytes.subspan(kFrameHeadSize + length);
  advance(bytes.first(kFrameHeadSize + length));
  return unsealed;
}

}  // namespace florin::vault
