// florin wallet enroll | continue | activate
#include "commands.h"
#include "conversations.h"
#include "secrets.h"
#include "wallet_view.h"

namespace florin::apps {
namespace {

Failure wrongState(std::string text, const char* name) {
  return {Exit::kLocalState, std::move(text), name};
}

// checkState refuses the call that does not fit, and names the one that does.
Done checkState(EnrollCall call, EnrollmentStatus status) {
  switch (status) {
    case EnrollmentStatus::ENROLLMENT_NEEDED:
      if (call == EnrollCall::kEnroll) return {};
      return wrongState("no enrollment is in progress: run `florin wallet enroll`",
                        "ENROLLMENT_REQUIRED");
    case EnrollmentStatus::ENROLLMENT_IN_PROGRESS:
      if (call == EnrollCall::kContinue) return {};
      return wrongState("an enrollment is in progress: run `florin wallet continue`",
                        "ENROLLMENT_IN_PROGRESS");
    case EnrollmentStatus::ENROLLMENT_COMPLETE:
      if (call == EnrollCall::kActivate) return {};
      return wrongState(
          "this device is enrolled already: `florin wallet activate` adds a further card",
          "ENROLLMENT_COMPLETE");
  }
  return {};
}

Outcome<SecretBytes> readCode(Console& console, const std::string& option) {
  SecretInput input(console);
  auto code =
      option.empty() ? input.ask("--code", "Activation code") : input.fromOption("--code", option);
  if (code.ok() && !isCode(*code)) {
    return Failure{Exit::kInput,
                   "the activation code is not 4 to 32 characters of 0-9A-Za-z: type it again",
                   "INVALID_ARGUMENT"};
  }
  return code;
}

// codeSource reads the code now, when it is needed for sure, or later, when it may not be.
Outcome<CodeSource> codeSource(Console& console, const Options& options, EnrollCall call) {
  if (call != EnrollCall::kEnroll) {
    return CodeSource([&console, option = options.code] { return readCode(console, option); });
  }
  FLORIN_TRY_ASSIGN(SecretBytes code, readCode(console, options.code));
  const auto shared = std::make_shared<SecretBytes>(std::move(code));
  return CodeSource([shared]() -> Outcome<SecretBytes> { return shared->clone(); });
}

// goOn: the backend was not reached and the SDK remembers where it was.
Failure goOn(Failure failure, EnrollmentStatus status) {
  if (failure.exit == Exit::kUnreachable && status == EnrollmentStatus::ENROLLMENT_IN_PROGRESS) {
    failure.text += "; `florin wallet continue` goes on where it stopped";
  }
  return failure;
}

Done run(Console& console, const Options& options, EnrollCall call) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  auto& service = session->wallet().getEnrollingBusinessService();
  FLORIN_TRY(checkState(call, service.isEnrolled()));
  FLORIN_TRY_ASSIGN(CodeSource code, codeSource(console, options, call));
  const Done done = enroll(*session, {call, options.pushToken, options.language, std::move(code)});
  if (!done.ok()) return goOn(done.error(), service.isEnrolled());
  console.line(call == EnrollCall::kActivate ? "The card is provisioned."
                                             : "The device is enrolled and its card provisioned.");
  showCards(console, session->wallet());
  console.result(codec::JsonObject()
                     .add("enrollment", name(service.isEnrolled()))
                     .add("cards", cardsJson(session->wallet())));
  return {};
}

}  // namespace

Done walletEnroll(Console& console, const Options& options) {
  return run(console, options, EnrollCall::kEnroll);
}

Done walletContinue(Console& console, const Options& options) {
  return run(console, options, EnrollCall::kContinue);
}

Done walletActivate(Console& console, const Options& options) {
  return run(console, options, EnrollCall::kActivate);
}

}  // namespace florin::apps
