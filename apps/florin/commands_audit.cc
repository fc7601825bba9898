// florin audit verify
#include <limits>

#include "api_client.h"
#include "api_view.h"
#include "audit_check.h"
#include "base/bytes.h"
#include "codec/json_reader.h"
#include "commands.h"

namespace florin::apps {
namespace {

using codec::JsonReader;
using codec::JsonValue;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kText = 4096;
constexpr std::size_t kHash = 32;

Result<records::AuditEntry> readEntry(const JsonValue& value, const base::TenantId& tenant) {
  JsonReader reader(value);
  records::AuditEntry entry;
  entry.tenant = tenant;
  FLORIN_TRY_ASSIGN(const auto number, reader.integer("number", 1, kMost));
  FLORIN_TRY_ASSIGN(const auto at, reader.integer("atMs", 0, kMost));
  FLORIN_TRY_ASSIGN(entry.actor, reader.string("actor", 0, kText));
  FLORIN_TRY_ASSIGN(entry.action, reader.string("action", 0, kText));
  FLORIN_TRY_ASSIGN(entry.subject, reader.string("subject", 0, kText));
  FLORIN_TRY_ASSIGN(entry.facts, reader.string("facts", 0, kText));
  FLORIN_TRY_ASSIGN(entry.instance, reader.string("instance", 0, kText));
  FLORIN_TRY_ASSIGN(const auto position, reader.integer("position", 0, kMost));
  FLORIN_TRY_ASSIGN(entry.hash, reader.hex("hash", kHash));
  FLORIN_TRY(reader.finish());
  entry.number = static_cast<std::uint64_t>(number);
  entry.position = static_cast<std::uint64_t>(position);
  entry.at = base::fromMs(at);
  return entry;
}

Result<records::AuditSeal> readSeal(const JsonValue& value, const std::string& chain) {
  JsonReader reader(value);
  records::AuditSeal seal;
  seal.instance = chain;
  FLORIN_TRY_ASSIGN(const auto position, reader.integer("position", 1, kMost));
  FLORIN_TRY_ASSIGN(seal.hash, reader.hex("hash", kHash));
  FLORIN_TRY_ASSIGN(const auto at, reader.integer("atMs", 0, kMost));
  FLORIN_TRY_ASSIGN(seal.signature, reader.hex("signature", 64));
  FLORIN_TRY(reader.finish());
  seal.position = static_cast<std::uint64_t>(position);
  seal.at = base::fromMs(at);
  return seal;
}

Failure noForm() {
  return {Exit::kRefused,
          "the backend's answer has not its form: see that --backend is a florind of this version"};
}

Failure changed(std::string text) {
  return {Exit::kRefused,
          "the audit log was changed: " + std::move(text) +
              "; compare the store with a backup (`florind backup`) from before",
          "AUDIT_CHANGED"};
}

class Verification {
 public:
  Verification(Console& console, ApiClient& api) : console_(console), api_(api) {}

  Done run() {
    FLORIN_TRY(readSeals());
    FLORIN_TRY(readEntries());
    console_.progress();
    if (const auto fault = check_.finish()) return changed(fault->text);
    report();
    return {};
  }

 private:
  Done readSeals() {
    FLORIN_TRY_ASSIGN(const JsonValue chains, api_.get("/admin/v1/audit/chains"));
    const auto tenant = base::TenantId::parse(textOf(chains, "tenant"));
    const auto point = base::fromHex(textOf(chains, "identityKey"));
    if (!tenant.ok() || !point.ok()) return noForm();
    tenant_ = *tenant;
    const auto identity = crypto::P256PublicKey::fromPoint(*point);
    if (!identity.ok()) return noForm();
    for (const JsonValue& chain : membersOf(chains, "chains")) {
      FLORIN_TRY(readSealsOf(std::string(chain.text()), *identity));
    }
    return {};
  }

  Done readSealsOf(const std::string& chain, const crypto::P256PublicKey& identity) {
    std::string before;
    while (true) {
      std::string path = "/admin/v1/audit/seals?chain=";
      path.append(chain).append(before);
      FLORIN_TRY_ASSIGN(const JsonValue page, api_.get(path));
      const auto& seals = membersOf(page, "seals");
      if (seals.empty()) return {};
      for (const JsonValue& value : seals) {
        const auto seal = readSeal(value, chain);
        if (!seal.ok()) return noForm();
        if (!check_.addSeal(identity, *seal).ok()) {
          return changed("seal " + std::to_string(seal->position) + " of chain " + chain +
                         " is not signed by the backend's identity key");
        }
      }
      before = "&before=" + std::to_string(numberOf(seals.back(), "position"));
    }
  }

  Done readEntries() {
    std::string path = "/admin/v1/audit";
    while (true) {
      FLORIN_TRY_ASSIGN(const JsonValue page, api_.get(path));
      const auto& entries = membersOf(page, "entries");
      if (entries.empty()) return {};
      for (const JsonValue& value : entries) {
        const auto entry = readEntry(value, tenant_);
        if (!entry.ok()) return noForm();
        check_.add(*entry);
      }
      console_.progress(std::to_string(check_.entries()) + " entries verified");
      path = "/admin/v1/audit?before=" + std::to_string(numberOf(entries.back(), "number"));
    }
  }

  void report() {
    console_.line("The audit log is whole: " + std::to_string(check_.entries()) + " entries in " +
                  std::to_string(check_.chains()) + " chains, " + std::to_string(check_.seals()) +
                  " seals.");
    if (check_.unsealed() > 0) {
      console_.line(std::to_string(check_.unsealed()) +
                    " entries came since the last seal: whether more did, nobody can tell.");
    }
    if (check_.unchained() > 0) {
      console_.line(std::to_string(check_.unchained()) +
                    " entries are from before there were chains, and not protected.");
    }
    console_.result(codec::JsonObject()
                        .add("whole", true)
                        .add("entries", check_.entries())
                        .add("chains", check_.chains())
                        .add("seals", check_.seals())
                        .add("unsealed", check_.unsealed())
                        .add("unchained", check_.unchained()));
  }

  Console& console_;
  ApiClient& api_;
  base::TenantId tenant_;
  AuditCheck check_;
};

}  // namespace

Done auditVerify(Console& console, const Options& options) {
  Interrupts interrupts;
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken, &interrupts));
  return Verification(console, api).run();
}

}  // namespace florin::apps
