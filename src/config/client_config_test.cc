#include <gtest/gtest.h>

#include "config/server_config.h"

namespace florin::config {
namespace {

constexpr std::string_view kId = "000102030405060708090a0b0c0d0e0f";
const std::string kLeast =
    "[backend]\nid = \"a\"\nwallet_provider = \"" + std::string(kId) + "\"\n";

std::string errorOf(const std::string& text) {
  const auto read = readServerConfig(text, "f.toml");
  return read.ok() ? "good" : read.error().toString();
}

TEST(ClientConfigTest, CertificatesOfAnIssuerAreRead) {
  const std::string tls = "[tls]\nclient_ca_file = \"clients.pem\"\n";
  const auto with = [&](const std::string& certificates) {
    return tls + kLeast + "[[issuer]]\nid = \"" + std::string(kId) +
           "\"\nname = \"Bank\"\nclient_certificates_sha256 = [" + certificates + "]\n";
  };
  const std::string plain(64, 'a');
  std::string printed = "AA";
  for (int i = 1; i < 32; ++i) printed += ":BB";
  const auto read =
      readServerConfig(with("\"" + plain + "\", \"" + printed + "\""), "/etc/florin/f.toml");
  ASSERT_TRUE(read.ok()) << read.error().toString();
  const ClientTlsConfig& clients = read.value().clients;
  EXPECT_EQ(clients.authorities.path, "/etc/florin/clients.pem");
  ASSERT_EQ(clients.certificates.count(std::string(kId)), 1U);
  Bytes second(32, 0xBB);
  second[0] = 0xAA;
  EXPECT_EQ(clients.certificates.at(std::string(kId)),
            (std::vector<Bytes>{Bytes(32, 0xAA), second}));

  const std::string form =
      "f.toml:9: issuer[0].client_certificates_sha256: has 64 hexadecimal digits for each "
      "certificate";
  EXPECT_EQ(errorOf(with("\"" + plain + "a\"")), form);
  EXPECT_EQ(errorOf(with("\"" + std::string(64, 'g') + "\"")), form);
  EXPECT_EQ(errorOf(with("\"ab\"")), form);
}

TEST(ClientConfigTest, CertificatesNeedTheirAuthority) {
  EXPECT_EQ(errorOf(kLeast + "[[issuer]]\nid = \"" + std::string(kId) +
                    "\"\nname = \"Bank\"\nclient_certificates_sha256 = [\"" + std::string(64, 'a') +
                    "\"]\n"),
            "f.toml:7: issuer[0].client_certificates_sha256: needs tls.client_ca_file: who signs "
            "these certificates");
}

}  // namespace
}  // namespace florin::config
