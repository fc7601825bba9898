#include "crypto/kdf.h"

#include <algorithm>
#include <bit>

#include "base/limits.h"
#include "crypto/hmac.h"
#include "crypto/openssl_handles.h"

namespace florin::crypto {

namespace limits = base::limits;

SecretBytes hkdfExtract(ByteView salt, const SecretBytes& ikm) {
  return hmacSecret(salt, {ikm.expose()});
}

SecretBytes hkdfExpand(const SecretBytes& prk, ByteView info, std::size_t length) {
  constexpr std::size_t kBlock = 32;
  FLORIN_CHECK(length <= 255 * kBlock);
  SecretBytes okm(length);
  SecretBytes block;
  for (std::size_t done = 0; done < length; done += kBlock) {
    const auto counter = static_cast<std::uint8_t>(done / kBlock + 1);
    block = hmacSecret(prk.expose(), {block.expose(), info, ByteView(&counter, 1)});
    std::ranges::copy(block.expose().first(std::min(kBlock, length - done)),
                      okm.exposeMutable().subspan(done).begin());
  }
  return okm;
}

SecretBytes hkdf(const SecretBytes& ikm, ByteView salt, ByteView info, std::size_t length) {
  return hkdfExpand(hkdfExtract(salt, ikm), info, length);
}

namespace {

// The division keeps the product of three numbers from outside within 64 bits.
bool isAllowedCost(std::uint64_t n, std::uint32_t r, std::uint32_t p) {
  if (n < 2 || !std::has_single_bit(n) || r == 0 || p == 0) return false;
  std::uint64_t left = limits::kScryptWork / 128;
  for (const std::uint64_t factor : {n, std::uint64_t{r}, std::uint64_t{p}}) {
    left /= factor;
  }
  return left > 0;
}

EVP_KDF* fetchedScrypt() {
  static const KdfPtr kdf(EVP_KDF_fetch(nullptr, "SCRYPT", nullptr));
  FLORIN_CHECK(kdf != nullptr);
  return kdf.get();
}

}  // namespace

Result<SecretBytes> scrypt(const SecretBytes& password, ByteView salt, std::uint64_t n,
                           std::uint32_t r, std::uint32_t p, std::size_t length) {
  const ErrorQueueGuard guard;
  if (!isAllowedCost(n, r, p)) return Error(Code::kUnsupported, "scrypt cost");

  std::uint64_t memory = limits::kScryptMemory;
  const OSSL_PARAM params[] = {
      octets(OSSL_KDF_PARAM_PASSWORD, password.expose()),
      octets(OSSL_KDF_PARAM_SALT, salt),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
      OSSL_PARAM_construct_end(),
  };
  const KdfCtxPtr context(EVP_KDF_CTX_new(fetchedScrypt()));
  FLORIN_CHECK(context != nullptr);
  SecretBytes key(length);
  if (EVP_KDF_derive(context.get(), key.exposeMutable().data(), length, params) != 1) {
    return Error(Code::kUnsupported, "scrypt cost over the memory limit");
  }
  return key;
}

}  // namespace florin::crypto
