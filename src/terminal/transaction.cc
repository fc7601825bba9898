#include "terminal/transaction.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/dol.h"
#include "codec/tlv.h"
#include "codec/wiped_buffer.h"
#include "emv/numeric.h"
#include "emv/profile.h"
#include "emv/qualifiers.h"
#include "terminal/authentication.h"
#include "terminal/cardholder_verification.h"

namespace florin::terminal {
namespace {

constexpr std::uint8_t kAll = 0;  // Le
constexpr std::uint8_t kAskArqc = static_cast<std::uint8_t>(emv::CryptogramType::kArqc);
constexpr std::size_t kCommandData = 255;
constexpr std::uint8_t kTvrNoOfflineAuthentication = 0x80;  // byte 1
constexpr std::uint8_t kTvrDataMissing = 0x20;              // byte 1
constexpr std::uint8_t kAskCda = 0x10;                      // P1 of GENERATE AC
// 9F33: every way to read a card, on line PIN and no verification, CDA (Book 4, A2).
constexpr std::array<std::uint8_t, 3> kCapabilities = {0xE0, 0x48, 0x08};
constexpr std::uint8_t kAttendedOnlineOnly = 0x21;  // 9F35
constexpr std::uint16_t kSeePhone = 0x6986;
constexpr std::uint16_t kNotNow = 0x6985;

// Where an application stands in the directory.
struct Candidate {
  Bytes aid;
  unsigned priority = 0;
};

// The directory's entries, best first; priority 0 is none and comes last (Book 1, 12.4). An entry
// without a usable AID is passed over. One answer holds fewer than 30.
Result<std::vector<Candidate>> readDirectory(ByteView fci) {
  std::vector<Candidate> candidates;
  FLORIN_TRY_ASSIGN(const ByteView directory, codec::findTlv(fci, {0x6F, 0xA5, 0xBF0C}));
  FLORIN_TRY_ASSIGN(const std::vector<codec::TlvView> entries, codec::decodeTlv(directory));
  for (const codec::TlvView& entry : entries) {
    const auto aid = codec::findTlv(entry.value, {0x4F});
    if (entry.tag != 0x61 || !aid.ok() || aid->size() < 5 || aid->size() > 16) continue;
    const auto priority = codec::findTlv(entry.value, {0x87});
    const unsigned place = priority.ok() && priority->size() == 1 ? (*priority)[0] & 0x0F : 0;
    candidates.push_back({base::toBytes(*aid), place == 0 ? 16 : place});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.priority < b.priority; });
  return candidates;
}

// The label as it may be shown: what a card says must not steer the screen it is printed on.
std::string printable(ByteView label) {
  constexpr std::size_t kLongest = 16;
  const bool plain =
      std::all_of(label.begin(), label.end(), [](std::uint8_t c) { return c >= 0x20 && c < 0x7F; });
  return plain && label.size() <= kLongest ? std::string(base::asText(label)) : std::string();
}

// Both have their form already.
bool sameCard(ByteView pan, ByteView track2) {
  std::string digits = base::toHex(pan);
  digits.resize(std::min(digits.find('f'), digits.size()));
  return base::toHex(track2).starts_with(digits + "d");
}

std::array<std::uint8_t, 3> dateOf(base::Time now) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(now));
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()) % 100);
  return emv::bcd<3>(year * 10'000ULL + static_cast<unsigned>(date.month()) * 100ULL +
                     static_cast<unsigned>(date.day()));
}

}  // namespace

Transaction::Transaction(const TapRequest& request, base::Random& random,
                         const Transceive& transceive, TraceSink& trace)
    : request_(request), transceive_(transceive), trace_(trace) {
  input_.amountAuthorised = emv::bcd<6>(static_cast<std::uint64_t>(request.amount.minorUnits));
  input_.terminalCountry = emv::bcd<2>(request.country);
  input_.tvr[0] = kTvrNoOfflineAuthentication;
  input_.currency = emv::bcd<2>(request.amount.currency);
  input_.date = dateOf(request.now);
  input_.type = request.type;
  random.fill(input_.unpredictableNumber);
  setTerminalData();
}

