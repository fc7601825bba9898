#include "cps/admin_routes.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_writer.h"
#include "cps/answers.h"
#include "messages/status.h"
#include "tsp/routes.h"

namespace florin::cps {
namespace {

using messages::CpsStatus;

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
  const std::string text = codec::JsonObject()
                               .add("deviceId", device.deviceId)
                               .add("walletId", device.walletId)
                               .add("state", nameOf(device.state).view())
                               .add("epoch", static_cast<std::int64_t>(device.epoch))
                               .add("createdMs", base::toMs(device.created))
                               .add("lastSeenMs", base::toMs(device.lastSeen))
                               .text();
  return base::toBytes(base::asBytes(text));
}

// DeviceHandler changes a device, or only looks, and answers with what it is then.
class DeviceHandler : public ports::HttpHandler {
 public:
  using Change = Status (Devices::*)(const base::DeviceId&);
  DeviceHandler(Backend& backend, Devices& devices, Change change)
      : backend_(backend), devices_(devices), change_(change) {}

  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    const auto token = tsp::requireToken(backend_.store, request, records::ApiScope::kOperator);
    if (!token.ok()) return failure(token.error(), request);
    const auto device = changed(request);
    return device.ok() ? answer(kJson, describe(*device)) : failure(device.error(), request);
  }

 private:
  Result<records::Device> changed(const ports::HttpRequest& request) {
    FLORIN_TRY_ASSIGN(const auto id, base::DeviceId::parse(request.pathParameters.at(0)));
    if (change_ != nullptr) FLORIN_TRY((devices_.*change_)(id));
    return devices_.find(id);
  }

  ports::HttpResponse failure(const Error& error, const ports::HttpRequest& request) {
    backend_.log.warning("admin.refused",
                         {{"correlationId", request.correlationId}, {"error", error}});
    if (error.code() == Code::kUnauthenticated) {
      return tsp::problem(401, "unauthorized", "a valid operator token is needed", request);
    }
    if (error.code() == Code::kMalformed) {
      return tsp::problem(400, "malformed", "a device id is 32 lowercase hex characters", request);
    }
    const auto status = messages::statusOf(error);
    if (status == CpsStatus::kWalletUnknown) {
      return tsp::problem(404, "unknown-device", "there is no such device", request);
    }
    if (status == CpsStatus::kWrongState) {
      return tsp::problem(409, "wrong-state", "the device's state does not allow it", request);
    }
    return tsp::problem(500, "internal", "a fault of the server", request);
  }

  Backend& backend_;
  Devices& devices_;
  Change change_;
};

}  // namespace

std::vector<ports::Route> makeAdminRoutes(Backend& backend, Devices& devices) {
  std::vector<ports::Route> routes;
  const auto add = [&](std::string method, std::string path, DeviceHandler::Change change) {
    routes.push_back({std::move(method), std::move(path), base::limits::kJsonBody,
                      std::make_unique<DeviceHandler>(backend, devices, change)});
  };
  add("GET", "/admin/v1/devices/{}", nullptr);
  add("POST", "/admin/v1/devices/{}/suspend", &Devices::suspend);
  add("POST", "/admin/v1/devices/{}/resume", &Devices::resume);
  add("POST", "/admin/v1/devices/{}/revoke", &Devices::revoke);
  add("POST", "/admin/v1/devices/{}/wipe", &Devices::revoke);
  return routes;
}

}  // namespace florin::cps
