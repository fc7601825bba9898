#include "acquirer.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "base/money.h"
#include "base/running_atc.h"
#include "bounds.h"
#include "codec/json_reader.h"
#include "posix/file.h"
#include "secrets.h"

namespace florin::apps {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr mode_t kPrivate = 0600;

Result<AuthorizationRequest> decode(const SecretBytes& text) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue document,
                    codec::parseJson(base::asText(text.expose()), bounds::kConfiguration));
  codec::JsonReader reader(document);
  FLORIN_TRY(reader.integer("version", kVersion, kVersion));
  AuthorizationRequest request;
  FLORIN_TRY_ASSIGN(request.connection.backend, reader.string("backend", 1, 1024));
  FLORIN_TRY_ASSIGN(request.connection.caPem, reader.string("ca", 1, bounds::kCaFile));
  FLORIN_TRY_ASSIGN(const auto token, reader.optionalString("acquirerTokenFile", 1, 4096));
  request.connection.acquirerTokenFile = token.value_or("");
  FLORIN_TRY_ASSIGN(request.idempotencyKey,
                    reader.string("idempotencyKey", 1, base::limits::kIdempotencyKey));
  FLORIN_TRY_ASSIGN(Bytes emv, reader.hex("emv", base::limits::kCryptogramRequest));
  request.emv = SecretBytes::take(std::move(emv));
  FLORIN_TRY(reader.finish());
  return request;
}

Result<Verdict> decodeVerdict(ByteView body) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue answer, codec::parseJson(base::asText(body)));
  codec::JsonReader reader(answer);
  Verdict verdict;
  FLORIN_TRY_ASSIGN(const std::string outcome, reader.string("outcome", 1, 16));
  verdict.approved = outcome == "approved";
  FLORIN_TRY_ASSIGN(verdict.reason, reader.string("reason", 1, 64));
  FLORIN_TRY_ASSIGN(verdict.responseCode, reader.string("responseCode", 2, 2));
  FLORIN_TRY_ASSIGN(verdict.authorizationId, reader.string("authorizationId", 1, 64));
  FLORIN_TRY_ASSIGN(verdict.atc, reader.integer("atc", 0, base::kAtcsPerPsn - 1));
  FLORIN_TRY_ASSIGN(const auto units, reader.integer("amountMinorUnits", 0, INT64_MAX));
  FLORIN_TRY_ASSIGN(const auto currency, reader.integer("currency", 0, 999));
  verdict.amount = base::formatMoney({units, static_cast<std::uint16_t>(currency)});
  FLORIN_TRY_ASSIGN(const auto arpc, reader.optionalHex("arpc", 8));
  if (arpc) verdict.arpc = base::toHex(*arpc);
  return verdict;
}

Result<terminal::AuthorityKey> decodeAuthority(const codec::JsonValue& value) {
  constexpr std::size_t kRid = 5;
  codec::JsonReader reader(value);
  terminal::AuthorityKey key;
  FLORIN_TRY(reader.string("program", 1, base::limits::kProgramName));
  FLORIN_TRY_ASSIGN(key.rid, reader.hex("rid", kRid));
  FLORIN_TRY_ASSIGN(const std::int64_t index, reader.integer("index", 0, 255));
  key.index = static_cast<std::uint8_t>(index);
  FLORIN_TRY_ASSIGN(key.key.modulus, reader.hex("modulus", crypto::kRecoveryMaxBits / 8));
  FLORIN_TRY_ASSIGN(key.key.exponent, reader.hex("exponent", 3));
  FLORIN_TRY(reader.finish());
  return key;
}

Result<std::vector<terminal::AuthorityKey>> decodeAuthorities(ByteView body) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue answer, codec::parseJson(base::asText(body)));
  codec::JsonReader reader(answer);
  FLORIN_TRY_ASSIGN(const auto list, reader.array("authorities", base::limits::kCardAuthorities));
  std::vector<terminal::AuthorityKey> keys;
  for (const codec::JsonValue& value : list) {
    FLORIN_TRY_ASSIGN(terminal::AuthorityKey key, decodeAuthority(value));
    keys.push_back(std::move(key));
  }
  FLORIN_TRY(reader.finish());
  return keys;
}

Failure refused(int status) {
  switch (status) {
    case 400:
      return {Exit::kInput,
              "the backend cannot read this request: is the file whole, and the Idempotency-Key 1 "
              "to 64 characters?"};
    case 401:
    case 403:
      return {Exit::kRefused,
              "the backend does not take this acquirer token: give --acquirer-token-file the "
              "acquirer.token of its data directory"};
    case 409:
      return {Exit::kRefused,
              "this Idempotency-Key was used for another request: give a new --idempotency-key"};
    default: break;
  }
  if (status == 429 || status >= 500) {
    return {Exit::kUnreachable,
            "the backend has a fault (HTTP " + std::to_string(status) + "): try again later"};
  }
  return {Exit::kRefused, "the backend refused (HTTP " + std::to_string(status) +
                              "): is this the address of a florind?"};
}

}  // namespace

