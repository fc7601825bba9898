#include "crypto/des3.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/block_cipher.h"

namespace florin::crypto {
namespace {

constexpr std::size_t kBlock = 8;
constexpr std::size_t kKey = 16;

const EVP_CIPHER* tdesEcb() {
  static const CipherPtr cipher = fetchCipher("DES-EDE-ECB");
  return cipher.get();
}

const EVP_CIPHER* tdesCbc() {
  static const CipherPtr cipher = fetchCipher("DES-EDE-CBC");
  return cipher.get();
}

DesBlock oneBlock(const SecretBytes& key, ByteView block, Direction direction) {
  FLORIN_CHECK(block.size() == kBlock);
  DesBlock out;
  runBlocks(tdesEcb(), key.expose(), {}, direction, block, out);
  return out;
}

// OpenSSL's default provider has no single DES, but EDE under K, K is single DES under K.
SecretBytes singleDesKey(const SecretBytes& key) {
  const ByteView k1 = key.expose().first(kBlock);
  return SecretBytes::take(base::concat(k1, k1));
}

}  // namespace

DesBlock tdesEncryptBlock(const SecretBytes& key, ByteView block) {
  return oneBlock(key, block, Direction::kEncrypt);
}

DesBlock tdesDecryptBlock(const SecretBytes& key, ByteView block) {
  return oneBlock(key, block, Direction::kDecrypt);
}

SecretBytes tdesEcbEncrypt(const SecretBytes& key, ByteView blocks) {
  SecretBytes out(blocks.size());
  runBlocks(tdesEcb(), key.expose(), {}, Direction::kEncrypt, blocks, out.exposeMutable());
  return out;
}

DesBlock macAlgorithm3(const SecretBytes& key, ByteView paddedData) {
  FLORIN_CHECK(key.size() == kKey);
  FLORIN_CHECK(!paddedData.empty() && paddedData.size() % kBlock == 0);
  DesBlock chained{};
  const ByteView allButLast = paddedData.first(paddedData.size() - kBlock);
  if (!allButLast.empty()) {
    Bytes encrypted(allButLast.size());
    runBlocks(tdesCbc(), singleDesKey(key).expose(), DesBlock{}, Direction::kEncrypt, allButLast,
              encrypted);
    std::copy_n(encrypted.end() - kBlock, kBlock, chained.begin());
  }
  const ByteView last = paddedData.last(kBlock);
  for (std::size_t i = 0; i < kBlock; ++i) chained[i] ^= last[i];
  return tdesEncryptBlock(key, chained);
}

Bytes padMethod1(ByteView data) {
  Bytes padded = base::toBytes(data);
  if (padded.empty()) padded.resize(kBlock);
  while (padded.size() % kBlock != 0) padded.push_back(0);
  return padded;
}

Bytes padMethod2(ByteView data) {
  Bytes padded = base::toBytes(data);
  padded.push_back(0x80);
  return padMethod1(padded);
}

}  // namespace florin::crypto
