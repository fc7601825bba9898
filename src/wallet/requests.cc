#include "wallet/requests.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "proof/http_signature.h"
#include "wallet/back_off.h"
#include "wallet/registration.h"

namespace florin::wallet {
namespace {

namespace limits = base::limits;

class Attempt : public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(Core& core, Call call, Answered answered)
      : core_(core),
        call_(std::move(call)),
        answered_(std::move(answered)),
        doing_(core.progress, call_.phase) {}

  void go() {
    const bool post = !call_.contentType.empty();
    TransportRequest request{post ? "POST" : "GET", call_.path, {}, call_.body};
    if (post) request.headers.emplace_back("content-type", call_.contentType);
    if (!call_.correlationId.empty()) {
      request.headers.emplace_back("x-correlation-id", call_.correlationId);
    }
    if (call_.sign) {
      if (const Status signedNow = sign(request); !signedNow.ok()) {
        answered_(Failure{Code::kInternal, 0, {}});
        return;
      }
    }
    doing_.sent();
    core_.transport.send(
        std::move(request), core_.config.requestDeadline,
        [weak = core_.weak_from_this(), self = shared_from_this()](auto response) {
          const auto core = weak.lock();
          if (core) core->post([self, response = std::move(response)] { self->came(response); });
        });
  }

 private:
  Status sign(TransportRequest& request) {
    FLORIN_TRY_ASSIGN(auto wallet,
                      core_.withVault([](vault::Vault& vault) { return walletOf(vault); }));
    proof::SignatureParameters parameters;
    parameters.walletId = wallet.walletId;
    parameters.created = core_.backendTime();
    parameters.nonce = core_.random.bytes(proof::kNonceSize);
    FLORIN_TRY_ASSIGN(auto headers, proof::signRequest({request.method, request.path, request.body},
                                                       parameters, [&](ByteView message) {
                                                         return core_.deviceKeys().sign(
                                                             wallet.signingKey, message);
                                                       }));
    request.headers.emplace_back("content-digest", std::move(headers.contentDigest));
    request.headers.emplace_back("signature-input", std::move(headers.signatureInput));
    request.headers.emplace_back("signature", std::move(headers.signature));
    return {};
  }

  void came(const Result<TransportResponse>& response) {
    if (response.ok() && response->status >= 200 && response->status < 300) {
      answered_(response->body);
      return;
    }
    const Failure failure = failureOf(response);
    if (failure.cpsStatus() == messages::CpsStatus::kClockSkew && !clockMended_) {
      clockMended_ = true;
      core_.learnTime(failure.body->serverTime);
      go();
      return;
    }
    if (isOfUnknownWallet(failure) && !registeredAgain_) {
      registeredAgain_ = true;
      return registerAgain(failure);
    }
    if (!mayRepeat(failure) || retries_ == limits::kTransportRetries) {
      core_.log.warning("request.failed", {{"path", PublicText{call_.path}},
                                           {"http", failure.httpStatus},
                                           {"code", failure.body ? failure.body->code : 0}});
      answered_(failure);
      return;
    }
    const base::Duration delay = nextDelay(failure);
    doing_.waits(core_.clock.now() + delay);
    core_.postAfter(delay, [self = shared_from_this()] { self->go(); });
  }

  // isOfUnknownWallet: the signature is of a wallet that the backend does not know.
  [[nodiscard]] bool isOfUnknownWallet(const Failure& failure) const {
    if (!call_.sign || call_.path == kRegistrationPath || !failure.body) return false;
    return failure.cpsStatus() == messages::CpsStatus::kWalletUnknown ||
           failure.body->code == static_cast<std::int64_t>(MGErrorCode::UNKNOWN_WALLET_ID);
  }

  // registerAgain says WSE again and then sends the request again, if the backend is still the one
  // that is pinned. Otherwise the refusal stands; but when there was no word on that, the failure
  // is that one, which may pass.
  void registerAgain(const Failure& refusal) {
    const auto wallet = core_.withVault([](vault::Vault& vault) { return walletOf(vault); });
    if (!wallet.ok() || wallet->wse != vault::WseState::kCompleted) return answered_(refusal);
    auto registration = registrationOf(core_, *wallet);
    if (!registration.ok()) return answered_(refusal);
    core_.log.warning("wallet.registers_again", {{"path", PublicText{call_.path}}});
    Bytes body = base::toBytes(base::asBytes(messages::encodeWseRequest(*registration)));
    sendRequest(core_,
                {kRegistrationPath, kJson, std::move(body), true, ProvisioningPhase::REGISTERING,
                 call_.repeat},
                [self = shared_from_this(), refusal,
                 sent = std::move(*registration)](const Answer& answer) {
                  const auto* const failure = std::get_if<Failure>(&answer);
                  if (failure != nullptr && passes(*failure)) return self->answered_(*failure);
                  if (self->isOurs(sent, answer)) return self->go();
                  self->answered_(refusal);
                });
  }

  bool isOurs(const messages::WseRequest& sent, const Answer& answer) {
    const auto* body = std::get_if<Bytes>(&answer);
    if (body == nullptr) return false;
    const auto reply = readRegistration(sent, *body);
    const auto wallet = core_.withVault([](vault::Vault& vault) { return walletOf(vault); });
    return reply.ok() && wallet.ok() && checkPinned(*wallet, *reply).ok();
  }

  static Failure failureOf(const Result<TransportResponse>& response) {
    if (!response.ok()) return {response.error().code(), 0, {}};
    Failure failure{Code::kRefused, response->status, {}};
    auto body = messages::decodeErrorBody(base::asText(response->body));
    if (body.ok()) failure.body = *body;
    return failure;
  }

  [[nodiscard]] bool mayRepeat(const Failure& failure) const {
    switch (call_.repeat) {
      case Repeat::kWhenItMayPass: return passes(failure);
      case Repeat::kWhenNotAnswered: return failure.httpStatus == 0 && passes(failure);
      case Repeat::kNever: break;
    }
    return false;
  }

  // passes tells whether the same request may succeed a little later.
  static bool passes(const Failure& failure) {
    return failure.code == Code::kUnavailable || failure.code == Code::kDeadline ||
           failure.httpStatus >= 500 || failure.httpStatus == 429;
  }

  // nextDelay doubles with every repetition. The backend's advice is a minimum.
  base::Duration nextDelay(const Failure& failure) {
    const base::Duration delay =
        backOff(limits::kRetryDelay, base::Duration::max(), retries_++, core_.random);
    const base::Duration advice(failure.body ? failure.body->retryAfterMs : 0);
    return std::max(delay, std::min<base::Duration>(advice, limits::kRetryAdvice));
  }

  Core& core_;
  const Call call_;
  const Answered answered_;
  Doing doing_;
  unsigned retries_ = 0;
  bool clockMended_ = false;
  bool registeredAgain_ = false;
};

}  // namespace

bool isRegistered(Core& core) {
  const auto wallet = core.withVault([](vault::Vault& vault) { return walletOf(vault); });
  return wallet.ok() && wallet->wse == vault::WseState::kCompleted;
}

void sendRequest(Core& core, Call call, Answered answered) {
  std::make_shared<Attempt>(core, std::move(call), std::move(answered))->go();
}

}  // namespace florin::wallet
