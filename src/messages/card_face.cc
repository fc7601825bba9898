#include "messages/card_face.h"

#include <algorithm>

#include "base/limits.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "codec/small_forms.h"
#include "messages/json_name.h"

namespace florin::messages {
namespace {

namespace limits = base::limits;
using codec::JsonReader;

constexpr std::size_t kHash = 32;
constexpr std::size_t kColour = 7;
constexpr std::string_view kArtTypes[] = {"image/png", "image/jpeg", "image/webp"};

Result<std::string> readColour(JsonReader& reader, Literal field) {
  FLORIN_TRY_ASSIGN(std::string text, reader.string(field, kColour, kColour));
  if (!codec::isColour(text)) return Error(Code::kMalformed, "a colour is #rrggbb");
  return text;
}

Status readArt(JsonReader reader, CardMetadata& metadata) {
  FLORIN_TRY_ASSIGN(metadata.artType, reader.string("contentType", 1, limits::kDisplayName));
  FLORIN_TRY_ASSIGN(metadata.artHash, reader.hex("sha256", kHash));
  FLORIN_TRY(reader.finish());
  if (metadata.artHash.size() != kHash ||
      std::ranges::find(kArtTypes, metadata.artType) == std::end(kArtTypes)) {
    return Error(Code::kMalformed, "a picture has not its form");
  }
  return {};
}

}  // namespace

std::string encodeCardMetadata(const CardMetadata& metadata) {
  codec::JsonObject out;
  out.add("product", metadata.product)
      .add("issuerName", metadata.issuerName)
      .add("panLastFour", metadata.panLastFour)
      .add("background", metadata.background)
      .add("foreground", metadata.foreground);
  if (!metadata.artType.empty()) {
    out.add("art", codec::JsonObject()
                       .add("contentType", metadata.artType)
                       .addHex("sha256", metadata.artHash));
  }
  return out.text();
}

Result<CardMetadata> decodeCardMetadata(std::string_view json) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue document, codec::parseJson(json));
  JsonReader reader(document);
  CardMetadata metadata;
  FLORIN_TRY_ASSIGN(metadata.product, readName(reader, "product"));
  FLORIN_TRY_ASSIGN(metadata.issuerName, readName(reader, "issuerName"));
  FLORIN_TRY_ASSIGN(metadata.panLastFour, reader.string("panLastFour", 4, 4));
  FLORIN_TRY_ASSIGN(metadata.background, readColour(reader, "background"));
  FLORIN_TRY_ASSIGN(metadata.foreground, readColour(reader, "foreground"));
  FLORIN_TRY_ASSIGN(auto art, reader.optionalObject("art"));
  if (art) FLORIN_TRY(readArt(std::move(*art), metadata));
  FLORIN_TRY(reader.finish());
  return metadata;
}

}  // namespace florin::messages
