#include "messages/operations.h"

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "base/running_atc.h"
#include "messages/wire.h"

namespace florin::messages {

namespace limits = base::limits;

namespace {

constexpr std::size_t kLastFour = 4;
constexpr std::size_t kExpiry = 4;

SecretBytes encode(const Nothing&) { return {}; }

SecretBytes encode(const InstallCard& card) {
  Wiped<wire::InstallCard> out;
  out->set_digital_card_id(toField(card.digitalCardId.view()));
  putSecret(*out->mutable_profile(), card.profile);
  out->set_target(static_cast<std::uint32_t>(card.target));
  out->set_product(card.product);
  out->set_scheme(card.scheme);
  out->set_pan_last_four(card.panLastFour);
  out->set_dpan_last_four(card.dpanLastFour);
  out->set_pan_expiry(card.panExpiry);
  out->set_low_water(card.lowWater);
  if (card.iccKey) {
    wire::IccKey& key = *out->mutable_icc_key();
    key.set_transport_key_id(toField(card.iccKey->transportKeyId.view()));
    key.set_transport_public_key(toField(card.iccKey->transportPublicKey));
    key.set_number(card.iccKey->number);
    key.set_wrapped(toField(card.iccKey->wrapped));
  }
  return serialiseSecret(*out);
}

SecretBytes encode(const InstallKeys& keys) {
  wire::InstallKeys out;
  out.set_transport_key_id(toField(keys.transportKeyId.view()));
  out.set_transport_public_key(toField(keys.transportPublicKey));
  for (const WrappedKey& key : keys.keys) {
    wire::WrappedKey& field = *out.add_keys();
    field.set_kind(static_cast<std::uint32_t>(key.kind));
    field.set_number(key.number);
    field.set_wrapped(toField(key.wrapped));
    field.set_uses(key.uses);
    field.set_expires_ms(toField(key.expires));
    field.set_refresh_ms(toField(key.refresh));
  }
  out.set_void_below(keys.voidBelow);
  return serialiseSecret(out);
}

SecretBytes encode(const SetCardState& state) {
  wire::SetCardState out;
  out.set_target(static_cast<std::uint32_t>(state.target));
  return serialiseSecret(out);
}

SecretBytes encode(const UpdatePolicy& policy) {
  wire::UpdatePolicy out;
  out.set_low_water(policy.lowWater);
  return serialiseSecret(out);
}

SecretBytes encode(const SignedBackendKey& key) {
  return SecretBytes::copyOf(encodeSignedKey(key));
}

Result<CardTarget> targetField(std::uint32_t number) {
  return enumField(number, CardTarget::kInactive, CardTarget::kSuspended);
}

Result<IccKey> readIccKey(const wire::IccKey& in) {
  IccKey key;
  FLORIN_TRY_ASSIGN(key.transportKeyId, idField<base::KeyId>(in.transport_key_id()));
  FLORIN_TRY_ASSIGN(key.transportPublicKey, fixedField(in.transport_public_key(), kPointSize));
  key.number = in.number();
  FLORIN_TRY_ASSIGN(key.wrapped, bytesField(in.wrapped(), 1, limits::kWrappedKey));
  return key;
}

Result<OperationPayload> decodeInstallCard(ByteView bytes) {
  Wiped<wire::InstallCard> in;
  FLORIN_TRY(parseCanonical(*in, bytes, limits::kNoiseMessage));
  InstallCard card;
  FLORIN_TRY_ASSIGN(card.digitalCardId, idField<base::DigitalCardId>(in->digital_card_id()));
  FLORIN_TRY_ASSIGN(card.profile, secretField(in->profile(), 1, limits::kProfileBytes));
  FLORIN_TRY_ASSIGN(card.target, targetField(in->target()));
  FLORIN_TRY_ASSIGN(card.product, textField(in->product(), 1, limits::kDisplayName));
  FLORIN_TRY_ASSIGN(card.scheme, textField(in->scheme(), 1, limits::kDisplayName));
  FLORIN_TRY_ASSIGN(card.panLastFour, digitsField(in->pan_last_four(), kLastFour));
  FLORIN_TRY_ASSIGN(card.dpanLastFour, digitsField(in->dpan_last_four(), kLastFour));
  FLORIN_TRY_ASSIGN(card.panExpiry, digitsField(in->pan_expiry(), kExpiry));
  card.lowWater = in->low_water();
  if (in->has_icc_key()) {
    FLORIN_TRY_ASSIGN(card.iccKey, readIccKey(in->icc_key()));
  }
  return OperationPayload(std::move(card));
}

Result<WrappedKey> readKey(const wire::WrappedKey& in) {
  WrappedKey key;
  FLORIN_TRY_ASSIGN(key.kind, enumField(in.kind(), KeyKind::kSuk, KeyKind::kLuk));
  key.number = in.number();
  FLORIN_TRY_ASSIGN(key.wrapped, bytesField(in.wrapped(), 1, limits::kWrappedKey));
  key.uses = in.uses();
  FLORIN_TRY_ASSIGN(key.expires, timeField(in.expires_ms()));
  FLORIN_TRY_ASSIGN(key.refresh, timeField(in.refresh_ms()));
  const bool limited = key.uses != 0 && key.expires != base::Time() && key.refresh <= key.expires;
  const bool unlimited =
      key.uses == 0 && key.expires == base::Time() && key.refresh == base::Time();
  if (!(key.kind == KeyKind::kLuk ? limited : unlimited)) {
    return Error(Code::kMalformed, "a key's limits are not those of its kind");
  }
  return key;
}

Result<OperationPayload> decodeInstallKeys(ByteView bytes) {
  wire::InstallKeys in;
  FLORIN_TRY(parseCanonical(in, bytes, limits::kNoiseMessage));
  if (static_cast<std::size_t>(in.keys_size()) > limits::kKeysPerOperation) {
    return Error(Code::kMalformed, "too many keys");
  }
  InstallKeys keys;
  FLORIN_TRY_ASSIGN(keys.transportKeyId, idField<base::KeyId>(in.transport_key_id()));
  FLORIN_TRY_ASSIGN(keys.transportPublicKey, fixedField(in.transport_public_key(), kPointSize));
  for (const wire::WrappedKey& field : in.keys()) {
    FLORIN_TRY_ASSIGN(WrappedKey key, readKey(field));
    if (!keys.keys.empty() && keys.keys.back().number >= key.number) {
      return Error(Code::kMalformed, "keys not ascending by number");
    }
    keys.keys.push_back(std::move(key));
  }
  const auto isLimited = [](const WrappedKey& key) { return key.kind == KeyKind::kLuk; };
  if (keys.keys.size() > 1 && std::ranges::any_of(keys.keys, isLimited)) {
    return Error(Code::kMalformed, "a limited-use key beside another key");
  }
  if (in.void_below() != 0 && !base::isRunningAtc(in.void_below())) {
    return Error(Code::kMalformed, "no such ATC", in.void_below());
  }
  keys.voidBelow = in.void_below();
  return OperationPayload(std::move(keys));
}

Result<OperationPayload> decodeSetCardState(ByteView bytes) {
  wire::SetCardState in;
  FLORIN_TRY(parseCanonical(in, bytes, limits::kNoiseMessage));
  SetCardState state;
  FLORIN_TRY_ASSIGN(state.target, targetField(in.target()));
  return OperationPayload(state);
}

Result<OperationPayload> decodeUpdatePolicy(ByteView bytes) {
  wire::UpdatePolicy in;
  FLORIN_TRY(parseCanonical(in, bytes, limits::kNoiseMessage));
  return OperationPayload(UpdatePolicy{in.low_water()});
}

Result<OperationPayload> decodeNothing(ByteView bytes) {
  if (!bytes.empty()) return Error(Code::kMalformed, "an operation without content has content");
  return OperationPayload();
}

bool fits(OperationType type, const OperationPayload& payload) {
  switch (type) {
    case OperationType::kInstallCard:
    case OperationType::kRenewProfile: return std::holds_alternative<InstallCard>(payload);
    case OperationType::kInstallKeys: return std::holds_alternative<InstallKeys>(payload);
    case OperationType::kActivateCard:
    case OperationType::kSuspendCard:
    case OperationType::kResumeCard: return std::holds_alternative<SetCardState>(payload);
    case OperationType::kDeleteCard:
    case OperationType::kWipe: return std::holds_alternative<Nothing>(payload);
    case OperationType::kRotateBackendKey: return std::holds_alternative<SignedBackendKey>(payload);
    case OperationType::kUpdatePolicy: return std::holds_alternative<UpdatePolicy>(payload);
  }
  return false;
}

}  // namespace

SecretBytes encodePayload(OperationType type, const OperationPayload& payload) {
  FLORIN_CHECK(fits(type, payload));
  return std::visit([](const auto& content) { return encode(content); }, payload);
}

Result<OperationPayload> decodePayload(OperationType type, ByteView bytes) {
  switch (type) {
    case OperationType::kInstallCard:
    case OperationType::kRenewProfile: return decodeInstallCard(bytes);
    case OperationType::kInstallKeys: return decodeInstallKeys(bytes);
    case OperationType::kActivateCard:
    case OperationType::kSuspendCard:
    case OperationType::kResumeCard: return decodeSetCardState(bytes);
    case OperationType::kDeleteCard:
    case OperationType::kWipe: return decodeNothing(bytes);
    case OperationType::kRotateBackendKey: {
      FLORIN_TRY_ASSIGN(SignedBackendKey key, decodeSignedKey(bytes));
      return OperationPayload(std::move(key));
    }
    case OperationType::kUpdatePolicy: return decodeUpdatePolicy(bytes);
  }
  return Error(Code::kUnsupported, "operation of a later version", static_cast<int>(type));
}

}  // namespace florin::messages
