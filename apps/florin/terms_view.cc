#include "terms_view.h"

#include <algorithm>
#include <array>
#include <utility>

#include "codec/utf8.h"

namespace florin::apps {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kEntities{
    {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&nbsp;", " "}, {"&amp;", "&"}}};

// withoutTags drops what stands between < and >; a block ends its line.
std::string withoutTags(std::string_view html) {
  std::string text;
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] != '<') {
      text += html[at++];
      continue;
    }
    const std::string_view tag = html.substr(at);
    const std::size_t end = std::min(tag.find('>'), tag.size() - 1);
    for (const std::string_view block : {"</p", "<br", "</h", "</li", "</div"}) {
      if (tag.starts_with(block)) text += '\n';
    }
    at += end + 1;
  }
  for (const auto& [name, character] : kEntities) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
      text.replace(at, name.size(), character);
    }
  }
  return text;
}

// withoutCommands keeps what can be shown, with its lines and tabs.
std::string withoutCommands(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(1, codec::utf8Length(text));
    const std::string_view character = text.substr(0, length);
    if (character == "\n" || character == "\t" || codec::isPrintable(character)) shown += character;
    text.remove_prefix(length);
  }
  return shown;
}

}  // namespace

std::string readable(const TermsAndConditions& terms) {
  std::string text =
      terms.contentType == "text/html" ? withoutTags(terms.text) : std::string(terms.text);
  text = withoutCommands(text);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

}  // namespace florin::apps
