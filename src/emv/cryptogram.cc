#include "emv/cryptogram.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "crypto/aes.h"
#include "crypto/cmac.h"
#include "crypto/des3.h"
#include "emv/numeric.h"

namespace florin::emv {
namespace {

constexpr std::array<codec::DolEntry, 8> kRequired = {{{0x9F02, 6},
                                                       {0x9F03, 6},
                                                       {0x9F1A, 2},
                                                       {0x95, 5},
                                                       {0x5F2A, 2},
                                                       {0x9A, 3},
                                                       {0x9C, 1},
                                                       {0x9F37, 4}}};

template <std::size_t N>
Status take(const std::map<std::uint32_t, ByteView>& values, std::uint32_t tag,
            std::array<std::uint8_t, N>& out) {
  const auto found = values.find(tag);
  if (found == values.end() || found->second.size() != N) {
    return Error(Code::kMalformed, "the list lacks what the cryptogram covers", tag);
  }
  std::copy(found->second.begin(), found->second.end(), out.begin());
  return {};
}

template <std::size_t N>
std::array<std::uint8_t, N> leftmost(ByteView bytes) {
  std::array<std::uint8_t, N> out{};
  std::ranges::copy(bytes.first(N), out.begin());
  return out;
}

}  // namespace

std::span<const codec::DolEntry> requiredTerminalData() { return kRequired; }

Result<CryptogramInput> readTerminalData(std::span<const codec::DolEntry> list, ByteView data) {
  FLORIN_TRY_ASSIGN(const auto values, codec::splitDol(list, data));
  return readTerminalData(values);
}

Result<CryptogramInput> readTerminalData(const std::map<std::uint32_t, ByteView>& values) {
  CryptogramInput input;
  std::array<std::uint8_t, 1> type{};
  FLORIN_TRY(take(values, 0x9F02, input.amountAuthorised));
  FLORIN_TRY(take(values, 0x9F03, input.amountOther));
  FLORIN_TRY(take(values, 0x9F1A, input.terminalCountry));
  FLORIN_TRY(take(values, 0x95, input.tvr));
  FLORIN_TRY(take(values, 0x5F2A, input.currency));
  FLORIN_TRY(take(values, 0x9A, input.date));
  FLORIN_TRY(take(values, 0x9C, type));
  FLORIN_TRY(take(values, 0x9F37, input.unpredictableNumber));
  input.type = type[0];
  return input;
}

Bytes cryptogramData(const CryptogramInput& input) {
  const std::array<std::uint8_t, 1> type = {input.type};
  return base::concat(input.amountAuthorised, input.amountOther, input.terminalCountry, input.tvr,
                      input.currency, input.date, type, input.unpredictableNumber, input.aip,
                      base::bigEndian(input.atc), input.iad);
}

Result<base::Money> amountOf(const CryptogramInput& input) {
  FLORIN_TRY_ASSIGN(const std::uint64_t amount, readBcd(input.amountAuthorised));
  FLORIN_TRY_ASSIGN(const std::uint64_t currency, readBcd(input.currency));
  return base::Money{static_cast<std::int64_t>(amount), static_cast<std::uint16_t>(currency)};
}

Cryptogram applicationCryptogram(const SecretBytes& sessionKey, ByteView data, Mac mac) {
  switch (mac) {
    case Mac::kRetailPadding1: return crypto::macAlgorithm3(sessionKey, crypto::padMethod1(data));
    case Mac::kRetailPadding2: return crypto::macAlgorithm3(sessionKey, crypto::padMethod2(data));
    case Mac::kCmac: return leftmost<8>(crypto::aesCmac(sessionKey, data));
  }
  FLORIN_CHECK(false);
}

Cryptogram arpcMethod1(const SecretBytes& key, const Cryptogram& arqc,
                       const std::array<std::uint8_t, 2>& responseCode, Cipher cipher) {
  Cryptogram block = arqc;
  for (std::size_t i = 0; i < responseCode.size(); ++i) block[i] ^= responseCode[i];
  switch (cipher) {
    case Cipher::kTripleDes: return crypto::tdesEncryptBlock(key, block);
    case Cipher::kAes: break;
  }
  return leftmost<8>(
      crypto::aesEncryptBlock(key, base::concat(block, std::array<std::uint8_t, 8>{})));
}

std::array<std::uint8_t, 4> arpcMethod2(const SecretBytes& sessionKey, const Cryptogram& arqc,
                                        const std::array<std::uint8_t, 4>& cardStatusUpdate,
                                        ByteView proprietary, Cipher cipher) {
  const Bytes data = base::concat(arqc, cardStatusUpdate, proprietary);
  const Mac mac = cipher == Cipher::kAes ? Mac::kCmac : Mac::kRetailPadding2;
  return leftmost<4>(applicationCryptogram(sessionKey, data, mac));
}

}  // namespace florin::emv
