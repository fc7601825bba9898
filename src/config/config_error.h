// ConfigError says what is wrong in a configuration file and where. It is a type of its own because
// its text is made at run time for the operator; an Error never is (D14).
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <variant>

namespace florin::config {

struct ConfigError {
  std::string file;
  std::size_t line = 0;  // 0: the file as a whole
  std::string field;     // dotted, or empty
  std::string text;      // what is wrong and what to do

  // toString gives "file:line: field: text".
  [[nodiscard]] std::string toString() const;
};

template <class T>
class [[nodiscard]] Loaded {
 public:
  Loaded(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Loaded(ConfigError error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  [[nodiscard]] T& value() { return std::get<0>(state_); }
  [[nodiscard]] const T& value() const { return std::get<0>(state_); }
  [[nodiscard]] const ConfigError& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, ConfigError> state_;
};

}  // namespace florin::config
