#include "tsp/catalog.h"

#include <algorithm>

#include "base/bytes.h"

namespace florin::tsp {
namespace {

bool isDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Prefixes of different length overlap when one begins with the other's bounds: compare the longer
// cut to the shorter.
bool overlap(const BinRange& a, const BinRange& b) {
  const std::size_t length = std::min(a.from.size(), b.from.size());
  const auto cut = [length](const std::string& text) { return text.substr(0, length); };
  return cut(a.from) <= cut(b.to) && cut(b.from) <= cut(a.to);
}

Status checkProgram(const Program& program) {
  if (program.card.name.empty()) return Error(Code::kInvalidArgument, "a program has no name");
  if (!isDigits(program.dpanPrefix) || program.dpanPrefix.size() < 6 ||
      program.dpanPrefix.size() > 8) {
    return Error(Code::kInvalidArgument, "a program's dpan_prefix is not 6 to 8 digits");
  }
  if (program.dpanLength < 13 || program.dpanLength > 19) {
    return Error(Code::kInvalidArgument, "a program's DPANs are 13 to 19 digits",
                 program.dpanLength);
  }
  return {};
}

Status checkRange(const BinRange& range) {
  if (!isDigits(range.from) || !isDigits(range.to) || range.from.size() != range.to.size()) {
    return Error(Code::kInvalidArgument, "a BIN range is two prefixes of digits of one length");
  }
  if (range.from.size() < 6 || range.from.size() > 11) {
    return Error(Code::kInvalidArgument, "a BIN prefix has 6 to 11 digits");
  }
  if (range.to < range.from)
    return Error(Code::kInvalidArgument, "a BIN range ends before it begins");
  return {};
}

}  // namespace

Result<Catalog> Catalog::make(std::vector<Program> programs, std::vector<Issuer> issuers) {
  Catalog catalog(std::move(programs), std::move(issuers));
  for (const Program& program : catalog.programs_) {
    FLORIN_TRY(checkProgram(program));
    if (catalog.program(program.card.name) != &program) {
      return Error(Code::kInvalidArgument, "two programs have one name");
    }
  }
  std::vector<const BinRange*> seen;
  for (const Issuer& issuer : catalog.issuers_) {
    for (const BinRange& range : issuer.bins) {
      FLORIN_TRY(checkRange(range));
      if (catalog.program(range.program) == nullptr) {
        return Error(Code::kInvalidArgument, "a BIN range names a program that does not exist");
      }
      for (const BinRange* other : seen) {
        if (overlap(range, *other)) return Error(Code::kInvalidArgument, "two BIN ranges overlap");
      }
      seen.push_back(&range);
    }
  }
  return catalog;
}

const Program* Catalog::program(std::string_view name) const {
  for (const Program& program : programs_) {
    if (program.card.name == name) return &program;
  }
  return nullptr;
}

Result<CardProduct> Catalog::productOf(ByteView pan) const {
  const std::string_view digits = base::asText(pan);
  for (const Issuer& issuer : issuers_) {
    for (const BinRange& range : issuer.bins) {
      const std::string_view prefix = digits.substr(0, range.from.size());
      if (prefix.size() == range.from.size() && range.from <= prefix && prefix <= range.to) {
        return CardProduct{&issuer, program(range.program)};
      }
    }
  }
  return Error(Code::kNotFound, "no issuer has this BIN");
}

}  // namespace florin::tsp
