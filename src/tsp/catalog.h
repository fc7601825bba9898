// Catalog: the programs and issuers of this backend, read from configuration at start and immutable
// afterwards. Test card ranges only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "emv/program.h"
#include "tsp/card_offer.h"

namespace florin::tsp {

// A program with what the backend alone needs of it.
// What a wallet may see of a card's payments; its issuer sees all of them.
struct HistoryPolicy {
  base::Duration reach = std::chrono::hours(24 * 30);
  std::size_t records = 10;
};

struct Program {
  emv::ProgramTemplate card;
  std::string product;     // shown to the cardholder
  std::string dpanPrefix;  // 6 to 8 digits: the tokens' own range
  unsigned dpanLength = 16;
  std::int64_t amountLimit = 0;     // minor units of the program's currency; 0: none
  std::uint32_t dailyPayments = 0;  // of one card within any 24 hours; 0: no limit
  std::int64_t dailyAmount = 0;     // the same in minor units; 0: no limit
  HistoryPolicy history = {};
  CardOffer offer = {};
  bool wantsAuthentication = false;  // declines when TVR says that CDA failed
};

// PANs that begin with a prefix from `from` to `to` (same length, inclusive) belong to the issuer.
struct BinRange {
  std::string from;
  std::string to;
  std::string program;
};

struct Issuer {
  base::TenantId id;
  std::string name;
  std::vector<BinRange> bins;
};

struct CardProduct {
  const Issuer* issuer = nullptr;
  const Program* program = nullptr;
};

class Catalog {
 public:
  // make checks that names are unique, that every range names a program and that ranges do not
  // overlap. kInvalidArgument: the text says what.
  static Result<Catalog> make(std::vector<Program> programs, std::vector<Issuer> issuers);

  [[nodiscard]] const std::vector<Program>& programs() const { return programs_; }
  [[nodiscard]] const std::vector<Issuer>& issuers() const { return issuers_; }

  // program gives nullptr when there is none of that name.
  [[nodiscard]] const Program* program(std::string_view name) const;

  // productOf finds issuer and program of a PAN (ASCII digits). kNotFound: no range has it.
  [[nodiscard]] Result<CardProduct> productOf(ByteView pan) const;

 private:
  Catalog(std::vector<Program> programs, std::vector<Issuer> issuers)
      : programs_(std::move(programs)), issuers_(std::move(issuers)) {}

  std::vector<Program> programs_;
  std::vector<Issuer> issuers_;
};

}  // namespace florin::tsp
