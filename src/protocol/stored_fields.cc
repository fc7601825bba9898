#include "protocol/stored_fields.h"

#include <algorithm>

#include "base/bytes.h"

namespace florin::protocol {
namespace {

constexpr std::size_t kLength = 4;

}  // namespace

SecretBytes joinFields(StoredKind kind, std::initializer_list<ByteView> fields) {
  std::size_t size = 1;
  for (const ByteView field : fields) size += kLength + field.size();
  SecretBytes joined(size);
  std::span<std::uint8_t> rest = joined.exposeMutable();
  const auto put = [&rest](ByteView bytes) {
    std::ranges::copy(bytes, rest.begin());
    rest = rest.subspan(bytes.size());
  };
  const auto kindByte = static_cast<std::uint8_t>(kind);
  put(ByteView(&kindByte, 1));
  for (const ByteView field : fields) {
    put(base::bigEndian(static_cast<std::uint32_t>(field.size())));
    put(field);
  }
  return joined;
}

Result<std::vector<ByteView>> splitFields(StoredKind kind, const SecretBytes& bytes,
                                          std::size_t count) {
  const Error corrupted(Code::kCorrupted, "stored state of enrollment");
  ByteView rest = bytes.expose();
  if (rest.empty() || rest[0] != static_cast<std::uint8_t>(kind)) return corrupted;
  rest = rest.subspan(1);
  std::vector<ByteView> fields;
  while (fields.size() < count) {
    if (rest.size() < kLength) return corrupted;
    const std::uint64_t length = base::readBigEndian(rest.first(kLength));
    rest = rest.subspan(kLength);
    if (rest.size() < length) return corrupted;
    fields.push_back(rest.first(length));
    rest = rest.subspan(length);
  }
  if (!rest.empty()) return corrupted;
  return fields;
}

}  // namespace florin::protocol