void Transaction::setTerminalData() {
  terminal_[0x9F02] = base::toBytes(input_.amountAuthorised);
  terminal_[0x9F03] = base::toBytes(input_.amountOther);
  terminal_[0x9F1A] = base::toBytes(input_.terminalCountry);
  tellTvr();
  terminal_[0x5F2A] = base::toBytes(input_.currency);
  terminal_[0x9A] = base::toBytes(input_.date);
  terminal_[0x9C] = {input_.type};
  terminal_[0x9F37] = base::toBytes(input_.unpredictableNumber);
  terminal_[0x9F33] = base::toBytes(kCapabilities);
  terminal_[0x9F35] = {kAttendedOnlineOnly};
  terminal_[0x9F66] =
      base::toBytes(emv::encodeTerminalQualifiers({.emvMode = true,
                                                   .onlinePin = request_.cardholderVerified,
                                                   .onlineCryptogram = true,
                                                   .onDeviceVerification = true}));
}

Result<Transaction::Answer> Transaction::exchange(std::string name, const emv::Command& command,
                                                  ByteView list, ByteView listed) {
  if (++commands_ > base::limits::kTapCommands) {
    return Error(Code::kExhausted, "tap takes too many commands");
  }
  const Bytes apdu = emv::encodeCommand(command);
  FLORIN_TRY_ASSIGN(const Bytes response, transceive_(apdu));
  Answer answer;
  const auto parsed = emv::parseResponse(response);
  if (parsed.ok()) answer = {base::toBytes(parsed->data), parsed->statusWord};
  result_.statusWord = answer.statusWord;
  trace_.step({std::move(name), base::toHex(apdu), maskedHex(answer.data), answer.statusWord,
               describeTlv(answer.data), describeDol(list, listed)});
  return answer;
}

Result<Transaction::Answer> Transaction::select(std::string name, ByteView file) {
  return exchange(std::move(name), {0x00, 0xA4, 0x04, 0x00, file, kAll});
}

Result<DeclineReason> Transaction::selectApplication() {
  FLORIN_TRY_ASSIGN(const Answer directory, select("SELECT PPSE", base::asBytes(emv::kPpseName)));
  if (directory.statusWord == 0) return DeclineReason::kDirectoryMalformed;
  if (!directory.ok()) return DeclineReason::kNoApplication;
  const auto candidates = readDirectory(directory.data);
  if (!candidates.ok()) return DeclineReason::kDirectoryMalformed;
  for (const Candidate& candidate : *candidates) {
    FLORIN_TRY_ASSIGN(const Answer answer, select("SELECT AID", candidate.aid));
    if (answer.statusWord == 0) return DeclineReason::kApplicationMalformed;
    if (answer.ok()) return takeApplication(candidate.aid, answer);
  }
  return DeclineReason::kNoApplication;
}

DeclineReason Transaction::takeApplication(ByteView aid, const Answer& answer) {
  const auto name = codec::findTlv(answer.data, {0x6F, 0x84});
  if (!name.ok() || !codec::findTlv(answer.data, {0x6F, 0xA5}).ok() ||
      !codec::checkTlv(answer.data).ok()) {
    return DeclineReason::kApplicationMalformed;
  }
  // The name may be longer than the directory's AID, never another (Book 1, 12.3.1).
  if (name->size() < aid.size() || !std::equal(aid.begin(), aid.end(), name->begin())) {
    return DeclineReason::kApplicationMalformed;
  }
  aid_ = base::toBytes(*name);
  const auto label = codec::findTlv(answer.data, {0x6F, 0xA5, 0x50});
  if (label.ok()) result_.label = printable(*label);
  const auto pdol = codec::findTlv(answer.data, {0x6F, 0xA5, 0x9F38});
  if (pdol.ok()) pdol_ = base::toBytes(*pdol);
  return DeclineReason::kNone;
}

