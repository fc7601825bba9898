#include "cps/admin_routes.h"

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
  return bodyOf(codec::JsonObject()
                    .add("deviceId", device.deviceId)
                    .add("walletId", device.walletId)
                    .add("state", nameOf(device.state).view())
                    .add("epoch", device.epoch)
                    .add("createdMs", base::toMs(device.created))
                    .add("lastSeenMs", base::toMs(device.lastSeen)));
}

std::optional<Problem> explain(const Error& error) {
  if (messages::statusOf(error) == messages::CpsStatus::kWrongState) {
    return Problem{409, "wrong-state", "the device's state does not allow it"};
  }
  if (error.code() != Code::kMalformed) return std::nullopt;
  return Problem{400, "malformed", "a device id is 32 lowercase hex characters"};
}

}  // namespace

std::vector<ports::Route> makeAdminRoutes(Backend& backend, Devices& devices) {
  std::vector<ports::Route> routes;
  using Change = Status (Devices::*)(const base::DeviceId&);
  const auto add = [&](std::string method, std::string path, Change change) {
    const auto work = [&devices, change](const ports::HttpRequest& request,
                                         const auto&) -> Result<Bytes> {
      FLORIN_TRY_ASSIGN(const auto id, base::DeviceId::parse(request.pathParameters.at(0)));
      if (change != nullptr) FLORIN_TRY((devices.*change)(id));
      FLORIN_TRY_ASSIGN(const records::Device device, devices.find(id));
      return describe(device);
    };
    routes.push_back(makeRoute(
        backend,
        {.method = std::move(method), .path = std::move(path), .work = work, .explain = explain}));
  };
  add("GET", "/admin/v1/devices/{}", nullptr);
  add("POST", "/admin/v1/devices/{}/suspend", &Devices::suspend);
  add("POST", "/admin/v1/devices/{}/resume", &Devices::resume);
  add("POST", "/admin/v1/devices/{}/revoke", &Devices::revoke);
  add("POST", "/admin/v1/devices/{}/wipe", &Devices::revoke);
  return routes;
}

}  // namespace florin::cps
