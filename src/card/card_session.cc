#include "card/card_session.h"

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "card/directory.h"
#include "codec/dol.h"
#include "codec/tlv.h"
#include "emv/issuer_data.h"

namespace florin::card {
namespace {

using emv::StatusWord;

constexpr std::size_t kSessionKey = 16;

Bytes refuse(StatusWord statusWord) { return emv::encodeResponse({}, statusWord); }
Bytes answer(ByteView data) { return emv::encodeResponse(data, StatusWord::kOk); }

constexpr std::uint8_t bit(unsigned position) { return static_cast<std::uint8_t>(1U << position); }

bool selectParameters(std::uint8_t p1, std::uint8_t p2) { return p1 == 4 && (p2 == 0 || p2 == 2); }
bool noParameters(std::uint8_t p1, std::uint8_t p2) { return p1 == 0 && p2 == 0; }
bool recordParameters(std::uint8_t p1, std::uint8_t p2) {
  const unsigned sfi = p2 >> 3;
  return p1 != 0 && p1 != 0xFF && (p2 & 0x07) == 0x04 && sfi >= 1 && sfi <= 30;
}

std::optional<emv::CryptogramType> typeAsked(std::uint8_t p1) {
  switch (p1) {
    case 0x00: return emv::CryptogramType::kAac;
    case 0x40: return emv::CryptogramType::kTc;
    case 0x80: return emv::CryptogramType::kArqc;
    default: return std::nullopt;
  }
}
bool typeParameters(std::uint8_t p1, std::uint8_t p2) { return typeAsked(p1) && p2 == 0; }

}  // namespace

// One command: what it looks like, when it is allowed, who answers it.
struct CardSession::Rule {
  std::uint8_t cla;
  std::uint8_t ins;
  bool (*parameters)(std::uint8_t p1, std::uint8_t p2);
  std::size_t leastData;
  std::size_t mostData;
  std::uint8_t states;  // bits of State
  Bytes (CardSession::*handle)(const emv::Command&);

