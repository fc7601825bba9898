#include "protocol/exchange.h"

#include "crypto/equal.h"
#include "fakes/seeded_random.h"
#include "florin/version.h"
#include "protocol/test_support.h"

namespace florin::protocol {
namespace {

// Channel is an enrolled device and its backend.
struct Channel {
  fakes::SeededRandom random;
  MemoryKey<DhP256> device{crypto::P256Key::generate(random)};
  MemoryKey<DhP256> backend{crypto::P256Key::generate(random)};
  SecretBytes psk = random.secret(32);
  ExchangeNames names{kProtocolVersion, "backend-1", base::DeviceId::random(random),
                      base::KeyId::random(random)};
  std::string_view backendId = "backend-1";
  Bytes devicePoint = device.publicPoint();

  Result<ExchangeInitiator::Started> start(const messages::ExchangeRequest& request) {
    return ExchangeInitiator::start(names, device, backend.publicPoint(), psk, request, random);
  }
  Result<ExchangeResponder::Received> receive(const messages::ExchangeEnvelope& envelope) {
    return ExchangeResponder::receive(envelope, backendId, backend, devicePoint, psk);
  }
  Code refusalOf(const messages::ExchangeEnvelope& envelope) {
    const auto received = receive(envelope);
    return received.ok() ? Code::kInternal : received.error().code();
  }
};

messages::ExchangeRequest request() {
  messages::ExchangeRequest out;
  out.deviceTime = base::fromMs(1'700'000'000'000);
  out.vaultGeneration = 7;
  out.acks.push_back({3, messages::AckVerdict::kApplied, 0});
  return out;
}

messages::ExchangeReply reply() {
  messages::ExchangeReply out;
  out.serverTime = base::fromMs(1'700'000'000'001);
  messages::DeliveredOperation operation;
  operation.opSeq = 4;
  operation.type = messages::OperationType::kWipe;
  out.operations.push_back(std::move(operation));
  out.more = true;
  return out;
}

messages::ExchangeEnvelope sentBy(Channel& channel) {
  return messages::decodeExchangeEnvelope(channel.start(request())->body).value();
}

TEST(ExchangeTest, RequestAndReplyArrive) {
  Channel channel;
  auto started = channel.start(request());
  ASSERT_TRUE(started.ok());
  auto received = channel.receive(messages::decodeExchangeEnvelope(started->body).value());
  ASSERT_TRUE(received.ok());
  EXPECT_EQ(received->request.vaultGeneration, 7U);
  ASSERT_EQ(received->request.acks.size(), 1U);
  const auto body = std::move(received->responder).reply(reply(), {}, channel.random);
  ASSERT_TRUE(body.ok());
  const auto answer = std::move(started->initiator).finish(*body);
  ASSERT_TRUE(answer.ok());
  ASSERT_EQ(answer->reply.operations.size(), 1U);
  EXPECT_EQ(answer->reply.operations[0].opSeq, 4U);
  EXPECT_TRUE(answer->reply.more);
}

TEST(ExchangeTest, EveryFieldOfTheEnvelopeIsBound) {
  Channel channel;
  const messages::ExchangeEnvelope envelope = sentBy(channel);
  EXPECT_EQ(channel.refusalOf(envelope), Code::kInternal);
  messages::ExchangeEnvelope other = envelope;
  other.deviceId = base::DeviceId::random(channel.random);
  EXPECT_EQ(channel.refusalOf(other), Code::kUnauthenticated);
  other = envelope;
  other.channelKeyId = base::KeyId::random(channel.random);
  EXPECT_EQ(channel.refusalOf(other), Code::kUnauthenticated);
  other = envelope;
  other.version = kProtocolVersion + 1;
  EXPECT_EQ(channel.refusalOf(other), Code::kUnsupported);
  channel.backendId = "backend-2";
  EXPECT_EQ(channel.refusalOf(envelope), Code::kUnauthenticated);
}

TEST(ExchangeTest, DeviceOfAnotherVersionIsNotUnderstood) {
  Channel channel;
  channel.names.version = kProtocolVersion + 1;
  messages::ExchangeEnvelope envelope = sentBy(channel);
  envelope.version = kProtocolVersion;
  EXPECT_EQ(channel.refusalOf(envelope), Code::kUnauthenticated);
}

TEST(ExchangeTest, WrongPskOrKeyIsRefused) {
  Channel channel;
  const messages::ExchangeEnvelope envelope = sentBy(channel);
  channel.devicePoint = crypto::P256Key::generate(channel.random).publicPoint();
  EXPECT_EQ(channel.refusalOf(envelope), Code::kUnauthenticated);
  channel.devicePoint = channel.device.publicPoint();
  channel.psk = channel.random.secret(32);
  EXPECT_EQ(channel.refusalOf(envelope), Code::kUnauthenticated);
}

TEST(ExchangeTest, RequestCanBeReplayedAndItsRepliesDiffer) {
  Channel channel;
  const messages::ExchangeEnvelope envelope = sentBy(channel);
  auto first = channel.receive(envelope);
  auto second = channel.receive(envelope);
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(second.ok());
  EXPECT_NE(std::move(first->responder).reply(reply(), {}, channel.random).value(),
            std::move(second->responder).reply(reply(), {}, channel.random).value());
}

TEST(ExchangeTest, EveryBitAndCutOfTheReplyIsRefused) {
  Channel channel;
  Bytes body;
  const auto ask = [&channel, &body] {
    auto started = channel.start(request()).value();
    auto received = channel.receive(messages::decodeExchangeEnvelope(started.body).value());
    body = std::move(received->responder).reply(reply(), {}, channel.random).value();
    return std::move(started.initiator);
  };
  EXPECT_TRUE(ask().finish(body).ok());
  for (std::size_t bit = 0; bit < body.size() * 8; bit += 5) {
    ExchangeInitiator initiator = ask();
    EXPECT_FALSE(std::move(initiator).finish(flipped(body, bit)).ok()) << bit;
  }
  for (std::size_t size = 0; size < body.size(); size += 3) {
    ExchangeInitiator initiator = ask();
    EXPECT_FALSE(std::move(initiator).finish(ByteView(body).first(size)).ok());
  }
}

// The payload grows until its encoding has exactly the size.
messages::ExchangeReply replyOfSize(std::size_t size) {
  messages::ExchangeReply large = reply();
  large.operations[0].payload = SecretBytes(size - 100);
  const std::size_t missing = size - messages::encodeExchangeReply(large).size();
  large.operations[0].payload = SecretBytes(size - 100 + missing);
  return large;
}

TEST(ExchangeTest, ReplyIsAtMostOneNoiseMessage) {
  Channel channel;
  auto started = channel.start(request()).value();
  const auto envelope = messages::decodeExchangeEnvelope(started.body).value();
  messages::ExchangeReply largest = replyOfSize(kExchangePayload);
  ASSERT_EQ(messages::encodeExchangeReply(largest).size(), kExchangePayload);
  auto sent =
      std::move(channel.receive(envelope)->responder).reply(std::move(largest), {}, channel.random);
  ASSERT_TRUE(sent.ok());
  EXPECT_TRUE(std::move(started.initiator).finish(*sent).ok());
  messages::ExchangeReply larger = replyOfSize(kExchangePayload + 1);
  auto refused =
      std::move(channel.receive(envelope)->responder).reply(std::move(larger), {}, channel.random);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::kTooLarge);
}

// A reply with a ticket that says nothing: what the backend seals is kept by the test.
struct Ticketed {
  FollowUp next;     // the device's
  SecretBytes kept;  // the backend's
};

Ticketed ticketed(ExchangeInitiator&& initiator, ExchangeResponder&& responder,
                  base::Random& random) {
  SecretBytes kept;
  const auto seal = [&](const SecretBytes& psk) {
    kept = psk.clone();
    return Bytes(40, 7);
  };
  const auto body = std::move(responder).reply(reply(), seal, random);
  auto finished = std::move(initiator).finish(body.value());
  return {std::move(finished->next.value()), std::move(kept)};
}

Ticketed firstTicket(Channel& channel) {
  auto started = channel.start(request());
  auto received = channel.receive(messages::decodeExchangeEnvelope(started->body).value());
  return ticketed(std::move(started->initiator), std::move(received->responder), channel.random);
}

TEST(ExchangeTest, ReplyWithoutTicketGivesNoFollowUp) {
  Channel channel;
  auto started = channel.start(request());
  auto received = channel.receive(messages::decodeExchangeEnvelope(started->body).value());
  const auto body = std::move(received->responder).reply(reply(), {}, channel.random);
  EXPECT_FALSE(std::move(started->initiator).finish(*body)->next.has_value());
}

TEST(ExchangeTest, FollowUpNeedsNoStaticKeyAndGivesTheNext) {
  Channel channel;
  Ticketed ticket = firstTicket(channel);
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(crypto::equal(ticket.next.psk.expose(), ticket.kept.expose()));
    auto started =
        ExchangeInitiator::startFollowUp(channel.names, ticket.next, request(), channel.random);
    ASSERT_TRUE(started.ok());
    const auto envelope = messages::decodeExchangeEnvelope(started->body);
    ASSERT_TRUE(envelope.ok());
    EXPECT_EQ(envelope->ticket, ticket.next.ticket);
    auto received = ExchangeResponder::receiveFollowUp(*envelope, channel.backendId, ticket.kept);
    ASSERT_TRUE(received.ok());
    EXPECT_EQ(received->request.vaultGeneration, 7U);
    Ticketed next =
        ticketed(std::move(started->initiator), std::move(received->responder), channel.random);
    EXPECT_FALSE(crypto::equal(next.kept.expose(), ticket.kept.expose()));
    ticket = std::move(next);
  }
}

