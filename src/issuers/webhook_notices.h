// WebhookNotices is the NoticeSender of florind: POSTs to the webhooks of issuers, signed as
// questions are (docs/issuer-api.md).
#pragma once

#include <map>
#include <memory>

#include "base/limits.h"
#include "ports/notice_sender.h"
#include "push/http_multi.h"

namespace florin::issuers {

// Where an issuer is told.
struct NoticeLink {
  base::TenantId issuer;
  std::string url;
  SecretBytes key = {};
  std::string authorities = {};  // PEM; empty: the machine's
};

class WebhookNotices : public ports::NoticeSender {
 public:
  // make: kInternal: libcurl does not start. `clock` must outlive the sender.
  static Result<std::unique_ptr<WebhookNotices>> make(
      std::vector<NoticeLink> links, base::Clock& clock,
      base::Duration deadline = base::limits::kNoticeDeadline);

  void ring() override;
  [[nodiscard]] const std::vector<base::TenantId>& issuers() const override { return issuers_; }
  void start(ports::NoticeMessage message) override;
  std::vector<ports::NoticeVerdict> poll(base::Duration atMost) override;

 private:
  WebhookNotices(std::vector<NoticeLink> links, base::Clock& clock,
                 std::unique_ptr<push::HttpMulti> http);

  std::map<base::TenantId, NoticeLink> links_;  // calls in flight borrow their authorities
  std::vector<base::TenantId> issuers_;
  base::Clock& clock_;
  std::vector<ports::NoticeVerdict> verdicts_;
  std::unique_ptr<push::HttpMulti> http_;
};

}  // namespace florin::issuers
