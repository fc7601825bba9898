#include "wallet/metadata.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "messages/card_face.h"
#include "wallet/notifier.h"
#include "wallet/requests.h"

namespace florin::wallet {
namespace {

template <class Listener>
void fail(Notifier<Listener>& told, const std::string& id, const MobileGatewayError& error) {
  told.end([id, error](Listener& listener) { listener.onError(id, error); });
}

// ask gets something of a card. `take` ends the conversation, or gives false for an answer that has
// not its form.
template <class Listener, class Take>
void ask(Core& core, std::shared_ptr<Listener> listener, const std::string& id,
         const std::string& what, Take take) {
  core.post([&core, told = Notifier<Listener>(core, std::move(listener)), id, what,
             take]() mutable {
    if (!base::DigitalCardId::parse(id).ok()) {
      return fail(told, id,
                  localGatewayError(MGErrorCode::UNKNOWN_DIGITAL_CARD_ID, "not a digital card id"));
    }
    if (!isRegistered(core)) {
      return fail(told, id,
                  localGatewayError(MGErrorCode::BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED,
                                    "wallet secure enrollment is missing"));
    }
    sendRequest(core, {"/gateway/v1/cards/" + id + "/" + what, {}, {}},
                [told, id, take](const Answer& answer) mutable {
                  if (const auto* failure = std::get_if<Failure>(&answer)) {
                    return fail(told, id, gatewayError(*failure));
                  }
                  if (take(told, id, std::get<Bytes>(answer))) return;
                  fail(told, id,
                       localGatewayError(MGErrorCode::SERVER_ERROR, "the answer has not its form"));
                });
  });
}

}  // namespace

void MetadataService::getCardMetadata(const std::string& digitalCardId,
                                      std::shared_ptr<MGCardMetadataListener> listener) {
  ask(core_, std::move(listener), digitalCardId, "metadata",
      [](Notifier<MGCardMetadataListener>& told, const std::string& id, const Bytes& body) {
        auto read = messages::decodeCardMetadata(base::asText(body));
        if (!read.ok()) return false;
        const MGCardMetadata metadata{.product = std::move(read->product),
                                      .issuerName = std::move(read->issuerName),
                                      .panLastFour = std::move(read->panLastFour),
                                      .background = std::move(read->background),
                                      .foreground = std::move(read->foreground),
                                      .artType = std::move(read->artType),
                                      .artHash = base::toHex(read->artHash)};
        told.end([id, metadata](MGCardMetadataListener& to) { to.onSuccess(id, metadata); });
        return true;
      });
}

void MetadataService::getCardArt(const std::string& digitalCardId,
                                 std::shared_ptr<MGCardArtListener> listener) {
  ask(core_, std::move(listener), digitalCardId, "art",
      [](Notifier<MGCardArtListener>& told, const std::string& id, const Bytes& image) {
        if (image.empty() || image.size() > base::limits::kCardArt) return false;
        told.end([id, image](MGCardArtListener& to) { to.onSuccess(id, image); });
        return true;
      });
}

}  // namespace florin::wallet
