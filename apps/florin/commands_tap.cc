// florin tap | authorize
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "acquirer.h"
#include "api_view.h"
#include "base/limits.h"
#include "commands.h"
#include "payment_view.h"
#include "token_file.h"
#include "wallet_view.h"

namespace florin::apps {
namespace {

Outcome<base::Money> readAmount(const Options& options) {
  const auto amount = base::parseMoney(options.amount, options.currency);
  if (amount.ok()) return *amount;
  return Failure{Exit::kInput, "--amount " + options.amount + " --currency " + options.currency +
                                   ": " + describe(amount.error()) +
                                   "; give for example --amount 12.50 --currency EUR"};
}

// checkFolder finds out before a key is spent whether the request can be saved.
Done checkFolder(const std::string& file) {
  if (file.empty()) return {};
  const auto parent = std::filesystem::absolute(file).parent_path();
  std::error_code failed;
  if (std::filesystem::exists(file, failed) && !readRequest(file).ok()) {
    return Failure{Exit::kLocalState,
                   file + " exists and is no saved request: give --save-request another name"};
  }
  if (::access(parent.c_str(), W_OK) == 0) return {};
  return Failure{Exit::kLocalState,
                 file + " cannot be written: give --save-request a file in a folder of yours"};
}

Outcome<std::string> readKey(const std::string& key) {
  const bool visible = std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; });
  if (visible && !key.empty() && key.size() <= base::limits::kIdempotencyKey) return key;
  return Failure{Exit::kInput,
                 "--idempotency-key is not 1 to 64 visible characters of ASCII: give another"};
}

const std::string& tokenFile(const Options& options, const Connection& connection) {
  return options.acquirerTokenFile.empty() ? connection.acquirerTokenFile
                                           : options.acquirerTokenFile;
}

// declinedOffline shows a payment that the terminal ended by itself.
Failure declinedOffline(Console& console, const Payment& payment, bool pinEntered, bool trace) {
  const std::string reason(terminal::reasonName(payment.result.reason));
  codec::JsonObject object;
  object.add("outcome", "declined")
      .add("reason", terminal::reasonCode(payment.result.reason))
      .add("online", false)
      .add("offlineAuthentication", nameOf(payment.result.authentication));
  if (trace) object.add("exchange", exchangeJson(payment.steps));
  console.line(console.paint(Colour::kRed, "declined") + " at the terminal: " + reason);
  console.result(object);
  Failure failure = declined(reason);
  const terminal::DeclineReason why = payment.result.reason;
  if (why == terminal::DeclineReason::kCardholderUnverified && !pinEntered) {
    failure.text += ": this amount needs a PIN, give --pin for one that was entered";
  } else if (why == terminal::DeclineReason::kVerificationWanted) {
    failure.text +=
        ": give --authenticated when he has, or --pin for a PIN that was entered at the terminal";
  }
  return failure;
}

// notAuthorized: nobody knows whether the request arrived; sent again it is booked once, taken back
// not at all.
Failure notAuthorized(Failure failure, const Options& options, const std::string& key) {
  if (failure.exit != Exit::kUnreachable) return failure;
  failure.text +=
      ". The payment may be booked all the same, and its key is spent: take it back with `florin "
      "reverse --vault " +
      options.vault + " --idempotency-key " + key + "`";
  if (!options.saveRequest.empty()) {
    failure.text +=
        ", or send it again with `florin authorize --request " + options.saveRequest + "`";
  }
  return failure;
}

Done finish(Console& console, const Verdict& verdict, const codec::JsonObject& object) {
  showVerdict(console, verdict);
  console.result(object);
  if (!verdict.approved) return declined(verdict.reason);
  return {};
}

}  // namespace

Done tap(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const base::Money amount, readAmount(options));
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  Connection connection = session->connection();
  connection.acquirerTokenFile = tokenFile(options, connection);
  FLORIN_TRY_ASSIGN(const SecretBytes token,
                    readToken(kAcquirerToken, connection.acquirerTokenFile));
  FLORIN_TRY(checkFolder(options.saveRequest));

  FLORIN_TRY_ASSIGN(const auto card, chosenCard(session->wallet(), options.card));
  FLORIN_TRY_ASSIGN(auto authorities, fetchAuthorities(session->link(), token, nullptr));
  FLORIN_TRY_ASSIGN(const Payment payment,
                    payAtTerminal(*session, {card, amount, options.pin, options.authenticated,
                                             std::move(authorities)}));
  showExchange(console, payment.steps, options.trace);
  if (!payment.result.request) return declinedOffline(console, payment, options.pin, options.trace);

  const auto request = makeRequest(connection, *payment.result.request, session->random());
  if (!options.saveRequest.empty()) FLORIN_TRY(writeRequest(options.saveRequest, request));
  const auto verdict = authorizeOnline(session->link(), request, token, nullptr);
  if (!verdict.ok()) {
    console.result(codec::JsonObject()
                       .add("outcome", "unknown")
                       .add("idempotencyKey", request.idempotencyKey));
    return notAuthorized(verdict.error(), options, request.idempotencyKey);
  }
  const std::uint32_t left = keysLeft(session->wallet(), card.tokenizedCardId);
  codec::JsonObject object = verdictJson(*verdict);
  object.add("idempotencyKey", request.idempotencyKey)
      .add("keysLeft", left)
      .add("offlineAuthentication", nameOf(payment.result.authentication));
  if (options.trace) object.add("exchange", exchangeJson(payment.steps));
  console.line();
  showAuthentication(console, payment.result);
  const bool low = needsKeys(session->wallet(), card.tokenizedCardId);
  console.line("Payments left: " + std::to_string(left) +
               (low ? " (low: `florin wallet sync` fetches more)" : ""));
  return finish(console, *verdict, object);
}

Done authorize(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(AuthorizationRequest request, readRequest(options.requestFile));
  if (options.idempotencyKey) {
    FLORIN_TRY_ASSIGN(request.idempotencyKey, readKey(*options.idempotencyKey));
  }
  FLORIN_TRY_ASSIGN(const SecretBytes token,
                    readToken(kAcquirerToken, tokenFile(options, request.connection)));
  FLORIN_TRY_ASSIGN(const auto link, BackendLink::open(request.connection));
  FLORIN_TRY_ASSIGN(const Verdict verdict, authorizeOnline(*link, request, token, nullptr));
  codec::JsonObject object = verdictJson(verdict);
  object.add("idempotencyKey", request.idempotencyKey);
  return finish(console, verdict, object);
}

Done reverse(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const std::string key, readKey(*options.idempotencyKey));
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(const SecretBytes token,
                    readToken(kAcquirerToken, tokenFile(options, session->connection())));
  FLORIN_TRY_ASSIGN(const codec::JsonValue answer, reverseOnline(session->link(), key, token));
  console.line(isTrue(answer, "booked")
                   ? "The payment is taken back."
                   : "No payment was booked under this key, and none will be.");
  console.result(answer);
  return {};
}

}  // namespace florin::apps
