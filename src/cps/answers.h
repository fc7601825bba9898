// Answers of the device API: the body of a success, or one form of refusal with a status of
// messages/status.def. What an Error says is for our log; the peer gets the number.
#pragma once

#include <optional>

#include "base/time.h"
#include "codec/json_writer.h"
#include "messages/status.h"
#include "ports/http.h"

namespace florin::cps {

inline constexpr char kOctetStream[] = "application/octet-stream";
inline constexpr char kJson[] = "application/json";
// WWW-Authenticate of a 401: the request must be signed by the wallet key (RFC 9421).
inline constexpr char kSignedRequests[] = "Signature realm=\"florin-wallet\"";

// RefusalFacts is what a refusal tells besides its status.
struct RefusalFacts {
  std::optional<std::uint32_t> triesLeft;  // with a wrong code
  Bytes verdict;  // signature of docs/protocol.md 6.4; empty: a report only
};

// statusForError gives the status of an error that reached a route: the one it carries, or what its
// code means to a peer.
messages::CpsStatus statusForError(const Error& error);

ports::HttpResponse refuse(messages::CpsStatus status, const RefusalFacts& told, base::Time now,
                           const ports::HttpRequest& request);
// bodyOf gives the object's text as the body of an answer.
Bytes bodyOf(const codec::JsonObject& json);

ports::HttpResponse answer(const char* contentType, Bytes body);

}  // namespace florin::cps
