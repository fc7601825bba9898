#include "terminal/terminal.h"

#include "terminal/transaction.h"

namespace florin::terminal {
namespace {

constexpr std::int64_t kLargestAmount = 999'999'999'999;

bool isThreeDigits(std::uint16_t number) { return number >= 1 && number <= 999; }

Status checkRequest(const TapRequest& request) {
  if (request.amount.minorUnits < 0 || request.amount.minorUnits > kLargestAmount) {
    return Error(Code::kInvalidArgument, "amount is not of 12 digits");
  }
  if (!isThreeDigits(request.amount.currency) || !isThreeDigits(request.country)) {
    return Error(Code::kInvalidArgument, "currency or country is not of three digits");
  }
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(request.now));
  if (date.year() < std::chrono::year(2000) || date.year() > std::chrono::year(2099)) {
    return Error(Code::kInvalidArgument, "date is not of this century");
  }
  return {};
}

}  // namespace

std::string_view reasonName(DeclineReason reason) {
  switch (reason) {
    case DeclineReason::kNone: return "not declined";
    case DeclineReason::kNoApplication: return "no application on the card";
    case DeclineReason::kCardRefused: return "card refused a command";
    case DeclineReason::kDirectoryMalformed: return "directory is malformed";
    case DeclineReason::kApplicationMalformed: return "application's description is malformed";
    case DeclineReason::kOptionsMalformed: return "processing options are malformed";
    case DeclineReason::kRecordMalformed: return "record is malformed";
    case DeclineReason::kDataMissing: return "records lack mandatory data";
    case DeclineReason::kDataContradicts: return "records contradict each other";
    case DeclineReason::kCryptogramMalformed: return "cryptogram's answer is malformed";
    case DeclineReason::kExpired: return "card has expired";
    case DeclineReason::kCardholderUnverified: return "cardholder is not verified";
    case DeclineReason::kVerificationWanted: return "cardholder must confirm on the device";
    case DeclineReason::kCardDeclined: return "card declined";
    case DeclineReason::kSignatureWrong: return "card's signature is wrong";
  }
  return "unknown";
}

std::string_view reasonCode(DeclineReason reason) {
  switch (reason) {
    case DeclineReason::kNone: return "none";
    case DeclineReason::kNoApplication: return "no_application";
    case DeclineReason::kCardRefused: return "card_refused";
    case DeclineReason::kDirectoryMalformed: return "directory_malformed";
    case DeclineReason::kApplicationMalformed: return "application_malformed";
    case DeclineReason::kOptionsMalformed: return "options_malformed";
    case DeclineReason::kRecordMalformed: return "record_malformed";
    case DeclineReason::kDataMissing: return "data_missing";
    case DeclineReason::kDataContradicts: return "data_contradicts";
    case DeclineReason::kCryptogramMalformed: return "cryptogram_malformed";
    case DeclineReason::kExpired: return "card_expired";
    case DeclineReason::kCardholderUnverified: return "cardholder_unverified";
    case DeclineReason::kVerificationWanted: return "verification_wanted";
    case DeclineReason::kCardDeclined: return "card_declined";
    case DeclineReason::kSignatureWrong: return "signature_wrong";
  }
  return "unknown";
}

Result<TapResult> tap(const TapRequest& request, base::Random& random, const Transceive& transceive,
                      TraceSink& trace) {
  FLORIN_TRY(checkRequest(request));
  using Step = Result<DeclineReason> (Transaction::*)();
  constexpr Step kSteps[] = {&Transaction::selectApplication, &Transaction::initiate,
                             &Transaction::readRecords,       &Transaction::checkExpiry,
                             &Transaction::authenticate,      &Transaction::verify,
                             &Transaction::generateAc};
  Transaction transaction(request, random, transceive, trace);
  for (const Step step : kSteps) {
    FLORIN_TRY_ASSIGN(const DeclineReason reason, (transaction.*step)());
    if (reason != DeclineReason::kNone) return std::move(transaction).declined(reason);
  }
  return std::move(transaction).online();
}

}  // namespace florin::terminal