  [[nodiscard]] bool allows(State state) const {
    return (states & bit(static_cast<unsigned>(state))) != 0;
  }
};

// States as bits: idle 1, selected 2, initiated 4, done 8.
const CardSession::Rule CardSession::kRules[] = {
    {0x00, 0xA4, selectParameters, 5, 16, 0xF, &CardSession::select},
    {0x80, 0xA8, noParameters, 2, 255, 0x2, &CardSession::getProcessingOptions},
    {0x00, 0xB2, recordParameters, 0, 0, 0xC, &CardSession::readRecord},
    {0x80, 0xAE, typeParameters, 1, 255, 0x4, &CardSession::generateAc},
};

CardSession::CardSession(std::vector<EmulatedCard> cards, KeySource& keys)
    : cards_(std::move(cards)), keys_(keys) {}

Bytes CardSession::process(ByteView apdu) {
  const auto command = emv::parseCommand(apdu);
  if (!command.ok()) return refuse(StatusWord::kWrongLength);
  if (command->cla != 0x00 && command->cla != 0x80) return refuse(StatusWord::kWrongClass);
  const Rule* const rule = std::find_if(std::begin(kRules), std::end(kRules),
                                        [&](const Rule& r) { return r.ins == command->ins; });
  if (rule == std::end(kRules)) return refuse(StatusWord::kWrongInstruction);
  if (rule->cla != command->cla) return refuse(StatusWord::kWrongClass);
  if (!rule->parameters(command->p1, command->p2)) return refuse(StatusWord::kWrongParameters);
  const std::size_t size = command->data.size();
  const bool asksForAll = command->le.value_or(0) == 0;
  if (size < rule->leastData || size > rule->mostData || !asksForAll) {
    return refuse(StatusWord::kWrongLength);
  }
  if (!rule->allows(state_)) return refuse(StatusWord::kConditionsNotSatisfied);
  return (this->*rule->handle)(*command);
}

void CardSession::deactivated() { state_ = State::kIdle; }

Bytes CardSession::select(const emv::Command& command) {
  const bool next = command.p2 == 2;
  const std::size_t from = next && state_ != State::kIdle ? selected_ + 1 : 0;
  state_ = State::kIdle;
  if (base::asText(command.data) != emv::kPpseName) return selectNext(command.data, from);
  const Bytes directory = encodeDirectory(cards_);
  return directory.empty() || next ? refuse(StatusWord::kFileNotFound) : answer(directory);
}

// Selects the first active card from `from` on whose AID begins with `name`.
Bytes CardSession::selectNext(ByteView name, std::size_t from) {
  for (std::size_t i = from; i < cards_.size(); ++i) {
    const Bytes& aid = cards_[i].profile->aid;
    const bool matches =
        name.size() <= aid.size() && std::equal(name.begin(), name.end(), aid.begin());
    if (!cards_[i].active || !matches) continue;
    selected_ = i;
    state_ = State::kSelected;
    return answer(cards_[i].profile->fci);
  }
  return refuse(StatusWord::kFileNotFound);
}

Bytes CardSession::getProcessingOptions(const emv::Command& command) {
  const emv::Profile& profile = *selected().profile;
  const auto objects = codec::decodeTlv(command.data);
  const auto pdol = codec::decodeDol(profile.pdol);
  const bool isCommandTemplate = objects.ok() && objects->size() == 1 && (*objects)[0].tag == 0x83;
  if (!isCommandTemplate || !pdol.ok()) return refuse(StatusWord::kWrongData);
  if ((*objects)[0].value.size() != codec::dolLength(*pdol)) {
    return refuse(StatusWord::kWrongLength);
  }
  if (!keys_.hasKey(selected().token)) return refuse(StatusWord::kConditionsNotSatisfied);
  state_ = State::kInitiated;
  return answer(codec::encodeTlv(
      0x77, codec::TlvWriter().add(0x82, profile.aip).add(0x94, profile.afl).bytes()));
}

Bytes CardSession::readRecord(const emv::Command& command) {
  const unsigned sfi = command.p2 >> 3;
  bool fileExists = false;
  for (const emv::ProfileRecord& record : selected().profile->records) {
    if (record.sfi != sfi) continue;
    fileExists = true;
    if (record.number == command.p1) return answer(record.content.expose());
  }
  return refuse(fileExists ? StatusWord::kRecordNotFound : StatusWord::kFileNotFound);
}

// Everything that can be wrong with the command is found before a key is spent. Once one is asked
// for the transaction is over, so that no terminal can spend two.
Bytes CardSession::generateAc(const emv::Command& command) {
  const emv::Profile& profile = *selected().profile;
  const auto cdol1 = codec::decodeDol(profile.cdol1);
  const auto iadTemplate = emv::decodeIssuerData(profile.iadTemplate);
  if (!cdol1.ok() || !iadTemplate.ok()) return refuse(StatusWord::kConditionsNotSatisfied);
  auto input = emv::readCdol1Data(*cdol1, command.data);
  if (!input.ok()) return refuse(StatusWord::kWrongLength);

  state_ = State::kDone;
  const auto key = keys_.takeKey(selected().token);
  if (!key.ok() || key->sessionKey.size() != kSessionKey) {
    return refuse(StatusWord::kConditionsNotSatisfied);
  }
  emv::IssuerData issuerData = *iadTemplate;
  issuerData.asked = *typeAsked(command.p1);
  issuerData.answered = issuerData.asked == emv::CryptogramType::kAac ? emv::CryptogramType::kAac
                                                                      : emv::CryptogramType::kArqc;
  issuerData.keyIndex = key->keyIndex;
  input->aip = profile.aip;
  input->atc = key->atc;
  input->iad = emv::encodeIssuerData(issuerData);
  const emv::Cryptogram cryptogram = emv::applicationCryptogram(
      key->sessionKey, emv::cryptogramData(*input), emv::Padding::kMethod2);
  return answer(
      codec::encodeTlv(0x77, codec::TlvWriter()
                                 .add(0x9F27, Bytes{static_cast<std::uint8_t>(issuerData.answered)})
                                 .add(0x9F36, base::bigEndian(input->atc))
                                 .add(0x9F26, cryptogram)
                                 .add(0x9F10, input->iad)
                                 .bytes()));
}

}  // namespace florin::card
