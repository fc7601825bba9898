// Notices to issuers over real HTTP: from the outbox of a store, by the worker, to a server that
// answers as a test says.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>

#include "base/bytes.h"
#include "base/limits.h"
#include "fakes/memory_store.h"
#include "fakes/recording_log.h"
#include "fakes/seeded_random.h"
#include "http/plain_receiver.h"
#include "http/server_fixture.h"
#include "issuers/webhook_notices.h"
#include "notify/notice_worker.h"
#include "notify/notices.h"
#include "posix/system_clock.h"
#include "proof/webhook_signature.h"

namespace florin::issuers {
namespace {

using records::NoticeType;

struct Got {
  std::string id;
  std::string body;
  bool signedByUs = false;
};

struct NoticesTest : ::testing::Test {
  void SetUp() override {
    receiver = http::PlainReceiver::start(0, [this](const ports::HttpRequest& request) {
                 return answer(request);
               }).value();
    url = "http://127.0.0.1:" + std::to_string(receiver->port()) + "/florin";
    start();
  }

  // start makes sender and worker anew, as after a crash.
  void start() {
    worker.reset();
    std::vector<NoticeLink> links;
    links.push_back({issuer, url, key.clone(), {}});
    sender = WebhookNotices::make(std::move(links), clock, deadline).value();
    notices = std::make_unique<notify::Notices>(
        std::vector<notify::NoticeWish>{{issuer, true, true}}, *sender, clock, random);
    worker = std::make_unique<notify::NoticeWorker>(
        notify::NoticeOutbox{store, *sender, clock, random, log, metrics});
  }

  ports::HttpResponse answer(const ports::HttpRequest& request) {
    const proof::WebhookHeaders headers{request.header("webhook-id"),
                                        request.header("webhook-timestamp"),
                                        request.header("webhook-signature")};
    ports::HttpResponse response;
    const std::lock_guard lock(mutex);
    got.push_back({std::string(request.header("webhook-id")),
                   std::string(base::asText(request.body)),
                   proof::verifyWebhook(key, clock.now(), headers, request.body).ok()});
    response.status = got.size() <= failures ? failing : 200;
    response.headers = extra;
    response.body = body;
    return response;
  }

  void put(std::int64_t value) {
    EXPECT_TRUE(store
                    .write([&](auto& unit) {
                      return notices->put(unit, card, NoticeType::kTransaction,
                                          [&](codec::JsonObject& to) { to.add("value", value); });
                    })
                    .ok());
  }
  records::NoticeTotals totals() {
    const auto all = store.read([](auto& unit) { return unit.notices().totals(); }).value();
    return all.empty() ? records::NoticeTotals() : all.front();
  }
  // work steps until nothing waits, or after so many rounds.
  void work(int rounds = 100) {
    for (int i = 0; i < rounds && totals().waiting > 0; ++i) worker->step();
  }
  std::size_t calls() {
    const std::lock_guard lock(mutex);
    return got.size();
  }

  posix::SystemClock clock;
  fakes::SeededRandom random{5};
  fakes::RecordingLog log;
  base::NullMetrics metrics;
  fakes::MemoryStore store;
  SecretBytes key = SecretBytes::copyOf(Bytes(32, 7));
  base::TenantId issuer = base::TenantId::random(random);
  records::DigitalCard card = [this] {
    records::DigitalCard row;
    row.issuer = issuer;
    row.digitalCardId = base::DigitalCardId::random(random);
    return row;
  }();