TEST(ExchangeTest, FollowUpIsBoundToItsTicketDeviceBackendAndVersion) {
  Channel channel;
  const Ticketed ticket = firstTicket(channel);
  const auto started =
      ExchangeInitiator::startFollowUp(channel.names, ticket.next, request(), channel.random);
  const auto envelope = messages::decodeExchangeEnvelope(started->body).value();
  const auto refusal = [&](const messages::ExchangeEnvelope& sent, std::string_view backendId) {
    const auto received = ExchangeResponder::receiveFollowUp(sent, backendId, ticket.kept);
    return received.ok() ? Code::kInternal : received.error().code();
  };
  EXPECT_EQ(refusal(envelope, channel.backendId), Code::kInternal);
  messages::ExchangeEnvelope other = envelope;
  other.ticket[0] ^= 1;
  EXPECT_EQ(refusal(other, channel.backendId), Code::kUnauthenticated);
  other = envelope;
  other.deviceId = base::DeviceId::random(channel.random);
  EXPECT_EQ(refusal(other, channel.backendId), Code::kUnauthenticated);
  EXPECT_EQ(refusal(envelope, "backend-2"), Code::kUnauthenticated);
  other = envelope;
  other.version = kProtocolVersion + 1;
  EXPECT_EQ(refusal(other, channel.backendId), Code::kUnsupported);
}

}  // namespace
}  // namespace florin::protocol
