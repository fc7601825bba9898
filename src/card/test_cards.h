// Cards and keys for tests of the tap: the profile of a K2 token, and keys derived as the backend
// derives them.
#pragma once

#include <map>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "card/card_session.h"
#include "emv/key_derivation.h"
#include "emv/program.h"

namespace florin::card {

inline constexpr std::string_view kTestDpan = "9999990000000006";
inline constexpr std::uint8_t kTestPsn = 1;

inline emv::Profile testProfile(const emv::ProgramTemplate& program = emv::programK2()) {
  emv::TokenFacts token;
  token.dpan = SecretBytes::copyOf(base::asBytes(kTestDpan));
  token.psn = kTestPsn;
  token.expiry = "1229";
  auto profile = emv::makeProfile(program, token);
  FLORIN_CHECK(profile.ok());
  return std::move(profile).value();
}

// K2 under another AID and label.
inline emv::ProgramTemplate testProgram(std::uint8_t lastByteOfAid, std::string_view label) {
  emv::ProgramTemplate program = emv::programK2();
  program.aid.back() = lastByteOfAid;
  program.label = label;
  return program;
}

inline base::TokenId testToken(std::uint8_t number) {
  Bytes id(base::TokenId::kSize);
  id.back() = number;
  return base::TokenId::fromBytes(id).value();
}

// The master key of kTestDpan under an issuer master key that everybody knows.
inline SecretBytes testMasterKey() {
  const auto issuerKey = base::fromHex("0123456789abcdeffedcba9876543210");
  auto key = emv::iccMasterKey(SecretBytes::copyOf(*issuerKey),
                               SecretBytes::copyOf(base::asBytes(kTestDpan)), kTestPsn,
                               emv::MasterKeyOption::kA);
  FLORIN_CHECK(key.ok());
  return std::move(key).value();
}

// TestKeys has `stock` SUKs for every token and counts what is spent.
class TestKeys : public KeySource {
 public:
  explicit TestKeys(std::uint16_t stock = 10) : stock_(stock) {}

  bool hasKey(const base::TokenId& token) override { return spent_[token] < stock_; }

  Result<CardKey> takeKey(const base::TokenId& token) override {
    if (!hasKey(token)) return Error(Code::kExhausted, "no test key is left");
    CardKey key;
    key.atc = ++spent_[token];
    key.sessionKey = emv::commonSessionKey(masterKey_, key.atc);
    if (iccKey) key.iccKey = emv::RecoveryKey::fromPrivateDer(iccKey->privateDer()).value();
    ++total_;
    return key;
  }

  [[nodiscard]] std::size_t spent() const { return total_; }

  const emv::RecoveryKey* iccKey = nullptr;  // every card's own; null: none has one

 private:
  const std::uint16_t stock_;
  const SecretBytes masterKey_ = testMasterKey();
  std::map<base::TokenId, std::uint16_t> spent_;
  std::size_t total_ = 0;
};

class TestCardholder : public Cardholder {
 public:
  bool isVerified() override { return verified; }
  void verificationWanted(const base::TokenId&) override { ++wanted; }

  bool verified = false;
  unsigned wanted = 0;
};

}  // namespace florin::card
