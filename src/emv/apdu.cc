#include "emv/apdu.h"

#include "base/bytes.h"
#include "base/check.h"
#include "base/limits.h"

namespace florin::emv {
namespace {

constexpr std::size_t kHeader = 4;
constexpr std::size_t kLongestData = 255;

std::uint8_t leOf(std::uint64_t written) {
  return written < 256 ? static_cast<std::uint8_t>(written) : std::uint8_t{0};
}

// `body` begins after the 00 that says so.
Result<Command> parseExtended(Command command, ByteView body) {
  constexpr std::size_t kLength = 2;
  if (body.size() < kLength) return Error(Code::kMalformed, "command has half an extended length");
  const std::uint64_t length = base::readBigEndian(body.first(kLength));
  const ByteView rest = body.subspan(kLength);
  if (rest.empty()) {
    command.le = leOf(length);
    return command;
  }
  if (length == 0 || (rest.size() != length && rest.size() != length + kLength)) {
    return Error(Code::kMalformed, "command has another length than it says");
  }
  command.data = rest.first(length);
  if (rest.size() > length) command.le = leOf(base::readBigEndian(rest.last(kLength)));
  return command;
}

}  // namespace

Result<Command> parseCommand(ByteView apdu) {
  if (apdu.size() < kHeader) return Error(Code::kMalformed, "command has no header");
  Command command{apdu[0], apdu[1], apdu[2], apdu[3], {}, {}};
  const ByteView body = apdu.subspan(kHeader);
  if (body.empty()) return command;
  if (body.size() == 1) {
    command.le = body[0];
    return command;
  }
  if (body[0] == 0) return parseExtended(command, body.subspan(1));
  const std::size_t length = body[0];
  if (body.size() != 1 + length && body.size() != 2 + length) {
    return Error(Code::kMalformed, "command has another length than it says");
  }
  command.data = body.subspan(1, length);
  if (body.size() == 2 + length) command.le = body.back();
  return command;
}

Bytes encodeCommand(const Command& command) {
  FLORIN_CHECK(command.data.size() <= kLongestData);
  Bytes apdu = {command.cla, command.ins, command.p1, command.p2};
  if (!command.data.empty()) {
    apdu.push_back(static_cast<std::uint8_t>(command.data.size()));
    base::append(apdu, command.data);
  }
  if (command.le) apdu.push_back(*command.le);
  return apdu;
}

Result<Response> parseResponse(ByteView apdu) {
  if (apdu.size() < 2) return Error(Code::kMalformed, "response has no status word");
  if (apdu.size() > base::limits::kApduResponse) {
    return Error(Code::kMalformed, "response is longer than a short one");
  }
  return Response{apdu.first(apdu.size() - 2),
                  static_cast<std::uint16_t>(base::readBigEndian(apdu.last(2)))};
}

Bytes encodeResponse(ByteView data, StatusWord statusWord) {
  Bytes apdu;
  apdu.reserve(data.size() + 2);
  base::append(apdu, data);
  base::appendBigEndian(apdu, static_cast<std::uint16_t>(statusWord));
  return apdu;
}

Bytes wrongLe(std::size_t size) { return {0x6C, static_cast<std::uint8_t>(size)}; }

}  // namespace florin::emv