AuthorizationRequest makeRequest(const Connection& connection,
                                 const emv::CryptogramRequest& cryptogram, base::Random& random) {
  return {connection, base::toHex(random.bytes(16)), emv::encodeCryptogramRequest(cryptogram)};
}

Done writeRequest(const std::string& file, const AuthorizationRequest& request) {
  codec::JsonObject object;
  object.add("version", kVersion)
      .add("backend", request.connection.backend)
      .add("ca", request.connection.caPem);
  if (!request.connection.acquirerTokenFile.empty()) {
    object.add("acquirerTokenFile", request.connection.acquirerTokenFile);
  }
  object.add("idempotencyKey", request.idempotencyKey).addHex("emv", request.emv.expose());
  const auto written = posix::writeFileAtomic(file, object.secretText().expose(), kPrivate);
  if (written.ok()) return {};
  return Failure{Exit::kLocalState, file + " cannot be written: " + describe(written.error()) +
                                        "; the payment was not sent: tap again"};
}

Outcome<AuthorizationRequest> readRequest(const std::string& file) {
  const auto text = posix::readFile(file, bounds::kConfiguration);
  if (!text.ok()) {
    return Failure{Exit::kInput, file + " cannot be read: " + describe(text.error()) +
                                     "; give --request a file that `florin tap --save-request` "
                                     "wrote"};
  }
  auto request = decode(SecretBytes::copyOf(*text));
  if (!request.ok()) {
    return Failure{Exit::kInput, file + " is no saved request (" + describe(request.error()) +
                                     "): give --request what `florin tap --save-request` wrote"};
  }
  return std::move(*request);
}

Outcome<Verdict> authorizeOnline(BackendLink& link, const AuthorizationRequest& request,
                                 const SecretBytes& token, Interrupts* interrupts) {
  const std::string body = codec::JsonObject().addHex("emv", request.emv.expose()).text();
  TransportRequest call{"POST",
                        "/tsp/v1/authorizations",
                        {{"content-type", "application/json"},
                         {"authorization", "Bearer " + shown(token)},
                         {"idempotency-key", request.idempotencyKey}},
                        base::toBytes(base::asBytes(body))};
  FLORIN_TRY_ASSIGN(const auto response,
                    link.call(std::move(call), base::limits::kTransportDeadline, interrupts));
  if (response.status != 200) return refused(response.status);
  const auto verdict = decodeVerdict(response.body);
  if (!verdict.ok()) {
    return Failure{Exit::kRefused,
                   "the backend's verdict has not its form: is this the address of a florind?"};
  }
  return *verdict;
}

Outcome<std::vector<terminal::AuthorityKey>> fetchAuthorities(BackendLink& link,
                                                              const SecretBytes& token,
                                                              Interrupts* interrupts) {
  TransportRequest call{
      "GET", "/tsp/v1/authorities", {{"authorization", "Bearer " + shown(token)}}, {}};
  const auto response = link.call(std::move(call), bounds::kAuthorities, interrupts);
  const bool unreachable =
      response.ok() ? response->status >= 500 : response.error().exit == Exit::kUnreachable;
  if (unreachable) return std::vector<terminal::AuthorityKey>();
  if (!response.ok()) return response.error();
  if (response->status == 404) return std::vector<terminal::AuthorityKey>();  // an older backend
  if (response->status != 200) return refused(response->status);
  auto keys = decodeAuthorities(response->body);
  if (keys.ok()) return std::move(*keys);
  return Failure{Exit::kRefused,
                 "the backend's keys of authorities have not their form: is this the address of a "
                 "florind?"};
}

Outcome<codec::JsonValue> reverseOnline(BackendLink& link, const std::string& idempotencyKey,
                                        const SecretBytes& token) {
  const std::string body =
      codec::JsonObject().add("authorization", std::string_view(idempotencyKey)).text();
  TransportRequest call{
      "POST",
      "/tsp/v1/reversals",
      {{"content-type", "application/json"}, {"authorization", "Bearer " + shown(token)}},
      base::toBytes(base::asBytes(body))};
  FLORIN_TRY_ASSIGN(const auto response,
                    link.call(std::move(call), base::limits::kTransportDeadline, nullptr));
  if (response.status != 200) return refused(response.status);
  auto answer = codec::parseJson(base::asText(response.body));
  if (answer.ok() && answer->object() != nullptr) return std::move(*answer);
  return Failure{Exit::kRefused,
                 "the backend's answer has not its form: is this the address of a florind?"};
}

codec::JsonObject verdictJson(const Verdict& verdict) {
  codec::JsonObject object;
  object.add("outcome", verdict.approved ? "approved" : "declined")
      .add("reason", verdict.reason)
      .add("responseCode", verdict.responseCode)
      .add("atc", verdict.atc)
      .add("amount", verdict.amount)
      .add("authorizationId", verdict.authorizationId);
  if (!verdict.arpc.empty()) object.add("arpc", verdict.arpc);
  return object;
}

Failure declined(const std::string& reason) {
  return {Exit::kRefused, "declined: " + reason + "; nothing was paid", reason};
}

}  // namespace florin::apps
