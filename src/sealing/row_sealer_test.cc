#include "sealing/row_sealer.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "crypto/hmac.h"
#include "crypto/keywrap.h"
#include "fakes/memory_store.h"
#include "fakes/seeded_random.h"

namespace florin::sealing {
namespace {

constexpr ByteView kNoRow;

// TestCustody has the three operations that sealing uses; the rest is out of its reach.
class TestCustody : public ports::KeyCustody {
 public:
  explicit TestCustody(std::uint64_t seed) : random_(seed), kek_(random_.secret(32)) {}

  Result<SecretBytes> random(std::size_t count) override { return random_.secret(count); }
  Result<Bytes> wrapDek(const SecretBytes& dek) override { return crypto::kwpWrap(kek_, dek); }
  Result<SecretBytes> unwrapDek(ByteView wrapped) override {
    return crypto::kwpUnwrap(kek_, wrapped);
  }
  Result<std::array<std::uint8_t, 32>> hmac(ByteView data) override {
    return crypto::hmacSha256(kek_, data);
  }
  ports::BackendPublicKey identityKey() override { return {}; }
  Result<Bytes> sign(ByteView) override { return kNot; }
  std::vector<ports::BackendPublicKey> channelKeys() override { return {}; }
  Result<SecretBytes> agree(const base::KeyId&, ByteView) override { return kNot; }
  Bytes captureKey() override { return {}; }
  Result<SecretBytes> unwrapContentKey(ByteView) override { return kNot; }
  ports::BackendPublicKey transportKey() override { return {}; }
  Result<std::vector<Bytes>> wrapPaymentKeys(const ports::CardKeyRef&,
                                             const ports::WrapRequest&) override {
    return kNot;
  }
  Result<bool> verifyCryptogram(const ports::CardKeyRef&, const ports::PaymentKeyName&, ByteView,
                                const ports::Cryptogram&) override {
    return kNot;
  }
  Result<ports::Cryptogram> arpc(const ports::CardKeyRef&, const ports::PaymentKeyName&,
                                 const ports::Cryptogram&,
                                 const std::array<std::uint8_t, 2>&) override {
    return kNot;
  }
  Result<std::uint8_t> authorityIndex(const std::string&) override { return kNot; }
  Result<ports::RsaPublicKey> certifierKey(const ports::Certifier&) override { return kNot; }
  Result<Bytes> certify(const ports::Certifier&, ByteView) override { return kNot; }
  Result<ports::CardRsaKey> makeCardKey() override { return kNot; }
  Result<Bytes> wrapCardKey(ByteView, const ports::CardKeyWrap&) override { return kNot; }
  Result<std::vector<std::pair<std::string, std::string>>> keyCheckValues() override {
    return kNot;
  }

 private:
  static constexpr Error kNot{Code::kUnsupported, "not in this custody"};
  fakes::SeededRandom random_;
  SecretBytes kek_;
};

class RowSealerTest : public testing::Test {
 protected:
  std::unique_ptr<RowSealer> open() {
    return std::move(RowSealer::open(store_, custody_, random_)).value();
  }

