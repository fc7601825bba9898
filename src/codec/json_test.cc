#include "codec/json.h"

#include <gtest/gtest.h>

#include "codec/json_writer.h"
#include "codec/utf8.h"

namespace florin::codec {
namespace {

void expectMalformed(std::string_view text) {
  const auto read = parseJson(text);
  ASSERT_FALSE(read.ok()) << text;
  EXPECT_EQ(read.error().code(), Code::kMalformed) << text;
}

TEST(JsonTest, EveryTypeIsRead) {
  const auto read = parseJson(R"( {"n":null,"b":true,"i":-7,"s":"x","a":[1,[]],"o":{"k":false}} )");
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->find("n")->isNull());
  EXPECT_TRUE(*read->find("b")->boolean());
  EXPECT_EQ(*read->find("i")->integer(), -7);
  EXPECT_EQ(read->find("s")->text(), "x");
  EXPECT_EQ(read->find("a")->array()->size(), 2U);
  EXPECT_FALSE(*read->find("o")->find("k")->boolean());
  EXPECT_EQ(read->find("missing"), nullptr);
  EXPECT_EQ(read->find("s")->find("k"), nullptr);
  EXPECT_EQ(read->find("i")->text(), "");
}

TEST(JsonTest, ADocumentMayBeAnyValue) {
  EXPECT_TRUE(parseJson("null").value().isNull());
  EXPECT_EQ(*parseJson("12").value().integer(), 12);
  EXPECT_EQ(parseJson("\"\"").value().text(), "");
}

TEST(JsonTest, IntegersEndWhereInt64Ends) {
  EXPECT_EQ(*parseJson("9223372036854775807").value().integer(), INT64_MAX);
  EXPECT_EQ(*parseJson("-9223372036854775808").value().integer(), INT64_MIN);
  for (const char* text : {"9223372036854775808", "-9223372036854775809", "18446744073709551615",
                           "18446744073709551616", "100000000000000000000000000000"}) {
    expectMalformed(text);
  }
}

TEST(JsonTest, OtherNumbersAreRefused) {
  for (const char* text : {"1.0", "1e2", "1E2", "-0.5", "1e400", "-1e400", "Infinity", "-Infinity",
                           "NaN", "01", "-01", "+1", "1.", ".5", "0x10", "-", "1e"}) {
    expectMalformed(text);
  }
}

TEST(JsonTest, DuplicateNamesAreRefused) {
  expectMalformed(R"({"a":1,"a":1})");
  expectMalformed(R"({"a":1,"\u0061":2})");
  expectMalformed(R"({"o":{"b":1,"c":2,"b":3}})");
  EXPECT_TRUE(parseJson(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})").ok());
}

TEST(JsonTest, WhatIsNotJsonIsRefused) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "}",
                           "[",
                           "]",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "{\"a\":1,}",
                           "{\"a\"}",
                           "{a:1}",
                           "{1:1}",
                           "'a'",
                           "\"a",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\uD800\"",
                           "\"\\uDC00\"",
                           "\"\\uD800\\u0041\"",
                           "\"\t\"",
                           "\"\n\"",
                           "nul",
                           "True",
                           "//\n1",
                           "/**/1",
                           "{} {}",
                           "1 2",
                           "{}x",
                           "[1]]",
                           "\xEF\xBB\xBF{}"}) {
    expectMalformed(text);
  }
  expectMalformed(std::string_view("{}\0", 3));
  expectMalformed(std::string_view("\"\0\"", 3));
}

TEST(JsonTest, EveryCutOfADocumentIsRefused) {
  const std::string_view text = R"({"name":"J\u00e9 \n","list":[1,true,null,{"x":-12}]})";
  ASSERT_TRUE(parseJson(text).ok());
  for (std::size_t size = 0; size < text.size(); ++size) expectMalformed(text.substr(0, size));
}

TEST(JsonTest, InvalidUtf8IsRefusedInValuesAndNames) {
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xC3",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_FALSE(isUtf8(bad));
    expectMalformed(std::string("\"") + bad + "\"");
    expectMalformed(std::string("{\"") + bad + "\":1}");
  }
  for (const char* good : {"\x7F", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEF\xBF\xBF",
                           "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(isUtf8(good));
    EXPECT_EQ(parseJson(std::string("\"") + good + "\"").value().text(), good);
  }
}

TEST(JsonTest, ControlCharactersAreNotPrintable) {
  using namespace std::string_view_literals;
  for (const auto bad : {"\0"sv, "a\nb"sv, "\x1F"sv, "\x7F"sv, "\x80"sv})
    EXPECT_FALSE(isPrintable(bad));
  for (const auto bad : {"\xC2\x80"sv, "a\xC2\x9B"sv, "\xE2\x80\xAE"sv, "\xE2\x81\xA6"sv}) {
    EXPECT_FALSE(isPrintable(bad));
  }
  for (const auto good : {"\xC2\xA0"sv, "\xE2\x80\xA9"sv, "\xE2\x82\xAC"sv, "\xF0\x9F\x98\x80"sv}) {
    EXPECT_TRUE(isPrintable(good));
  }
  for (const auto good : {""sv, " ~"sv, "Zo\xC3\xAB"sv}) EXPECT_TRUE(isPrintable(good));
}

TEST(JsonTest, EscapesAreResolved) {
  EXPECT_EQ(parseJson(R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")").value().text(),
            "\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(parseJson(R"("a\u0000b")").value().text(), std::string_view("a\0b", 3));
}

TEST(JsonTest, LongStringsWithEscapesStayWhole) {
  std::string plain;
  std::string text = "\"";
  for (int i = 0; i < 3000; ++i) {
    plain += "abc\n";
    text += "abc\\n";
  }
  EXPECT_EQ(parseJson(text + "\"").value().text(), plain);
}

TEST(JsonTest, DepthIsBounded) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parseJson(nested(base::limits::kJsonDepth)).ok());
  const auto deeper = parseJson(nested(base::limits::kJsonDepth + 1));
  ASSERT_FALSE(deeper.ok());
  EXPECT_EQ(deeper.error().code(), Code::kTooLarge);
}

TEST(JsonTest, SizeIsBounded) {
  const std::string padded = std::string(base::limits::kJsonBody - 2, ' ') + "{}";
  EXPECT_TRUE(parseJson(padded).ok());
  EXPECT_EQ(parseJson(padded + " ").error().code(), Code::kTooLarge);
  EXPECT_TRUE(parseJson(padded + " ", padded.size() + 1).ok());
  EXPECT_EQ(parseJson("{} ", 2).error().code(), Code::kTooLarge);
}

TEST(JsonTest, MembersAreBounded) {
  JsonObject object;
  for (std::size_t i = 0; i < base::limits::kJsonMembers; ++i) {
    object.addNamed(std::to_string(i), "");
  }
  EXPECT_TRUE(parseJson(object.text()).ok());
  object.addNamed("more", "");
  EXPECT_EQ(parseJson(object.text()).error().code(), Code::kTooLarge);
}

TEST(JsonTest, TheDetailIsTheOffset) {
  const std::pair<const char*, int> cases[] = {
      {"{\"a\":x}", 5}, {"[1,2", 4}, {"{} x", 3}, {"{\"a\":1,\"a\":2}", 9}, {"[1.5]", 4}, {"", 0},
  };
  for (const auto& [text, offset] : cases) {
    EXPECT_EQ(parseJson(text).error().detail(), offset) << text;
  }
}

}  // namespace
}  // namespace florin::codec
