#include "cps/admin_routes.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_reader.h"
#include "cps/answers.h"
#include "cps/api_route.h"
#include "messages/status.h"

namespace florin::cps {
namespace {

Literal nameOf(records::DeviceState state) {
  switch (state) {
    case records::DeviceState::kBound: return "bound";
    case records::DeviceState::kActive: return "active";
    case records::DeviceState::kRevoked: return "revoked";
    case records::DeviceState::kWiped: return "wiped";
    case records::DeviceState::kSuspended: return "suspended";
  }
  return "unknown";
}

Bytes describe(const records::Device& device) {
  codec::JsonObject json;
  json.add("deviceId", device.deviceId)
      .add("walletId", device.walletId)
      .add("state", nameOf(device.state).view())
      .add("epoch", device.epoch)
      .add("createdMs", base::toMs(device.created))
      .add("lastSeenMs", base::toMs(device.lastSeen));
  if (device.lockReason != LockReason::NONE) json.add("lockReason", name(device.lockReason));
  return bodyOf(json);
}

// OLD_VAULT is the backend's own finding.
constexpr std::array kReasons{LockReason::LOST, LockReason::STOLEN, LockReason::FRAUD_SUSPECTED,
                              LockReason::DEVICE_NOT_TRUSTED, LockReason::ACCOUNT_CLOSED};

// The body is empty or {"reason": a LockReason's name}.
Result<LockReason> reasonOf(const ports::HttpRequest& request) {
  if (request.body.empty()) return LockReason::NONE;
  FLORIN_TRY_ASSIGN(const auto document, codec::parseJson(base::asText(request.body)));
  codec::JsonReader reader(document);
  FLORIN_TRY_ASSIGN(const std::string text, reader.string("reason", 1, base::limits::kDisplayName));
  FLORIN_TRY(reader.finish());
  const auto* const reason =
      std::ranges::find(kReasons, text, [](LockReason one) { return name(one); });
  if (reason == kReasons.end()) return Error(Code::kInvalidArgument, "not a lock reason");
  return *reason;
}

std::optional<Problem> explain(const Error& error) {
  if (messages::statusOf(error) == messages::CpsStatus::kWrongState) {
    return Problem{409, "wrong-state", "the device's state does not allow it"};
  }
  if (error.code() == Code::kInvalidArgument) {
    return Problem{400, "reason",
                   "a reason is LOST, STOLEN, FRAUD_SUSPECTED, DEVICE_NOT_TRUSTED or "
                   "ACCOUNT_CLOSED"};
  }
  if (error.code() != Code::kMalformed) return std::nullopt;
  return Problem{400, "malformed",
                 "a device id is 32 lowercase hex characters, a body is {\"reason\": ...}"};
}

}  // namespace

std::vector<ports::Route> makeAdminRoutes(Backend& backend, Devices& devices) {
  std::vector<ports::Route> routes;
  const auto add = [&](const std::string& method, const std::string& path, auto change) {
    const auto work = [&devices, change](const ports::HttpRequest& request,
                                         const auto&) -> Result<Bytes> {
      FLORIN_TRY_ASSIGN(const auto id, base::DeviceId::parse(request.pathParameters.at(0)));
      FLORIN_TRY(change(id, request));
      FLORIN_TRY_ASSIGN(const records::Device device, devices.find(id));
      return describe(device);
    };
    routes.push_back(
        makeRoute(backend, {.method = method, .path = path, .work = work, .explain = explain}));
  };
  const auto locks = [&devices](auto lock) {
    return [&devices, lock](const base::DeviceId& id, const ports::HttpRequest& request) -> Status {
      FLORIN_TRY_ASSIGN(const LockReason reason, reasonOf(request));
      return (devices.*lock)(id, reason);
    };
  };
  const auto looks = [](const auto&, const auto&) { return Status(); };
  const auto resumes = [&devices](const auto& id, const auto&) { return devices.resume(id); };
  add("GET", "/admin/v1/devices/{}", looks);
  add("POST", "/admin/v1/devices/{}/suspend", locks(&Devices::suspend));
  add("POST", "/admin/v1/devices/{}/resume", resumes);
  add("POST", "/admin/v1/devices/{}/revoke", locks(&Devices::revoke));
  add("POST", "/admin/v1/devices/{}/wipe", locks(&Devices::revoke));
  return routes;
}

}  // namespace florin::cps
