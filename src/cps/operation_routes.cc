#include "cps/operation_routes.h"

#include <charconv>
#include <functional>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_writer.h"
#include "cps/answers.h"
#include "messages/status.h"
#include "tsp/routes.h"

namespace florin::cps {
namespace {

using messages::OperationType;

Literal nameOf(OperationType type) {
  switch (type) {
    case OperationType::kInstallCard: return "InstallCard";
    case OperationType::kInstallKeys: return "InstallKeys";
    case OperationType::kActivateCard: return "ActivateCard";
    case OperationType::kSuspendCard: return "SuspendCard";
    case OperationType::kResumeCard: return "ResumeCard";
    case OperationType::kDeleteCard: return "DeleteCard";
    case OperationType::kRenewProfile: return "RenewProfile";
    case OperationType::kRotateBackendKey: return "RotateBackendKey";
    case OperationType::kUpdatePolicy: return "UpdatePolicy";
    case OperationType::kWipe: return "Wipe";
  }
  return "unknown";
}

Literal nameOf(records::OperationState state) {
  switch (state) {
    case records::OperationState::kPending: return "pending";
    case records::OperationState::kAcked: return "acked";
    case records::OperationState::kParked: return "parked";
    case records::OperationState::kVoid: return "void";
  }
  return "unknown";
}

Bytes bodyOf(const codec::JsonObject& json) { return base::toBytes(base::asBytes(json.text())); }

Bytes describe(const std::vector<records::Operation>& rows) {
  codec::JsonArray list;
  for (const records::Operation& row : rows) {
    codec::JsonObject one;
    one.add("opSeq", row.opSeq).add("type", nameOf(static_cast<OperationType>(row.type)).view());
    if (row.cardSeq != 0) one.add("tokenId", row.tokenId).add("cardSeq", row.cardSeq);
    one.add("state", nameOf(row.state).view());
    if (row.state == records::OperationState::kParked) one.add("reason", row.parkedReason);
    list.add(one.add("createdMs", base::toMs(row.created)));
  }
  return bodyOf(codec::JsonObject().add("operations", list));
}

Result<std::uint64_t> parseNumber(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) {
    return Error(Code::kMalformed, "not a number");
  }
  return number;
}

// The query is device=ID, and after it, if wanted, &after=OPSEQ.
Result<Bytes> list(ParkedOperations& operations, const ports::HttpRequest& request) {
  constexpr std::string_view kDevice = "device=";
  constexpr std::string_view kAfter = "after=";
  std::string_view query = request.query;
  std::uint64_t after = 0;
  if (const std::size_t end = query.find('&'); end != std::string_view::npos) {
    const std::string_view second = query.substr(end + 1);
    if (!second.starts_with(kAfter)) return Error(Code::kMalformed, "an unknown query field");
    FLORIN_TRY_ASSIGN(after, parseNumber(second.substr(kAfter.size())));
    query = query.substr(0, end);
  }
  if (!query.starts_with(kDevice)) return Error(Code::kMalformed, "the query names no device");
  FLORIN_TRY_ASSIGN(const auto id, base::DeviceId::parse(query.substr(kDevice.size())));
  FLORIN_TRY_ASSIGN(const auto rows, operations.list(id, after));
  return describe(rows);
}

using Release = Status (ParkedOperations::*)(const base::DeviceId&, std::uint64_t);

Result<Bytes> release(ParkedOperations& operations, Release what,
                      const ports::HttpRequest& request) {
  FLORIN_TRY_ASSIGN(const auto id, base::DeviceId::parse(request.pathParameters.at(0)));
  FLORIN_TRY_ASSIGN(const std::uint64_t opSeq, parseNumber(request.pathParameters.at(1)));
  FLORIN_TRY((operations.*what)(id, opSeq));
  return bodyOf(codec::JsonObject().add("deviceId", id).add("opSeq", opSeq).add("state", "void"));
}

class OperationHandler : public ports::HttpHandler {
 public:
  using Work = std::function<Result<Bytes>(const ports::HttpRequest&)>;
  OperationHandler(Backend& backend, Work work) : backend_(backend), work_(std::move(work)) {}

  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    const auto token = tsp::requireToken(backend_.store, request, records::ApiScope::kOperator);
    if (!token.ok()) return failure(token.error(), request);
    auto body = work_(request);
    return body.ok() ? answer(kJson, std::move(*body)) : failure(body.error(), request);
  }

 private:
  ports::HttpResponse failure(const Error& error, const ports::HttpRequest& request) {
    backend_.log.warning("admin.refused",
                         {{"correlationId", request.correlationId}, {"error", error}});
    if (messages::statusOf(error) == messages::CpsStatus::kWalletUnknown) {
      return tsp::problem(404, "unknown-device", "there is no such device", request);
    }
    switch (error.code()) {
      case Code::kUnauthenticated:
        return tsp::problem(401, "unauthorized", "a valid operator token is needed", request);
      case Code::kMalformed:
        return tsp::problem(400, "malformed", "a device id and a number are needed", request);
      case Code::kNotFound:
        return tsp::problem(404, "unknown-operation", "there is no such operation", request);
      case Code::kWrongState:
        return tsp::problem(409, "not-parked", "only a parked operation is retried or voided",
                            request);
      case Code::kUnavailable: return tsp::problem(503, "unavailable", "try again later", request);
      default: return tsp::problem(500, "internal", "a fault of the server", request);
    }
  }

  Backend& backend_;
  Work work_;
};

}  // namespace

std::vector<ports::Route> makeOperationRoutes(Backend& backend, ParkedOperations& operations) {
  std::vector<ports::Route> routes;
  const auto add = [&](std::string method, std::string path, OperationHandler::Work work) {
    routes.push_back({std::move(method), std::move(path), base::limits::kJsonBody,
                      std::make_unique<OperationHandler>(backend, std::move(work))});
  };
  add("GET", "/admin/v1/operations",
      [&operations](const ports::HttpRequest& request) { return list(operations, request); });
  add("POST", "/admin/v1/operations/{}/{}/retry", [&operations](const ports::HttpRequest& request) {
    return release(operations, &ParkedOperations::retry, request);
  });
  add("POST", "/admin/v1/operations/{}/{}/void", [&operations](const ports::HttpRequest& request) {
    return release(operations, &ParkedOperations::giveUp, request);
  });
  return routes;
}

}  // namespace florin::cps
