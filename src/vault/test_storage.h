// Twins of the vault's ports for its tests: a storage whose writes fail as a power cut makes them
// fail, and a key provider. For tests only.
#pragma once

#include <functional>

#include "base/bytes.h"
#include "base/random.h"
#include "florin/keys.h"
#include "florin/storage.h"

namespace florin::vault {

// TestStorage keeps its content in memory. Write number `failAt` (from 0) and all later ones fail;
// of that one `keep` bytes arrive when it appends, and all or nothing when it replaces.
class TestStorage : public Storage {
 public:
  static constexpr std::size_t kNever = SIZE_MAX;

  std::optional<Bytes> content;
  std::size_t writes = 0;
  std::size_t failAt = kNever;
  std::size_t keep = 0;
  bool oneFailure = false;  // only write number `failAt` fails

  Result<std::optional<Bytes>> load() override { return content; }
  Status append(ByteView bytes) override {
    if (fails()) {
      if (writes == failAt + 1) base::append(*content, bytes.first(std::min(keep, bytes.size())));
      return Error(Code::kUnavailable, "the disk failed");
    }
    base::append(*content, bytes);
    return {};
  }
  Status replace(ByteView bytes) override {
    if (fails()) {
      if (writes == failAt + 1 && keep > 0) content = base::toBytes(bytes);
      return Error(Code::kUnavailable, "the disk failed");
    }
    content = base::toBytes(bytes);
    return {};
  }
  Status remove() override {
    content.reset();
    return {};
  }

 private:
  bool fails() {
    const std::size_t number = writes++;
    return oneFailure ? number == failAt : number >= failAt;
  }
};

class TestVaultKey : public VaultKeyProvider {
 public:
  explicit TestVaultKey(std::uint8_t fill = 0x4B, std::size_t size = 32)
      : key_(Bytes(size, fill)) {}
  Result<SecretBytes> unlock(ByteView) override { return SecretBytes::copyOf(key_); }

 private:
  Bytes key_;
};

// CountingRandom gives 00 01 02 ... so that a file is the same in every run.
class CountingRandom : public base::Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = next_++;
  }

 private:
  std::uint8_t next_ = 0;
};

}  // namespace florin::vault
