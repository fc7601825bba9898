// Transaction is one tap in steps. Each step gives the reason to decline, or kNone to go on; an
// error only when the card is gone. Inside room terminal only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "emv/apdu.h"
#include "emv/cryptogram.h"
#include "terminal/terminal.h"

namespace florin::terminal {

class Transaction {
 public:
  Transaction(const TapRequest& request, base::Random& random, const Transceive& transceive,
              TraceSink& trace);

  // The steps, in this order.
  Result<DeclineReason> selectApplication();
  Result<DeclineReason> initiate();
  Result<DeclineReason> readRecords();
  Result<DeclineReason> checkExpiry();
  Result<DeclineReason> authenticate();
  Result<DeclineReason> verify();
  Result<DeclineReason> generateAc();

  TapResult declined(DeclineReason reason) &&;
  TapResult online() &&;

 private:
  // An answer; statusWord 0 stands for one that is no response.
  struct Answer {
    Bytes data;
    std::uint16_t statusWord = 0;
    [[nodiscard]] bool ok() const { return statusWord == 0x9000; }
  };

  struct Cryptogram {
    Bytes value;
    Bytes iad;
  };

  // exchange: `list` asked for what is in the command; empty: none did.
  Result<Answer> exchange(std::string name, const emv::Command& command, ByteView list = {},
                          ByteView listed = {});
  Result<Answer> select(std::string name, ByteView file);
  DeclineReason takeApplication(ByteView aid, const Answer& answer);
  DeclineReason takeObjects(ByteView answer, std::uint32_t tag, DeclineReason malformed);
  DeclineReason takeCryptogramOf(ByteView answer, ByteView cryptogram);
  [[nodiscard]] DeclineReason checkComplete() const;
  [[nodiscard]] DeclineReason refusal(const Answer& answer, DeclineReason malformed) const;
  DeclineReason takeOptions(ByteView answer);
  [[nodiscard]] DeclineReason checkQualifiers() const;
  DeclineReason takeCryptogram(ByteView answer);
  DeclineReason takeRequest();
  [[nodiscard]] bool verifiesByList() const;
  void setTerminalData();
  void tellTvr();

  const TapRequest& request_;
  const Transceive& transceive_;
  TraceSink& trace_;
  emv::CryptogramInput input_;
  std::map<std::uint32_t, Bytes> terminal_;  // what DOLs may ask for, by tag
  std::map<std::uint32_t, Bytes> card_;      // what the records said, by tag
  std::optional<Cryptogram> cryptogram_;
  std::optional<emv::RecoveryPublicKey> cardKey_;  // proven: CDA is asked for
  SecretBytes staticData_;
  Bytes aid_;
  Bytes pdolData_;
  Bytes cdol1Data_;
  Bytes pdol_;
  Bytes afl_;
  std::size_t commands_ = 0;
  bool trustsDevice_ = false;  // the cardholder's verification is left to it (kernel 2)
  TapResult result_;
};

}  // namespace florin::terminal
