#include "terminal/trace.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "codec/dol.h"
#include "codec/tlv.h"
#include "emv/numeric.h"
#include "emv/profile.h"

namespace florin::terminal {
namespace {

struct TagName {
  std::uint32_t tag;
  std::string_view name;
};

// EMV Book 3, annex A; ascending.
constexpr std::array<TagName, 63> kNames = {{
    {0x4F, "application identifier"},
    {0x50, "application label"},
    {0x57, "track 2 equivalent data"},
    {0x5A, "card number"},
    {0x61, "application template"},
    {0x6F, "file control information"},
    {0x70, "record"},
    {0x77, "response template"},
    {0x82, "application interchange profile"},
    {0x83, "command template"},
    {0x84, "name of the selected file"},
    {0x87, "application priority"},
    {0x8A, "authorization response code"},
    {0x8C, "CDOL1"},
    {0x8D, "CDOL2"},
    {0x8E, "cardholder verification methods"},
    {0x8F, "certification authority key index"},
    {0x90, "issuer key certificate"},
    {0x91, "issuer authentication data"},
    {0x92, "issuer key remainder"},
    {0x93, "signed static data"},
    {0x94, "application file locator"},
    {0x95, "terminal verification results"},
    {0x9A, "transaction date"},
    {0x9C, "transaction type"},
    {0xA5, "proprietary information"},
    {0x5F20, "cardholder name"},
    {0x5F24, "expiry date"},
    {0x5F25, "effective date"},
    {0x5F28, "issuer country"},
    {0x5F2A, "transaction currency"},
    {0x5F2D, "language preference"},
    {0x5F34, "card sequence number"},
    {0x9F02, "amount, authorised"},
    {0x9F03, "amount, other"},
    {0x9F07, "application usage control"},
    {0x9F08, "application version"},
    {0x9F0D, "issuer action code, default"},
    {0x9F0E, "issuer action code, denial"},
    {0x9F0F, "issuer action code, on line"},
    {0x9F10, "issuer application data"},
    {0x9F12, "application preferred name"},
    {0x9F1A, "terminal country"},
    {0x9F26, "application cryptogram"},
    {0x9F27, "cryptogram information"},
    {0x9F2A, "kernel identifier"},
    {0x9F32, "issuer key exponent"},
    {0x9F33, "terminal capabilities"},
    {0x9F34, "cardholder verification results"},
    {0x9F35, "terminal type"},
    {0x9F36, "application transaction counter"},
    {0x9F37, "unpredictable number"},
    {0x9F38, "PDOL"},
    {0x9F42, "application currency"},
    {0x9F46, "ICC key certificate"},
    {0x9F47, "ICC key exponent"},
    {0x9F48, "ICC key remainder"},
    {0x9F4A, "SDA tag list"},
    {0x9F4B, "signed dynamic data"},
    {0x9F4D, "log entry"},
    {0x9F66, "terminal transaction qualifiers"},
    {0x9F6C, "card transaction qualifiers"},
    {0xBF0C, "issuer discretionary data"},
}};

// Objects that hold a card number: PAN, both tracks and their discretionary data, PAN of a track,
// and the certificate of the card's key, which everybody can open.
constexpr std::array<std::uint32_t, 8> kHidden = {0x56,   0x57,   0x5A,   0x9F1F,
                                                  0x9F20, 0x9F46, 0x9F62, 0x9F6B};
constexpr std::size_t kShownDigits = 4;

// Puts `*` over the hex digits of a value, but for the last four of the card number in 5A and 57.
void hide(std::uint32_t tag, std::string& hex, std::size_t at, std::size_t digits) {
  const auto begin = hex.begin() + static_cast<std::ptrdiff_t>(at);
  const auto end = begin + static_cast<std::ptrdiff_t>(digits);
  const auto numberEnd = std::find_if(begin, end, [](char c) { return c < '0' || c > '9'; });
  const bool showsLast = (tag == 0x5A || tag == 0x57) &&
                         numberEnd - begin >= static_cast<std::ptrdiff_t>(3 * kShownDigits);
  const auto shownFrom = showsLast ? numberEnd - kShownDigits : numberEnd;
  std::fill(begin, shownFrom, '*');
  std::fill(numberEnd, end, '*');
}

// Hides the card numbers of one level and those below; `bytes` is inside `whole`, of which `hex` is
// the text.
void hideLevel(ByteView whole, ByteView bytes, std::string& hex) {
  const auto objects = codec::decodeTlv(bytes);
  for (const codec::TlvView& object : *objects) {
    if (codec::isConstructed(object.tag)) {
      hideLevel(whole, object.value, hex);
    } else if (std::find(kHidden.begin(), kHidden.end(), object.tag) != kHidden.end()) {
      const auto at = static_cast<std::size_t>(object.value.data() - whole.data());
      hide(object.tag, hex, at * 2, object.value.size() * 2);
    }
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// What a set bit says, of the byte `at`.
struct Flag {
  std::size_t at;
  std::uint8_t bit;
  std::string_view text;
};

template <std::size_t N>
std::string flagsOf(ByteView value, const std::array<Flag, N>& flags) {
  std::vector<std::string> set;
  for (const Flag& flag : flags) {
    if (flag.at < value.size() && (value[flag.at] & flag.bit) != 0) set.emplace_back(flag.text);
  }
  return set.empty() ? "none" : joined(set);
}

// EMV Book 3, C1 and C5; EMV Contactless Book C-2.
constexpr std::array<Flag, 6> kAip = {{{0, 0x40, "SDA"},
                                       {0, 0x20, "DDA"},
                                       {0, 0x10, "CVM list"},
                                       {0, 0x02, "verification on the device"},
                                       {0, 0x01, "CDA"},
                                       {1, 0x80, "EMV mode"}}};
constexpr std::array<Flag, 5> kTvr = {{{0, 0x80, "offline authentication not performed"},
                                       {0, 0x20, "ICC data missing"},
                                       {0, 0x04, "CDA failed"},
                                       {2, 0x80, "cardholder not verified"},
                                       {2, 0x04, "on line PIN"}}};

std::string textOf(ByteView value) {
  const bool plain =
      std::ranges::all_of(value, [](std::uint8_t c) { return c >= 0x20 && c < 0x7F; });
  return plain ? std::string(base::asText(value)) : std::string();
}

std::string filesOf(ByteView value) {
  const auto afl = emv::decodeAfl(value);
  if (!afl.ok()) return {};
  std::vector<std::string> files;
  for (const emv::AflEntry& entry : *afl) {
    std::string text = "file " + std::to_string(entry.sfi) + " records " +
                       std::to_string(entry.first) + " to " + std::to_string(entry.last);
    if (entry.authenticated > 0) text += " (" + std::to_string(entry.authenticated) + " signed)";
    files.push_back(std::move(text));
  }
  return joined(files);
}

std::string typeOf(ByteView value) {
  if (value.size() != 1) return {};
  switch (value[0] & 0xC0) {
    case 0x00: return "AAC";
    case 0x40: return "TC";
    case 0x80: return "ARQC";
    default: return {};
  }
}

std::string numberOf(ByteView value) {
  const auto number = emv::readBcd(value);
  return number.ok() ? std::to_string(*number) : std::string();
}

std::string tagText(std::uint32_t tag);

std::string namesOf(ByteView dol) {
  const auto list = codec::decodeDol(dol);
  if (!list.ok()) return {};
  std::vector<std::string> names;
  for (const codec::DolEntry& entry : *list) names.push_back(tagText(entry.tag));
  return joined(names);
}

// Never of what holds a card number.
std::string meaningOf(std::uint32_t tag, ByteView value) {
  switch (tag) {
    case 0x50:
    case 0x84:
    case 0x5F20:
    case 0x9F12: return textOf(value);
    case 0x82: return flagsOf(value, kAip);
    case 0x94: return filesOf(value);
    case 0x95: return flagsOf(value, kTvr);
    case 0x8C:
    case 0x9F38: return namesOf(value);
    case 0x9F27: return typeOf(value);
    case 0x9F02:
    case 0x9F1A:
    case 0x5F2A: return numberOf(value);
    case 0x9F36: return value.size() == 2 ? std::to_string(base::readBigEndian(value)) : "";
    default: return {};
  }
}

std::string tagText(std::uint32_t tag) {
  std::string hex = base::toHex(base::bigEndian(tag));
  hex.erase(0, std::min(hex.size() - 2, hex.find_first_not_of('0') / 2 * 2));
  for (char& c : hex) c = static_cast<char>(c >= 'a' && c <= 'f' ? c - 'a' + 'A' : c);
  return hex;
}

void describeLevel(ByteView bytes, unsigned depth, std::vector<TraceLine>& lines) {
  const auto objects = codec::decodeTlv(bytes);
  for (const codec::TlvView& object : *objects) {
    const bool constructed = codec::isConstructed(object.tag);
    std::string value;
    if (!constructed) {
      const std::string hex = maskedHex(codec::encodeTlv(object.tag, object.value));
      value = hex.substr(hex.size() - object.value.size() * 2);
    }
    lines.push_back({depth, tagText(object.tag), tagName(object.tag), std::move(value),
                     constructed ? std::string() : meaningOf(object.tag, object.value)});
    if (constructed) describeLevel(object.value, depth + 1, lines);
  }
}

}  // namespace

std::vector<TraceLine> describeTlv(ByteView tlv) {
  std::vector<TraceLine> lines;
  if (codec::checkTlv(tlv).ok()) describeLevel(tlv, 0, lines);
  return lines;
}

std::vector<TraceLine> describeDol(ByteView dol, ByteView data) {
  std::vector<TraceLine> lines;
  const auto list = codec::decodeDol(dol);
  if (!list.ok() || codec::dolLength(*list) != data.size()) return lines;
  for (const codec::DolEntry& entry : *list) {
    const ByteView value = data.first(entry.length);
    data = data.subspan(entry.length);
    lines.push_back({0, tagText(entry.tag), tagName(entry.tag), base::toHex(value),
                     meaningOf(entry.tag, value)});
  }
  return lines;
}

namespace {

std::string lineOf(const TraceLine& line, std::size_t indent) {
  std::string text(indent + 2 * static_cast<std::size_t>(line.depth), ' ');
  text.append(line.tag).append(" ").append(line.name);
  if (!line.value.empty()) text.append(": ").append(line.value);
  if (!line.meaning.empty()) text.append("  (").append(line.meaning).append(")");
  return text;
}

}  // namespace

std::vector<std::string> describe(const TraceStep& step) {
  std::vector<std::string> lines = {step.name, "  > " + step.commandHex};
  for (const TraceLine& line : step.sent) lines.push_back(lineOf(line, 4));
  const std::string statusWord = base::toHex(base::bigEndian(step.statusWord));
  lines.push_back("  < " + statusWord + " " + std::string(statusWordName(step.statusWord)));
  for (const TraceLine& line : step.lines) lines.push_back(lineOf(line, 4));
  return lines;
}

std::string maskedHex(ByteView tlv) {
  if (!codec::checkTlv(tlv).ok()) return std::string(tlv.size() * 2, '*');
  std::string hex = base::toHex(tlv);
  hideLevel(tlv, tlv, hex);
  return hex;
}

std::string_view tagName(std::uint32_t tag) {
  const auto found = std::lower_bound(kNames.begin(), kNames.end(), tag,
                                      [](const TagName& a, std::uint32_t b) { return a.tag < b; });
  return found != kNames.end() && found->tag == tag ? found->name : "unknown";
}

}  // namespace florin::terminal
