#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

#include "base/bytes.h"
#include "florin/wallet.h"
#include "posix/file.h"
#include "posix/temp_directory.h"

namespace florin {
namespace {

SecretBytes secret(std::string_view text) { return SecretBytes::copyOf(base::asBytes(text)); }

Bytes salt(std::uint8_t last) {
  Bytes out(16);
  out.back() = last;
  return out;
}

// Opens wallets with the default adapters only, as an application does.
class WalletOverDefaultsTest : public ::testing::Test {
 protected:
  // walletId opens the wallet, asks for its id and closes it.
  Result<std::string> walletId(VaultKeyProvider& key) {
    auto storage = openFileStorage(vault());
    if (!storage.ok()) return storage.error();
    HttpsOptions backend;
    backend.baseUrl = "https://127.0.0.1:1";
    backend.pinnedKeys = {"sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
    auto transport = makeHttpsTransport(backend);
    if (!transport.ok()) return transport.error();
    NullLog log;
    const auto executor = SerialExecutor::make();
    WalletConfig config;
    config.walletProviderId = "test";
    config.walletApplicationId = "test";
    auto wallet = Wallet::open(config, {**storage, key, **transport, *executor, log});
    if (!wallet.ok()) return wallet.error();
    std::string id = (*wallet)->getCardEnrollmentService().getWalletId();
    executor->stop();
    return id;
  }

  [[nodiscard]] std::string vault() const { return folder_.path("my.vault"); }
  [[nodiscard]] std::string keyFile() const { return folder_.path("my.key"); }

 private:
  posix::TempDirectory folder_;
};

TEST_F(WalletOverDefaultsTest, KeyFileOpensWhatItMade) {
  const auto first = walletId(*makeKeyFileProvider(keyFile(), vault()));
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_EQ(first->size(), 32U);
  EXPECT_EQ(*walletId(*makeKeyFileProvider(keyFile(), vault())), *first);
}

TEST_F(WalletOverDefaultsTest, LostKeyFileIsNotReplacedBesideAVault) {
  ASSERT_TRUE(walletId(*makeKeyFileProvider(keyFile(), vault())).ok());
  ASSERT_EQ(::unlink(keyFile().c_str()), 0);
  EXPECT_EQ(walletId(*makeKeyFileProvider(keyFile(), vault())).error().code(), Code::kNotFound);
}

TEST_F(WalletOverDefaultsTest, PassphraseOpensWhatItMadeAndNoOtherDoes) {
  const auto first = walletId(*makePassphraseProvider(secret("correct horse")));
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_EQ(*walletId(*makePassphraseProvider(secret("correct horse"))), *first);
  EXPECT_EQ(walletId(*makePassphraseProvider(secret("correct horsf"))).error().code(),
            Code::kUnauthenticated);
}

TEST_F(WalletOverDefaultsTest, VaultHasOneUserAtATime) {
  const auto held = openFileStorage(vault());
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(walletId(*makePassphraseProvider(secret("x"))).error().code(), Code::kConflict);
}

TEST(PassphraseProviderTest, KeyIsScryptOfThePassphraseUnderTheSalt) {
  // Computed with hashlib.scrypt(b"florin", salt=bytes(15) + b"\1", n=2**15, r=8, p=3, dklen=32).
  const auto key = makePassphraseProvider(secret("florin"))->unlock(salt(1));
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(base::toHex(key->expose()),
            "dae107ecf0b70159d6e2f19effbec38dbd28da234f765bf61004ae565ce2e4c3");
}

TEST(PassphraseProviderTest, SaltAndPassphraseBothDecideTheKey) {
  const auto key = [](std::string_view passphrase, std::uint8_t lastOfSalt) {
    const auto unlocked = makePassphraseProvider(secret(passphrase))->unlock(salt(lastOfSalt));
    return unlocked.ok() ? base::toBytes(unlocked->expose()) : Bytes();
  };
  const Bytes first = key("florin", 1);
  EXPECT_EQ(first.size(), 32U);
  EXPECT_EQ(first, key("florin", 1));
  EXPECT_NE(first, key("florin", 2));
  EXPECT_NE(first, key("Florin", 1));
}

TEST(PassphraseProviderTest, EmptyPassphraseIsRefused) {
  EXPECT_EQ(makePassphraseProvider({})->unlock(salt(1)).error().code(), Code::kInvalidArgument);
}

TEST(HttpsTransportTest, SomethingMustProveTheServer) {
  HttpsOptions options;
  options.baseUrl = "https://127.0.0.1:1";
  EXPECT_EQ(makeHttpsTransport(options).error().code(), Code::kInvalidArgument);
  const posix::TempDirectory folder;
  options.caFile = folder.path("ca.pem");
  EXPECT_EQ(makeHttpsTransport(options).error().code(), Code::kNotFound);
  for (const std::string_view content : {"", "no certificate"}) {
    ASSERT_TRUE(posix::writeFileAtomic(options.caFile, base::asBytes(content), 0600).ok());
    EXPECT_EQ(makeHttpsTransport(options).error().code(), Code::kInvalidArgument) << content;
  }
  options.caPem = "text as well";
  EXPECT_EQ(makeHttpsTransport(options).error().code(), Code::kInvalidArgument);
}

TEST(SerialExecutorFactoryTest, StoppedExecutorRunsNothingMore) {
  const auto executor = SerialExecutor::make();
  std::promise<void> ran;
  executor->post([&] { ran.set_value(); });
  ran.get_future().get();
  executor->stop();
  bool late = false;
  executor->post([&] { late = true; });
  executor->stop();
  EXPECT_FALSE(late);
}

TEST(JsonLogFactoryTest, LinesAtTheLevelAndAboveAreWritten) {
  const posix::TempDirectory folder;
  const std::string path = folder.path("log");
  std::FILE* const file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  const auto log = makeJsonLog(::fileno(file), LogLevel::kWarning);
  log->info("quiet");
  log->warning("loud", {{"number", 7}});
  std::fclose(file);
  const auto text = posix::readFile(path, 1024);
  ASSERT_TRUE(text.ok());
  EXPECT_TRUE(base::asText(*text).starts_with("{\"time\":\"2"));
  EXPECT_TRUE(base::asText(*text).ends_with("\"event\":\"loud\",\"number\":7}\n"));
  EXPECT_EQ(std::count(text->begin(), text->end(), '\n'), 1);
}

}  // namespace
}  // namespace florin
