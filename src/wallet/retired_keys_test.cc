// Whatever happens to a wallet, its key store ends with exactly the keys that its vault uses.
#include "wallet/retired_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/bytes.h"
#include "wallet/operations.h"
#include "wallet/software_keys.h"
#include "wallet/test_wallet.h"

namespace florin::wallet {
namespace {

// KeyStore is a platform's key store: a handle is a number, and the key is in here.
class KeyStore : public DeviceKeys {
 public:
  explicit KeyStore(base::Random& random) : software_(random) {}

  Result<KeyHandle> generate() override {
    if (generateFails) return Error(Code::kUnavailable, "no key today");
    FLORIN_TRY_ASSIGN(KeyHandle key, software_.generate());
    const Bytes handle = base::toBytes(base::bigEndian(++last_));
    live[handle] = base::toBytes(key.expose());
    return KeyHandle::copyOf(handle);
  }
  Result<Bytes> publicKey(const KeyHandle& handle) override {
    FLORIN_TRY_ASSIGN(const KeyHandle key, find(handle));
    return software_.publicKey(key);
  }
  Result<Bytes> sign(const KeyHandle& handle, ByteView message) override {
    FLORIN_TRY_ASSIGN(const KeyHandle key, find(handle));
    return software_.sign(key, message);
  }
  Result<SecretBytes> agree(const KeyHandle& handle, ByteView peer) override {
    FLORIN_TRY_ASSIGN(const KeyHandle key, find(handle));
    return software_.agree(key, peer);
  }
  Result<std::optional<Bytes>> attest(const KeyHandle& handle, ByteView challenge) override {
    if (attestFails) return Error(Code::kUnavailable, "no attestation today");
    FLORIN_TRY_ASSIGN(const KeyHandle key, find(handle));
    return software_.attest(key, challenge);
  }
  Status remove(const KeyHandle& handle) override {
    ++removes;
    moment();
    if (removeFails) return Error(Code::kUnavailable, "no removal today");
    const bool known = live.erase(base::toBytes(handle.expose())) == 1;
    moment();
    if (!known) return Error(Code::kNotFound, "no such key");
    return {};
  }

  std::map<Bytes, Bytes> live;
  std::function<void()> moment = [] {};  // told before and after a key is removed
  std::size_t removes = 0;
  bool generateFails = false;
  bool removeFails = false;
  bool attestFails = false;

 private:
  Result<KeyHandle> find(const KeyHandle& handle) {
    const auto found = live.find(base::toBytes(handle.expose()));
    if (found == live.end()) return Error(Code::kNotFound, "no such key");
    return KeyHandle::copyOf(found->second);
  }

  SoftwareDeviceKeys software_;
  std::uint64_t last_ = 0;
};

using Handles = std::set<Bytes>;

class RetiredKeysTest : public testing::Test, public TestWallet {
 protected:
  RetiredKeysTest() {
    kill();
    storage.setContent(std::nullopt);
    deviceKeys = &keys;
    open();
  }

  // startFresh gives a new wallet that is registered but not enrolled.
  void startFresh() {
    kill();
    storage.setContent(std::nullopt);
    keys.live.clear();
    open();
    ASSERT_EQ(startWse(), "D");
    backend.triesLeft = 5;
  }
  void enrollAll() {
    if (status() == EnrollmentStatus::ENROLLMENT_IN_PROGRESS) return void(resume(issueCode()));
    ASSERT_EQ(startWse(), "D");
    enroll(issueCode());
  }
  void reopen() {
    kill();
    open();
    ASSERT_NE(wallet, nullptr);
  }

  // The vault as a stranger with its key reads it.
  std::unique_ptr<vault::Vault> readVault() {
    fakes::MemoryStorage copy;
    copy.setContent(storage.content());
    auto opened = vault::Vault::open(copy, vaultKey, random);
    return opened.ok() ? std::move(*opened) : nullptr;
  }
  Handles used() {
    Handles handles;
    const auto add = [&](const KeyHandle& key) {
      if (!key.empty()) handles.insert(base::toBytes(key.expose()));
    };
    const auto vault = readVault();
    if (const auto identity = *vault::readRecord<vault::WalletRecord>(*vault)) {
      add(identity->signingKey);
    }
    if (const auto attempt = *vault::readRecord<vault::EnrollmentRecord>(*vault)) {
      add(attempt->deviceKey);
      add(attempt->transportKey);
    }
    if (const auto device = *vault::readRecord<vault::DeviceRecord>(*vault)) {
      add(device->deviceKey);
      add(device->transportKey);
    }
    return handles;
  }
  Handles live() {
    Handles handles;
    for (const auto& [handle, key] : keys.live) handles.insert(handle);
    return handles;
  }
  std::size_t retired() { return readVault()->list(vault::Kind::kRetiredKey).size(); }
  void expectExact(std::size_t count) {
    EXPECT_EQ(live(), used());
    EXPECT_EQ(live().size(), count);
    EXPECT_EQ(retired(), 0U);
  }

