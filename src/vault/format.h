// The vault's file, docs/vault-format.md: a header and sealed transactions, each chained to the one
// before. Numbers are big-endian.
//
//   file        = header transaction*
//   header      = magic[8] version[2] ~version[2] salt[16] fileId[16] generation[8]
//                 keyCheck[16] checksum[8]
//   transaction = length[4] nonce[12] check[8] sealed[length]
//   sealed      = AES-256-GCM(dataKey, nonce, aad = previousTag[16] generation[8], entries) tag[16]
//   entries     = (put | erase)*
//   put         = 01 key valueLength[4] value
//   erase       = 02 key
//   key         = keyLength[1] kind[1] id
#pragma once

#include <array>
#include <cstdint>

#include "crypto/aead.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::vault {

inline constexpr std::uint16_t kFormatVersion = 1;
inline constexpr std::size_t kSaltSize = 16;
inline constexpr std::size_t kFileIdSize = 16;
inline constexpr std::size_t kVaultKeySize = 32;
inline constexpr std::size_t kHeaderSize = 76;
inline constexpr std::size_t kFrameHeadSize = 24;

using Tag = std::array<std::uint8_t, crypto::kGcmTag>;

// Header is what stands before the first transaction. `generation` counts the transactions that
// this vault had before this file was written.
struct Header {
  std::array<std::uint8_t, kSaltSize> salt{};
  std::array<std::uint8_t, kFileIdSize> fileId{};
  std::uint64_t generation = 0;
};

// readHeader takes the header apart. kCorrupted: it is none, or a bit of it changed. kUnsupported:
// another format version. It says nothing about the key yet.
Result<Header> readHeader(ByteView file);

// Chain seals and unseals the transactions of one file in their order. Its key is the file's own
// (HKDF of vault key and file id). Not thread-safe.
class Chain {
 public:
  // begin derives the keys of a file and stands before its first transaction.
  static Chain begin(const Header& header, const SecretBytes& vaultKey);

  // headerBytes gives the header with key check and checksum.
  [[nodiscard]] Bytes headerBytes() const { return headerBytes_; }

  // fits tells whether `file` starts with this chain's header: otherwise the vault key is wrong.
  [[nodiscard]] bool fits(ByteView file) const;

  // generation is that of the last transaction sealed or unsealed.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }

  // seal makes the next transaction. The chain moves on only with `advance`, so that one whose
  // write failed was never there.
  Bytes seal(ByteView nonce, const SecretBytes& entries);
  void advance(ByteView frame);

  // Unsealed is one transaction of a file and what follows it. `cut`: only a part of it is there.
  struct Unsealed {
    bool cut = false;
    SecretBytes entries;
    ByteView rest;
  };

  // unseal reads the next transaction of `bytes`, which are not empty, and moves on. kCorrupted: a
  // bit of it changed, or it is not the next one.
  Result<Unsealed> unseal(ByteView bytes);

 private:
  Chain(const SecretBytes& dataKey, Bytes headerBytes, const Header& header);
  [[nodiscard]] Bytes aad() const;

  crypto::AesGcm cipher_;
  Bytes headerBytes_;
  Tag previousTag_{};
  std::uint64_t generation_;
};

}  // namespace florin::vault
