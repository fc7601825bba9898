#include "health.h"

#include <mutex>
#include <optional>

#include "base/bytes.h"
#include "codec/json_writer.h"

namespace florin::apps {
namespace {

constexpr base::Duration kAnswerHolds{1'000};

ports::HttpResponse answer(int status, std::string_view text) {
  ports::HttpResponse response;
  response.status = status;
  response.contentType = "application/json";
  const std::string body = codec::JsonObject().add("status", text).text();
  response.body = base::toBytes(base::asBytes(body));
  return response;
}

class Alive : public ports::HttpHandler {
 public:
  ports::HttpResponse handle(const ports::HttpRequest& /*request*/) override {
    return answer(200, "alive");
  }
};

class Ready : public ports::HttpHandler {
 public:
  explicit Ready(const Foundations& foundations) : base_(foundations) {}

  ports::HttpResponse handle(const ports::HttpRequest& /*request*/) override {
    return isReady() ? answer(200, "ready") : answer(503, "not ready");
  }

 private:
  bool isReady() {
    const std::lock_guard lock(mutex_);
    const base::Time now = base_.clock.now();
    if (checked_ && now >= *checked_ && now - *checked_ < kAnswerHolds) return ready_;
    checked_ = now;
    const Status state = check(now);
    ready_ = state.ok();
    if (!ready_) base_.log.error("server.not_ready", {{"error", state.error()}});
    return ready_;
  }

  Status check(base::Time now) {
    FLORIN_TRY(base_.store.write([&](ports::Unit& unit) {
      return unit.settings().put("ready", base::asBytes(std::to_string(base::toMs(now))));
    }));
    return compareCheckValues(base_.store, base_.custody);
  }

  const Foundations base_;
  std::mutex mutex_;
  std::optional<base::Time> checked_;
  bool ready_ = false;
};

}  // namespace

Result<bool> remembersKey(ports::Store& store, const std::string& name) {
  return store.read([&](ports::Unit& unit) -> Result<bool> {
    FLORIN_TRY_ASSIGN(const auto known, unit.settings().find("kcv/" + name));
    return known.has_value();
  });
}

Status compareCheckValues(ports::Store& store, ports::KeyCustody& custody) {
  FLORIN_TRY_ASSIGN(const auto values, custody.keyCheckValues());
  return store.write([&](ports::Unit& unit) -> Status {
    for (const auto& [name, value] : values) {
      const std::string setting = "kcv/" + name;
      FLORIN_TRY_ASSIGN(const auto known, unit.settings().find(setting));
      if (!known) {
        FLORIN_TRY(unit.settings().put(setting, base::asBytes(value)));
      } else if (base::asText(*known) != value) {
        return Error(Code::kCorrupted, "custody.keys is not the key file of this store");
      }
    }
    return {};
  });
}

std::vector<ports::Route> makeHealthRoutes(const Foundations& foundations) {
  std::vector<ports::Route> routes;
  routes.push_back({"GET", "/healthz", 0, std::make_unique<Alive>()});
  routes.push_back({"GET", "/readyz", 0, std::make_unique<Ready>(foundations)});
  return routes;
}

}  // namespace florin::apps