  void wipeFromBackend() {
    backend.queue(messages::OperationType::kWipe, {}, messages::Nothing(), true);
    synchronize();
  }

  // killEverywhere does `act` once, and from each moment before and after a removal lets the
  // process end there: what is durable at that moment is opened again.
  void killEverywhere(const std::function<void()>& act, std::size_t moments) {
    struct Durable {
      std::optional<Bytes> vault;
      std::map<Bytes, Bytes> keys;
    };
    std::vector<Durable> seen;
    keys.moment = [&] { seen.push_back({storage.content(), keys.live}); };
    act();
    keys.moment = [] {};
    EXPECT_EQ(seen.size(), moments);
    for (const Durable& durable : seen) {
      kill();
      storage.setContent(durable.vault);
      keys.live = durable.keys;
      open();
      ASSERT_NE(wallet, nullptr);
      expectExact(1);
    }
  }

  // failEveryWrite lets each write of `act` fail in turn, the process end after it, and `recover`
  // run when the vault was opened again.
  void failEveryWrite(const std::function<void()>& prepare, const std::function<void()>& act,
                      const std::function<void()>& recover, std::size_t count) {
    std::size_t tried = 0;
    for (std::size_t nth = 1;; ++nth) {
      prepare();
      const std::size_t before = storage.writes();
      storage.failWrite(nth);
      act();
      const bool failed = storage.writes() - before >= nth;
      storage.failWrite(0);
      reopen();
      EXPECT_EQ(live(), used()) << "write " << nth;
      recover();
      expectExact(count);
      if (!failed) break;
      ++tried;
    }
    EXPECT_GT(tried, 1U);
  }

