#include "vault_files.h"

#include <filesystem>

#include "base/bytes.h"
#include "base/limits.h"
#include "bounds.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "posix/file.h"

namespace florin::apps {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr mode_t kPrivate = 0600;

Result<Connection> decode(ByteView text) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue document,
                    codec::parseJson(base::asText(text), bounds::kConfiguration));
  codec::JsonReader reader(document);
  FLORIN_TRY(reader.integer("version", kVersion, kVersion));
  Connection connection;
  FLORIN_TRY_ASSIGN(connection.backend, reader.string("backend", 1, 1024));
  FLORIN_TRY_ASSIGN(connection.caPem, reader.string("ca", 1, bounds::kCaFile));
  FLORIN_TRY_ASSIGN(connection.walletProviderId, reader.string("walletProviderId", 1, 64));
  FLORIN_TRY_ASSIGN(const auto token, reader.optionalString("acquirerTokenFile", 1, 4096));
  connection.acquirerTokenFile = token.value_or("");
  FLORIN_TRY_ASSIGN(auto type, reader.optionalString("deviceType", 1, base::limits::kDeviceType));
  connection.deviceType = std::move(type).value_or("");
  FLORIN_TRY(reader.finish());
  return connection;
}

}  // namespace

Outcome<Connection> makeConnection(const std::string& backend, const std::string& caFile,
                                   const std::string& acquirerTokenFile) {
  const auto pem = posix::readFile(caFile, bounds::kCaFile);
  if (!pem.ok()) {
    return Failure{Exit::kInput, "the CA file " + caFile +
                                     " cannot be used: " + describe(pem.error()) +
                                     "; give --ca the backend's tls/certificate.pem"};
  }
  Connection connection;
  connection.backend = backend;
  connection.caPem = base::asText(*pem);
  if (acquirerTokenFile.empty()) return connection;
  std::error_code failed;
  const auto token = std::filesystem::absolute(acquirerTokenFile, failed);
  if (failed || !std::filesystem::exists(token, failed)) {
    return Failure{Exit::kInput, "the acquirer token file " + acquirerTokenFile +
                                     " is not there: give the backend's acquirer.token"};
  }
  connection.acquirerTokenFile = token.string();
  return connection;
}

Done writeConnection(const VaultFiles& files, const Connection& connection) {
  codec::JsonObject object;
  object.add("version", kVersion)
      .add("backend", connection.backend)
      .add("ca", connection.caPem)
      .add("walletProviderId", connection.walletProviderId);
  if (!connection.acquirerTokenFile.empty()) {
    object.add("acquirerTokenFile", connection.acquirerTokenFile);
  }
  if (!connection.deviceType.empty()) object.add("deviceType", connection.deviceType);
  const std::string text = object.text() + "\n";
  const auto written = posix::writeFileAtomic(files.connection(), base::asBytes(text), kPrivate);
  if (written.ok()) return {};
  return Failure{Exit::kLocalState, files.connection() +
                                        " cannot be written: " + describe(written.error()) +
                                        "; choose a --vault in a folder that is writable"};
}

Outcome<Connection> readConnection(const VaultFiles& files) {
  const auto text = posix::readFile(files.connection(), bounds::kConfiguration);
  std::error_code failed;
  if (!text.ok() && text.error().code() == Code::kNotFound &&
      std::filesystem::is_regular_file(files.vault, failed)) {
    return Failure{Exit::kLocalState, files.connection() +
                                          " is missing though the wallet is there: write it anew " +
                                          "with `florin wallet init --update --vault " +
                                          files.vault + " --backend URL --ca FILE`"};
  }
  if (!text.ok() && text.error().code() == Code::kNotFound) {
    return Failure{Exit::kLocalState, "there is no wallet at " + files.vault +
                                          ": make one with `florin wallet init --vault " +
                                          files.vault + " --backend URL --ca FILE`"};
  }
  if (!text.ok()) {
    return Failure{Exit::kLocalState,
                   files.connection() + " cannot be read: " + describe(text.error())};
  }
  auto connection = decode(*text);
  if (!connection.ok()) {
    return Failure{Exit::kLocalState, files.connection() + " is damaged or of another version (" +
                                          describe(connection.error()) +
                                          "): write it anew with `florin wallet init --update`"};
  }
  return std::move(*connection);
}

void removeFiles(const VaultFiles& files) {
  std::error_code ignored;
  for (const auto& path : {files.vault, files.key(), files.connection(), files.lock()}) {
    std::filesystem::remove(path, ignored);
  }
}

}  // namespace florin::apps
