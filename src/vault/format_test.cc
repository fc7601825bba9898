#include "vault/format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "vault/test_storage.h"
#include "vault/vault.h"

namespace florin::vault {
namespace {

// The worked example of docs/vault-format.md: key 4B * 32, random bytes 00 01 02 ..., one record
// put, then erased.
Bytes workedExample() {
  TestStorage storage;
  TestVaultKey key;
  CountingRandom random;
  auto vault = Vault::open(storage, key, random);
  EXPECT_TRUE(vault.ok());
  Transaction put;
  put.put(Kind::kAck, base::bigEndian(std::uint64_t{7}), SecretBytes::take({1, 1, 0, 0, 0, 0}));
  EXPECT_TRUE((*vault)->commit(std::move(put)).ok());
  Transaction erase;
  erase.erase(Kind::kAck, base::bigEndian(std::uint64_t{7}));
  EXPECT_TRUE((*vault)->commit(std::move(erase)).ok());
  return *storage.content;
}

// documentHex gives the hex of the lines of the document that start with an offset, as in
// "0000  46 4c ...   magic".
std::string documentHex() {
  std::ifstream file(FLORIN_SOURCE_DIR "/docs/vault-format.md");
  std::string hex;
  for (std::string line; std::getline(file, line);) {
    if (line.size() < 6 || line.compare(4, 2, "  ") != 0) continue;
    if (line.find_first_not_of("0123456789abcdef") != 4) continue;
    const std::string bytes = line.substr(6, line.find("   ", 6) - 6);
    std::ranges::copy_if(bytes, std::back_inserter(hex), [](char c) { return c != ' '; });
  }
  return hex;
}

TEST(VaultFormatTest, DocumentsWorkedExampleIsWhatTheCodeWrites) {
  EXPECT_EQ(documentHex(), base::toHex(workedExample()));
}

TEST(VaultFormatTest, HeaderIsReadBack) {
  const Bytes file = workedExample();
  const auto header = readHeader(file);
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->generation, 0U);
  EXPECT_EQ(header->salt[15], 15);
  EXPECT_EQ(header->fileId[0], 16);
}

TEST(VaultFormatTest, EntriesOfAnotherFormAreCorrupted) {
  const std::vector<Bytes> wrong = {{1},                       // cut in the head
                                    {3, 2, 8, 7},              // an unknown entry
                                    {1, 0},                    // no key
                                    {1, 2, 8},                 // cut in the key
                                    {1, 2, 8, 7, 0, 0, 0, 1},  // cut in the value
                                    {2, 2, 8, 7, 9}};          // a byte is left over
  for (const Bytes& entries : wrong) {
    Records records;
    const Status applied = applyEntries(SecretBytes::copyOf(entries), records);
    ASSERT_FALSE(applied.ok());
    EXPECT_EQ(applied.error().code(), Code::kCorrupted);
  }
}

}  // namespace
}  // namespace florin::vault
