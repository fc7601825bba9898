// Records as bytes: a version, then the fields in their order; numbers big-endian, byte strings
// after their length in 4 bytes, ids as their 16 bytes. A record names its fields once, for both
// ways:
//
//   static void fields(auto& visit, auto& self) { visit(self.deviceId, self.psk); }
#pragma once

#include <concepts>
#include <string>
#include <type_traits>

#include "base/ids.h"
#include "codec/wiped_buffer.h"

namespace florin::vault {

inline constexpr std::uint8_t kRecordVersion = 1;

class RecordWriter {
 public:
  template <class... Fields>
  void operator()(const Fields&... fields) {
    (write(fields), ...);
  }
  [[nodiscard]] SecretBytes finish() const { return SecretBytes::copyOf(buffer_.view()); }

 private:
  void raw(ByteView bytes) { buffer_.append(base::asText(bytes)); }
  void sized(ByteView bytes) {
    raw(base::bigEndian(static_cast<std::uint32_t>(bytes.size())));
    raw(bytes);
  }
  template <std::unsigned_integral Number>
  void write(Number value) {
    raw(base::bigEndian(value));
  }
  void write(bool value) { write(static_cast<std::uint8_t>(value)); }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void write(Enum value) {
    write(static_cast<std::underlying_type_t<Enum>>(value));
  }
  template <class Tag>
  void write(const base::Id<Tag>& id) {
    raw(id.view());
  }
  void write(const Bytes& bytes) { sized(bytes); }
  void write(const std::string& text) { sized(base::asBytes(text)); }
  void write(const SecretBytes& secret) { sized(secret.expose()); }

  codec::WipedBuffer buffer_;
};

// RecordReader fills the fields; after the first that is not there the rest stay as they are, and
// ok() says so.
class RecordReader {
 public:
  explicit RecordReader(ByteView bytes) : rest_(bytes) {}

  template <class... Fields>
  void operator()(Fields&... fields) {
    (read(fields), ...);
  }

  // complete: everything was there and nothing is left over.
  [[nodiscard]] bool complete() const { return ok_ && rest_.empty(); }

 private:
  ByteView take(std::size_t count) {
    if (!ok_ || rest_.size() < count) {
      ok_ = false;
      return {};
    }
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  ByteView sized() {
    std::uint32_t size = 0;
    read(size);
    return take(size);
  }
  template <std::unsigned_integral Number>
  void read(Number& value) {
    value = static_cast<Number>(base::readBigEndian(take(sizeof(Number))));
  }
  void read(bool& value) {
    std::uint8_t byte = 0;
    read(byte);
    value = byte == 1;
    ok_ = ok_ && byte <= 1;
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void read(Enum& value) {
    std::underlying_type_t<Enum> number{};
    read(number);
    value = static_cast<Enum>(number);
  }
  template <class Tag>
  void read(base::Id<Tag>& id) {
    const auto bytes = base::Id<Tag>::fromBytes(take(base::Id<Tag>::kSize));
    if (bytes.ok()) id = *bytes;
  }
  void read(Bytes& bytes) { bytes = base::toBytes(sized()); }
  void read(std::string& text) { text = std::string(base::asText(sized())); }
  void read(SecretBytes& secret) { secret = SecretBytes::copyOf(sized()); }

  ByteView rest_;
  bool ok_ = true;
};

// encodeRecord gives the stored form of a record.
template <class Record>
SecretBytes encodeRecord(const Record& record) {
  RecordWriter writer;
  writer(kRecordVersion);
  Record::fields(writer, record);
  return writer.finish();
}

// decodeRecord: kUnsupported: written by a newer SDK. kCorrupted: it has not its form.
template <class Record>
Result<Record> decodeRecord(const SecretBytes& bytes) {
  RecordReader reader(bytes.expose());
  std::uint8_t version = 0;
  reader(version);
  if (version != kRecordVersion) return Error(Code::kUnsupported, "a record of another version");
  Record record;
  Record::fields(reader, record);
  if (!reader.complete()) return Error(Code::kCorrupted, "a record has not its form");
  return record;
}

}  // namespace florin::vault
