// What the fields of the channel's messages must be, beyond their form.
#include "base/running_atc.h"
#include "messages/examples_test.h"
#include "messages/wire_fields_test.h"

namespace florin::messages {
namespace {

namespace limits = base::limits;

template <class T>
void expectMalformed(const Result<T>& read) {
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code(), Code::kMalformed);
}

// withNumber sets a varint field of an encoded message, or adds it at the end.
Bytes withNumber(ByteView message, unsigned number, std::uint64_t value) {
  std::vector<WireField> fields = splitFields(message);
  for (WireField& field : fields) {
    if (field.number == number) field.value = varint(value);
  }
  return joinFields(fields);
}

TEST(EnrollmentMessagesTest, SuiteIsOneOfTwo) {
  for (const unsigned suite : {0U, 3U, 255U, 257U}) {
    expectMalformed(decodeE1(withNumber(encodeE1(exampleE1()), 2, suite)));
  }
}

TEST(EnrollmentMessagesTest, VersionIsThere) {
  E1 e1 = exampleE1();
  e1.version = 0;
  expectMalformed(decodeE1(encodeE1(e1)));
  e1.version = 99;  // which versions are understood is the protocol's to say
  EXPECT_TRUE(decodeE1(encodeE1(e1)).ok());
}

TEST(EnrollmentMessagesTest, CodeRefGoesWithTheSuite) {
  E1 e1 = exampleE1();
  e1.suite = Suite::kS2;
  expectMalformed(decodeE1(encodeE1(e1)));
  e1.codeRef.clear();
  EXPECT_TRUE(decodeE1(encodeE1(e1)).ok());
  e1.suite = Suite::kS1;
  expectMalformed(decodeE1(encodeE1(e1)));
}

TEST(EnrollmentMessagesTest, ContextIsE1WithoutItsShare) {
  const E1 e1 = exampleE1();
  Bytes expected = encodeE1(e1);
  expected.resize(expected.size() - 2 - e1.shareP.size());
  EXPECT_EQ(encodeE1Context(e1), expected);
}

TEST(EnrollmentMessagesTest, LanguageIsTwoLowercaseLetters) {
  for (const char* const bad : {"e", "eng", "EN", "e1", "\xC3\xA9"}) {
    DeviceFacts facts = exampleDeviceFacts();
    facts.language = bad;
    expectMalformed(decodeDeviceFacts(encodeDeviceFacts(facts)));
  }
}

TEST(EnrollmentMessagesTest, TextIsUtf8) {
  DeviceFacts facts = exampleDeviceFacts();
  facts.deviceInfo = "J\xC3\xB6rg's";
  EXPECT_TRUE(decodeDeviceFacts(encodeDeviceFacts(facts)).ok());
  facts.deviceInfo.pop_back();
  facts.deviceInfo.back() = '\xC3';
  expectMalformed(decodeDeviceFacts(encodeDeviceFacts(facts)));
}

SecretBytes pushToken(std::string_view text) { return SecretBytes::copyOf(base::asBytes(text)); }

constexpr std::string_view kNoPushTokens[] = {"a\r\nX: y", "a b", std::string_view("a\0b", 3),
                                              "\x7F", "\xC3\xA9"};

TEST(EnrollmentMessagesTest, PushTokenIsVisibleAscii) {
  for (const std::string_view bad : kNoPushTokens) {
    DeviceFacts facts = exampleDeviceFacts();
    facts.pushToken = pushToken(bad);
    expectMalformed(decodeDeviceFacts(encodeDeviceFacts(facts)));
  }
}

TEST(EnrollmentMessagesTest, LongFieldsHaveTheirLimits) {
  DeviceFacts facts = exampleDeviceFacts();
  facts.attestation = Bytes(limits::kAttestation);
  facts.pushToken = pushToken(std::string(limits::kPushToken, 'x'));
  facts.deviceInfo = std::string(limits::kDeviceInfo, 'x');
  EXPECT_TRUE(decodeDeviceFacts(encodeDeviceFacts(facts)).ok());
  facts.deviceInfo.push_back('x');
  expectMalformed(decodeDeviceFacts(encodeDeviceFacts(facts)));
  facts = exampleDeviceFacts();
  facts.pushToken = pushToken(std::string(limits::kPushToken + 1, 'x'));
  expectMalformed(decodeDeviceFacts(encodeDeviceFacts(facts)));
  facts = exampleDeviceFacts();
  facts.attestation = Bytes(limits::kAttestation + 1);
  expectMalformed(decodeDeviceFacts(encodeDeviceFacts(facts)));
  facts.attestation = Bytes();
  expectMalformed(decodeDeviceFacts(encodeDeviceFacts(facts)));
}

TEST(EnrollmentMessagesTest, SecretsArrive) {
  const auto facts = decodeDeviceFacts(encodeDeviceFacts(exampleDeviceFacts()));
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(base::asText(facts->pushToken.expose()), "HMS:token");
}

TEST(EnrollmentMessagesTest, SealedIsAtLeastATag) {
  expectMalformed(decodeE4(encodeE4({Bytes(15)})));
  EXPECT_TRUE(decodeE4(encodeE4({Bytes(16)})).ok());
}

TEST(EnrollmentMessagesTest, SignedTextNamesUseIdAndPoint) {
  const auto id = idOf<base::KeyId>(1);
  const Bytes text = signedKeyText(BackendKeyUse::kChannel, id, Bytes(65, 2));
  EXPECT_EQ(text, base::concat(base::asBytes("florin backend key/1"), Bytes{1}, Bytes(16, 1),
                               Bytes(65, 2)));
  EXPECT_NE(text, signedKeyText(BackendKeyUse::kTransport, id, Bytes(65, 2)));
}

TEST(TimeFieldTest, TimesEndWithTheYear9999) {
  const Bytes facts = base::toBytes(encodeBackendFacts(exampleBackendFacts()).expose());
  const auto decode = [&facts](std::uint64_t ms) {
    return decodeBackendFacts(SecretBytes::take(withNumber(facts, 5, ms)));
  };
  EXPECT_TRUE(decode(253'402'300'799'999).ok());
  expectMalformed(decode(253'402'300'800'000));
  expectMalformed(decode(~std::uint64_t{0}));
}

TEST(TimeFieldTest, ClockBefore1970IsWrittenAs1970) {
  ExchangeRequest request = exampleRequest();
  request.deviceTime = base::fromMs(-5);
  EXPECT_EQ(decodeExchangeRequest(encodeExchangeRequest(request))->deviceTime, base::fromMs(0));
}

Result<ExchangeRequest> resent(DeviceRequest request) {
  return decodeExchangeRequest(encodeExchangeRequest(exampleRequest(std::move(request))));
}

TEST(ExchangeMessagesTest, EachTypeOfRequestHasItsOwnFields) {
  for (DeviceRequest (*const example)() :
       {exampleClaim, exampleTypedClaim, exampleReplenish, exampleUpdate}) {
    EXPECT_TRUE(resent(example()).ok());
    for (const RequestType type :
         {RequestType::kClaimCode, RequestType::kReplenish, RequestType::kUpdateDevice}) {
      DeviceRequest other = example();
      if (other.type == type) continue;
      other.type = type;
      expectMalformed(resent(std::move(other)));
    }
  }
  DeviceRequest claim = exampleClaim();
  claim.language = "en";
  expectMalformed(resent(std::move(claim)));
  DeviceRequest update = exampleUpdate();
  update.force = true;
  expectMalformed(resent(std::move(update)));
}

TEST(ExchangeMessagesTest, TypeOfRequestIsKnown) {
  for (const unsigned type : {0U, 4U, 258U}) {
    DeviceRequest request = exampleClaim();
    request.type = static_cast<RequestType>(type);
    expectMalformed(resent(std::move(request)));
  }
}

TEST(ExchangeMessagesTest, SequenceNumbersBeginAtOne) {
  DeviceRequest request = exampleClaim();
  request.reqSeq = 0;
  expectMalformed(resent(std::move(request)));
  ExchangeRequest acks = exampleRequest();
  acks.acks[0].opSeq = 0;
  expectMalformed(decodeExchangeRequest(encodeExchangeRequest(acks)));
  RequestResult result = exampleResult();
  result.reqSeq = 0;
  expectMalformed(decodeRequestResult(encodeRequestResult(result)));
  ExchangeReply reply = exampleReply();
  reply.operations[0].opSeq = 0;
  expectMalformed(decodeExchangeReply(encodeExchangeReply(reply)));
}

TEST(ExchangeMessagesTest, ChallengeComesAlone) {
  ExchangeReply refused = exampleChallenge();
  refused.status = CpsStatus::kWalletUnknown;
  ExchangeReply answered = exampleChallenge();
  answered.result = exampleResult();
  ExchangeReply delivers = exampleChallenge();
  delivers.operations = std::move(exampleReply().operations);
  ExchangeReply renumbers = exampleChallenge();
  renumbers.nextReqSeq = 1;
  ExchangeReply locks = exampleChallenge();
  locks.lockReason = LockReason::LOST;
  for (const ExchangeReply* reply : {&refused, &answered, &delivers, &renumbers, &locks}) {
    expectMalformed(decodeExchangeReply(encodeExchangeReply(*reply)));
  }
}

TEST(ExchangeMessagesTest, LockReasonIsAKnownOne) {
  ExchangeReply reply = exampleReply();
  reply.lockReason = static_cast<LockReason>(7);
  expectMalformed(decodeExchangeReply(encodeExchangeReply(reply)));
}

TEST(ExchangeMessagesTest, ChallengeHasItsSize) {
  for (const std::size_t size : {kChallengeSize - 1, kChallengeSize + 1}) {
    ExchangeReply reply = exampleChallenge();
    reply.challenge = Bytes(size);
    expectMalformed(decodeExchangeReply(encodeExchangeReply(reply)));
    ExchangeRequest request = exampleRequest();
    request.challenge = Bytes(size);
    expectMalformed(decodeExchangeRequest(encodeExchangeRequest(request)));
  }
}

TEST(ExchangeMessagesTest, CodeHasTheLengthOfACode) {
  for (const std::size_t size : {limits::kCodeMin - 1, limits::kCodeMax + 1}) {
    DeviceRequest request = exampleClaim();
    request.code = SecretBytes(size);
    expectMalformed(resent(std::move(request)));
  }
}

TEST(ExchangeMessagesTest, AckHasAReasonOnlyWhenItCouldNotApply) {
  ExchangeRequest request = exampleRequest();
  request.acks[0].reason = 1;
  expectMalformed(decodeExchangeRequest(encodeExchangeRequest(request)));
  request = exampleRequest();
  request.acks[0].verdict = static_cast<AckVerdict>(3);
  expectMalformed(decodeExchangeRequest(encodeExchangeRequest(request)));
}

TEST(ExchangeMessagesTest, RunningAtcEndsWithTheLastPsn) {
  ExchangeRequest request = exampleRequest();
  request.cards[0].lastAtc = base::kLastPsn * base::kAtcsPerPsn - 1;
  EXPECT_TRUE(decodeExchangeRequest(encodeExchangeRequest(request)).ok());
  request.cards[0].lastAtc = base::kLastPsn * base::kAtcsPerPsn;
  expectMalformed(decodeExchangeRequest(encodeExchangeRequest(request)));
}

TEST(ExchangeMessagesTest, ListsHaveTheirLimits) {
  ExchangeRequest request = exampleRequest();
  request.acks.resize(limits::kAcksPerExchange, {1, AckVerdict::kApplied, 0});
  request.cards.resize(limits::kCardsPerWallet, {idOf<base::TokenId>(1), 0, 0});
  EXPECT_TRUE(decodeExchangeRequest(encodeExchangeRequest(request)).ok());
  request.acks.push_back(request.acks.back());
  expectMalformed(decodeExchangeRequest(encodeExchangeRequest(request)));
  request.acks.pop_back();
  request.cards.push_back(request.cards.back());
  expectMalformed(decodeExchangeRequest(encodeExchangeRequest(request)));

  ExchangeReply reply;
  reply.operations.resize(limits::kOperationsPerExchange + 1);
  for (auto& operation : reply.operations) operation.opSeq = 1;
  expectMalformed(decodeExchangeReply(encodeExchangeReply(reply)));
  reply.operations.pop_back();
  EXPECT_TRUE(decodeExchangeReply(encodeExchangeReply(reply)).ok());
}

TEST(ExchangeMessagesTest, StatusIsInTheTable) {
  for (const unsigned status : {1U, 522U, 680U, 65'536U}) {
    expectMalformed(
        decodeRequestResult(withNumber(encodeRequestResult(exampleResult()), 2, status)));
  }
}

TEST(ExchangeMessagesTest, CardAndItsOrderGoTogether) {
  ExchangeReply reply = exampleReply();
  reply.operations[0].cardSeq = 0;
  expectMalformed(decodeExchangeReply(encodeExchangeReply(reply)));
  reply = exampleReply();
  reply.operations[0].tokenId = {};
  expectMalformed(decodeExchangeReply(encodeExchangeReply(reply)));
}

TEST(ExchangeMessagesTest, TypeOfOperationIsKnown) {
  for (const unsigned type : {0U, 11U}) {
    ExchangeReply reply = exampleReply();
    reply.operations[0].type = static_cast<OperationType>(type);
    expectMalformed(decodeExchangeReply(encodeExchangeReply(reply)));
  }
}

TEST(ExchangeMessagesTest, NoneHasOneForm) {
  RequestResult result = exampleResult();
  result.tokenId = {};
  const Bytes none = encodeRequestResult(result);
  EXPECT_EQ(decodeRequestResult(none)->tokenId, base::TokenId());
  const Bytes zeros = base::concat(none, Bytes{4 << 3 | 2, 16}, Bytes(16));
  expectMalformed(decodeRequestResult(zeros));
}

TEST(ExchangeMessagesTest, ChannelKeyAndTicketExcludeEachOther) {
  ExchangeEnvelope envelope = exampleFollowUp();
  EXPECT_TRUE(decodeExchangeEnvelope(encodeExchangeEnvelope(envelope)).ok());
  envelope.channelKeyId = idOf<base::KeyId>(2);
  expectMalformed(decodeExchangeEnvelope(encodeExchangeEnvelope(envelope)));
  envelope = exampleEnvelope();
  envelope.channelKeyId = {};
  expectMalformed(decodeExchangeEnvelope(encodeExchangeEnvelope(envelope)));
}

TEST(ExchangeMessagesTest, ClaimHasACodeOrTwoScalars) {
  const auto refused = [](DeviceRequest claim) {
    expectMalformed(decodeExchangeRequest(encodeExchangeRequest(exampleRequest(std::move(claim)))));
  };
  DeviceRequest both = exampleTypedClaim();
  both.code = secretText("ABCDEFGHIJKLMNOPQRSTUVWX23");
  refused(std::move(both));
  DeviceRequest half = exampleTypedClaim();
  half.w1 = {};
  refused(std::move(half));
  DeviceRequest shorter = exampleTypedClaim();
  shorter.w0 = SecretBytes::copyOf(Bytes(31, 1));
  refused(std::move(shorter));
}

TEST(ExchangeMessagesTest, NoiseHasRoomForAKeyAndATag) {
  ExchangeEnvelope envelope = exampleEnvelope();
  envelope.noise = Bytes(80);
  expectMalformed(decodeExchangeEnvelope(encodeExchangeEnvelope(envelope)));
  envelope.noise = Bytes(limits::kNoiseMessage);
  EXPECT_TRUE(decodeExchangeEnvelope(encodeExchangeEnvelope(envelope)).ok());
  envelope.noise.push_back(0);
  expectMalformed(decodeExchangeEnvelope(encodeExchangeEnvelope(envelope)));
}

Result<OperationPayload> reread(OperationType type, const OperationPayload& payload) {
  return decodePayload(type, encodePayload(type, payload).expose());
}

TEST(OperationsTest, TargetAndKindAreKnown) {
  InstallCard card = exampleInstallCard();
  card.target = static_cast<CardTarget>(4);
  expectMalformed(reread(OperationType::kInstallCard, std::move(card)));
  expectMalformed(reread(OperationType::kResumeCard, SetCardState{static_cast<CardTarget>(9)}));
  InstallKeys keys = exampleInstallKeys();
  keys.keys[0].kind = static_cast<KeyKind>(4);
  expectMalformed(reread(OperationType::kInstallKeys, std::move(keys)));
}

TEST(OperationsTest, CardsOwnKeyComesWithTheCardAlone) {
  const auto read = reread(OperationType::kInstallCard, exampleCardWithKey());
  ASSERT_TRUE(read.ok());
  const auto& key = std::get<InstallCard>(*read).iccKey;
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(key->number, 7U);
  EXPECT_EQ(key->wrapped, Bytes(840, 3));
  InstallKeys keys = exampleInstallKeys();
  keys.keys[0].kind = KeyKind::kIcc;
  expectMalformed(reread(OperationType::kInstallKeys, std::move(keys)));
}

TEST(OperationsTest, CardsOwnKeyHasItsSizes) {
  using Change = void (*)(IccKey&);
  const Change changes[] = {[](IccKey& key) { key.transportPublicKey.pop_back(); },
                            [](IccKey& key) { key.wrapped.clear(); },
                            [](IccKey& key) { key.wrapped.resize(limits::kWrappedKey + 1); }};
  for (const Change change : changes) {
    InstallCard card = exampleCardWithKey();
    change(*card.iccKey);
    expectMalformed(reread(OperationType::kInstallCard, std::move(card)));
  }
}

TEST(OperationsTest, ShownDigitsAreDigits) {
  for (std::string InstallCard::* const field :
       {&InstallCard::panLastFour, &InstallCard::dpanLastFour, &InstallCard::panExpiry}) {
    for (const char* const bad : {"", "123", "12345", "12a4"}) {
      InstallCard card = exampleInstallCard();
      card.*field = bad;
      expectMalformed(reread(OperationType::kInstallCard, std::move(card)));
    }
  }
}

TEST(OperationsTest, KeysAscendAndAreFew) {
  InstallKeys keys = exampleInstallKeys();
  keys.keys[1].number = keys.keys[0].number;
  expectMalformed(reread(OperationType::kInstallKeys, std::move(keys)));
  keys = exampleInstallKeys();
  keys.keys.clear();
  for (std::uint32_t i = 0; i <= limits::kKeysPerOperation; ++i) {
    keys.keys.push_back({KeyKind::kSuk, i, Bytes(24)});
  }
  expectMalformed(reread(OperationType::kInstallKeys, std::move(keys)));
}

TEST(OperationsTest, NoKeyIsVoidBelowAnAtcThatCannotBe) {
  for (const std::uint32_t atc : {base::kAtcsPerPsn, base::kLastPsn * base::kAtcsPerPsn + 1}) {
    InstallKeys keys = exampleInstallKeys();
    keys.voidBelow = atc;
    expectMalformed(reread(OperationType::kInstallKeys, std::move(keys)));
  }
}

TEST(OperationsTest, LimitsStandWithLimitedUseKeysAlone) {
  using Change = void (*)(InstallKeys&);
  const Change changes[] = {
      [](InstallKeys& keys) { keys.keys[0].uses = 0; },
      [](InstallKeys& keys) { keys.keys[0].expires = {}; },
      [](InstallKeys& keys) { keys.keys[0].refresh = keys.keys[0].expires + base::Duration(1); },
      [](InstallKeys& keys) { keys.keys[0].kind = KeyKind::kSuk; },
      [](InstallKeys& keys) { keys.keys.push_back(keys.keys[0]); },
      [](InstallKeys& keys) { keys.keys.push_back({KeyKind::kSuk, 9'999'999, Bytes(24)}); }};
  for (const Change change : changes) {
    InstallKeys keys = exampleLimitedKey();
    EXPECT_TRUE(reread(OperationType::kInstallKeys, InstallKeys(keys)).ok());
    change(keys);
    if (keys.keys.size() > 1) keys.keys[1].number = 9'999'999;
    expectMalformed(reread(OperationType::kInstallKeys, std::move(keys)));
  }
  InstallKeys keys = exampleInstallKeys();
  keys.keys[0].uses = 1;
  expectMalformed(reread(OperationType::kInstallKeys, std::move(keys)));
}

TEST(OperationsTest, SizesHaveTheirLimits) {
  InstallCard card = exampleInstallCard();
  card.profile = SecretBytes(limits::kProfileBytes + 1);
  expectMalformed(reread(OperationType::kInstallCard, std::move(card)));
  card = exampleInstallCard();
  card.product = std::string(limits::kDisplayName + 1, 'x');
  expectMalformed(reread(OperationType::kInstallCard, std::move(card)));
  InstallKeys keys = exampleInstallKeys();
  keys.keys[0].wrapped = Bytes(limits::kWrappedKey + 1);
  expectMalformed(reread(OperationType::kInstallKeys, std::move(keys)));
}

TEST(OperationsTest, DeleteAndWipeHaveNoContent) {
  for (const OperationType type : {OperationType::kDeleteCard, OperationType::kWipe}) {
    EXPECT_TRUE(encodePayload(type, Nothing()).empty());
    EXPECT_TRUE(decodePayload(type, {}).ok());
    expectMalformed(decodePayload(type, Bytes{8, 1}));
  }
}

TEST(OperationsTest, OperationsOfALaterVersionAreUnsupported) {
  EXPECT_EQ(decodePayload(static_cast<OperationType>(11), {}).error().code(), Code::kUnsupported);
}

}  // namespace
}  // namespace florin::messages
