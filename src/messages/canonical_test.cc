// What holds for every message of the channel, run over an example of each.
#include <algorithm>
#include <functional>
#include <set>

#include "messages/examples_test.h"
#include "messages/wire_fields_test.h"

namespace florin::messages {
namespace {

namespace limits = base::limits;

struct MessageCase {
  const char* name;
  std::function<Bytes()> example;
  std::function<Result<Bytes>(ByteView)> reencode;
  std::set<unsigned> optional;  // may be missing
  std::set<unsigned> flexible;  // may be one byte longer or missing its last
  std::set<unsigned> repeated;
  std::size_t limit = limits::kEnrollmentMessage;
};

Bytes plain(const SecretBytes& secret) { return base::toBytes(secret.expose()); }

// Calls that differ only in whether the bytes are secret.
template <class Decode, class Encode>
std::function<Result<Bytes>(ByteView)> through(Decode decode, Encode encode) {
  return [decode, encode](ByteView bytes) -> Result<Bytes> {
    FLORIN_TRY_ASSIGN(const auto message, decode(bytes));
    return encode(message);
  };
}
template <class Decode, class Encode>
std::function<Result<Bytes>(ByteView)> throughSecret(Decode decode, Encode encode) {
  return [decode, encode](ByteView bytes) -> Result<Bytes> {
    FLORIN_TRY_ASSIGN(const auto message, decode(SecretBytes::copyOf(bytes)));
    return plain(encode(message));
  };
}
MessageCase payloadCase(const char* name, OperationType type, std::function<Bytes()> example) {
  return {name,
          std::move(example),
          [type](ByteView bytes) -> Result<Bytes> {
            FLORIN_TRY_ASSIGN(const auto payload, decodePayload(type, bytes));
            return plain(encodePayload(type, payload));
          },
          {},
          {},
          {},
          limits::kNoiseMessage};
}

std::vector<MessageCase> enrollmentCases() {
  return {
      {"E1", [] { return encodeE1(exampleE1()); }, through(decodeE1, encodeE1), {}, {}, {}},
      {"E2", [] { return encodeE2(exampleE2()); }, through(decodeE2, encodeE2), {4}, {4}, {}},
      {"E3", [] { return encodeE3(exampleE3()); }, through(decodeE3, encodeE3), {}, {3}, {}},
      {"E4", [] { return encodeE4(exampleE4()); }, through(decodeE4, encodeE4), {}, {1}, {}},
      {"DeviceFacts",
       [] { return plain(encodeDeviceFacts(exampleDeviceFacts())); },
       throughSecret(decodeDeviceFacts, encodeDeviceFacts),
       {3, 4, 5, 6},
       {3, 4, 6},
       {}},
      {"BackendFacts",
       [] { return plain(encodeBackendFacts(exampleBackendFacts())); },
       throughSecret(decodeBackendFacts, encodeBackendFacts),
       {5},
       {},
       {}},
  };
}

std::vector<MessageCase> exchangeCases() {
  const auto request = throughSecret(decodeExchangeRequest, encodeExchangeRequest);
  const std::set<unsigned> all = {1, 2, 3, 4, 5, 6};
  const auto example = [](DeviceRequest (*inner)()) {
    return [inner] { return plain(encodeExchangeRequest(exampleRequest(inner()))); };
  };
  return {
      {"ExchangeEnvelope",
       [] { return encodeExchangeEnvelope(exampleEnvelope()); },
       through(decodeExchangeEnvelope, encodeExchangeEnvelope),
       {},
       {4},
       {},
       limits::kExchangeBody},
      {"FollowUpEnvelope",
       [] { return encodeExchangeEnvelope(exampleFollowUp()); },
       through(decodeExchangeEnvelope, encodeExchangeEnvelope),
       {},
       {4, 5},
       {},
       limits::kExchangeBody},
      {"ClaimRequest", example(exampleClaim), request, all, {}, {4, 5}, limits::kNoiseMessage},
      {"TypedClaim", example(exampleTypedClaim), request, all, {}, {4, 5}, limits::kNoiseMessage},
      {"ReplenishRequest",
       example(exampleReplenish),
       request,
       all,
       {},
       {4, 5},
       limits::kNoiseMessage},
      {"UpdateRequest", example(exampleUpdate), request, all, {}, {4, 5}, limits::kNoiseMessage},
      {"SignedKey",
       [] { return encodeSignedKey(exampleBackendFacts().channelKey); },
       through(decodeSignedKey, encodeSignedKey),
       {},
       {},
       {}},
      {"RequestResult",
       [] { return encodeRequestResult(exampleResult()); },
       through(decodeRequestResult, encodeRequestResult),
       {2, 3, 4},
       {},
       {}},
      {"ExchangeReply",
       [] { return plain(encodeExchangeReply(exampleReply())); },
       throughSecret(decodeExchangeReply, encodeExchangeReply),
       {1, 2, 3, 4, 5, 6, 8, 9},
       {6},
       {4},
       limits::kNoiseMessage},
      {"ChallengeReply",
       [] { return plain(encodeExchangeReply(exampleChallenge())); },
       throughSecret(decodeExchangeReply, encodeExchangeReply),
       {2, 5, 6, 7},
       {6},
       {},
       limits::kNoiseMessage},
  };
}

std::vector<MessageCase> payloadCases() {
  MessageCase card = payloadCase("InstallCard", OperationType::kInstallCard, [] {
    return plain(encodePayload(OperationType::kInstallCard, exampleInstallCard()));
  });
  card.optional = {9};
  card.flexible = {2, 4, 5};
  MessageCase withKey = payloadCase("InstallCardWithKey", OperationType::kInstallCard, [] {
    return plain(encodePayload(OperationType::kInstallCard, exampleCardWithKey()));
  });
  withKey.optional = {9, 10};
  withKey.flexible = {2, 4, 5};
  MessageCase keys = payloadCase("InstallKeys", OperationType::kInstallKeys, [] {
    return plain(encodePayload(OperationType::kInstallKeys, exampleInstallKeys()));
  });
  keys.optional = {3, 4};
  keys.repeated = {3};
  MessageCase state = payloadCase("SetCardState", OperationType::kSuspendCard, [] {
    return plain(encodePayload(OperationType::kSuspendCard, SetCardState{CardTarget::kSuspended}));
  });
  MessageCase limited = payloadCase("InstallLimitedKey", OperationType::kInstallKeys, [] {
    return plain(encodePayload(OperationType::kInstallKeys, exampleLimitedKey()));
  });
  limited.optional = {3};
  MessageCase policy = payloadCase("UpdatePolicy", OperationType::kUpdatePolicy, [] {
    return plain(encodePayload(OperationType::kUpdatePolicy, UpdatePolicy{.lowWater = 3}));
  });
  policy.optional = {1};
  return {card, withKey, keys, limited, state, policy};
}

std::vector<MessageCase> allCases() {
  std::vector<MessageCase> cases = enrollmentCases();
  for (const auto& more : {exchangeCases(), payloadCases()}) {
    cases.insert(cases.end(), more.begin(), more.end());
  }
  return cases;
}

class CanonicalTest : public testing::TestWithParam<MessageCase> {
 protected:
  void expectMalformed(ByteView bytes, const char* what, unsigned number) {
    const auto read = GetParam().reencode(bytes);
    ASSERT_FALSE(read.ok()) << what << " " << number;
    EXPECT_EQ(read.error().code(), Code::kMalformed) << what << " " << number;
  }
  const Bytes example_ = GetParam().example();
  const std::vector<WireField> fields_ = splitFields(example_);
};

TEST_P(CanonicalTest, ExampleComesBack) {
  const auto again = GetParam().reencode(example_);
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(*again, example_);
  EXPECT_EQ(joinFields(fields_), example_);
}

TEST_P(CanonicalTest, MissingFieldIsMalformedUnlessItMayBeAbsent) {
  for (const WireField& field : fields_) {
    std::vector<WireField> without = fields_;
    std::erase_if(without, [&](const WireField& other) { return other.number == field.number; });
    const Bytes bytes = joinFields(without);
    if (!GetParam().optional.contains(field.number)) {
      expectMalformed(bytes, "missing", field.number);
      continue;
    }
    const auto read = GetParam().reencode(bytes);
    ASSERT_TRUE(read.ok()) << "missing " << field.number;
    EXPECT_EQ(*read, bytes);
  }
}

TEST_P(CanonicalTest, DoubledFieldIsMalformed) {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (GetParam().repeated.contains(fields_[i].number)) continue;
    std::vector<WireField> doubled = fields_;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), fields_[i]);
    expectMalformed(joinFields(doubled), "doubled", fields_[i].number);
  }
}