  fakes::MemoryStore store_;
  TestCustody custody_{7};
  fakes::SeededRandom random_;
  const Bytes row_ = {1, 2, 3};
  const Bytes text_ = base::toBytes(base::asBytes("5413330089010483"));
};

TEST_F(RowSealerTest, OpensWhatItSealedAlsoAfterRestart) {
  const Bytes sealed = open()->seal({"tokens", "pan", row_}, text_);
  const auto opened = open()->open({"tokens", "pan", row_}, sealed);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(base::toBytes(opened->expose()), text_);
}

TEST_F(RowSealerTest, EmptyPlaintextIsAValue) {
  const auto sealer = open();
  const auto opened = sealer->open({"t", "c", row_}, sealer->seal({"t", "c", row_}, kNoRow));
  ASSERT_TRUE(opened.ok());
  EXPECT_TRUE(opened->empty());
}

TEST_F(RowSealerTest, SameValueSealsDifferentlyEachTime) {
  const auto sealer = open();
  EXPECT_NE(sealer->seal({"t", "c", row_}, text_), sealer->seal({"t", "c", row_}, text_));
}

TEST_F(RowSealerTest, ValueDoesNotOpenInAnotherPlace) {
  const auto sealer = open();
  const Bytes sealed = sealer->seal({"tokens", "pan", row_}, text_);
  const Bytes otherRow = {1, 2, 4};
  for (const ColumnRef& place :
       {ColumnRef{"token", "span", row_}, ColumnRef{"tokens", "dpan", row_},
        ColumnRef{"devices", "pan", row_}, ColumnRef{"tokens", "pan", otherRow}}) {
    EXPECT_EQ(sealer->open(place, sealed).error().code(), Code::kUnauthenticated);
  }
}

TEST_F(RowSealerTest, EveryFlippedBitIsFound) {
  const auto sealer = open();
  const Bytes sealed = sealer->seal({"t", "c", row_}, text_);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes changed = sealed;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(sealer->open({"t", "c", row_}, changed).ok()) << bit;
  }
}

TEST_F(RowSealerTest, EveryTruncationIsFound) {
  const auto sealer = open();
  const Bytes sealed = sealer->seal({"t", "c", row_}, text_);
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(sealer->open({"t", "c", row_}, ByteView(sealed).first(size)).ok()) << size;
  }
  EXPECT_EQ(sealer->open({"t", "c", row_}, kNoRow).error().code(), Code::kMalformed);
}

TEST_F(RowSealerTest, ErrorsSayWhatIsWrong) {
  const auto sealer = open();
  Bytes version = sealer->seal({"t", "c", row_}, text_);
  Bytes dek = version;
  version[0] = 2;
  dek[1] ^= 1;
  EXPECT_EQ(sealer->open({"t", "c", row_}, version).error().code(), Code::kUnsupported);
  EXPECT_EQ(sealer->open({"t", "c", row_}, dek).error().code(), Code::kCorrupted);
}

TEST_F(RowSealerTest, AnotherCustodyDoesNotOpenTheStore) {
  open();
  TestCustody other(8);
  EXPECT_EQ(RowSealer::open(store_, other, random_).error().code(), Code::kUnauthenticated);
}

TEST_F(RowSealerTest, MissingDekIsCorruption) {
  const Bytes ids(16, 1);
  ASSERT_TRUE(
      store_.write([&](ports::Unit& u) { return u.settings().put("dek/current", ids); }).ok());
  EXPECT_EQ(RowSealer::open(store_, custody_, random_).error().code(), Code::kCorrupted);
}

TEST_F(RowSealerTest, StoreThatFailsKeepsNoHalfMadeDek) {
  store_.failCommits(1);
  EXPECT_EQ(RowSealer::open(store_, custody_, random_).error().code(), Code::kUnavailable);
  store_.rerunUnits(1);
  EXPECT_TRUE(RowSealer::open(store_, custody_, random_).ok());
}

TEST_F(RowSealerTest, OldDekStillOpensAfterRotation) {
  const Bytes sealed = open()->seal({"t", "c", row_}, text_);
  const DekId next = DekId::random(random_);
  const Bytes wrapped = custody_.wrapDek(random_.secret(32)).value();
  ASSERT_TRUE(store_
                  .write([&](ports::Unit& unit) -> Status {
                    FLORIN_TRY_ASSIGN(const auto ids, unit.settings().find("dek/current"));
                    FLORIN_TRY(unit.settings().put("dek/" + next.toString(), wrapped));
                    return unit.settings().put("dek/current", base::concat(next.view(), *ids));
                  })
                  .ok());
  const auto sealer = open();
  EXPECT_TRUE(sealer->open({"t", "c", row_}, sealed).ok());
  const Bytes fresh = sealer->seal({"t", "c", row_}, text_);
  EXPECT_EQ(base::toBytes(ByteView(fresh).subspan(1, 16)), next.toBytes());
}

TEST_F(RowSealerTest, BlindIndexIsStableAndPerDomain) {
  const auto sealer = open();
  const Bytes index = sealer->blindIndex("pan", text_).value();
  EXPECT_EQ(index.size(), 32U);
  EXPECT_EQ(open()->blindIndex("pan", text_).value(), index);
  EXPECT_NE(sealer->blindIndex("dpan", text_).value(), index);
  EXPECT_NE(sealer->blindIndex("pan", ByteView(text_).first(15)).value(), index);
}

}  // namespace
}  // namespace florin::sealing
