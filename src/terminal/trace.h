// Trace of a tap: what was sent and answered, readable by a person. A card number is never shown:
// of 5A and 57 the last four digits stay, and what cannot be read as TLV is hidden whole. No key
// passes between card and terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "florin/bytes.h"

namespace florin::terminal {

// One data object of an answer; `depth` 0 is the outermost.
struct TraceLine {
  unsigned depth = 0;
  std::string tag;        // "9F02"
  std::string_view name;  // "amount, authorised"; "unknown" for a tag not in our table
  std::string value;      // hex, masked; empty for a template
  std::string meaning;    // of the value, for a person: "CDA, CVM list"; empty: none is told
};

// One command and its answer. Hex is lowercase, with `*` for every digit that is hidden.
struct TraceStep {
  std::string name;                  // "READ RECORD 1 of file 2"
  std::string commandHex;            // whole command APDU
  std::string responseHex;           // data, without status word
  std::uint16_t statusWord = 0;      // 0: there was none
  std::vector<TraceLine> lines;      // the data in parts
  std::vector<TraceLine> sent = {};  // what a list of the card's had asked for, in the command
};

class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void step(const TraceStep& step) = 0;
};

// describeTlv gives the objects in the order in which they stand, templates before their content.
// Empty when the bytes are no TLV.
std::vector<TraceLine> describeTlv(ByteView tlv);

// describeDol gives the parts of `data` that the list asked for. Empty when they do not fit.
std::vector<TraceLine> describeDol(ByteView dol, ByteView data);

// maskedHex is the hex of response data, card numbers hidden.
std::string maskedHex(ByteView tlv);

// describe tells a step as a person follows it, a line each: name, command and what is in it,
// status word with its name, then the data objects with tag, name, value and its meaning, those of
// a template further to the right.
std::vector<std::string> describe(const TraceStep& step);

// statusWordName gives the name of a status word (ISO/IEC 7816-4, 5.1.3): "ok", "conditions not
// satisfied"; "unknown" when it has none, "no status word" for 0.
std::string_view statusWordName(std::uint16_t statusWord);

// tagName gives the name of a tag, or "unknown".
std::string_view tagName(std::uint32_t tag);

}  // namespace florin::terminal
