// Internal to this room: contexts of OpenSSL's MACs.
#pragma once

#include "crypto/openssl_handles.h"

namespace florin::crypto {

// makeMacTemplate prepares a context with an all-zero key. Naming the algorithm inside a MAC makes
// OpenSSL search for it by name, which costs more than a short MAC; a copy of the template has it
// already. (Only a context that has had a key can be copied.)
inline MacCtxPtr makeMacTemplate(const char* name, const OSSL_PARAM& algorithm,
                                 std::size_t keySize) {
  const MacPtr mac(EVP_MAC_fetch(nullptr, name, nullptr));
  FLORIN_CHECK(mac != nullptr);
  MacCtxPtr context(EVP_MAC_CTX_new(mac.get()));
  FLORIN_CHECK(context != nullptr);
  const OSSL_PARAM params[] = {algorithm, OSSL_PARAM_construct_end()};
  const Bytes zeros(keySize);
  FLORIN_CHECK(EVP_MAC_init(context.get(), zeros.data(), zeros.size(), params) == 1);
  return context;
}

inline MacCtxPtr startMac(const MacCtxPtr& prepared, ByteView key) {
  MacCtxPtr context(EVP_MAC_CTX_dup(prepared.get()));
  FLORIN_CHECK(context != nullptr);
  FLORIN_CHECK(EVP_MAC_init(context.get(), dataOf(key), key.size(), nullptr) == 1);
  return context;
}

inline void updateMac(const MacCtxPtr& context, ByteView data) {
  FLORIN_CHECK(EVP_MAC_update(context.get(), dataOf(data), data.size()) == 1);
}

inline void finishMac(const MacCtxPtr& context, std::span<std::uint8_t> tag) {
  std::size_t length = 0;
  FLORIN_CHECK(EVP_MAC_final(context.get(), tag.data(), &length, tag.size()) == 1);
  FLORIN_CHECK(length == tag.size());
}

}  // namespace florin::crypto