Result<DeclineReason> Transaction::initiate() {
  const auto data = codec::fillDol(pdol_, terminal_);
  if (!data.ok() || data->size() > kCommandData) return DeclineReason::kApplicationMalformed;
  pdolData_ = *data;
  const Bytes wrapped = codec::encodeTlv(0x83, *data);
  if (wrapped.size() > kCommandData) return DeclineReason::kApplicationMalformed;
  FLORIN_TRY_ASSIGN(
      const Answer answer,
      exchange("GET PROCESSING OPTIONS", {0x80, 0xA8, 0x00, 0x00, wrapped, kAll}, pdol_, *data));
  if (!answer.ok()) return refusal(answer, DeclineReason::kOptionsMalformed);
  const auto aip = codec::findTlv(answer.data, {0x77, 0x82});
  const auto afl = codec::findTlv(answer.data, {0x77, 0x94});
  if (!aip.ok() || aip->size() != input_.aip.size() || !afl.ok()) {
    return DeclineReason::kOptionsMalformed;
  }
  std::copy(aip->begin(), aip->end(), input_.aip.begin());
  afl_ = base::toBytes(*afl);
  if (!codec::findTlv(answer.data, {0x77, 0x9F26}).ok()) return DeclineReason::kNone;
  return takeOptions(answer.data);
}

// Kernel 3: what else the answer says is of the card as if a record said it.
DeclineReason Transaction::takeOptions(ByteView answer) {
  DeclineReason reason = takeObjects(answer, 0x77, DeclineReason::kOptionsMalformed);
  if (reason == DeclineReason::kNone) reason = takeCryptogram(answer);
  return reason == DeclineReason::kNone ? checkQualifiers() : reason;
}

// Whom the card relies on for the cardholder (EMV Contactless Book C-3, 5.7). Without 9F6C it wants
// nothing.
DeclineReason Transaction::checkQualifiers() const {
  const auto found = card_.find(0x9F6C);
  if (found == card_.end()) return DeclineReason::kNone;
  if (found->second.size() != 2) return DeclineReason::kOptionsMalformed;
  const auto card = emv::readCardQualifiers({found->second[0], found->second[1]});
  return card.onlinePin && !request_.cardholderVerified ? DeclineReason::kCardholderUnverified
                                                        : DeclineReason::kNone;
}

// A card that cannot go on without its holder says "see phone" (kernel 3), or refuses what was left
// to it (kernel 2).
DeclineReason Transaction::refusal(const Answer& answer, DeclineReason malformed) const {
  if (answer.statusWord == 0) return malformed;
  const bool wanted =
      answer.statusWord == kSeePhone || (trustsDevice_ && answer.statusWord == kNotNow);
  return wanted ? DeclineReason::kVerificationWanted : DeclineReason::kCardRefused;
}

Result<DeclineReason> Transaction::readRecords() {
  const auto afl = emv::decodeAfl(afl_);
  if (!afl.ok() || afl->empty()) return DeclineReason::kOptionsMalformed;
  codec::WipedBuffer staticData;
  for (const emv::AflEntry& entry : *afl) {
    for (unsigned number = entry.first; number <= entry.last; ++number) {
      const auto p2 = static_cast<std::uint8_t>(entry.sfi << 3 | 0x04);
      const emv::Command command{0x00, 0xB2, static_cast<std::uint8_t>(number), p2, {}, kAll};
      FLORIN_TRY_ASSIGN(const Answer answer, exchange("READ RECORD " + std::to_string(number) +
                                                          " of file " + std::to_string(entry.sfi),
                                                      command));
      if (!answer.ok()) return refusal(answer, DeclineReason::kRecordMalformed);
      const DeclineReason reason = takeObjects(answer.data, 0x70, DeclineReason::kRecordMalformed);
      if (reason != DeclineReason::kNone) return reason;
      if (number >= entry.first + entry.authenticated) continue;
      const auto part = emv::authenticatedPart(entry.sfi, answer.data);
      if (!part.ok()) return DeclineReason::kRecordMalformed;
      staticData.append(base::asText(*part));
    }
  }
  staticData_ = SecretBytes::copyOf(staticData.view());
  return checkComplete();
}

DeclineReason Transaction::checkComplete() const {
  for (const std::uint32_t tag : {0x57U, 0x5AU, 0x5F24U}) {
    if (card_.count(tag) == 0) return DeclineReason::kDataMissing;
  }
  if (!cryptogram_ && card_.count(0x8C) == 0) return DeclineReason::kDataMissing;
  if (verifiesByList() && card_.count(0x8E) == 0) return DeclineReason::kDataMissing;
  if (!emv::unpackDigits(card_.at(0x5A)).ok() || !emv::track2Digits(card_.at(0x57)).ok()) {
    return DeclineReason::kRecordMalformed;
  }
  if (!sameCard(card_.at(0x5A), card_.at(0x57))) return DeclineReason::kDataContradicts;
  return DeclineReason::kNone;
}

