#include "floor.h"

#include <stdlib.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <functional>
#include <thread>

#include "base/bytes.h"
#include "base/check.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "crypto/key_transport.h"
#include "crypto/p256.h"
#include "crypto/random.h"
#include "emv/key_derivation.h"
#include "protocol/spake2plus.h"
#include "sqlite/connection.h"

namespace florin::bench {
namespace {

constexpr int kRounds = 9;

double threadMicroseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// costOf is the median of some rounds: the machine is shared.
double costOf(int repetitions, const std::function<void()>& work) {
  work();
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const double begin = threadMicroseconds();
    for (int i = 0; i < repetitions; ++i) work();
    rounds.push_back((threadMicroseconds() - begin) / repetitions);
  }
  std::ranges::nth_element(rounds, rounds.begin() + kRounds / 2);
  return rounds[kRounds / 2];
}

void addCurve(std::vector<FloorLine>& lines, base::Random& random) {
  const auto key = crypto::P256Key::generate(random);
  const auto peer = crypto::P256Key::generate(random);
  const Bytes message = random.bytes(300);
  const Bytes signature = key.sign(message);
  lines.push_back({"ECDSA verification of a signed request", 2, costOf(50, [&] {
                     const auto known = crypto::P256PublicKey::fromPoint(key.publicPoint());
                     FLORIN_CHECK(known.ok() && known->verify(message, signature).ok());
                   })});
  const auto record = protocol::makeRegistration({random.secret(32), random.secret(32)});
  const protocol::Spake2Names names{random.bytes(64), random.bytes(16), random.bytes(16)};
  FLORIN_CHECK(record.ok());
  lines.push_back({"SPAKE2+ answer with its key schedule", 1, costOf(20, [&] {
                     FLORIN_CHECK(
                         protocol::respondSpake2(*record, names, peer.publicPoint(), random).ok());
                   })});
  lines.push_back({"point check of a device key", 2, costOf(100, [&] {
                     FLORIN_CHECK(crypto::checkP256Point(peer.publicPoint()).ok());
                   })});
  lines.push_back({"ephemeral key of an exchange", 2,
                   costOf(100, [&] { (void)crypto::P256Key::generate(random); })});
  // es, ss, ee, se of E5; ee of the follow-up; key transport.
  lines.push_back(
      {"ECDH", 6, costOf(50, [&] { FLORIN_CHECK(key.agree(peer.publicPoint()).ok()); })});
}

void addSymmetric(std::vector<FloorLine>& lines, base::Random& random) {
  const SecretBytes key = random.secret(32);
  const Bytes salt = random.bytes(32);
  const Bytes text = random.bytes(300);
  const Bytes reply = random.bytes(2'000);
  // KKpsk0: psk, e, es, ss, e, ee, se; NNpsk0: psk, e, e, ee; two psks of tickets.
  lines.push_back(
      {"HKDF step of Noise", 13, costOf(500, [&] { (void)crypto::hkdf(key, salt, {}, 64); })});
  lines.push_back({"HKDF-Expand under K_shared", 4,
                   costOf(500, [&] { (void)crypto::hkdfExpand(key, salt, 32); })});
  // Content digests, E1, E1's context, E3, AADs; the transcripts of both handshakes.
  lines.push_back({"SHA-256 of a message", 18, costOf(500, [&] { (void)crypto::sha256(text); })});
  const Bytes nonce(crypto::kGcmNonce, 0);
  lines.push_back({"AES-GCM under a new key: E3, E4, three small payloads", 5,
                   costOf(500, [&] { (void)crypto::aesGcmSeal(key, nonce, salt, text); })});
  lines.push_back({"AES-GCM of E5's reply", 1,
                   costOf(200, [&] { (void)crypto::aesGcmSeal(key, nonce, salt, reply); })});
  crypto::AesGcm dek(key);
  const Bytes aad = random.bytes(80);
  const Bytes small = random.bytes(100);
  // Sealed: attempt, psk, two tickets; opened: record, attempt, psk, DPAN, ticket.
  lines.push_back({"row encryption, small", 9, costOf(500, [&] {
                     (void)dek.seal(random.bytes(crypto::kGcmNonce), aad, small);
                   })});
  const Bytes large = random.bytes(1'000);
  lines.push_back({"row encryption of an operation", 2, costOf(500, [&] {
                     (void)dek.seal(random.bytes(crypto::kGcmNonce), aad, large);
                   })});
}

void addPaymentKeys(std::vector<FloorLine>& lines, base::Random& random) {
  const SecretBytes issuerKey = random.secret(16);
  const auto dpan = SecretBytes::copyOf(base::asBytes("9999901234567890"));
  const auto derive = [&] {
    return emv::iccMasterKey(issuerKey, dpan, 1, emv::MasterKeyOption::kB);
  };
  const auto card = derive();
  FLORIN_CHECK(card.ok());
  lines.push_back({"card master key", 1, costOf(200, [&] { FLORIN_CHECK(derive().ok()); })});
  lines.push_back(
      {"session key of a SUK", 10, costOf(200, [&] { (void)emv::commonSessionKey(*card, 7); })});
  const SecretBytes shared = random.secret(32);
  const SecretBytes suk = random.secret(16);
  lines.push_back({"KEK and AES-KWP of a SUK", 10, costOf(200, [&] {
                     (void)crypto::wrapPaymentKey(shared, crypto::PaymentKeyLabel{}, suk);
                   })});
}

Status addCommit(std::vector<FloorLine>& lines, base::Random& random) {
  std::string folder = std::filesystem::temp_directory_path() / "florin-floor-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    return Error(Code::kUnavailable, "no temporary folder can be made");
  }
  const auto measure = [&]() -> Status {
    const std::string path = folder + "/floor.db";
    std::fclose(std::fopen(path.c_str(), "w"));
    FLORIN_TRY_ASSIGN(auto db,
                      sqlite::Connection::open(path, sqlite::Connection::Mode::kReadWrite));
    FLORIN_TRY(
        db.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
               "CREATE TABLE floor (id BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID"));
    const Bytes value = random.bytes(300);
    Status last;
    lines.push_back({"durable commit", 1, costOf(20, [&] {
                       const auto row = db.execute("INSERT INTO floor VALUES (?, ?)",
                                                   ByteView(random.bytes(16)), ByteView(value));
                       if (!row.ok()) last = row.error();
                     })});
    return last;
  };
  const Status measured = measure();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return measured;
}

Result<std::vector<FloorLine>> measureOnThisThread() {
  crypto::OsRandom random;
  std::vector<FloorLine> lines;
  addCurve(lines, random);
  addSymmetric(lines, random);
  addPaymentKeys(lines, random);
  FLORIN_TRY(addCommit(lines, random));
  return lines;
}

}  // namespace

Result<std::vector<FloorLine>> measureFloor() {
  const unsigned cpus = std::max(1U, std::thread::hardware_concurrency());
  std::vector<Result<std::vector<FloorLine>>> measured(cpus, std::vector<FloorLine>());
  std::vector<std::thread> threads;
  for (auto& lines : measured) {
    threads.emplace_back([&lines] { lines = measureOnThisThread(); });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<FloorLine> mean;
  for (const auto& lines : measured) {
    if (!lines.ok()) return lines.error();
    mean.resize(lines->size());
    for (std::size_t i = 0; i < lines->size(); ++i) {
      const FloorLine& line = (*lines)[i];
      mean[i] = {line.what, line.count, mean[i].microseconds + line.microseconds / cpus};
    }
  }
  return mean;
}

double floorMicroseconds(const std::vector<FloorLine>& lines) {
  double sum = 0;
  for (const FloorLine& line : lines) sum += line.count * line.microseconds;
  return sum;
}

}  // namespace florin::bench
