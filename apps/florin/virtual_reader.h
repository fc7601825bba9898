// VirtualReader puts a card into a reader of the virtual smart card architecture (vsmartcard's
// vpcd), so that every PC/SC program of this machine sees it. The reader listens and the card
// connects; a program that is no PC/SC program may listen in the same way.
//
//   message = length (2 bytes, big-endian), bytes
//   reader  -> card: of length 1: 00 power off, 01 power on, 02 reset, 04 what is your ATR?
//                    longer: a command APDU
//   card -> reader : the ATR, or the response APDU
#pragma once

#include <string>

#include "common/failure.h"
#include "florin/bytes.h"
#include "interrupts.h"
#include "posix/tcp_stream.h"

namespace florin::apps {

// ReaderEvents is the card in the reader.
class ReaderEvents {
 public:
  virtual ~ReaderEvents() = default;
  virtual Bytes command(ByteView apdu) = 0;

  // removed: the field is gone, by power off or reset; also after the last message.
  virtual void removed() = 0;
};

class VirtualReader {
 public:
  // connect: `address` is HOST:PORT. kUsage: it has another form; kUnreachable: nobody listens.
  static Outcome<VirtualReader> connect(const std::string& address);

  // serve answers until the reader ends the connection or the user interrupts; both are a success.
  // kUnreachable: a message is cut, or the reader does not take an answer.
  Done serve(ReaderEvents& card, Interrupts& interrupts);

  // The answer to reset of a contactless card (PC/SC part 3, 3.1.3.2.3), no historical bytes.
  static const Bytes& atr();

 private:
  VirtualReader(posix::TcpStream stream, std::string address)
      : stream_(std::move(stream)), address_(std::move(address)) {}
  Done answerOne(ReaderEvents& card, bool& ended);
  Done send(ByteView message);
  [[nodiscard]] Failure broken(const Error& error) const;

  posix::TcpStream stream_;
  std::string address_;
};

}  // namespace florin::apps