TEST_P(CanonicalTest, CutIsRefusedOrIsAMessageOfItsOwn) {
  for (std::size_t size = 0; size < example_.size(); ++size) {
    const ByteView cut = ByteView(example_).first(size);
    const auto read = GetParam().reencode(cut);
    if (read.ok()) {
      EXPECT_TRUE(std::ranges::equal(*read, cut)) << size;
    } else {
      EXPECT_EQ(read.error().code(), Code::kMalformed) << size;
    }
  }
}

TEST_P(CanonicalTest, FixedFieldHasItsSize) {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].wireType != 2 || GetParam().flexible.contains(fields_[i].number)) continue;
    std::vector<WireField> longer = fields_;
    longer[i].value.push_back(0);
    expectMalformed(joinFields(longer), "longer", fields_[i].number);
    std::vector<WireField> shorter = fields_;
    shorter[i].value.pop_back();
    expectMalformed(joinFields(shorter), "shorter", fields_[i].number);
  }
}

TEST_P(CanonicalTest, OtherOrderIsMalformed) {
  if (fields_.size() < 2) return;
  std::vector<WireField> swapped = fields_;
  std::swap(swapped.front(), swapped.back());
  expectMalformed(joinFields(swapped), "order", 0);
}

TEST_P(CanonicalTest, NumberInTooManyBytesIsMalformed) {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].wireType != 0) continue;
    std::vector<WireField> padded = fields_;
    padded[i].value.back() |= 0x80;
    padded[i].value.push_back(0);
    expectMalformed(joinFields(padded), "padded", fields_[i].number);
  }
}

