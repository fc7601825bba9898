#include "softkeys/soft_keys.h"

#include "fakes/custody_conformance.h"

namespace florin::softkeys {
namespace {

// An RSA key takes a while to make, so all tests share one file.
const SecretBytes& keyFile() {
  static const SecretBytes content = [] {
    fakes::SeededRandom random(9);
    return SoftKeys::addAuthority(SoftKeys::create(random, {"K2", "FLORIN"}), "K2").value();
  }();
  return content;
}

std::unique_ptr<ports::KeyCustody> makeSoft() {
  return std::move(SoftKeys::open(keyFile())).value();
}

std::string text() { return std::string(base::asText(keyFile().expose())); }

Code refusal(std::string_view content) {
  const auto opened = SoftKeys::open(SecretBytes::copyOf(base::asBytes(content)));
  EXPECT_FALSE(opened.ok());
  return opened.ok() ? Code::kInternal : opened.error().code();
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string content = text();
  const std::size_t at = content.find(from);
  EXPECT_NE(at, std::string::npos);
  return content.replace(at, from.size(), to);
}

TEST(SoftKeysTest, ReopenedFileHoldsTheSameKeys) {
  const auto first = makeSoft();
  const auto second = makeSoft();
  EXPECT_EQ(first->keyCheckValues().value(), second->keyCheckValues().value());
  EXPECT_EQ(first->identityKey().point, second->identityKey().point);
}

TEST(SoftKeysTest, FileIsWrittenAsItWasRead) {
  const SecretBytes again = encodeKeyFile(decodeKeyFile(keyFile()).value());
  EXPECT_EQ(std::string(base::asText(again.expose())), text());
}

TEST(SoftKeysTest, ProgramIsAddedOnce) {
  fakes::SeededRandom random(5);
  const auto added = SoftKeys::addProgram(keyFile(), "TRANSIT", random);
  ASSERT_TRUE(added.ok());
  const auto before = decodeKeyFile(keyFile());
  const auto after = decodeKeyFile(*added);
  ASSERT_EQ(after->issuerMasterKeys.size(), before->issuerMasterKeys.size() + 1);
  EXPECT_EQ(after->issuerMasterKeys.back().program, "TRANSIT");
  EXPECT_EQ(after->identity.key.publicPoint(), before->identity.key.publicPoint());
  EXPECT_EQ(SoftKeys::addProgram(*added, "TRANSIT", random).error().code(), Code::kConflict);
  for (const std::string& name : {std::string(), std::string("A B"), std::string(33, 'A')}) {
    EXPECT_EQ(SoftKeys::addProgram(*added, name, random).error().code(), Code::kInvalidArgument);
  }
}

TEST(SoftKeysTest, AuthorityIsAddedOnceToAProgramThatIsThere) {
  const auto added = SoftKeys::addAuthority(keyFile(), "FLORIN");
  ASSERT_TRUE(added.ok());
  const auto after = decodeKeyFile(*added);
  ASSERT_EQ(after->cardAuthorities.size(), 2U);
  EXPECT_EQ(after->cardAuthorities[1].program, "FLORIN");
  EXPECT_NE(after->cardAuthorities[1].index, after->cardAuthorities[0].index);
  EXPECT_EQ(SoftKeys::addAuthority(*added, "FLORIN").error().code(), Code::kConflict);
  EXPECT_EQ(SoftKeys::addAuthority(*added, "TRANSIT").error().code(), Code::kNotFound);
}

TEST(SoftKeysTest, FileWithoutAuthoritiesIsReadAsBefore) {
  const std::string content = text();
  const std::string before = content.substr(0, content.find(",\"cardAuthorities\"")) + "}";
  const auto opened = SoftKeys::open(SecretBytes::copyOf(base::asBytes(before)));
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ((*opened)->authorityIndex("K2").error().code(), Code::kNotFound);
}

TEST(SoftKeysTest, EveryKeyIsItsOwn) {
  const auto keys = decodeKeyFile(keyFile());
  ASSERT_TRUE(keys.ok());
  const std::set<Bytes> points = {keys->identity.key.publicPoint(),
                                  keys->channel[0].key.publicPoint(),
                                  keys->transport.key.publicPoint()};
  EXPECT_EQ(points.size(), 3U);
  EXPECT_NE(base::toHex(keys->kek.expose()), base::toHex(keys->hmac.expose()));
}

TEST(SoftKeysTest, EveryTruncatedFileIsRefused) {
  const std::string content = text();
  for (std::size_t size = 0; size < content.size(); size += 7) {
    EXPECT_EQ(refusal(std::string_view(content).substr(0, size)), Code::kMalformed) << size;
  }
}

TEST(SoftKeysTest, EveryFieldIsNeeded) {
  for (const std::string_view name :
       {"format", "version", "kek", "hmac", "identity", "channel", "transport", "capture",
        "issuerMasterKeys", "scalar", "cardAuthorities", "index", "authority", "issuer"}) {
    const std::string quoted = '"' + std::string(name) + '"';
    EXPECT_EQ(refusal(replaced(quoted, "\"other\"")), Code::kMalformed) << name;
  }
}

TEST(SoftKeysTest, OtherFormatsAndVersionsAreRefused) {
  EXPECT_EQ(refusal(replaced("florin-keys", "other-keys!")), Code::kMalformed);
  EXPECT_EQ(refusal(replaced("\"version\":1", "\"version\":2")), Code::kUnsupported);
  EXPECT_EQ(refusal(replaced("FLORIN", "K2")), Code::kMalformed);
}

}  // namespace
}  // namespace florin::softkeys

namespace florin::fakes {

INSTANTIATE_TEST_SUITE_P(Soft, CustodyTest, testing::Values(&softkeys::makeSoft));

}  // namespace florin::fakes
