// A vault opens from any bytes with a clear answer, and never changes them by opening. One that
// opens takes a transaction and has it after the next opening. The first byte chooses what the rest
// is: a whole file, or the entries of a transaction that verifies.
#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "fakes/memory_storage.h"
#include "fakes/seeded_random.h"
#include "vault/test_storage.h"
#include "vault/vault.h"

namespace {

using namespace florin;

// sealedFile gives a file whose one transaction has these entries.
Bytes sealedFile(ByteView entries) {
  const vault::Header header;
  const SecretBytes key = SecretBytes::take(Bytes(vault::kVaultKeySize, 0x4B));
  vault::Chain chain = vault::Chain::begin(header, key);
  Bytes file = chain.headerBytes();
  base::append(file, chain.seal(Bytes(crypto::kGcmNonce), SecretBytes::copyOf(entries)));
  return file;
}

void openAndWrite(const Bytes& file) {
  fakes::MemoryStorage storage;
  fakes::SeededRandom random;
  vault::TestVaultKey key;
  storage.setContent(file);
  auto opened = vault::Vault::open(storage, key, random);
  FLORIN_CHECK(storage.content() == file);
  if (!opened.ok()) return;

  const ByteView id = base::asBytes("id");
  vault::Transaction transaction;
  transaction.put(vault::Kind::kAck, id, SecretBytes(3));
  FLORIN_CHECK((*opened)->commit(std::move(transaction)).ok());
  const auto generation = (*opened)->generation();
  opened = vault::Vault::open(storage, key, random);
  FLORIN_CHECK(opened.ok() && (*opened)->generation() == generation);
  FLORIN_CHECK((*opened)->find(vault::Kind::kAck, id) != nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 64 * 1024) return 0;
  const ByteView rest(data + 1, size - 1);
  openAndWrite(data[0] % 2 == 0 ? base::toBytes(rest) : sealedFile(rest));
  return 0;
}
