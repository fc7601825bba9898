#include "enrolled_device.h"

#include <algorithm>

#include "florin/version.h"
#include "messages/operations.h"

namespace florin::bench {
namespace {

class MemoryKey : public protocol::StaticKey {
 public:
  explicit MemoryKey(const crypto::P256Key& key) : key_(key) {}
  [[nodiscard]] Bytes publicPoint() const override { return key_.publicPoint(); }
  [[nodiscard]] Result<SecretBytes> agree(ByteView peerPoint) const override {
    return key_.agree(peerPoint);
  }

 private:
  const crypto::P256Key& key_;
};

Error unexpected(Literal text, std::size_t detail) {
  return {Code::kInternal, text, static_cast<std::int64_t>(detail)};
}

}  // namespace

protocol::ExchangeNames EnrolledDevice::names() const {
  return {kProtocolVersion, backendId_, enrolled_.facts.deviceId, enrolled_.facts.channelKey.id};
}

messages::ExchangeRequest EnrolledDevice::makeRequest(const World& world) const {
  messages::ExchangeRequest request;
  request.deviceTime = world.clock.now();
  request.vaultGeneration = generation_;
  request.acks = acks_;
  if (lastAtc_ > 0) request.cards.push_back({card_, lastAtc_, 0});
  return request;
}

Status EnrolledDevice::install(const World& world, Client& client) {
  FLORIN_TRY_ASSIGN(const Brought brought, withKeys(world, client, makeRequest(world)));
  if (brought.keys != kKeys || !ticket_) {
    return unexpected("E5 did not bring ten keys and a ticket", brought.keys);
  }
  messages::ExchangeRequest request = makeRequest(world);
  request.cards.clear();  // it has used none
  FLORIN_TRY_ASSIGN(const Brought rest, followUp(world, client, request));
  if (rest.operations == 0) return {};
  return unexpected("the acknowledgement did not end the session", rest.operations);
}

Status EnrolledDevice::replenish(const World& world, Client& client) {
  messages::ExchangeRequest request = makeRequest(world);
  request.request.emplace();
  request.request->reqSeq = reqSeq_;
  request.request->type = messages::RequestType::kReplenish;
  request.request->tokenId = card_;
  FLORIN_TRY_ASSIGN(const Brought brought, withKeys(world, client, request));
  if (brought.keys == kKeys) return {};
  return unexpected("the exchange did not bring ten keys", brought.keys);
}

Status EnrolledDevice::visit(const World& world, Client& client) {
  FLORIN_TRY_ASSIGN(const Brought brought, withKeys(world, client, makeRequest(world)));
  if (brought.operations == 0 && ticket_) return {};
  return unexpected("the visit brought an operation or no ticket", brought.operations);
}

Status EnrolledDevice::askAgain(const World& world, Client& client) {
  FLORIN_TRY_ASSIGN(const Brought brought, followUp(world, client, makeRequest(world)));
  if (brought.operations == 0) return {};
  return unexpected("there was something to deliver", brought.operations);
}

Result<EnrolledDevice::Brought> EnrolledDevice::withKeys(const World& world, Client& client,
                                                         const messages::ExchangeRequest& request) {
  const MemoryKey key(key_);
  FLORIN_TRY_ASSIGN(auto started, protocol::ExchangeInitiator::start(
                                      names(), key, enrolled_.facts.channelKey.point, enrolled_.psk,
                                      request, world.random));
  return send(client, std::move(started));
}

Result<EnrolledDevice::Brought> EnrolledDevice::followUp(const World& world, Client& client,
                                                         const messages::ExchangeRequest& request) {
  if (!ticket_) return Error(Code::kWrongState, "there is no ticket");
  FLORIN_TRY_ASSIGN(auto started, protocol::ExchangeInitiator::startFollowUp(
                                      names(), *ticket_, request, world.random));
  return send(client, std::move(started));
}

Result<EnrolledDevice::Brought> EnrolledDevice::send(Client& client,
                                                     protocol::ExchangeInitiator::Started started) {
  FLORIN_TRY_ASSIGN(const Bytes answer,
                    client.post("/cps/v1/exchange", {{"content-type", "application/octet-stream"}},
                                started.body));
  FLORIN_TRY_ASSIGN(auto finished, std::move(started.initiator).finish(answer));
  ticket_ = std::move(finished.next);
  return apply(finished.reply);
}

// A reply came, so what it answers is over: its request, and the acknowledgements.
Result<EnrolledDevice::Brought> EnrolledDevice::apply(const messages::ExchangeReply& reply) {
  if (reply.status != messages::CpsStatus::kOk || !reply.challenge.empty() || reply.more) {
    return unexpected("the reply is none for a device that is well",
                      static_cast<std::size_t>(reply.status));
  }
  if (reply.result) {
    if (reply.result->reqSeq != reqSeq_ || reply.result->status != messages::CpsStatus::kOk) {
      return unexpected("the request was not granted", reply.result->reqSeq);
    }
    ++reqSeq_;
  }
  Brought brought{reply.operations.size(), 0};
  if (ledger_) ledger_->acknowledged(acks_);
  acks_.clear();
  if (!reply.operations.empty()) ++generation_;
  for (const messages::DeliveredOperation& operation : reply.operations) {
    FLORIN_TRY_ASSIGN(const auto payload,
                      messages::decodePayload(operation.type, operation.payload.expose()));
    if (ledger_) FLORIN_TRY(ledger_->got(operation, payload));
    if (const auto* const install = std::get_if<messages::InstallKeys>(&payload)) {
      brought.keys += install->keys.size();
      if (!install->keys.empty()) nextAtc_ = install->keys.front().number;
      card_ = operation.tokenId;
      for (const auto& key : install->keys) lastAtc_ = std::max(lastAtc_, key.number);
    }
    if (const auto* const install = std::get_if<messages::InstallCard>(&payload)) {
      FLORIN_TRY_ASSIGN(profile_, emv::decodeProfile(install->profile.expose()));
    }
    acks_.push_back({.opSeq = operation.opSeq});
  }
  return brought;
}

}  // namespace florin::bench
