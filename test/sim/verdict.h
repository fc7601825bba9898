// Verdict collects what a run did wrong: the first breach of an invariant (D3), or the first of the
// one that is looked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace florin::sim {

struct Breach {
  std::string invariant;  // "I3"
  std::string text;
  std::size_t step = 0;
};

class Verdict {
 public:
  // `only` names the invariant that is looked for; empty: every one.
  explicit Verdict(std::string only) : only_(std::move(only)) {}

  void at(std::size_t step) { step_ = step; }

  void breach(std::string_view invariant, std::string text) {
    if (found_ || (!only_.empty() && only_ != invariant)) return;
    found_ = Breach{std::string(invariant), std::move(text), step_};
  }

  // require is a breach when `holds` is false.
  void require(bool holds, std::string_view invariant, const char* text) {
    if (!holds) breach(invariant, text);
  }

  [[nodiscard]] const std::optional<Breach>& found() const { return found_; }

 private:
  const std::string only_;
  std::size_t step_ = 0;
  std::optional<Breach> found_;
};

}  // namespace florin::sim
