#include "card/card_session.h"

#include <algorithm>
#include <tuple>

#include "base/bytes.h"
#include "card/directory.h"
#include "card/verification.h"
#include "codec/dol.h"
#include "codec/tlv.h"

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

constexpr std::uint8_t kCdaAsked = 0x10;  // in P1

std::optional<emv::CryptogramType> typeAsked(std::uint8_t p1) {
  switch (p1 & ~kCdaAsked) {
    case 0x00: return emv::CryptogramType::kAac;
    case 0x40: return emv::CryptogramType::kTc;
    case 0x80: return emv::CryptogramType::kArqc;
    default: return std::nullopt;
  }
}
template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> arrayOf(const std::map<std::uint32_t, ByteView>& values,
                                                   std::uint32_t tag) {
  const auto found = values.find(tag);
  if (found == values.end() || found->second.size() != N) return std::nullopt;
  std::array<std::uint8_t, N> out{};
  std::ranges::copy(found->second, out.begin());
  return out;
}

Bytes cryptogramInformation(emv::CryptogramType type) { return {static_cast<std::uint8_t>(type)}; }

emv::Verifier verifierOf(Verification verification) {
  switch (verification) {
    case Verification::kOnDevice: return emv::Verifier::kDevice;
    case Verification::kOnlinePin: return emv::Verifier::kOnlinePin;
    case Verification::kNotNeeded:
    case Verification::kWanted:
    case Verification::kRefused: break;
  }
  return emv::Verifier::kNobody;
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
  bool anyLe;           // it may be asked again with the right one
  Bytes (CardSession::*handle)(const emv::Command&);

  [[nodiscard]] bool allows(State state) const {
    return (states & bit(static_cast<unsigned>(state))) != 0;
  }
};

// States as bits: idle 1, selected 2, initiated 4, done 8.
const CardSession::Rule CardSession::kRules[] = {
    {0x00, 0xA4, selectParameters, 5, 16, 0xF, true, &CardSession::select},
    {0x80, 0xA8, noParameters, 2, 255, 0x2, false, &CardSession::getProcessingOptions},
    {0x00, 0xB2, recordParameters, 0, 0, 0xC, true, &CardSession::readRecord},
    {0x80, 0xAE, typeParameters, 1, 255, 0x4, false, &CardSession::generateAc},
};

CardSession::CardSession(std::vector<EmulatedCard> cards, KeySource& keys, Cardholder& cardholder)
    : cards_(std::move(cards)), keys_(keys), cardholder_(cardholder) {}

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
  const std::size_t le = command->le.value_or(0);
  const bool wrongLe = !rule->anyLe && (!command->le || le != 0);
  if (size < rule->leastData || size > rule->mostData || wrongLe) {
    return refuse(StatusWord::kWrongLength);
  }
  if (!rule->allows(state_)) return refuse(StatusWord::kConditionsNotSatisfied);
  const auto before = std::pair(state_, selected_);
  Bytes response = (this->*rule->handle)(*command);
  const std::size_t data = response.size() - 2;
  if (le == 0 || data <= le) return response;
  std::tie(state_, selected_) = before;  // it comes again
  return emv::wrongLe(data);
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
  const ByteView data = (*objects)[0].value;
  if (data.size() != codec::dolLength(*pdol)) return refuse(StatusWord::kWrongLength);
  if (!keys_.hasKey(selected().token)) return refuse(StatusWord::kConditionsNotSatisfied);
  switch (profile.kernel()) {
    case emv::Kernel::k2: break;
    case emv::Kernel::k3: return payInOptions(data);
  }
  state_ = State::kInitiated;
  pdolData_ = base::toBytes(data);
  return answer(codec::encodeTlv(
      0x77, codec::TlvWriter().add(0x82, profile.aip).add(0x94, profile.afl).bytes()));
}