  base::Duration deadline = base::limits::kNoticeDeadline;
  std::mutex mutex;
  std::vector<Got> got;
  std::size_t failures = 0;  // calls that get `failing` before the others get 204
  int failing = 500;
  std::vector<std::pair<std::string, std::string>> extra;
  Bytes body;
  std::string url;
  std::unique_ptr<http::PlainReceiver> receiver;
  std::unique_ptr<WebhookNotices> sender;
  std::unique_ptr<notify::Notices> notices;
  std::unique_ptr<notify::NoticeWorker> worker;
};

TEST_F(NoticesTest, NoticesOfACardArriveSignedAndInOrder) {
  for (int i = 0; i < 3; ++i) put(i);
  work();
  EXPECT_EQ(totals().waiting, 0U);
  ASSERT_EQ(got.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(got[i].signedByUs);
    EXPECT_NE(got[i].body.find("\"number\":" + std::to_string(i + 1) + ","), std::string::npos);
    EXPECT_NE(got[i].body.find("\"value\":" + std::to_string(i) + "}"), std::string::npos);
    EXPECT_NE(got[i].body.find("\"id\":\"" + got[i].id + "\""), std::string::npos);
  }
}

TEST_F(NoticesTest, RepetitionHasTheSameIdAndBody) {
  failures = 2;
  put(7);
  work();
  ASSERT_EQ(got.size(), 3U);
  for (const Got& one : got) {
    EXPECT_EQ(one.id, got[0].id);
    EXPECT_EQ(one.body, got[0].body);
  }
}

TEST_F(NoticesTest, RedirectIsNotFollowedAndCountsAsARefusal) {
  failures = 100;
  failing = 302;
  extra = {{"location", url}};
  put(1);
  work(4);
  worker->drain(std::chrono::seconds(20));
  const auto page =
      store.read([](auto& unit) { return unit.notices().list({}, false, 10); }).value();
  ASSERT_EQ(page.size(), 1U);
  EXPECT_EQ(calls(), page[0].attempts);
  EXPECT_EQ(page[0].lastStatus, 302U);
}

TEST_F(NoticesTest, AnswerThatIsTooLongIsNoAnswer) {
  body = Bytes(base::limits::kPushAnswer + 1, 'x');
  put(1);
  worker->step();
  worker->drain(std::chrono::seconds(20));
  EXPECT_GE(calls(), 1U);
  const auto page =
      store.read([](auto& unit) { return unit.notices().list({}, false, 10); }).value();
  ASSERT_EQ(page.size(), 1U);
  EXPECT_EQ(page[0].lastStatus, 0U);
  EXPECT_EQ(page[0].attempts, 1U);
  {
    const std::lock_guard lock(mutex);
    body.clear();
  }
  work();
  EXPECT_EQ(totals().waiting, 0U);
}

TEST_F(NoticesTest, CrashAfterSendingRepeatsWithTheSameId) {
  put(1);
  for (int i = 0; i < 3 && calls() < 1; ++i) {
    worker->step();
    sender->poll(std::chrono::milliseconds(200));  // the verdict is lost with the worker
  }
  ASSERT_EQ(calls(), 1U);
  ASSERT_EQ(totals().waiting, 1U) << "the issuer has it, and the row is still there";
  // Another instance finds the row when the lease is over: its clock is that much later.
  const auto rows = store.write([&](auto& unit) {
    const base::Time later = clock.now() + base::limits::kNoticeLease;
    return unit.notices().claim(issuer, later, later + base::limits::kNoticeLease, 1);
  });
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->front().noticeId.toString(), got[0].id);
  EXPECT_EQ(rows->front().body, got[0].body);
}

TEST_F(NoticesTest, NobodyListeningIsSilenceAndNothingIsLost) {
  receiver.reset();
  put(1);
  worker->step();
  for (int i = 0; i < 4; ++i) worker->step();
  EXPECT_EQ(totals().waiting, 1U);
  EXPECT_EQ(totals().parked, 0U);
  worker->drain(std::chrono::seconds(1));
  EXPECT_EQ(worker->inFlight(), 0U);
}

struct NoticesOverTlsTest : http::ServerTest {
  ports::NoticeVerdict send(const std::string& authorities) {
    const auto issuer = base::TenantId::random(random);
    std::vector<NoticeLink> links;
    links.push_back({issuer, "https://127.0.0.1:" + std::to_string(server->port()) + "/echo",
                     SecretBytes::copyOf(Bytes(32, 7)), authorities});
    auto sender = WebhookNotices::make(std::move(links), clock).value();
    const auto id = base::NoticeId::random(random);
    sender->start({id, issuer, R"({"a":1})"});
    auto verdicts = sender->poll(std::chrono::seconds(20));
    EXPECT_EQ(verdicts.size(), 1U);
    if (verdicts.empty()) return {};
    EXPECT_EQ(verdicts[0].noticeId, id);
    return verdicts[0];
  }
};

TEST_F(NoticesOverTlsTest, IssuerIsToldOnlyUnderItsAuthorities) {
  start();
  const auto delivered = send(caPem);
  EXPECT_EQ(delivered.outcome, ports::NoticeOutcome::kDelivered);
  EXPECT_EQ(delivered.status, 200U);
  const auto other = send(newCertificate().chainPem);
  EXPECT_EQ(other.outcome, ports::NoticeOutcome::kRetry);
  EXPECT_EQ(other.status, 0U);
}

}  // namespace
}  // namespace florin::issuers