TEST_P(CanonicalTest, UnknownFieldPassesAtTheEndOnly) {
  const Bytes unknown = base::concat(varint(1000U << 3U), varint(1));
  const auto read = GetParam().reencode(base::concat(example_, unknown));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, example_);
  expectMalformed(base::concat(unknown, example_), "unknown in front", 1000);
}

TEST_P(CanonicalTest, KnownFieldOfAnotherTypeIsMalformed) {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    std::vector<WireField> changed = fields_;
    changed[i].wireType = 2 - fields_[i].wireType;
    changed[i].tag = varint((fields_[i].number << 3U) | changed[i].wireType);
    changed[i].value = {1};
    expectMalformed(joinFields(changed), "another type", fields_[i].number);
    const Bytes unknown = base::concat(varint(1000U << 3U), varint(1));
    const Bytes late = changed[i].encoded();
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    expectMalformed(base::concat(joinFields(changed), unknown, late), "late", fields_[i].number);
  }
}

TEST_P(CanonicalTest, UnknownGroupIsMalformed) {
  const Bytes group = base::concat(varint((1000U << 3U) | 3U), varint((1000U << 3U) | 4U));
  expectMalformed(base::concat(example_, group), "group", 1000);
}

TEST_P(CanonicalTest, OversizeIsRefusedBeforeItIsRead) {
  const Bytes content(GetParam().limit);
  const Bytes unknown = base::concat(varint(1000U << 3U | 2U), varint(content.size()), content);
  const auto read = GetParam().reencode(base::concat(example_, unknown));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code(), Code::kTooLarge);
}

INSTANTIATE_TEST_SUITE_P(All, CanonicalTest, testing::ValuesIn(allCases()),
                         [](const auto& made) { return std::string(made.param.name); });

}  // namespace
}  // namespace florin::messages
