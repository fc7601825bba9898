// VectorFile and Fields read JSON vector files so that nothing in them is passed over: a field that
// the test did not ask for fails the test.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>

#include "base/bytes.h"

namespace florin::vectors {

// readVectorFile gives nothing when there is no such file under FLORIN_VECTORS_DIR; a file that is
// not JSON throws, which fails the test.
inline std::optional<boost::json::value> readVectorFile(const std::string& name) {
  std::ifstream file(std::string(FLORIN_VECTORS_DIR) + "/" + name);
  if (!file) return std::nullopt;
  std::stringstream text;
  text << file.rdbuf();
  return boost::json::parse(text.str());
}

// Fields is one JSON object. Its end fails the test for every field that was neither read nor
// skipped by name.
class Fields {
 public:
  Fields(const boost::json::value& value, std::string where)
      : object_(value.as_object()), where_(std::move(where)) {}
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;
  ~Fields() {
    for (const auto& field : object_) {
      EXPECT_TRUE(read_.contains(std::string(field.key())))
          << where_ << ": field " << field.key() << " was not read";
    }
  }

  const boost::json::value& value(const std::string& name) {
    read_.insert(name);
    return object_.at(name);
  }
  std::string text(const std::string& name) {
    return boost::json::value_to<std::string>(value(name));
  }
  std::size_t number(const std::string& name) {
    return boost::json::value_to<std::size_t>(value(name));
  }
  Bytes bytes(const std::string& name) { return base::fromHex(text(name)).value(); }
  SecretBytes secret(const std::string& name) { return SecretBytes::take(bytes(name)); }

  // skip names what is there for the reader, not for the test.
  void skip(std::initializer_list<const char*> names) {
    for (const char* name : names) {
      EXPECT_TRUE(object_.contains(name)) << where_ << ": no field " << name;
      read_.insert(name);
    }
  }

 private:
  const boost::json::object& object_;
  std::string where_;
  std::set<std::string> read_;
};

}  // namespace florin::vectors
