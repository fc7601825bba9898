// PushSender hands pushes to the providers that reach devices: FCM, HMS Push Kit, or a program's
// own push server. What is sent says "ask the backend" (I7), or that there was a payment with a
// card: nothing of either.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::ports {

enum class PushProvider : std::uint8_t { kFcm, kHms, kWebhook };
inline constexpr std::size_t kPushProviders = 3;

constexpr Literal nameOf(PushProvider provider) {
  switch (provider) {
    case PushProvider::kFcm: return "fcm";
    case PushProvider::kHms: return "hms";
    case PushProvider::kWebhook: return "webhook";
  }
  return "unknown";
}

struct PushMessage {
  base::DeviceId deviceId;
  PushProvider provider = PushProvider::kFcm;
  SecretBytes token;               // as the device gave it, with "HMS:"
  base::Time written;              // with the newest operation or payment that it announces
  base::DigitalCardId about = {};  // of payments with this card; zero: ask the backend
};

// kRetry: the provider is out of order, or asks for patience. kFatal: it refuses what we sent, and
// would do so again: a fault of ours.
enum class PushOutcome : std::uint8_t { kDelivered, kTokenDead, kRetry, kFatal };

struct PushVerdict {
  base::DeviceId deviceId;
  PushProvider provider = PushProvider::kFcm;
  PushOutcome outcome = PushOutcome::kRetry;
  std::optional<base::Duration> retryAfter;  // the provider's advice
  std::int64_t status = 0;                   // HTTP status or the provider's own code; 0: none came
};

// PushBell says that a push was written. It may ring before the unit that wrote it is committed,
// and for one that was taken back: who hears it looks into the store.
class PushBell {
 public:
  virtual ~PushBell() = default;
  virtual void ring() = 0;  // from any thread
};

// PushSender is driven by one thread, which owns everything but ring: that ends a poll early.
class PushSender : public PushBell {
 public:
  // providerOf tells who carries this token; none when no provider is configured for it.
  virtual std::optional<PushProvider> providerOf(const SecretBytes& token) = 0;

  // start begins to send and never fails: each started message gets one verdict, from a poll.
  virtual void start(PushMessage message) = 0;

  // poll drives what is in flight until a verdict is there, the bell rings, or `atMost` is over.
  virtual std::vector<PushVerdict> poll(base::Duration atMost) = 0;
};

}  // namespace florin::ports
