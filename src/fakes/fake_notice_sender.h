// FakeNoticeSender is the in-memory twin of a NoticeSender: it keeps what was started and answers
// what a test told it to. Waiting moves its clock.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>

#include "fakes/fake_clock.h"
#include "ports/notice_sender.h"

namespace florin::fakes {

class FakeNoticeSender : public ports::NoticeSender {
 public:
  FakeNoticeSender(FakeClock& clock, std::vector<base::TenantId> issuers)
      : clock_(clock), issuers_(std::move(issuers)) {}

  void ring() override { ++rings; }

  [[nodiscard]] const std::vector<base::TenantId>& issuers() const override { return issuers_; }

  void start(ports::NoticeMessage message) override {
    waiting.push_back(message);
    sent.push_back(std::move(message));
    most = std::max(most, waiting.size());
  }

  std::vector<ports::NoticeVerdict> poll(base::Duration atMost) override {
    std::vector<ports::NoticeVerdict> verdicts;
    while (answers && !waiting.empty()) {
      ports::NoticeVerdict verdict = judge ? judge(waiting.front()) : answer;
      verdict.noticeId = waiting.front().noticeId;
      waiting.pop_front();
      verdicts.push_back(verdict);
    }
    if (verdicts.empty()) clock_.advance(atMost);
    return verdicts;
  }

  // answerWith lets every answer be this one from now on.
  void answerWith(ports::NoticeOutcome outcome, std::uint32_t status) {
    answer.outcome = outcome;
    answer.status = status;
  }

  std::vector<ports::NoticeMessage> sent;
  std::deque<ports::NoticeMessage> waiting;
  std::size_t most = 0;  // that waited at a time
  bool answers = true;
  ports::NoticeVerdict answer{{}, ports::NoticeOutcome::kDelivered, {}, 200};
  std::function<ports::NoticeVerdict(const ports::NoticeMessage&)> judge;  // instead of `answer`
  unsigned rings = 0;

 private:
  FakeClock& clock_;
  const std::vector<base::TenantId> issuers_;
};

}  // namespace florin::fakes
