#include "issuers/webhook_notices.h"

#include "base/bytes.h"
#include "issuers/signed_call.h"

namespace florin::issuers {
namespace {

using ports::NoticeOutcome;

// A redirect is a refusal: it is not followed.
NoticeOutcome outcomeOf(int status) {
  if (status >= 200 && status < 300) return NoticeOutcome::kDelivered;
  const bool later = status == 408 || status == 425 || status == 429;
  return status < 200 || status >= 500 || later ? NoticeOutcome::kRetry : NoticeOutcome::kRefused;
}

}  // namespace

Result<std::unique_ptr<WebhookNotices>> WebhookNotices::make(std::vector<NoticeLink> links,
                                                             base::Clock& clock,
                                                             base::Duration deadline) {
  FLORIN_TRY_ASSIGN(auto http, push::HttpMulti::make(deadline));
  return std::unique_ptr<WebhookNotices>(
      new WebhookNotices(std::move(links), clock, std::move(http)));
}

WebhookNotices::WebhookNotices(std::vector<NoticeLink> links, base::Clock& clock,
                               std::unique_ptr<push::HttpMulti> http)
    : clock_(clock), http_(std::move(http)) {
  issuers_.reserve(links.size());
  for (NoticeLink& link : links) {
    issuers_.push_back(link.issuer);
    links_.emplace(link.issuer, std::move(link));
  }
}

void WebhookNotices::ring() { http_->wake(); }

void WebhookNotices::start(ports::NoticeMessage message) {
  const NoticeLink& link = links_.at(message.issuer);
  http_->start(signedCall({link.url, link.authorities, link.key}, message.noticeId.toString(),
                          SecretBytes::copyOf(base::asBytes(message.body)), clock_.now()),
               [this, id = message.noticeId](const push::HttpAnswer& answer) {
                 verdicts_.push_back({id, outcomeOf(answer.status), answer.retryAfter,
                                      static_cast<std::uint32_t>(answer.status)});
               });
}

std::vector<ports::NoticeVerdict> WebhookNotices::poll(base::Duration atMost) {
  http_->work(atMost, [this] { return !verdicts_.empty(); });
  return std::exchange(verdicts_, {});
}

}  // namespace florin::issuers