bool Transaction::verifiesByList() const {
  return !cryptogram_ && (input_.aip[0] & emv::kAipCardholderVerification) != 0;
}

// Keeps what the card says in one template.
DeclineReason Transaction::takeObjects(ByteView answer, std::uint32_t tag,
                                       DeclineReason malformed) {
  const auto inside = codec::findTlv(answer, {tag});
  if (!inside.ok()) return malformed;
  const auto objects = codec::decodeTlv(*inside);
  if (!objects.ok()) return malformed;
  for (const codec::TlvView& object : *objects) {
    if (!card_.emplace(object.tag, base::toBytes(object.value)).second) {
      return DeclineReason::kDataContradicts;  // twice: which one holds? (Book 3, 7.1)
    }
  }
  return DeclineReason::kNone;
}

Result<DeclineReason> Transaction::checkExpiry() {
  const auto expiry = emv::readBcd(card_[0x5F24]);
  const auto today = emv::readBcd(input_.date);
  if (card_[0x5F24].size() != 3 || !expiry.ok()) return DeclineReason::kRecordMalformed;
  const std::uint64_t month = *expiry / 100 % 100;
  if (month < 1 || month > 12) return DeclineReason::kRecordMalformed;
  return *expiry < *today ? DeclineReason::kExpired : DeclineReason::kNone;
}

// CDA is asked for when the card's key is proven; otherwise TVR tells the issuer why not. An
// authority that this terminal does not know is a failure, too (Book 2, 6.2).
Result<DeclineReason> Transaction::authenticate() {
  if (cryptogram_ || (input_.aip[0] & emv::kAipCda) == 0) return DeclineReason::kNone;
  const bool complete = hasKeyObjects(card_);
  const AuthorityKey* const authority = authorityOf(request_.authorities, aid_, card_);
  input_.tvr[0] &= static_cast<std::uint8_t>(~kTvrNoOfflineAuthentication);
  if (complete && authority != nullptr) {
    auto key = recoverCardKey(*authority, card_, input_.aip, staticData_, request_.now);
    if (key.ok()) cardKey_ = std::move(*key);
  }
  if (!cardKey_) {
    input_.tvr[0] |= complete ? emv::kTvrCdaFailed : kTvrDataMissing | emv::kTvrCdaFailed;
    const bool unknown = complete && authority == nullptr;
    result_.authentication =
        unknown ? OfflineAuthentication::kNoKey : OfflineAuthentication::kFailed;
  }
  tellTvr();
  return DeclineReason::kNone;
}

void Transaction::tellTvr() { terminal_[0x95] = base::toBytes(input_.tvr); }

Result<DeclineReason> Transaction::verify() {
  if (!verifiesByList()) return DeclineReason::kNone;
  const auto currency = emv::readBcd(card_[0x9F42]);
  VerificationFacts facts;
  facts.amount = static_cast<std::uint64_t>(request_.amount.minorUnits);
  facts.applicationCurrency = currency.ok() && *currency == request_.amount.currency;
  facts.onlinePin = request_.cardholderVerified;
  auto verification = verifyCardholder(card_[0x8E], facts);
  if (!verification.ok()) return DeclineReason::kRecordMalformed;
  trustsDevice_ = !verification->successful && (input_.aip[0] & emv::kAipOnDeviceVerification) != 0;
  if (!verification->successful && !trustsDevice_) return DeclineReason::kCardholderUnverified;
  if (trustsDevice_) verification->results = emv::kOnDeviceResults;
  if (verification->onlinePin) input_.tvr[2] |= emv::kTvrOnlinePin;
  terminal_[0x9F34] = base::toBytes(verification->results);
  tellTvr();
  return DeclineReason::kNone;
}

