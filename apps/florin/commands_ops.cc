// florin ops operations | retry | void | outbox | webhooks | audit
#include "api_client.h"
#include "api_view.h"
#include "awaited.h"
#include "base/ids.h"
#include "commands.h"
#include "following.h"

namespace florin::apps {
namespace {

using codec::JsonValue;

// Listing is something of the API that comes in pages: where it is, and how a page is shown.
struct Listing {
  std::string path;
  std::string field;  // its array
  std::string key;    // member of a row; the last one says where the next page begins
  void (*show)(Console& console, const JsonValue& page);
};

std::string lastKey(const Listing& listing, const JsonValue::Array& rows) {
  const std::string text = textOf(rows.back(), listing.key);
  return text.empty() ? std::to_string(numberOf(rows.back(), listing.key)) : text;
}

// showAll prints page after page; each has its own object with --json.
Done showAll(Console& console, const Options& options, const Listing& listing) {
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken));
  const bool hasQuery = listing.path.find('?') != std::string::npos;
  const std::string more = listing.path + (hasQuery ? "&after=" : "?after=");
  std::string path = listing.path;
  while (true) {
    FLORIN_TRY_ASSIGN(const JsonValue page, api.get(path));
    const auto& rows = membersOf(page, listing.field);
    if (rows.empty() && path != listing.path) return {};
    listing.show(console, page);
    console.result(page);
    if (rows.empty()) return {};
    path = more + lastKey(listing, rows);
  }
}

Done show(Console& console, const Options& options, const Listing& listing) {
  if (options.all) return showAll(console, options, listing);
  return showOrFollow(
      console, options, [&](ApiClient& api) { return api.get(listing.path); },
      [&](const JsonValue& page) { listing.show(console, page); });
}

Done release(Console& console, const Options& options, const char* how, const char* done) {
  FLORIN_TRY(checkDevice(options));
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken));
  const std::string number = std::to_string(options.operation);
  FLORIN_TRY_ASSIGN(const auto answer, api.post("/admin/v1/operations/" + options.deviceId + "/" +
                                                number + "/" + how));
  console.line("Operation " + number + done);
  console.result(answer);
  return {};
}

Done retryWebhook(Console& console, const Options& options) {
  if (!base::NoticeId::parse(options.webhookId).ok()) {
    return Failure{Exit::kUsage, "--retry is an id as `florin ops webhooks` shows it"};
  }
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken));
  FLORIN_TRY_ASSIGN(const auto answer,
                    api.post("/admin/v1/webhooks/" + options.webhookId + "/retry"));
  console.line("Webhook " + options.webhookId + " is sent again, in its place among its card's.");
  console.result(answer);
  return {};
}

std::string auditBefore(std::uint64_t number) {
  const std::string path = "/admin/v1/audit";
  return number == 0 ? path : path + "?before=" + std::to_string(number);
}

// Tail shows the newest entries of the audit log, the oldest of them first, then those that come.
class Tail {
 public:
  Tail(Console& console, ApiClient& api) : console_(console), api_(api) {}

  Done look() {
    FLORIN_TRY_ASSIGN(const auto pages, newPages());
    for (auto page = pages.rbegin(); page != pages.rend(); ++page) {
      const auto& newest = membersOf(*page, "entries");
      for (auto entry = newest.rbegin(); entry != newest.rend(); ++entry) show(*entry);
    }
    return {};
  }

 private:
  // newPages goes back until it meets what was shown; the first look is at one page.
  Outcome<std::vector<JsonValue>> newPages() {
    std::vector<JsonValue> pages;
    std::uint64_t before = 0;
    while (true) {
      FLORIN_TRY_ASSIGN(auto page, api_.get(auditBefore(before)));
      const auto& entries = membersOf(page, "entries");
      if (entries.empty()) return pages;
      const std::int64_t oldest = numberOf(entries.back(), "number");
      pages.push_back(std::move(page));
      if (last_ == 0 || oldest <= last_) return pages;
      before = static_cast<std::uint64_t>(oldest);
    }
  }

  void show(const JsonValue& entry) {
    const std::int64_t number = numberOf(entry, "number");
    if (number <= last_) return;
    last_ = number;
    showAudit(console_, entry);
    console_.result(entry);
  }

  Console& console_;
  ApiClient& api_;
  std::int64_t last_ = 0;
};

}  // namespace

Done operations(Console& console, const Options& options) {
  FLORIN_TRY(checkDevice(options));
  std::string path = "/admin/v1/operations?device=" + options.deviceId;
  if (!options.all) path += options.parked ? "&state=parked" : "&state=open";
  return show(console, options,
              {path, "operations", "opSeq", [](Console& to, const JsonValue& page) {
                 showOperations(to, membersOf(page, "operations"));
               }});
}

Done retryOperation(Console& console, const Options& options) {
  return release(console, options, "retry",
                 " is written again under a new number, and behind it what it held back.");
}

Done voidOperation(Console& console, const Options& options) {
  return release(console, options, "void", " is given up; what it held back is written again.");
}

Done outbox(Console& console, const Options& options) {
  return show(console, options,
              {"/admin/v1/pushes", "pushes", "deviceId", [](Console& to, const JsonValue& page) {
                 to.line(std::to_string(numberOf(page, "waiting")) + " pushes wait, " +
                         std::to_string(numberOf(page, "due")) + " of them are due now, " +
                         std::to_string(numberOf(page, "retried")) + " were tried before, " +
                         std::to_string(numberOf(page, "payments")) +
                         " tell of payments and are not listed.");
                 showPushes(to, membersOf(page, "pushes"));
               }});
}

Done webhooks(Console& console, const Options& options) {
  if (!options.webhookId.empty()) return retryWebhook(console, options);
  const std::string path = "/admin/v1/webhooks";
  return show(console, options,
              {options.parked ? path + "?state=parked" : path, "webhooks", "id",
               [](Console& to, const JsonValue& page) {
                 showNoticeTotals(to, membersOf(page, "issuers"));
                 showNotices(to, membersOf(page, "webhooks"));
               }});
}

Done audit(Console& console, const Options& options) {
  Interrupts interrupts;
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken, &interrupts));
  Tail tail(console, api);
  if (options.follow) return follow(console, interrupts, [&] { return tail.look(); });
  FLORIN_TRY_ASSIGN(const JsonValue page, api.get(auditBefore(options.before)));
  const auto& newest = membersOf(page, "entries");
  for (auto entry = newest.rbegin(); entry != newest.rend(); ++entry) showAudit(console, *entry);
  console.result(page);
  return {};
}

}  // namespace florin::apps
