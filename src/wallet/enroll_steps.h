// The durable steps of device enrollment (D5): each makes the next state durable before anything of
// it is sent. Nothing here sends.
#pragma once

#include "protocol/enrollment_device.h"
#include "wallet/core.h"

namespace florin::wallet {

// Given is what the application gave with its call. Without a push token the one of an earlier call
// is kept.
struct Given {
  std::optional<std::string> pushToken;
  std::string language;
};

// enterCode stores a code that has its form; from then on the enrollment is in progress.
Status enterCode(Core& core, const SecretBytes& code, const Given& given);

// makeE1 goes from the code to E1. With a typed code it takes some 100 ms.
Status makeE1(Core& core);

// E2Verdict: the backend knows the code, or has another one.
struct E2Verdict {
  bool codeWrong = false;
  std::uint32_t triesLeft = 0;
};

// takeE2 reads E2 and goes on to E3 with new device keys; after a wrong code it forgets the
// attempt. kMalformed, kUnauthenticated: it is no answer to our E1, and nothing was changed.
Result<E2Verdict> takeE2(Core& core, ByteView e2);

// takeE4 stores the enrolled device and shreds code and attempt. Errors as takeE2.
Status takeE4(Core& core, ByteView e4);

// forgetAttempt erases code and attempt, but no keys that the backend may know. `stayInProgress`:
// the code is asked for again.
Status forgetAttempt(Core& core, bool stayInProgress);

}  // namespace florin::wallet
