// NoticeSender hands notices to the webhooks of issuers (docs/issuer-api.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "ports/push_sender.h"

namespace florin::ports {

struct NoticeMessage {
  base::NoticeId noticeId;
  base::TenantId issuer;
  std::string body;  // JSON
};

// kRetry: the issuer is silent, out of order, or asks for patience. kRefused: it answers, and does
// not want what we sent.
enum class NoticeOutcome : std::uint8_t { kDelivered, kRetry, kRefused };

struct NoticeVerdict {
  base::NoticeId noticeId;
  NoticeOutcome outcome = NoticeOutcome::kRetry;
  std::optional<base::Duration> retryAfter;  // the issuer's advice
  std::uint32_t status = 0;                  // of HTTP; 0: none came
};

// Driven by one thread, which owns everything but ring: that ends a poll early.
class NoticeSender : public PushBell {
 public:
  // issuers gives those that are told anything; it never changes.
  [[nodiscard]] virtual const std::vector<base::TenantId>& issuers() const = 0;

  // start begins to send and never fails: each started message gets one verdict, from a poll.
  virtual void start(NoticeMessage message) = 0;

  // poll drives what is in flight until a verdict is there, the bell rings, or `atMost` is over.
  virtual std::vector<NoticeVerdict> poll(base::Duration atMost) = 0;
};

}  // namespace florin::ports
