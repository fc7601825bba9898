// florin ops search | timeline | programs | issuers | wallet-providers
#include "api_client.h"
#include "api_view.h"
#include "base/ids.h"
#include "base/money.h"
#include "commands.h"
#include "secrets.h"

namespace florin::apps {
namespace {

using codec::JsonValue;

template <class IdType>
Done addId(std::string& query, const char* field, const std::string& id, const char* option) {
  if (id.empty()) return {};
  if (!IdType::parse(id).ok()) {
    return Failure{Exit::kInput, std::string(option) + " is 32 lowercase hex characters"};
  }
  query.append(query.empty() ? "?" : "&").append(field).append("=").append(id);
  return {};
}

void addText(std::string& query, const char* field, const std::string& text) {
  if (text.empty()) return;
  query.append(query.empty() ? "?" : "&").append(field).append("=").append(text);
}

// Only what stands in a URL as it is.
Done checkWord(const std::string& text, const char* option) {
  const std::string_view known = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
  if (text.find_first_not_of(known) == std::string::npos) return {};
  return Failure{Exit::kInput, std::string(option) + " has capital letters, digits and _ only"};
}

Outcome<std::string> queryOf(const Options& options) {
  std::string query;
  FLORIN_TRY(addId<base::DigitalCardId>(query, "card", options.digitalCardId, "--digital-card-id"));
  FLORIN_TRY(addId<base::WalletId>(query, "wallet", options.walletId, "--wallet"));
  FLORIN_TRY(
      addId<base::CorrelationId>(query, "correlation", options.correlationId, "--correlation"));
  FLORIN_TRY(addId<base::TenantId>(query, "issuer", options.issuerId, "--issuer"));
  FLORIN_TRY(checkWord(options.lastFour, "--last-four"));
  FLORIN_TRY(checkWord(options.state, "--state"));
  addText(query, "lastFour", options.lastFour);
  addText(query, "state", options.state);
  return query;
}

void showFound(Console& console, const JsonValue::Array& cards) {
  if (cards.empty()) return;
  TableRows rows{{"CARD", "NUMBER", "STATE", "SUSPENDED BY", "WALLET", "DIGITIZED"}};
  for (const JsonValue& card : cards) {
    rows.push_back({textOf(card, "digitalCardId"), "*" + textOf(card, "panLastFour"),
                    textOf(card, "state"), joined(membersOf(card, "suspendedBy"), "-"),
                    shortId(textOf(card, "walletId")), utc(numberOf(card, "createdMs"))});
  }
  console.table(rows);
}

// Pages shows page after page, or the first one that has anything.
class Pages {
 public:
  Pages(Console& console, bool all) : console_(console), all_(all) {}

  // take shows one, and tells whether the next is wanted, and where it begins.
  std::optional<std::string> take(const JsonValue& page) {
    const auto& cards = membersOf(page, "cards");
    std::string next = textOf(page, "next");
    shown_ = shown_ || !cards.empty();
    showFound(console_, cards);
    if (all_ || shown_ || next.empty()) console_.result(page);
    if (next.empty()) {
      if (!shown_) console_.line("No such card.");
      return std::nullopt;
    }
    if (all_ || !shown_) return next;
    console_.line("There are more: --all shows them.");
    return std::nullopt;
  }

