// Data object lists (EMV Book 3, section 5.4): a card's PDOL or CDOL names tags and lengths, and
// the terminal answers with the values alone, one after the other.
//
//   dol   = entry*
//   entry = tag (1 to 3 bytes) length (one byte)
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::codec {

struct DolEntry {
  std::uint32_t tag = 0;
  std::uint8_t length = 0;
  friend bool operator==(const DolEntry&, const DolEntry&) = default;
};

// decodeDol: kMalformed with the offset as detail when a tag is none or the length is missing.
Result<std::vector<DolEntry>> decodeDol(ByteView dol);

Bytes encodeDol(std::span<const DolEntry> entries);

// dolLength is the length of the data that answers the list.
std::size_t dolLength(std::span<const DolEntry> entries);

// fillDol gives the data for a list. A value of another length is cut or filled by its format:
// numeric (n) on the left, with zeros; compressed numeric (cn) on the right, with F; all others on
// the right, with zeros. An unknown or constructed tag is zeros.
Bytes fillDol(std::span<const DolEntry> entries, const std::map<std::uint32_t, Bytes>& values);

// fillDol from the bytes of the list; kMalformed as decodeDol.
Result<Bytes> fillDol(ByteView dol, const std::map<std::uint32_t, Bytes>& values);

// splitDol is the card's side: which part of `data` answers which entry. kMalformed when the length
// is not dolLength. The views borrow from `data`. A tag that is named twice keeps its first value.
Result<std::map<std::uint32_t, ByteView>> splitDol(std::span<const DolEntry> entries,
                                                   ByteView data);

}  // namespace florin::codec
