// Result<T>: a value or an Error. No exception leaves a function of Florin; whatever can fail
// returns a Result, and the compiler refuses to let it be ignored.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace florin {

// What the caller can do about an error.
enum class Code : std::uint8_t {
  kInvalidArgument,  // the caller's argument is wrong: mend it
  kMalformed,        // bytes from outside do not have their form
  kUnauthenticated,  // a tag, signature or key does not verify
  kNotFound,         // there is no such thing
  kConflict,         // it exists already, or changed meanwhile: read again
  kRefused,          // the other side decided against it; detail() is its status code
  kExhausted,        // a bound is reached: no key, no try, no room left
  kExpired,          // its time is over
  kUnavailable,      // try again later
  kDeadline,         // it took too long; the outcome is not known
  kCancelled,        // the caller gave up
  kCorrupted,        // what was stored does not verify
  kUnsupported,      // a version or suite that this build does not have
  kTooLarge,         // over a limit of base/limits.h
  kWrongState,       // not allowed in the present state
  kInternal,         // a fault of ours or of a library
};

[[nodiscard]] constexpr std::string_view codeName(Code code) {
  switch (code) {
    case Code::kInvalidArgument: return "invalid argument";
    case Code::kMalformed: return "malformed";
    case Code::kUnauthenticated: return "unauthenticated";
    case Code::kNotFound: return "not found";
    case Code::kConflict: return "conflict";
    case Code::kRefused: return "refused";
    case Code::kExhausted: return "exhausted";
    case Code::kExpired: return "expired";
    case Code::kUnavailable: return "unavailable";
    case Code::kDeadline: return "deadline exceeded";
    case Code::kCancelled: return "cancelled";
    case Code::kCorrupted: return "corrupted";
    case Code::kUnsupported: return "unsupported";
    case Code::kTooLarge: return "too large";
    case Code::kWrongState: return "wrong state";
    case Code::kInternal: return "internal error";
  }
  return "unknown";
}

// Literal is text that stands in the program. It cannot be made at run time, so no secret can be in
// it.
class Literal {
 public:
  template <std::size_t N>
  consteval Literal(const char (&text)[N])
      : text_(text, N - 1) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] constexpr std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

// Error says what went wrong for our logs. A peer gets a status code, never this text. `detail` is
// a number that helps: a status code, an errno, an offset, a line.
class [[nodiscard]] Error {
 public:
  constexpr Error(Code code, Literal text, std::int64_t detail = 0)
      : code_(code), text_(text), detail_(detail) {}
  [[nodiscard]] constexpr Code code() const { return code_; }
  [[nodiscard]] constexpr std::string_view text() const { return text_.view(); }
  [[nodiscard]] constexpr std::int64_t detail() const { return detail_; }

 private:
  Code code_;
  Literal text_;
  std::int64_t detail_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, error) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // value and error must match ok(); std::variant throws otherwise, which is a programmer's error.
  [[nodiscard]] T& value() & { return std::get<0>(state_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }
  [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(error) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace florin

// FLORIN_TRY returns the error of an expression of type Result<...> from the enclosing function.
#define FLORIN_TRY(expression)                                \
  do {                                                        \
    if (auto florinTried = (expression); !florinTried.ok()) { \
      return florinTried.error();                             \
    }                                                         \
  } while (false)

// FLORIN_TRY_ASSIGN(auto x, expression) returns the error, or declares x with the value.
#define FLORIN_TRY_CONCAT2(a, b) a##b
#define FLORIN_TRY_CONCAT(a, b) FLORIN_TRY_CONCAT2(a, b)
#define FLORIN_TRY_ASSIGN(declaration, expression) \
  FLORIN_TRY_ASSIGN_(FLORIN_TRY_CONCAT(florinResult, __LINE__), declaration, expression)
#define FLORIN_TRY_ASSIGN_(result, declaration, expression) \
  auto result = (expression);                               \
  if (!result.ok()) return result.error();                  \
  declaration = std::move(result).value()
