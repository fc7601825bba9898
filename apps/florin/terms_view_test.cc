#include "terms_view.h"

#include <gtest/gtest.h>

namespace florin::apps {
namespace {

std::string html(const std::string& text) { return readable({"en", "text/html", text}); }
std::string plain(const std::string& text) { return readable({"en", "text/plain", text}); }

TEST(TermsViewTest, TagsGoAndBlocksEndTheirLines) {
  EXPECT_EQ(html("<h1>Terms</h1><p>You <b>pay</b>.</p><p>A &lt; B &amp;lt; C</p>"),
            "Terms\nYou pay.\nA < B &lt; C");
  EXPECT_EQ(html("a<br>b<br/>c"), "a\nb\nc");
  EXPECT_EQ(plain("<p>1 < 2</p>\n"), "<p>1 < 2</p>");
}

TEST(TermsViewTest, TagsThatDoNotEndAreNoText) {
  EXPECT_EQ(html("a<b"), "a");
  EXPECT_EQ(html("<"), "");
  EXPECT_EQ(html(""), "");
}

TEST(TermsViewTest, NothingCommandsTheTerminal) {
  EXPECT_EQ(plain("\x1b[2Jyes\x07\x7f\ttab\r\nline"), "[2Jyes\ttab\nline");
  EXPECT_EQ(html("<p>\x1b]0;title\x07</p>"), "]0;title");
  EXPECT_EQ(plain("a\xC2\x9B"
                  "1mb\xE2\x80\xAE"
                  "c\xFF"),
            "a1mbc");
}

}  // namespace
}  // namespace florin::apps