  KeyStore keys{random};
};

TEST_F(RetiredKeysTest, EnrolledWalletHasThreeKeys) {
  expectExact(1);
  enrollAll();
  expectExact(3);
  EXPECT_EQ(keys.removes, 0U);
}

TEST_F(RetiredKeysTest, WipeRemovesAllKeysButTheNextIdentitys) {
  enrollAll();
  const Handles before = live();
  wipeFromBackend();
  expectExact(1);
  EXPECT_FALSE(before.contains(*live().begin()));
  EXPECT_EQ(keys.removes, 3U);
}

TEST_F(RetiredKeysTest, RevocationInsideTheChannelRemovesAllKeysButTheNextIdentitys) {
  enrollAll();
  const Handles before = live();
  backend.verdict = messages::CpsStatus::kWalletUnknown;
  synchronize();
  expectExact(1);
  EXPECT_FALSE(before.contains(*live().begin()));
}

TEST_F(RetiredKeysTest, KillAroundEachRemovalOfAWipeLeavesNoKeyBehind) {
  enrollAll();
  killEverywhere([this] { wipeFromBackend(); }, 6);
}

TEST_F(RetiredKeysTest, KillAroundEachRemovalOfWipeAllLeavesNoKeyBehind) {
  enrollAll();
  killEverywhere([this] { EXPECT_TRUE(wallet->getDataController().wipeAll().ok()); }, 6);
}

TEST_F(RetiredKeysTest, WriteThatFailsWhileEnrollingLeavesNoKeyBehind) {
  failEveryWrite([this] { startFresh(); }, [this] { enroll(issueCode()); },
                 [this] {
                   if (status() != EnrollmentStatus::ENROLLMENT_COMPLETE) enrollAll();
                   EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
                 },
                 3);
}

TEST_F(RetiredKeysTest, WriteThatFailsInAWipeLeavesNoKeyBehind) {
  failEveryWrite(
      [this] {
        if (status() != EnrollmentStatus::ENROLLMENT_COMPLETE) enrollAll();
        ASSERT_EQ(status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
        backend.queue(messages::OperationType::kWipe, {}, messages::Nothing(), true);
      },
      [this] { synchronize(); }, [this] { synchronize(); }, 1);
}

TEST_F(RetiredKeysTest, WriteThatFailsInWipeAllLeavesNoKeyBehind) {
  failEveryWrite([this] { enrollAll(); },
                 [this] { static_cast<void>(wallet->getDataController().wipeAll()); },
                 [this] {
                   if (status() == EnrollmentStatus::ENROLLMENT_NEEDED) return;
                   EXPECT_TRUE(wallet->getDataController().wipeAll().ok());
                   reopen();
                 },
                 1);
}

TEST_F(RetiredKeysTest, WriteThatFailsAtTheFirstOpeningLeavesNoKeyBehind) {
  failEveryWrite(
      [this] {
        kill();
        storage.setContent(std::nullopt);
        keys.live.clear();
      },
      [this] { open(); }, [] {}, 1);
}

TEST_F(RetiredKeysTest, WipeAllLeavesNeitherKeyNorFile) {
  enrollAll();
  ASSERT_TRUE(wallet->getDataController().wipeAll().ok());
  EXPECT_TRUE(live().empty());
  EXPECT_FALSE(storage.content().has_value());
}

TEST_F(RetiredKeysTest, KeyThatCannotBeRemovedIsTriedOncePerOpeningAndFailsNothing) {
  enrollAll();
  keys.removeFails = true;
  backend.queue(messages::OperationType::kWipe, {}, messages::Nothing(), true);
  EXPECT_EQ(synchronize()->events, "D");
  EXPECT_EQ(keys.removes, 3U);
  EXPECT_EQ(retired(), 3U);
  enrollAll();
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
  EXPECT_EQ(keys.removes, 3U);
  reopen();
  EXPECT_EQ(keys.removes, 6U);
  EXPECT_EQ(live().size(), 6U);
  keys.removeFails = false;
  reopen();
  expectExact(3);
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
}

TEST_F(RetiredKeysTest, KeyThatWipeAllCannotRemoveIsRemovedAtTheNextOpening) {
  enrollAll();
  keys.removeFails = true;
  EXPECT_TRUE(wallet->getDataController().wipeAll().ok());
  EXPECT_TRUE(used().empty());
  EXPECT_EQ(retired(), 3U);
  EXPECT_FALSE(wallet->getDataController().wipeCard(std::string(32, '0')).ok());
  keys.removeFails = false;
  reopen();
  expectExact(1);
}

TEST_F(RetiredKeysTest, FailingAttestationsPileNoKeysUp) {
  ASSERT_EQ(startWse(), "D");
  keys.attestFails = true;
  enroll(issueCode());
  resume();
  resume();
  expectExact(1);
  keys.attestFails = false;
  resume();
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
  expectExact(3);
}

TEST_F(RetiredKeysTest, LostChannelKeepsTheKeysForTheNextEnrollment) {
  enrollAll();
  const Handles before = live();
  {
    const auto opened = vault::Vault::open(storage, vaultKey, random);
    vault::Transaction lost;
    ASSERT_TRUE(loseChannel(lost, **opened).ok());
    kill();
    ASSERT_TRUE((*opened)->commit(std::move(lost)).ok());
  }
  reopen();
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  EXPECT_EQ(live(), before);
  enroll(issueCode());
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
  EXPECT_EQ(live(), before);
  expectExact(3);
  EXPECT_EQ(keys.removes, 0U);
}

// The disk reports a failure and has the whole transaction nevertheless.
TEST_F(RetiredKeysTest, KeyThatTheFileMayUseIsNotRemoved) {
  std::size_t removes = 0;
  for (std::size_t nth = 1; nth <= 6; ++nth) {
    startFresh();
    storage.failWrite(nth, SIZE_MAX);
    enroll(issueCode());
    keys.generateFails = true;
    keys.moment = [&] { EXPECT_TRUE(std::ranges::includes(live(), used())) << "write " << nth; };
    resume();
    keys.moment = [] {};
    keys.generateFails = false;
    removes += keys.removes;
    reopen();
    expectExact(live().size());
  }
  EXPECT_GT(removes, 0U);
}

TEST_F(RetiredKeysTest, RetiredKeyThatIsInUseIsNotRemoved) {
  enrollAll();
  kill();
  {
    const auto opened = vault::Vault::open(storage, vaultKey, random);
    vault::Transaction wrong;
    ASSERT_TRUE(retireDeviceKeys(wrong, **opened).ok());
    ASSERT_TRUE((*opened)->commit(std::move(wrong)).ok());
  }
  EXPECT_EQ(retired(), 2U);
  reopen();
  EXPECT_EQ(keys.removes, 0U);
  expectExact(3);
}

}  // namespace
}  // namespace florin::wallet
