#include "virtual_reader.h"

#include "base/bytes.h"
#include "bounds.h"

namespace florin::apps {
namespace {

enum Control : std::uint8_t { kPowerOff = 0, kPowerOn = 1, kReset = 2, kAtr = 4 };

}  // namespace

const Bytes& VirtualReader::atr() {
  static const Bytes kContactless = {0x3B, 0x80, 0x80, 0x01, 0x01};
  return kContactless;
}

Outcome<VirtualReader> VirtualReader::connect(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == address.size()) {
    return Failure{Exit::kUsage, "--vpcd is HOST:PORT, for example 127.0.0.1:35963"};
  }
  auto stream = posix::TcpStream::connect(address.substr(0, colon), address.substr(colon + 1),
                                          bounds::kReader);
  if (!stream.ok() && stream.error().code() == Code::kInvalidArgument) {
    return Failure{Exit::kUsage, address + " names no host and port: give --vpcd HOST:PORT"};
  }
  if (!stream.ok()) {
    return Failure{Exit::kUnreachable, "there is no virtual reader at " + address + ": " +
                                           describe(stream.error()) +
                                           "; see that pcscd runs with vsmartcard's vpcd"};
  }
  return VirtualReader(std::move(*stream), address);
}

Failure VirtualReader::broken(const Error& error) const {
  return {Exit::kUnreachable, "the virtual reader at " + address_ + " is lost: " + describe(error) +
                                  "; see that pcscd runs, then run the same command again"};
}

Done VirtualReader::send(ByteView message) {
  Bytes framed;
  framed.reserve(2 + message.size());
  base::appendBigEndian(framed, static_cast<std::uint16_t>(message.size()));
  base::append(framed, message);
  const Status sent = stream_.write(framed, bounds::kReader);
  if (!sent.ok()) return broken(sent.error());
  return {};
}

// A connection that ends between two messages is the reader's way to say that it has enough.
Done VirtualReader::answerOne(ReaderEvents& card, bool& ended) {
  Bytes length(2);
  const std::span<std::uint8_t> bytes(length);
  const Status first = stream_.read(bytes.first(1), bounds::kReader);
  ended = !first.ok() && first.error().code() == Code::kUnavailable;
  if (ended) return {};
  Status read = first;
  if (read.ok()) read = stream_.read(bytes.last(1), bounds::kReader);
  Bytes message(base::readBigEndian(length));
  if (read.ok()) read = stream_.read(message, bounds::kReader);
  if (!read.ok()) return broken(read.error());
  if (message.size() > 1) return send(card.command(message));
  if (message.empty()) return {};
  switch (message[0]) {
    case kAtr: return send(atr());
    case kPowerOff:
    case kReset: card.removed(); break;
    case kPowerOn:
    default: break;  // what is not known is nothing to do with the card
  }
  return {};
}

Done VirtualReader::serve(ReaderEvents& card, Interrupts& interrupts) {
  Done done;
  bool ended = false;
  while (done.ok() && !ended && !interrupts.pending()) {
    const auto readable = stream_.waitReadable(bounds::kPoll);
    if (!readable.ok()) {
      done = broken(readable.error());
    } else if (*readable) {
      done = answerOne(card, ended);
    }
  }
  card.removed();
  return done;
}

}  // namespace florin::apps
