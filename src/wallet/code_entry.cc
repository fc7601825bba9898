#include "wallet/code_entry.h"

#include <algorithm>

#include "base/limits.h"
#include "protocol/code.h"

namespace florin::wallet {
namespace {

using Sdk = ProvisioningServiceErrorCode;

// The code as entered, or nothing when the entry was cancelled.
using Entered = std::function<void(std::optional<SecretBytes>)>;

// Ending hands the entry over once; what is dropped without an end is a cancelled entry. It may
// outlive the wallet and be used from any thread.
class Ending {
 public:
  Ending(Core& core, Entered entered)
      : core_(core.weak_from_this()), entered_(std::move(entered)) {}
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;
  ~Ending() { finish(std::nullopt); }

  void finish(std::optional<SecretBytes> code) {
    if (!entered_) return;
    const auto core = core_.lock();
    auto entered = std::exchange(entered_, nullptr);
    if (!core) return;
    auto shared = std::make_shared<std::optional<SecretBytes>>(std::move(code));
    core->post([entered = std::move(entered), shared] { entered(std::move(*shared)); });
  }

 private:
  std::weak_ptr<Core> core_;
  Entered entered_;
};

class Inputer : public SecureCodeInputer {
 public:
  explicit Inputer(std::unique_ptr<Ending> ending) : ending_(std::move(ending)) {}

  void input(std::uint8_t byte) override {
    if (size_ < code_.size()) code_.exposeMutable()[size_++] = byte;
  }
  void reset() override {
    std::ranges::fill(code_.exposeMutable(), std::uint8_t{0});
    size_ = 0;
  }
  void finish() override {
    ending_->finish(SecretBytes::copyOf(code_.expose().first(size_)));
    reset();
  }

 private:
  // One byte more than a code may have, so that a code that is too long is not taken for one.
  SecretBytes code_{base::limits::kCodeMax + 1};
  std::size_t size_ = 0;
  std::unique_ptr<Ending> ending_;
};

class Verifier : public CHCodeVerifier {
 public:
  explicit Verifier(std::unique_ptr<Ending> ending) : ending_(std::move(ending)) {}

  std::unique_ptr<SecureCodeInputer> getSecureCodeInputer() override {
    if (ending_ == nullptr) return nullptr;
    return std::make_unique<Inputer>(std::move(ending_));
  }

 private:
  std::unique_ptr<Ending> ending_;
};

CodeOrError checked(std::optional<SecretBytes> code) {
  if (!code) {
    return localError(Sdk::CARD_ACTIVATION_ACTIVATION_CODE_ENTRY_CANCELED,
                      "the entry of the code was cancelled");
  }
  if (!protocol::parseCode(*code).ok()) {
    return localError(Sdk::INVALID_ARGUMENT, "the activation code has not its form");
  }
  return std::move(*code);
}

}  // namespace

// The verifier is made here and not when the listener is called: when it is never called, dropping
// the verifier cancels the entry, and the conversation ends.
void askCode(Core& core, Notifier<EnrollingServiceListener> told,
             std::function<void(CodeOrError)> entered) {
  const auto verifier = std::make_shared<Verifier>(std::make_unique<Ending>(
      core, [entered = std::move(entered)](std::optional<SecretBytes> code) {
        entered(checked(std::move(code)));
      }));
  told.tell([verifier](EnrollingServiceListener& listener) { listener.onCodeRequired(verifier); });
}

}  // namespace florin::wallet
