#include "protocol/noise.h"

#include <string>

#include "base/bytes.h"
#include "base/check.h"
#include "base/limits.h"

namespace florin::protocol {

namespace limits = base::limits;

namespace {

constexpr std::size_t kPskSize = 32;

std::string protocolName(const NoisePattern& pattern, std::string_view dh) {
  return "Noise_" + std::string(pattern.name) + "_" + std::string(dh) + "_AESGCM_SHA256";
}

}  // namespace

template <Dh D>
NoiseHandshake<D>::NoiseHandshake(const NoiseInputs& inputs, SymmetricState symmetric)
    : pattern_(&inputs.pattern),
      role_(inputs.role),
      localStatic_(inputs.localStatic),
      remoteStatic_(base::toBytes(inputs.remoteStatic)),
      psk_(inputs.psk == nullptr ? SecretBytes() : inputs.psk->clone()),
      symmetric_(std::move(symmetric)) {}

template <Dh D>
Result<NoiseHandshake<D>> NoiseHandshake<D>::start(const NoiseInputs& inputs) {
  const NoisePattern& pattern = inputs.pattern;
  if (pattern.usesPsk && (inputs.psk == nullptr || inputs.psk->size() != kPskSize)) {
    return Error(Code::kInvalidArgument, "a psk is 32 bytes");
  }
  SymmetricState symmetric(protocolName(pattern, D::kName));
  symmetric.mixHash(inputs.prologue);
  if (pattern.knownStatics) {
    if (inputs.localStatic == nullptr || inputs.remoteStatic.size() != D::kPointSize) {
      return Error(Code::kInvalidArgument, "a static key is missing");
    }
    const Bytes local = inputs.localStatic->publicPoint();
    const bool initiator = inputs.role == NoiseRole::kInitiator;
    symmetric.mixHash(initiator ? ByteView(local) : inputs.remoteStatic);
    symmetric.mixHash(initiator ? inputs.remoteStatic : ByteView(local));
  }
  return NoiseHandshake(inputs, std::move(symmetric));
}

template <Dh D>
Status NoiseHandshake<D>::checkTurn(bool writing) const {
  const bool initiatorsTurn = next_ == 0;
  const bool initiator = role_ == NoiseRole::kInitiator;
  if (next_ >= pattern_->messages.size() || (initiatorsTurn == initiator) != writing) {
    return Error(Code::kWrongState, "not this side's turn");
  }
  return {};
}

// mixToken does what a token means to both sides alike. The letters name the initiator's key, then
// the responder's.
template <Dh D>
Status NoiseHandshake<D>::mixToken(NoiseToken token) {
  const bool initiator = role_ == NoiseRole::kInitiator;
  const auto mix = [this](Result<SecretBytes> shared) -> Status {
    if (!shared.ok()) return shared.error();
    symmetric_.mixKey(*shared);
    return {};
  };
  switch (token) {
    case NoiseToken::kE: break;
    case NoiseToken::kPsk: symmetric_.mixKeyAndHash(psk_); return {};
    case NoiseToken::kEe: return mix(ephemeral_->agree(remoteEphemeral_));
    case NoiseToken::kSs: return mix(localStatic_->agree(remoteStatic_));
    case NoiseToken::kEs:
      return mix(initiator ? ephemeral_->agree(remoteStatic_)
                           : localStatic_->agree(remoteEphemeral_));
    case NoiseToken::kSe:
      return mix(initiator ? localStatic_->agree(remoteEphemeral_)
                           : ephemeral_->agree(remoteStatic_));
  }
  return Error(Code::kInternal, "token without a meaning here");
}

template <Dh D>
Status NoiseHandshake<D>::writeToken(NoiseToken token, Bytes& message, base::Random& random) {
  if (token != NoiseToken::kE) return mixToken(token);
  ephemeral_.emplace(D::Key::generate(random));
  const Bytes& point = ephemeral_->publicPoint();
  base::append(message, point);
  symmetric_.mixHash(point);
  // In a handshake with a psk the ephemeral key randomizes the chain (9.2).
  if (pattern_->usesPsk) symmetric_.mixKey(SecretBytes::copyOf(point));
  return {};
}

template <Dh D>
Status NoiseHandshake<D>::readToken(NoiseToken token, ByteView& rest) {
  if (token != NoiseToken::kE) return mixToken(token);
  if (rest.size() < D::kPointSize) return Error(Code::kMalformed, "no room for a key");
  remoteEphemeral_ = base::toBytes(rest.first(D::kPointSize));
  rest = rest.subspan(D::kPointSize);
  symmetric_.mixHash(remoteEphemeral_);
  if (pattern_->usesPsk) symmetric_.mixKey(SecretBytes::copyOf(remoteEphemeral_));
  return {};
}

template <Dh D>
Result<Bytes> NoiseHandshake<D>::writeTokens(base::Random& random) {
  FLORIN_TRY(checkTurn(true));
  Bytes message;
  for (const NoiseToken token : pattern_->messages[next_]) {
    FLORIN_TRY(writeToken(token, message, random));
  }
  return message;
}

template <Dh D>
auto NoiseHandshake<D>::seal(Bytes message, ByteView payload) && -> Result<Written> {
  base::append(message, symmetric_.encryptAndHash(payload));
  if (message.size() > limits::kNoiseMessage) {
    return Error(Code::kTooLarge, "Noise message", static_cast<std::int64_t>(message.size()));
  }
  ++next_;
  return Written{std::move(message), std::move(*this)};
}

template <Dh D>
auto NoiseHandshake<D>::write(ByteView payload, base::Random& random) && -> Result<Written> {
  FLORIN_TRY_ASSIGN(Bytes message, writeTokens(random));
  return std::move(*this).seal(std::move(message), payload);
}

template <Dh D>
auto NoiseHandshake<D>::writeWith(const MakePayload& makePayload,
                                  base::Random& random) && -> Result<Written> {
  FLORIN_TRY_ASSIGN(Bytes message, writeTokens(random));
  FLORIN_TRY_ASSIGN(const SecretBytes payload, makePayload(symmetric_.chainingKey()));
  return std::move(*this).seal(std::move(message), payload.expose());
}

template <Dh D>
auto NoiseHandshake<D>::read(ByteView message) && -> Result<Read> {
  FLORIN_TRY(checkTurn(false));
  if (message.size() > limits::kNoiseMessage) {
    return Error(Code::kTooLarge, "Noise message", static_cast<std::int64_t>(message.size()));
  }
  ByteView rest = message;
  for (const NoiseToken token : pattern_->messages[next_]) {
    FLORIN_TRY(readToken(token, rest));
  }
  FLORIN_TRY_ASSIGN(SecretBytes payload, symmetric_.decryptAndHash(rest));
  ++next_;
  return Read{std::move(payload), std::move(*this)};
}

template <Dh D>
auto NoiseHandshake<D>::finish() && -> Result<Finished> {
  if (next_ < pattern_->messages.size()) return Error(Code::kWrongState, "messages are missing");
  SymmetricState::Split keys = symmetric_.split();
  return Finished{symmetric_.handshakeHash(), symmetric_.chainingKey().clone(),
                  std::move(keys.fromInitiator), std::move(keys.fromResponder)};
}

template class NoiseHandshake<DhP256>;
template class NoiseHandshake<Dh25519>;

}  // namespace florin::protocol
