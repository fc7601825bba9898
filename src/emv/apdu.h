// Command and response APDUs (ISO/IEC 7816-4, 5.1) as card and terminal both use them. Commands are
// written in the short form and read in both.
//
//   command  = CLA INS P1 P2 [Lc data] [Le]
//   short    : Lc 1 to 255, Le 00 means 256
//   extended : Lc is 00 and two bytes; Le two bytes after data, 00 and two without; 0000 means
//   65536 response = data SW1 SW2
#pragma once

#include <cstdint>
#include <optional>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::emv {

enum class StatusWord : std::uint16_t {
  kOk = 0x9000,
  kWrongLength = 0x6700,
  kConditionsNotSatisfied = 0x6985,
  kVerificationWanted = 0x6986,  // kernel 3: "see phone" (EMV Contactless Book C-3)
  kWrongData = 0x6A80,
  kFileNotFound = 0x6A82,
  kRecordNotFound = 0x6A83,
  kWrongParameters = 0x6A86,
  kWrongInstruction = 0x6D00,
  kWrongClass = 0x6E00,
};

struct Command {
  std::uint8_t cla = 0;
  std::uint8_t ins = 0;
  std::uint8_t p1 = 0;
  std::uint8_t p2 = 0;
  ByteView data;                   // borrows
  std::optional<std::uint8_t> le;  // 0: as much as there is, 256 or more
};

// parseCommand: kMalformed when the lengths do not add up.
Result<Command> parseCommand(ByteView apdu);

// encodeCommand: more than 255 bytes of data is a programmer's error.
Bytes encodeCommand(const Command& command);

struct Response {
  ByteView data;  // borrows
  std::uint16_t statusWord = 0;
};

// parseResponse: kMalformed when there is no status word or more than 256 bytes of data.
Result<Response> parseResponse(ByteView apdu);

Bytes encodeResponse(ByteView data, StatusWord statusWord);

// wrongLe is the answer to a command whose Le is too small for what there is: 6C and the length.
Bytes wrongLe(std::size_t size);

// The name of the contactless directory (EMV Contactless Book B, 3.3.1).
inline constexpr char kPpseName[] = "2PAY.SYS.DDF01";

}  // namespace florin::emv
