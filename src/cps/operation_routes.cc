#include "cps/operation_routes.h"

#include "cps/answers.h"
#include "cps/api_route.h"
#include "cps/query.h"

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

// The query is device=ID and, if wanted, after=OPSEQ or state=open, state=parked.
Result<Bytes> list(ParkedOperations& operations, const ports::HttpRequest& request,
                   const records::ApiToken& /*token*/) {
  Query query(request.query);
  FLORIN_TRY_ASSIGN(const auto id, query.takeId<base::DeviceId>("device"));
  if (const auto state = query.take("state")) {
    FLORIN_TRY(query.finish());
    if (*state != "open" && *state != "parked") return Error(Code::kMalformed, "an unknown state");
    FLORIN_TRY_ASSIGN(const auto rows,
                      *state == "open" ? operations.open(id) : operations.parked(id));
    return describe(rows);
  }
  FLORIN_TRY_ASSIGN(const std::uint64_t after, query.takeNumber("after", 0));
  FLORIN_TRY(query.finish());
  FLORIN_TRY_ASSIGN(const auto rows, operations.list(id, after));
  return describe(rows);
}

using Release = Status (ParkedOperations::*)(const base::DeviceId&, std::uint64_t, const Actor&);

Result<Bytes> release(ParkedOperations& operations, Release what, const ports::HttpRequest& request,
                      const records::ApiToken& token) {
  FLORIN_TRY_ASSIGN(const auto id, base::DeviceId::parse(request.pathParameters.at(0)));
  FLORIN_TRY_ASSIGN(const std::uint64_t opSeq, queryNumber(request.pathParameters.at(1)));
  FLORIN_TRY((operations.*what)(id, opSeq, actorOf(token)));
  return bodyOf(codec::JsonObject().add("deviceId", id).add("opSeq", opSeq).add("state", "void"));
}

std::optional<Problem> explain(const Error& error) {
  switch (error.code()) {
    case Code::kMalformed: return Problem{400, "malformed", "a device id and a number are needed"};
    case Code::kNotFound: return Problem{404, "unknown-operation", "there is no such operation"};
    case Code::kWrongState:
      return Problem{409, "not-parked", "only a parked operation is retried or voided"};
    default: return std::nullopt;
  }
}

}  // namespace

std::vector<ports::Route> makeOperationRoutes(Backend& backend, ParkedOperations& operations) {
  std::vector<ports::Route> routes;
  const auto add = [&](const std::string& method, const std::string& path, auto work) {
    routes.push_back(makeRoute(
        backend, {.method = method,
                  .path = path,
                  .work = [&operations, work](
                              const ports::HttpRequest& request,
                              const auto& token) { return work(operations, request, token); },
                  .explain = explain}));
  };
  const auto releases = [](Release what) {
    return [what](ParkedOperations& in, const auto& request, const auto& token) {
      return release(in, what, request, token);
    };
  };
  add("GET", "/admin/v1/operations", list);
  add("POST", "/admin/v1/operations/{}/{}/retry", releases(&ParkedOperations::retry));
  add("POST", "/admin/v1/operations/{}/{}/void", releases(&ParkedOperations::giveUp));
  return routes;
}

}  // namespace florin::cps
