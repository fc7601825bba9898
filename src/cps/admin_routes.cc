#include "cps/admin_routes.h"

#include "cps/answers.h"
#include "cps/api_route.h"
#include "cps/lock_reasons.h"
#include "cps/query.h"

namespace florin::cps {
namespace {

std::optional<Problem> explain(const Error& error) {
  if (isRefusedStep(error)) {
    if (static_cast<DeviceRefusal>(error.detail()) == DeviceRefusal::kSuspendedByOthers) {
      return Problem{409, "suspended-by-others", "who suspended the device must resume it"};
    }
    return Problem{409, "wrong-state", "the device's state does not allow it"};
  }
  if (error.code() == Code::kInvalidArgument) {
    return Problem{400, "reason",
                   "a reason is LOST, STOLEN, FRAUD_SUSPECTED, DEVICE_NOT_TRUSTED or "
                   "ACCOUNT_CLOSED"};
  }
  if (error.code() != Code::kMalformed) return std::nullopt;
  return Problem{400, "malformed",
                 "an id is 32 lowercase hex characters, a body is {\"reason\": ...}"};
}

// The query is wallet=ID.
Result<Bytes> devicesOf(Devices& devices, const ports::HttpRequest& request) {
  Query query(request.query);
  FLORIN_TRY_ASSIGN(const auto wallet, query.takeId<base::WalletId>("wallet"));
  FLORIN_TRY(query.finish());
  FLORIN_TRY_ASSIGN(const auto device, devices.ofWallet(wallet));
  codec::JsonArray list;
  if (device) list.add(describe(*device));
  return bodyOf(codec::JsonObject().add("devices", list));
}

Result<Bytes> cardsOf(CardLifeCycle& cards, const ports::HttpRequest& request) {
  FLORIN_TRY_ASSIGN(const auto id, base::DeviceId::parse(request.pathParameters.at(0)));
  FLORIN_TRY_ASSIGN(const auto views, cards.ofDevice(id));
  codec::JsonArray list;
  for (const CardView& view : views) list.add(describe(view, true));
  return bodyOf(codec::JsonObject().add("cards", list));
}

}  // namespace

std::vector<ports::Route> makeAdminRoutes(Backend& backend, Devices& devices,
                                          CardLifeCycle& cards) {
  std::vector<ports::Route> routes;
  const auto add = [&](const std::string& method, const std::string& path, auto work) {
    routes.push_back(
        makeRoute(backend, {.method = method, .path = path, .work = work, .explain = explain}));
  };
  const auto addDevice = [&](const std::string& method, const std::string& path, auto change) {
    add(method, path,
        [&devices, change](const ports::HttpRequest& request,
                           const records::ApiToken& token) -> Result<Bytes> {
          FLORIN_TRY_ASSIGN(const auto id, base::DeviceId::parse(request.pathParameters.at(0)));
          FLORIN_TRY(change(id, request, actorOf(token)));
          FLORIN_TRY_ASSIGN(const DeviceView device, devices.find(id));
          return bodyOf(describe(device));
        });
  };
  const auto locks = [&devices](auto lock) {
    return [&devices, lock](const base::DeviceId& id, const ports::HttpRequest& request,
                            const Actor& by) -> Status {
      FLORIN_TRY_ASSIGN(const LockReason reason, readLockReason(request.body, kOperatorReasons));
      return (devices.*lock)(id, reason, by);
    };
  };
  const auto looks = [](const auto&, const auto&, const auto&) { return Status(); };
  const auto resumes = [&devices](const auto& id, const auto&, const Actor& by) {
    return devices.resume(id, by);
  };
  add("GET", "/admin/v1/devices", [&devices](const ports::HttpRequest& request, const auto&) {
    return devicesOf(devices, request);
  });
  add("GET", "/admin/v1/devices/{}/cards",
      [&cards](const ports::HttpRequest& request, const auto&) { return cardsOf(cards, request); });
  addDevice("GET", "/admin/v1/devices/{}", looks);
  addDevice("POST", "/admin/v1/devices/{}/suspend", locks(&Devices::suspend));
  addDevice("POST", "/admin/v1/devices/{}/resume", resumes);
  addDevice("POST", "/admin/v1/devices/{}/revoke", locks(&Devices::revoke));
  addDevice("POST", "/admin/v1/devices/{}/wipe", locks(&Devices::revoke));
  return routes;
}

}  // namespace florin::cps
