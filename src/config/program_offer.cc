#include "config/program_offer.h"

#include <algorithm>
#include <fstream>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/small_forms.h"
#include "codec/utf8.h"
#include "config/toml_reader.h"

namespace florin::config {
namespace {

namespace limits = base::limits;

std::string typeOf(std::string_view path,
                   std::initializer_list<std::pair<std::string_view, std::string_view>> types) {
  for (const auto& [ending, type] : types) {
    if (path.ends_with(ending)) return std::string(type);
  }
  return {};
}

// A text that a person reads: lines and tabs, no other control character.
bool isReadable(std::string_view text) {
  std::string printed(text);
  std::ranges::replace_if(printed, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return !text.empty() && codec::isPrintable(printed);
}

std::optional<std::string> readWhole(const std::string& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  std::string text(most + 1, '\0');
  if (!file) return std::nullopt;
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) return std::nullopt;
  return text;
}

ConfigError wrong(const NamedFile& file, const std::string& text) {
  ConfigError error = file.where;
  error.text = file.path + " " + text;
  return error;
}

void readTerms(TomlReader& reader, tsp::CardOffer& offer, OfferFiles& files) {
  tsp::Terms terms;
  terms.language = reader.string("language");
  if (!codec::isLanguage(terms.language))
    reader.fail("language", "is two lowercase letters (ISO 639-1)");
  if (std::ranges::find(offer.terms, terms.language, &tsp::Terms::language) != offer.terms.end()) {
    reader.fail("language", "has terms already");
  }
  files.terms.push_back(reader.file("file"));
  terms.contentType =
      typeOf(files.terms.back().path, {{".txt", "text/plain"}, {".html", "text/html"}});
  if (terms.contentType.empty()) reader.fail("file", "must end in .txt or .html");
  reader.finish();
  offer.terms.push_back(std::move(terms));
}

tsp::Eligibility readEligibility(TomlReader reader) {
  tsp::Eligibility eligibility;
  eligibility.closed = reader.boolean("closed", false);
  constexpr auto kMost = static_cast<std::int64_t>(limits::kCardsPerWallet);
  eligibility.cardsPerWallet =
      static_cast<std::uint32_t>(reader.integer("cards_per_wallet", 1, kMost, kMost));
  eligibility.deviceTypes = reader.strings("device_types", {});
  if (!std::ranges::all_of(eligibility.deviceTypes, codec::isDeviceType)) {
    reader.fail("device_types", "are of 1 to 16 letters A-Z and _, such as \"PHONE\"");
  }
  reader.finish();
  return eligibility;
}

tsp::CardFace readFace(TomlReader reader, OfferFiles& files) {
  tsp::CardFace face;
  face.background = reader.string("background", face.background);
  face.foreground = reader.string("foreground", face.foreground);
  for (const auto& [key, colour] :
       {std::pair("background", &face.background), {"foreground", &face.foreground}}) {
    if (!codec::isColour(*colour))
      reader.fail(key, "is a colour such as \"#1b3a4b\", in lowercase");
  }
  files.art = reader.optionalFile("art_file");
  face.artType = typeOf(files.art.path, {{".png", "image/png"},
                                         {".jpg", "image/jpeg"},
                                         {".jpeg", "image/jpeg"},
                                         {".webp", "image/webp"}});
  if (!files.art.path.empty() && face.artType.empty()) {
    reader.fail("art_file", "must end in .png, .jpg, .jpeg or .webp");
  }
  reader.finish();
  return face;
}

}  // namespace

tsp::CardOffer readOffer(TomlReader& program, OfferFiles& files) {
  tsp::CardOffer offer;
  offer.eligibility = readEligibility(program.table("eligibility"));
  for (TomlReader& terms : program.tables("terms")) readTerms(terms, offer, files);
  if (offer.terms.size() > limits::kTermsLanguages) {
    program.fail("terms", "are in too many languages");
  }
  offer.face = readFace(program.table("card_face"), files);
  return offer;
}

std::optional<ConfigError> loadOfferFiles(const OfferFiles& files, tsp::CardOffer& offer) {
  for (std::size_t i = 0; i < files.terms.size(); ++i) {
    auto text = readWhole(files.terms[i].path, limits::kTermsText);
    if (!text) return wrong(files.terms[i], "cannot be read: is it there?");
    if (text->size() > limits::kTermsText) return wrong(files.terms[i], "is over 24 KiB");
    if (!isReadable(*text)) {
      return wrong(files.terms[i], "must hold text in UTF-8 without control characters");
    }
    tsp::Terms& terms = offer.terms[i];
    terms = tsp::makeTerms(terms.language, terms.contentType, std::move(*text));
  }
  if (files.art.path.empty()) return std::nullopt;
  const auto art = readWhole(files.art.path, limits::kCardArt);
  if (!art) return wrong(files.art, "cannot be read: is it there?");
  if (art->empty()) return wrong(files.art, "is empty");
  if (art->size() > limits::kCardArt) return wrong(files.art, "is over 256 KiB");
  offer.face.art = base::toBytes(base::asBytes(*art));
  return std::nullopt;
}

}  // namespace florin::config