// Kernel 3: the terminal has said everything, and the answer has the cryptogram.
Bytes CardSession::payInOptions(ByteView pdolData) {
  const emv::Profile& profile = *selected().profile;
  const auto pdol = codec::decodeDol(profile.pdol);
  const auto values = codec::splitDol(*pdol, pdolData);
  if (!values.ok()) return refuse(StatusWord::kWrongData);
  auto input = emv::readTerminalData(*values);
  const auto qualifiers = arrayOf<4>(*values, 0x9F66);
  if (!input.ok() || !qualifiers) return refuse(StatusWord::kWrongData);
  const auto terminal = emv::readTerminalQualifiers(*qualifiers);
  if (!terminal.emvMode) return refuse(StatusWord::kConditionsNotSatisfied);
  const Verification verification =
      agreeKernel3(profile, *input, terminal, cardholder_.isVerified());
  if (verification == Verification::kRefused) return refuse(StatusWord::kConditionsNotSatisfied);
  if (verification == Verification::kWanted) {
    cardholder_.verificationWanted(selected().token);
    return refuse(StatusWord::kVerificationWanted);
  }
  const emv::CardQualifiers card{.onlinePin = verification == Verification::kOnlinePin,
                                 .verifiedOnDevice = verification == Verification::kOnDevice};
  const auto paid = pay({.input = std::move(*input), .verifier = verifierOf(verification)});
  if (!paid) return refuse(StatusWord::kConditionsNotSatisfied);
  Bytes answered = codec::TlvWriter().add(0x82, profile.aip).add(0x94, profile.afl).bytes();
  base::append(answered, profile.optionsData.expose());
  base::append(answered, objectsOf(*paid));
  codec::appendTlv(answered, 0x9F6C, emv::encodeCardQualifiers(card));
  return answer(codec::encodeTlv(0x77, answered));
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

// Everything that can be wrong with the command is found before a key is spent.
Bytes CardSession::generateAc(const emv::Command& command) {
  const emv::Profile& profile = *selected().profile;
  const auto cdol1 = codec::decodeDol(profile.cdol1);
  if (!cdol1.ok()) return refuse(StatusWord::kConditionsNotSatisfied);
  const auto values = codec::splitDol(*cdol1, command.data);
  if (!values.ok()) return refuse(StatusWord::kWrongLength);
  auto input = emv::readTerminalData(*values);
  if (!input.ok()) return refuse(StatusWord::kWrongLength);

  const emv::CryptogramType asked = *typeAsked(command.p1);
  Verification verification = Verification::kNotNeeded;
  if (asked != emv::CryptogramType::kAac) {
    const auto results = arrayOf<3>(*values, 0x9F34).value_or(emv::VerificationResults{});
    verification = agreeKernel2(profile, *input, results, cardholder_.isVerified());
  }
  if (verification == Verification::kWanted) cardholder_.verificationWanted(selected().token);
  if (verification == Verification::kWanted || verification == Verification::kRefused) {
    return refuse(StatusWord::kConditionsNotSatisfied);
  }
  const auto paid =
      pay({.input = std::move(*input), .asked = asked, .verifier = verifierOf(verification)});
  if (!paid) return refuse(StatusWord::kConditionsNotSatisfied);
  const bool cda = (command.p1 & kCdaAsked) != 0 && paid->iccKey.has_value();
  if (cda && paid->answered != emv::CryptogramType::kAac) return answerSigned(*paid, command.data);
  return answer(codec::encodeTlv(0x77, objectsOf(*paid)));
}

// What an answer with an open cryptogram says of it, by both kernels.
Bytes CardSession::objectsOf(const Paid& paid) {
  return codec::TlvWriter()
      .add(0x9F27, cryptogramInformation(paid.answered))
      .add(0x9F36, base::bigEndian(paid.input.atc))
      .add(0x9F26, paid.cryptogram)
      .add(0x9F10, paid.input.iad)
      .bytes();
}

// CDA (EMV Book 2, 6.6.1): the dynamic number is the ATC, which never comes twice.
Bytes CardSession::answerSigned(const Paid& paid, ByteView cdol1Data) {
  const Bytes information = cryptogramInformation(paid.answered);
  const Bytes atc = base::bigEndian(paid.input.atc);
  const Bytes before = codec::TlvWriter().add(0x9F27, information).add(0x9F36, atc).bytes();
  const Bytes after = codec::encodeTlv(0x9F10, paid.input.iad);
  const emv::DynamicData data{
      .number = atc,
      .cryptogramInformation = information[0],
      .cryptogram = paid.cryptogram,
      .transactionHash = emv::transactionHash(pdolData_, cdol1Data, base::concat(before, after))};
  const Bytes signature = emv::signDynamicData(*paid.iccKey, data, paid.input.unpredictableNumber);
  return answer(
      codec::encodeTlv(0x77, base::concat(before, codec::encodeTlv(0x9F4B, signature), after)));
}

// Once a key is asked for the transaction is over, so that no terminal can spend two.
std::optional<CardSession::Paid> CardSession::pay(Payment payment) {
  const emv::Profile& profile = *selected().profile;
  const auto iadTemplate = emv::decodeIssuerData(profile.iadTemplate);
  if (!iadTemplate.ok()) return std::nullopt;
  state_ = State::kDone;
  auto key = keys_.takeKey(selected().token);
  if (!key.ok() || key->sessionKey.size() != kSessionKey) return std::nullopt;
  emv::IssuerData issuerData = *iadTemplate;
  issuerData.asked = payment.asked;
  issuerData.answered = payment.asked == emv::CryptogramType::kAac ? emv::CryptogramType::kAac
                                                                   : emv::CryptogramType::kArqc;
  issuerData.verifier = payment.verifier;
  issuerData.keyIndex = key->keyIndex;
  emv::CryptogramInput& input = payment.input;
  input.aip = profile.aip;
  input.atc = key->atc;
  input.iad = emv::encodeIssuerData(issuerData);
  const emv::Cryptogram cryptogram = emv::applicationCryptogram(
      key->sessionKey, emv::cryptogramData(input), emv::Mac::kRetailPadding2);
  return Paid{issuerData.answered, std::move(input), cryptogram, std::move(key->iccKey)};
}

}  // namespace florin::card