Result<DeclineReason> Transaction::generateAc() {
  if (cryptogram_) return takeRequest();
  const auto cdol1 = codec::decodeDol(card_[0x8C]);
  if (!cdol1.ok() || codec::dolLength(*cdol1) > kCommandData) {
    return DeclineReason::kRecordMalformed;
  }
  const Bytes data = codec::fillDol(*cdol1, terminal_);
  cdol1Data_ = data;
  const auto asked = static_cast<std::uint8_t>(cardKey_ ? kAskArqc | kAskCda : kAskArqc);
  // A card that leaves out, or cuts, what the request says its cryptogram covers cannot be
  // verified.
  if (!emv::readTerminalData(*cdol1, data).ok()) return DeclineReason::kRecordMalformed;
  FLORIN_TRY_ASSIGN(
      const Answer answer,
      exchange("GENERATE AC", {0x80, 0xAE, asked, 0x00, data, kAll}, card_[0x8C], data));
  if (!answer.ok()) return refusal(answer, DeclineReason::kCryptogramMalformed);
  const DeclineReason reason = takeCryptogram(answer.data);
  return reason == DeclineReason::kNone ? takeRequest() : reason;
}

DeclineReason Transaction::takeCryptogram(ByteView answer) {
  const auto cid = codec::findTlv(answer, {0x77, 0x9F27});
  const bool signedOne = codec::findTlv(answer, {0x77, 0x9F4B}).ok();
  constexpr std::uint8_t kTypeBits = 0xC0;
  const bool declines = cid.ok() && cid->size() == 1 && ((*cid)[0] & kTypeBits) == 0;
  // Asked for a signature, only a card that declines may leave it out (Book 2, 6.6).
  if (cardKey_ && !declines) {
    if (!signedOne) return DeclineReason::kSignatureWrong;
    const auto opened = openCda(*cardKey_, {.pdolData = pdolData_,
                                            .cdol1Data = cdol1Data_,
                                            .answer = answer,
                                            .unpredictableNumber = input_.unpredictableNumber});
    if (!opened.ok()) return DeclineReason::kSignatureWrong;
    result_.authentication = OfflineAuthentication::kDone;
    return takeCryptogramOf(answer, *opened);
  }
  const auto cryptogram = codec::findTlv(answer, {0x77, 0x9F26});
  if (!cryptogram.ok()) return DeclineReason::kCryptogramMalformed;
  return takeCryptogramOf(answer, *cryptogram);
}

DeclineReason Transaction::takeCryptogramOf(ByteView answer, ByteView cryptogram) {
  const auto cid = codec::findTlv(answer, {0x77, 0x9F27});
  const auto atc = codec::findTlv(answer, {0x77, 0x9F36});
  const auto iad = codec::findTlv(answer, {0x77, 0x9F10});
  if (!cid.ok() || !atc.ok() || !iad.ok()) return DeclineReason::kCryptogramMalformed;
  if (cid->size() != 1 || atc->size() != 2 || cryptogram.size() != 8 ||
      iad->size() > base::limits::kIssuerData) {
    return DeclineReason::kCryptogramMalformed;
  }
  input_.atc = static_cast<std::uint16_t>(base::readBigEndian(*atc));
  result_.atc = input_.atc;
  constexpr std::uint8_t kTypeBits = 0xC0;
  if (((*cid)[0] & kTypeBits) == 0) return DeclineReason::kCardDeclined;
  if ((*cid)[0] != kAskArqc) return DeclineReason::kCryptogramMalformed;
  cryptogram_ = {base::toBytes(cryptogram), base::toBytes(*iad)};
  return DeclineReason::kNone;
}

DeclineReason Transaction::takeRequest() {
  auto dpan = emv::unpackDigits(card_[0x5A]);
  const auto psn = emv::readBcd(card_[0x5F34]);  // none is 0
  if (!dpan.ok() || !psn.ok() || *psn > 99) return DeclineReason::kRecordMalformed;
  const std::string date = base::toHex(card_[0x5F24]);
  input_.iad = cryptogram_->iad;
  emv::CryptogramRequest request;
  request.input = input_;
  std::ranges::copy(cryptogram_->value, request.cryptogram.begin());
  request.type = emv::CryptogramType::kArqc;
  request.dpan = std::move(dpan).value();
  request.psn = static_cast<std::uint8_t>(*psn);
  request.expiry = date.substr(2, 2) + date.substr(0, 2);
  result_.request = std::move(request);
  return DeclineReason::kNone;
}

TapResult Transaction::declined(DeclineReason reason) && {
  result_.reason = reason;
  result_.request.reset();
  return std::move(result_);
}

TapResult Transaction::online() && { return std::move(result_); }

}  // namespace florin::terminal
