#include "softkeys/key_file.h"

#include <algorithm>

#include "base/limits.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"

namespace florin::softkeys {
namespace {

constexpr std::string_view kFormat = "florin-keys";
constexpr int kVersion = 1;
constexpr std::size_t kSymmetric = 32;
constexpr std::size_t kMasterKey = 16;
constexpr std::size_t kRsaDer = 4096;
constexpr std::size_t kFile = 256 * 1024;

SecretBytes hexText(const SecretBytes& secret) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  SecretBytes text(secret.size() * 2);
  auto out = text.exposeMutable().begin();
  for (const std::uint8_t byte : secret.expose()) {
    *out++ = static_cast<std::uint8_t>(kDigits[byte >> 4]);
    *out++ = static_cast<std::uint8_t>(kDigits[byte & 15]);
  }
  return text;
}

Result<SecretBytes> readSecret(codec::JsonReader& reader, Literal name, std::size_t minBytes,
                               std::size_t maxBytes) {
  FLORIN_TRY_ASSIGN(const SecretBytes text, reader.secret(name, minBytes * 2, maxBytes * 2));
  FLORIN_TRY_ASSIGN(Bytes bytes, base::fromHex(base::asText(text.expose())));
  return SecretBytes::take(std::move(bytes));
}

codec::JsonObject writeKey(const NamedKey& key) {
  codec::JsonObject object;
  object.add("id", key.id).addSecret("scalar", hexText(key.key.scalar()));
  return object;
}

Result<NamedKey> readKey(codec::JsonReader reader) {
  FLORIN_TRY_ASSIGN(const auto id, reader.id<base::KeyId>("id"));
  FLORIN_TRY_ASSIGN(const SecretBytes scalar,
                    readSecret(reader, "scalar", crypto::kP256Scalar, crypto::kP256Scalar));
  FLORIN_TRY(reader.finish());
  FLORIN_TRY_ASSIGN(crypto::P256Key key, crypto::P256Key::fromScalar(scalar));
  return NamedKey{id, std::move(key)};
}

Result<NamedKey> readKey(codec::JsonReader& reader, Literal name) {
  FLORIN_TRY_ASSIGN(codec::JsonReader key, reader.object(name));
  return readKey(std::move(key));
}

Result<std::vector<NamedKey>> readChannelKeys(codec::JsonReader& reader) {
  FLORIN_TRY_ASSIGN(const auto values, reader.array("channel", base::limits::kChannelKeys));
  std::vector<NamedKey> keys;
  for (const codec::JsonValue& value : values) {
    FLORIN_TRY_ASSIGN(NamedKey key, readKey(codec::JsonReader(value)));
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return Error(Code::kMalformed, "a key file has a channel key");
  return keys;
}

Result<IssuerMasterKey> readMasterKey(const codec::JsonValue& value) {
  codec::JsonReader reader(value);
  FLORIN_TRY_ASSIGN(std::string program, reader.string("program", 1, base::limits::kProgramName));
  FLORIN_TRY_ASSIGN(const std::int64_t version, reader.integer("version", 1, 255));
  FLORIN_TRY_ASSIGN(SecretBytes key, readSecret(reader, "key", kMasterKey, kMasterKey));
  FLORIN_TRY(reader.finish());
  return IssuerMasterKey{std::move(program), static_cast<std::uint32_t>(version), std::move(key)};
}

Result<std::vector<IssuerMasterKey>> readMasterKeys(codec::JsonReader& reader) {
  FLORIN_TRY_ASSIGN(const auto values,
                    reader.array("issuerMasterKeys", base::limits::kIssuerMasterKeys));
  std::vector<IssuerMasterKey> keys;
  for (const codec::JsonValue& value : values) {
    FLORIN_TRY_ASSIGN(IssuerMasterKey key, readMasterKey(value));
    const bool twice = std::ranges::any_of(keys, [&](const IssuerMasterKey& other) {
      return other.program == key.program && other.version == key.version;
    });
    if (twice) return Error(Code::kMalformed, "a key file names an issuer master key twice");
    keys.push_back(std::move(key));
  }
  return keys;
}

Result<crypto::RecoveryKey> readRecoveryKey(codec::JsonReader& reader, Literal name) {
  FLORIN_TRY_ASSIGN(const SecretBytes der, readSecret(reader, name, 1, kRsaDer));
  return crypto::RecoveryKey::fromPrivateDer(der);
}

Result<CardAuthority> readAuthority(const codec::JsonValue& value) {
  codec::JsonReader reader(value);
  FLORIN_TRY_ASSIGN(std::string program, reader.string("program", 1, base::limits::kProgramName));
  FLORIN_TRY_ASSIGN(const std::int64_t index, reader.integer("index", 1, 255));
  FLORIN_TRY_ASSIGN(crypto::RecoveryKey authority, readRecoveryKey(reader, "authority"));
  FLORIN_TRY_ASSIGN(crypto::RecoveryKey issuer, readRecoveryKey(reader, "issuer"));
  FLORIN_TRY(reader.finish());
  return CardAuthority{std::move(program), static_cast<std::uint8_t>(index), std::move(authority),
                       std::move(issuer)};
}

Result<std::vector<CardAuthority>> readAuthorities(codec::JsonReader& reader) {
  FLORIN_TRY_ASSIGN(const auto values,
                    reader.optionalArray("cardAuthorities", base::limits::kCardAuthorities));
  std::vector<CardAuthority> authorities;
  if (!values) return authorities;
  for (const codec::JsonValue& value : *values) {
    FLORIN_TRY_ASSIGN(CardAuthority one, readAuthority(value));
    const bool twice = std::ranges::any_of(authorities, [&](const CardAuthority& other) {
      return other.program == one.program || other.index == one.index;
    });
    if (twice) return Error(Code::kMalformed, "a key file names a card authority twice");
    authorities.push_back(std::move(one));
  }
  return authorities;
}

Status checkFormat(codec::JsonReader& reader) {
  FLORIN_TRY_ASSIGN(const std::string format, reader.string("format", 1, 32));
  if (format != kFormat) return Error(Code::kMalformed, "not a key file");
  FLORIN_TRY_ASSIGN(const std::int64_t version, reader.integer("version", 1, 1'000'000));
  if (version != kVersion) return Error(Code::kUnsupported, "version of a key file", version);
  return {};
}

}  // namespace

SecretBytes encodeKeyFile(const KeyFile& keys) {
  codec::JsonArray channel;
  for (const NamedKey& key : keys.channel) channel.add(writeKey(key));
  codec::JsonArray masterKeys;
  for (const IssuerMasterKey& key : keys.issuerMasterKeys) {
    codec::JsonObject object;
    object.add("program", std::string_view(key.program))
        .add("version", key.version)
        .addSecret("key", hexText(key.key));
    masterKeys.add(object);
  }
  codec::JsonArray authorities;
  for (const CardAuthority& one : keys.cardAuthorities) {
    codec::JsonObject object;
    object.add("program", std::string_view(one.program))
        .add("index", one.index)
        .addSecret("authority", hexText(one.authority.privateDer()))
        .addSecret("issuer", hexText(one.issuer.privateDer()));
    authorities.add(object);
  }
  codec::JsonObject file;
  file.add("format", kFormat)
      .add("version", kVersion)
      .addSecret("kek", hexText(keys.kek))
      .addSecret("hmac", hexText(keys.hmac))
      .add("identity", writeKey(keys.identity))
      .add("channel", channel)
      .add("transport", writeKey(keys.transport))
      .addSecret("capture", hexText(keys.capture.privateDer()))
      .add("issuerMasterKeys", masterKeys)
      .add("cardAuthorities", authorities);
  return file.secretText();
}

Result<KeyFile> decodeKeyFile(const SecretBytes& content) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue document,
                    codec::parseJson(base::asText(content.expose()), kFile));
  codec::JsonReader reader(document);
  FLORIN_TRY(checkFormat(reader));
  FLORIN_TRY_ASSIGN(SecretBytes kek, readSecret(reader, "kek", kSymmetric, kSymmetric));
  FLORIN_TRY_ASSIGN(SecretBytes hmac, readSecret(reader, "hmac", kSymmetric, kSymmetric));
  FLORIN_TRY_ASSIGN(NamedKey identity, readKey(reader, "identity"));
  FLORIN_TRY_ASSIGN(std::vector<NamedKey> channel, readChannelKeys(reader));
  FLORIN_TRY_ASSIGN(NamedKey transport, readKey(reader, "transport"));
  FLORIN_TRY_ASSIGN(const SecretBytes der, readSecret(reader, "capture", 1, kRsaDer));
  FLORIN_TRY_ASSIGN(crypto::RsaKey capture, crypto::RsaKey::fromPrivateDer(der));
  FLORIN_TRY_ASSIGN(std::vector<IssuerMasterKey> masterKeys, readMasterKeys(reader));
  FLORIN_TRY_ASSIGN(std::vector<CardAuthority> authorities, readAuthorities(reader));
  FLORIN_TRY(reader.finish());
  return KeyFile{.kek = std::move(kek),
                 .hmac = std::move(hmac),
                 .identity = std::move(identity),
                 .channel = std::move(channel),
                 .transport = std::move(transport),
                 .capture = std::move(capture),
                 .issuerMasterKeys = std::move(masterKeys),
                 .cardAuthorities = std::move(authorities)};
}

}  // namespace florin::softkeys
