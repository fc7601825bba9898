#include "messages/shape.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/check.h"

namespace florin::messages {
namespace {

using google::protobuf::io::CodedInputStream;

constexpr std::uint32_t kNumber = 0;
constexpr std::uint32_t kBytes = 2;

// The fields of a message from number 1 on: n number, b bytes, m message; and the names of those
// messages in their order.
struct Shape {
  std::string_view name;
  std::string_view fields;
  std::array<std::string_view, 3> inner = {};
};

constexpr Shape kShapes[] = {
    {"E1", "nnbbbb"},
    {"E2", "bbbn"},
    {"E3", "bbb"},
    {"DeviceFacts", "bbbbbb"},
    {"E4", "b"},
    {"SignedKey", "bbb"},
    {"BackendFacts", "bmmbn", {"SignedKey", "SignedKey"}},
    {"ExchangeEnvelope", "nbbbb"},
    {"DeviceRequest", "nnbbnbbbb"},
    {"Ack", "nnn"},
    {"CardReport", "bnn"},
    {"ExchangeRequest", "nnmmmb", {"DeviceRequest", "Ack", "CardReport"}},
    {"RequestResult", "nnnb"},
    {"DeliveredOperation", "nnbnb"},
    {"ExchangeReply", "nnmmnbbnn", {"RequestResult", "DeliveredOperation"}},
    {"IccKey", "bbnb"},
    {"InstallCard", "bbnbbbbbnm", {"IccKey"}},
    {"WrappedKey", "nnbnnn"},
    {"InstallKeys", "bbmn", {"WrappedKey"}},
    {"SetCardState", "n"},
    {"UpdatePolicy", "n"},
};

const Shape& shapeOf(std::string_view type) {
  const auto* found = std::ranges::find(kShapes, type, &Shape::name);
  FLORIN_CHECK(found != std::end(kShapes));
  return *found;
}

Error wrongType(std::uint32_t field) {
  return {Code::kMalformed, "a field has not its wire type", static_cast<std::int64_t>(field)};
}

bool skip(CodedInputStream& in, std::uint32_t wireType) {
  std::uint64_t number = 0;
  int size = 0;
  switch (wireType) {
    case kNumber: return in.ReadVarint64(&number);
    case 1: return in.Skip(8);
    case kBytes: return in.ReadVarintSizeAsInt(&size) && in.Skip(size);
    case 5: return in.Skip(4);
    default: return false;  // a group
  }
}

}  // namespace

Status checkWireTypes(std::string_view type, ByteView message) {
  const Shape& shape = shapeOf(type);
  CodedInputStream in(message.data(), static_cast<int>(message.size()));
  while (const std::uint32_t tag = in.ReadTag()) {
    const std::uint32_t field = tag >> 3U;
    const bool known = field <= shape.fields.size();
    const char kind = known ? shape.fields[field - 1] : '?';
    if (known && (tag & 7U) != (kind == 'n' ? kNumber : kBytes)) return wrongType(field);
    if (kind != 'm') {
      if (!skip(in, tag & 7U)) return wrongType(field);
      continue;
    }
    int size = 0;
    if (!in.ReadVarintSizeAsInt(&size)) return wrongType(field);
    const auto at = static_cast<std::size_t>(in.CurrentPosition());
    if (static_cast<std::size_t>(size) > message.size() - at) return wrongType(field);
    const auto which = std::ranges::count(shape.fields.substr(0, field - 1), 'm');
    FLORIN_TRY(checkWireTypes(shape.inner.at(static_cast<std::size_t>(which)),
                              message.subspan(at, static_cast<std::size_t>(size))));
    if (!in.Skip(size)) return wrongType(field);
  }
  return {};
}

}  // namespace florin::messages
