#include "emv/apdu.h"

#include "base/bytes.h"
#include "base/check.h"
#include "base/limits.h"

namespace florin::emv {
namespace {

constexpr std::size_t kHeader = 4;
constexpr std::size_t kLongestData = 255;

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
  const std::size_t length = body[0];
  if (length == 0) return Error(Code::kMalformed, "command has extended lengths");
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

}  // namespace florin::emv
