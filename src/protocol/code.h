// Activation codes (D5, docs/protocol.md 3): their form, and how one becomes the two scalars of
// SPAKE2+. A code of 26 base32 characters carries 130 bits and is stretched with HKDF (S1); every
// other code may have been typed and is stretched with scrypt (S2).
#pragma once

#include <string_view>

#include "base/ids.h"
#include "base/random.h"
#include "messages/enrollment.h"
#include "protocol/spake2plus.h"

namespace florin::protocol {

inline constexpr std::size_t kCodeRefSize = 8;

struct ParsedCode {
  messages::Suite suite = messages::Suite::kS1;
  Bytes codeRef;  // S1: 8 bytes that name the code and say nothing of it; S2: empty
};

// parseCode: kInvalidArgument when it is not 4 to 32 characters of 0-9A-Za-z.
Result<ParsedCode> parseCode(const SecretBytes& code);

// deriveSecrets gives (w0, w1) of a code for one wallet at one backend; S2 takes some 100 ms and
// 32 MiB. kInvalidArgument: as parseCode.
Result<Spake2Secrets> deriveSecrets(const SecretBytes& code, const base::WalletId& walletId,
                                    std::string_view backendId);

// newCode draws a code: for S1 26 characters of A-Z2-7; for S2 10 that are easy to read and type,
// 0-9A-Z without I, L, O and U.
SecretBytes newCode(messages::Suite suite, base::Random& random);

// kdfParameters is the text that stands for the suite's derivation in the SPAKE2+ context.
std::string_view kdfParameters(messages::Suite suite);

}  // namespace florin::protocol