 private:
  Console& console_;
  bool all_;
  bool shown_ = false;
};

Done searchPan(Console& console, const Options& options, ApiClient& api) {
  SecretInput input(console);
  FLORIN_TRY_ASSIGN(const SecretBytes typed, input.fromOption("--pan", options.pan));
  const SecretBytes pan = withoutSpaces(typed);
  if (!isPan(pan)) return Failure{Exit::kInput, "--pan has 12 to 19 digits, the last one a check"};
  Pages pages(console, options.all);
  std::optional<std::string> after;
  do {
    codec::JsonObject body;
    body.addSecret("pan", pan);
    if (after) body.add("after", std::string_view(*after));
    FLORIN_TRY_ASSIGN(const JsonValue page,
                      api.post("/admin/v1/cards/search", shown(body.secretText())));
    after = pages.take(page);
  } while (after);
  return {};
}

std::string binsOf(const JsonValue& issuer) {
  std::string text;
  for (const JsonValue& bin : membersOf(issuer, "bins")) {
    text.append(text.empty() ? "" : ", ").append(textOf(bin, "from")).append("-");
    text.append(textOf(bin, "to")).append(" ").append(textOf(bin, "program"));
  }
  return text;
}

std::string keysOf(const JsonValue& program) {
  const JsonValue* const keys = program.find("keys");
  if (keys == nullptr) return "";
  if (textOf(*keys, "scheme") == "suk") {
    return std::to_string(numberOf(*keys, "stock")) + " single-use";
  }
  return "limited-use, " + std::to_string(numberOf(*keys, "uses")) + " payments";
}

}  // namespace

Done searchCards(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const std::string query, queryOf(options));
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken));
  if (!options.pan.empty()) {
    if (query.empty()) return searchPan(console, options, api);
    return Failure{Exit::kUsage, "--pan says it all: leave the other options out"};
  }
  Pages pages(console, options.all);
  const std::string path = "/admin/v1/cards" + query;
  std::optional<std::string> after;
  do {
    std::string page = path;
    if (after) page.append(query.empty() ? "?" : "&").append("after=").append(*after);
    FLORIN_TRY_ASSIGN(const JsonValue found, api.get(page));
    after = pages.take(found);
  } while (after);
  return {};
}

Done timelineOf(Console& console, const Options& options) {
  if (!base::CorrelationId::parse(options.correlationId).ok()) {
    return Failure{Exit::kInput, "--correlation is 32 lowercase hex characters"};
  }
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken));
  FLORIN_TRY_ASSIGN(const JsonValue story,
                    api.get("/admin/v1/digitizations/" + options.correlationId));
  showFound(console, membersOf(story, "cards"));
  TableRows rows{{"WHEN", "WHAT", "BY", "OF", "MORE"}};
  for (const JsonValue& event : membersOf(story, "events")) {
    rows.push_back({utc(numberOf(event, "atMs")), textOf(event, "what"), textOf(event, "by"),
                    shortId(textOf(event, "subject")), textOf(event, "facts")});
  }
  console.table(rows);
  console.result(story);
  return {};
}

Done programs(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken));
  FLORIN_TRY_ASSIGN(const JsonValue answer, api.get("/admin/v1/programs"));
  TableRows rows{{"PROGRAM", "PRODUCT", "TOKENS", "LIMIT", "KEYS", "CDA"}};
  for (const JsonValue& one : membersOf(answer, "programs")) {
    const std::int64_t limit = numberOf(one, "amountLimitMinorUnits");
    const auto currency = static_cast<std::uint16_t>(numberOf(one, "currency"));
    rows.push_back({textOf(one, "name"), textOf(one, "product"),
                    textOf(one, "dpanPrefix") + "..., " +
                        std::to_string(numberOf(one, "dpanLength")) + " digits",
                    limit == 0 ? "none" : base::formatMoney({limit, currency}), keysOf(one),
                    isTrue(one, "offlineAuthentication") ? "yes" : "no"});
  }
  console.table(rows);
  console.result(answer);
  return {};
}

Done issuers(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken));
  FLORIN_TRY_ASSIGN(const JsonValue answer, api.get("/admin/v1/issuers"));
  for (const JsonValue& one : membersOf(answer, "issuers")) {
    console.table(
        {{"ISSUER", textOf(one, "id")},
         {"name", textOf(one, "name")},
         {"decision", textOf(one, "decision")},
         {"webhook", one.find("webhookHost") == nullptr ? "none" : textOf(one, "webhookHost")},
         {"is told", joined(membersOf(one, "notify"), "nothing")},
         {"card numbers", binsOf(one)}});
  }
  console.result(answer);
  return {};
}

Done walletProviders(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken));
  FLORIN_TRY_ASSIGN(const JsonValue answer, api.get("/admin/v1/wallet-providers"));
  TableRows rows{{"WALLET PROVIDER", "BACKEND", "INSTANCE"}};
  for (const JsonValue& one : membersOf(answer, "walletProviders")) {
    rows.push_back({textOf(one, "id"), textOf(one, "backendId"), textOf(one, "instance")});
  }
  console.table(rows);
  console.result(answer);
  return {};
}

}  // namespace florin::apps
