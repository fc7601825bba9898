// Requests to the backend: signed by the wallet key where the route wants it, sent again with
// back-off when the network or the backend fails, once more when our clock is wrong (D6), and once
// more after the wallet has registered again, when a backend that was put back from a backup of
// before does not know it.
#pragma once

#include <functional>
#include <variant>

#include "wallet/core.h"
#include "wallet/errors.h"

namespace florin::wallet {

// isRegistered tells whether WSE is complete.
bool isRegistered(Core& core);

// Repeat says when the same request may be sent again by itself.
enum class Repeat : std::uint8_t {
  kWhenItMayPass,    // the network or the backend failed
  kWhenNotAnswered,  // it counts, but once only: no answer came
  kNever,            // it counts each time: nobody but the cardholder asks again
};

struct Call {
  std::string path;
  std::string contentType;  // of a POST; empty: a GET
  Bytes body;
  bool sign = true;  // the exchange is authenticated inside
  ProvisioningPhase phase = ProvisioningPhase::EXCHANGING;
  Repeat repeat = Repeat::kWhenItMayPass;
  std::string correlationId = {};  // X-Correlation-Id: 32 hexadecimal digits, or empty
};

using Answer = std::variant<Bytes, Failure>;
using Answered = std::function<void(Answer)>;

inline constexpr const char* kJson = "application/json";
inline constexpr const char* kOctets = "application/octet-stream";

// sendRequest sends a request and calls `answered` once, on the executor, with the body of a 2xx or
// with what went wrong in the end: after limits::kTransportRetries repetitions, where the call
// allows them. Every repetition has the same body and a signature of its own.
void sendRequest(Core& core, Call call, Answered answered);

}  // namespace florin::wallet
