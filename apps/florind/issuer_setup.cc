#include "issuer_setup.h"

#include <algorithm>

#include "base/bytes.h"
#include "named_files.h"
#include "posix/file.h"

namespace florin::apps {
namespace {

using ports::IssuerDecision;

std::optional<IssuerDecision> alwaysOf(config::DecisionMode mode) {
  switch (mode) {
    case config::DecisionMode::kGreen: return IssuerDecision::kGreen;
    case config::DecisionMode::kYellow: return IssuerDecision::kYellow;
    case config::DecisionMode::kRed: return IssuerDecision::kRed;
    case config::DecisionMode::kAsk: break;
  }
  return std::nullopt;
}

std::optional<IssuerDecision> ifSilentOf(config::SilenceMode mode) {
  switch (mode) {
    case config::SilenceMode::kGreen: return IssuerDecision::kGreen;
    case config::SilenceMode::kRed: return IssuerDecision::kRed;
    case config::SilenceMode::kUnavailable: break;
  }
  return std::nullopt;
}

std::string_view nameOf(config::DecisionMode mode) {
  switch (mode) {
    case config::DecisionMode::kGreen: return "green";
    case config::DecisionMode::kYellow: return "yellow";
    case config::DecisionMode::kRed: return "red";
    case config::DecisionMode::kAsk: return "ask";
  }
  return "unknown";
}

std::string_view nameOf(config::SilenceMode mode) {
  switch (mode) {
    case config::SilenceMode::kUnavailable: return "unavailable";
    case config::SilenceMode::kGreen: return "green";
    case config::SilenceMode::kRed: return "red";
  }
  return "unknown";
}

// hostOf gives a URL without its path.
std::string hostOf(const std::string& url) {
  const std::size_t path = url.find('/', url.find("//") + 2);
  return url.substr(0, path);
}

Outcome<issuers::IssuerLink> linkOf(const config::IssuerDecisionConfig& config) {
  issuers::IssuerLink link;
  link.issuer = config.issuer;
  link.always = alwaysOf(config.decision);
  link.ifSilent = ifSilentOf(config.whenSilent);
  link.deadline = config.deadline;
  link.askEligibility = config.askEligibility;
  if (!config.webhook) return link;
  link.url = config.webhook->url;
  FLORIN_TRY_ASSIGN(link.key, readWebhookKey(config.webhook->secret));
  FLORIN_TRY_ASSIGN(link.authorities, readAuthorities(config.webhook->authorities));
  return link;
}

}  // namespace

Outcome<std::unique_ptr<ports::Issuers>> makeIssuers(const config::ServerConfig& config,
                                                     base::Clock& clock, Log& log) {
  std::vector<issuers::IssuerLink> links;
  for (const config::IssuerDecisionConfig& decision : config.decisions) {
    FLORIN_TRY_ASSIGN(issuers::IssuerLink link, linkOf(decision));
    links.push_back(std::move(link));
  }
  const std::size_t atOnce = std::max(1U, config.workers / 2);
  return std::unique_ptr<ports::Issuers>(
      new issuers::WebhookIssuers(std::move(links), atOnce, clock, log));
}

Outcome<std::vector<proof::IssuerKey>> readIssuerKeys(const config::ServerConfig& config) {
  std::vector<proof::IssuerKey> keys;
  for (const config::IssuerDecisionConfig& issuer : config.decisions) {
    for (const config::IssuerKeyConfig& named : issuer.keys) {
      const auto pem = posix::readFile(named.publicKey.path, base::limits::kCertificateFile);
      if (!pem.ok()) return wrong(named.publicKey, "cannot be read: " + describe(pem.error()));
      auto key = crypto::VerificationKey::fromPem(base::asText(*pem));
      if (!key.ok()) {
        return wrong(named.publicKey,
                     "must hold a public key, PEM: RSA of 2048 to 4096 bits, or P-256");
      }
      keys.push_back({issuer.issuer, named.keyId, std::move(*key), named.nonceOnly});
    }
  }
  return keys;
}

Outcome<std::unique_ptr<ports::NoticeSender>> makeNoticeSender(const config::ServerConfig& config,
                                                               base::Clock& clock) {
  std::vector<issuers::NoticeLink> links;
  for (const config::IssuerDecisionConfig& issuer : config.decisions) {
    if (!issuer.notifies()) continue;
    issuers::NoticeLink link{.issuer = issuer.issuer, .url = issuer.webhook->url};
    FLORIN_TRY_ASSIGN(link.key, readWebhookKey(issuer.webhook->secret));
    FLORIN_TRY_ASSIGN(link.authorities, readAuthorities(issuer.webhook->authorities));
    links.push_back(std::move(link));
  }
  if (links.empty()) return std::unique_ptr<ports::NoticeSender>();
  auto sender = issuers::WebhookNotices::make(std::move(links), clock);
  if (!sender.ok()) return Failure{Exit::kInternal, describe(sender.error())};
  return std::unique_ptr<ports::NoticeSender>(std::move(*sender));
}

std::vector<notify::NoticeWish> noticeWishes(const config::ServerConfig& config) {
  std::vector<notify::NoticeWish> wishes;
  for (const config::IssuerDecisionConfig& issuer : config.decisions) {
    if (!issuer.notifies()) continue;
    wishes.push_back({issuer.issuer, issuer.notifyCardStates, issuer.notifyTransactions});
  }
  return wishes;
}

std::vector<cps::IssuerFacts> issuerFacts(const config::ServerConfig& config) {
  std::vector<cps::IssuerFacts> all;
  for (const config::IssuerDecisionConfig& issuer : config.decisions) {
    cps::IssuerFacts& facts = all.emplace_back();
    facts.issuer = issuer.issuer;
    facts.decision = nameOf(issuer.decision);
    if (issuer.decision == config::DecisionMode::kAsk) facts.whenSilent = nameOf(issuer.whenSilent);
    if (issuer.webhook) facts.webhookHost = hostOf(issuer.webhook->url);
    if (issuer.notifyCardStates) facts.notify.emplace_back("card.state_changed");
    if (issuer.notifyTransactions) facts.notify.emplace_back("transaction");
  }
  return all;
}

}  // namespace florin::apps
