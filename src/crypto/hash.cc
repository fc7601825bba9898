#include "crypto/hash.h"

#include "crypto/openssl_handles.h"

namespace florin::crypto {
namespace {

const EVP_MD* fetchedSha256() {
  static const MdPtr md(EVP_MD_fetch(nullptr, "SHA2-256", nullptr));
  FLORIN_CHECK(md != nullptr);
  return md.get();
}

const EVP_MD* fetchedSha1() {
  static const MdPtr md(EVP_MD_fetch(nullptr, "SHA1", nullptr));
  FLORIN_CHECK(md != nullptr);
  return md.get();
}

}  // namespace

Digest sha256(ByteView data) {
  Digest digest;
  FLORIN_CHECK(
      EVP_Digest(dataOf(data), data.size(), digest.data(), nullptr, fetchedSha256(), nullptr) == 1);
  return digest;
}

std::array<std::uint8_t, 20> sha1(ByteView data) {
  std::array<std::uint8_t, 20> digest;
  FLORIN_CHECK(
      EVP_Digest(dataOf(data), data.size(), digest.data(), nullptr, fetchedSha1(), nullptr) == 1);
  return digest;
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  FLORIN_CHECK(context_ != nullptr);
  FLORIN_CHECK(EVP_DigestInit_ex2(context_.get(), fetchedSha256(), nullptr) == 1);
}

Sha256& Sha256::update(ByteView data) {
  FLORIN_CHECK(EVP_DigestUpdate(context_.get(), dataOf(data), data.size()) == 1);
  return *this;
}

Digest Sha256::finish() {
  Digest digest;
  FLORIN_CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
  return digest;
}

}  // namespace florin::crypto
