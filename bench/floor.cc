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
#include "crypto/cms.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "crypto/kdf.h"
#include "crypto/key_transport.h"
#include "crypto/p256.h"
#include "crypto/random.h"
#include "crypto/rsa.h"
#include "emv/cryptogram.h"
#include "emv/key_derivation.h"
#include "protocol/code.h"
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

// How often a primitive stands in an enrollment, in an exchange that brings keys, in an idle one,
// in an authorization, in a digitization.
struct Counts {
  unsigned enroll, exchange, idle, authorize, digitize = 0;

  [[nodiscard]] unsigned of(FloorOf what) const {
    switch (what) {
      case FloorOf::kEnroll: return enroll;
      case FloorOf::kExchange: return exchange;
      case FloorOf::kIdle: return idle;
      case FloorOf::kAuthorize: return authorize;
      case FloorOf::kDigitize: return digitize;
    }
    return 0;
  }
};

// Lines collects what stands in `what` and measures nothing else.
class Lines {
 public:
  explicit Lines(FloorOf what) : what_(what) {}

  void add(std::string_view name, const Counts& counts, int repetitions,
           const std::function<void()>& work) {
    const unsigned count = counts.of(what_);
    if (count > 0) lines_.push_back({name, count, costOf(repetitions, work)});
  }
  std::vector<FloorLine> take() && { return std::move(lines_); }

 private:
  FloorOf what_;
  std::vector<FloorLine> lines_;
};

void addCurve(Lines& lines, base::Random& random) {
  const auto key = crypto::P256Key::generate(random);
  const auto peer = crypto::P256Key::generate(random);
  const Bytes message = random.bytes(300);
  const Bytes signature = key.sign(message);
  lines.add("ECDSA verification of a signed request", {2, 0, 0, 0, 1}, 50, [&] {
    const auto known = crypto::P256PublicKey::fromPoint(key.publicPoint());
    FLORIN_CHECK(known.ok() && known->verify(message, signature).ok());
  });
  const auto record = protocol::makeRegistration({random.secret(32), random.secret(32)});
  const protocol::Spake2Names names{random.bytes(64), random.bytes(16), random.bytes(16)};
  FLORIN_CHECK(record.ok());
  lines.add("SPAKE2+ answer with its key schedule", {1, 0, 0, 0}, 20, [&] {
    FLORIN_CHECK(protocol::respondSpake2(*record, names, peer.publicPoint(), random).ok());
  });
  lines.add("point check of a device key", {2, 0, 0, 0}, 100,
            [&] { FLORIN_CHECK(crypto::checkP256Point(peer.publicPoint()).ok()); });
  lines.add("ephemeral key of an exchange", {2, 1, 1, 0}, 100,
            [&] { (void)crypto::P256Key::generate(random); });
  // KKpsk0: es, ss, ee, se; NNpsk0: ee; key transport.
  lines.add("ECDH", {6, 5, 1, 0}, 50, [&] { FLORIN_CHECK(key.agree(peer.publicPoint()).ok()); });
}

void addSymmetric(Lines& lines, base::Random& random) {
  const SecretBytes key = random.secret(32);
  const Bytes salt = random.bytes(32);
  const Bytes text = random.bytes(300);
  const Bytes reply = random.bytes(2'000);
  // KKpsk0: psk, e, es, ss, e, ee, se; NNpsk0: psk, e, e, ee; the psk of a ticket each.
  lines.add("HKDF step of Noise", {13, 8, 5, 0}, 500,
            [&] { (void)crypto::hkdf(key, salt, {}, 64); });
  lines.add("HKDF-Expand under K_shared", {4, 0, 0, 0}, 500,
            [&] { (void)crypto::hkdfExpand(key, salt, 32); });
  // Of an authorization: token and body. Content digests, E1, E1's context, E3, AADs; the
  // transcripts of the handshakes. Of a digitization: content digest, nonce, request, its card's
  // id.
  lines.add("SHA-256 of a message", {18, 8, 7, 2, 4}, 500, [&] { (void)crypto::sha256(text); });
  // Of a digitization: PAN and DPAN.
  lines.add("HMAC, the mark of a request or the index of a DPAN", {0, 1, 0, 1, 2}, 500,
            [&] { (void)crypto::hmacSha256(key, text); });
  const Bytes nonce(crypto::kGcmNonce, 0);
  // Of an enrollment: E3, E4, three small payloads; of an idle exchange both payloads.
  lines.add("AES-GCM under a new key", {5, 1, 2, 0}, 500,
            [&] { (void)crypto::aesGcmSeal(key, nonce, salt, text); });
  lines.add("AES-GCM of a reply with keys", {1, 1, 0, 0}, 200,
            [&] { (void)crypto::aesGcmSeal(key, nonce, salt, reply); });
  crypto::AesGcm dek(key);
  const Bytes aad = random.bytes(80);
  const Bytes small = random.bytes(100);
  // Enrollment: attempt, psk, two tickets sealed; record, attempt, psk, DPAN, ticket opened.
  // Exchange: psk, DPAN, ticket. Idle: the ticket that came and the next one. Digitization: PAN,
  // DPAN, record, answer.
  lines.add("row encryption, small", {9, 3, 2, 0, 4}, 500,
            [&] { (void)dek.seal(random.bytes(crypto::kGcmNonce), aad, small); });
  const Bytes large = random.bytes(1'000);
  lines.add("row encryption of an operation", {2, 2, 0, 0}, 500,
            [&] { (void)dek.seal(random.bytes(crypto::kGcmNonce), aad, large); });
}

void addPaymentKeys(Lines& lines, base::Random& random) {
  const SecretBytes issuerKey = random.secret(16);
  const auto dpan = SecretBytes::copyOf(base::asBytes("9999901234567890"));
  const auto derive = [&] {
    return emv::iccMasterKey(issuerKey, dpan, 1, emv::MasterKeyOption::kB);
  };
  const auto card = derive();
  FLORIN_CHECK(card.ok());
  lines.add("card master key", {1, 1, 0, 1}, 200, [&] { FLORIN_CHECK(derive().ok()); });
  lines.add("session key of a SUK", {10, 10, 0, 1}, 200,
            [&] { (void)emv::commonSessionKey(*card, 7); });
  const Bytes covered = random.bytes(44);
  emv::Cryptogram arqc{};
  lines.add("application cryptogram", {0, 0, 0, 1}, 500, [&] {
    arqc = emv::applicationCryptogram(issuerKey, covered, emv::Mac::kRetailPadding2);
  });
  lines.add("ARPC", {0, 0, 0, 1}, 500,
            [&] { (void)emv::arpcMethod1(issuerKey, arqc, {'0', '0'}); });
  const SecretBytes shared = random.secret(32);
  const SecretBytes suk = random.secret(16);
  lines.add("KEK and AES-KWP of a SUK", {10, 10, 0, 0}, 200,
            [&] { (void)crypto::wrapPaymentKey(shared, crypto::PaymentKeyLabel{}, suk); });
}

// What a digitization alone needs: the envelope of the card data is opened, and the code that the
// wallet gets becomes the record that verifies it.
void addCardCapture(Lines& lines, base::Random& random) {
  const auto key = crypto::RsaKey::generate(2048);
  const auto wrapped = crypto::rsaOaepSha256Encrypt(key.publicDer(), random.bytes(32));
  FLORIN_CHECK(wrapped.ok());
  lines.add("RSA-OAEP of a content key", {0, 0, 0, 0, 1}, 10,
            [&] { FLORIN_CHECK(key.decryptOaepSha256(*wrapped).ok()); });
  const auto envelope = crypto::cmsEnvelop(key.publicDer(), random.bytes(120));
  FLORIN_CHECK(envelope.ok());
  const auto parts = crypto::cmsParse(*envelope);
  const auto contentKey = key.decryptOaepSha256(parts->encryptedKey);
  lines.add("AES-CBC of card data", {0, 0, 0, 0, 1}, 500,
            [&] { FLORIN_CHECK(crypto::cmsOpenContent(*parts, *contentKey).ok()); });
  const SecretBytes code = protocol::newCode(messages::Suite::kS1, random);
  const auto wallet = base::WalletId::random(random);
  const auto secrets = protocol::deriveSecrets(code, wallet, "backend");
  FLORIN_CHECK(secrets.ok());
  lines.add("HKDF of an activation code", {0, 0, 0, 0, 2}, 200,
            [&] { (void)protocol::parseCode(code); });
  lines.add("SPAKE2+ record of a code", {0, 0, 0, 0, 1}, 50,
            [&] { FLORIN_CHECK(protocol::makeRegistration(*secrets).ok()); });
}

// What answers without a commit has looked into the store for it: at least one row, found by its
// key.
Status addStore(Lines& lines, base::Random& random) {
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
    lines.add("durable commit", {1, 1, 0, 1, 1}, 20, [&] {
      const auto row = db.execute("INSERT INTO floor VALUES (?, ?)", ByteView(random.bytes(16)),
                                  ByteView(value));
      if (!row.ok()) last = row.error();
    });
    const Bytes id = random.bytes(16);
    FLORIN_TRY(db.execute("INSERT INTO floor VALUES (?, ?)", ByteView(id), ByteView(value)));
    lines.add("view of one row", {0, 0, 1, 0}, 200, [&] {
      const auto row = db.number("SELECT length(value) FROM floor WHERE id = ?", ByteView(id));
      if (!row.ok()) last = row.error();
    });
    return last;
  };
  const Status measured = measure();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return measured;
}

Result<std::vector<FloorLine>> measureOnThisThread(FloorOf what) {
  crypto::OsRandom random;
  Lines lines(what);
  addCurve(lines, random);
  addSymmetric(lines, random);
  addPaymentKeys(lines, random);
  addCardCapture(lines, random);
  FLORIN_TRY(addStore(lines, random));
  return std::move(lines).take();
}

}  // namespace

Result<std::vector<FloorLine>> measureFloor(FloorOf what) {
  const unsigned cpus = std::max(1U, std::thread::hardware_concurrency());
  std::vector<Result<std::vector<FloorLine>>> measured(cpus, std::vector<FloorLine>());
  std::vector<std::thread> threads;
  for (auto& lines : measured) {
    threads.emplace_back([&lines, what] { lines = measureOnThisThread(what); });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::vector<FloorLine>> floors;
  for (auto& lines : measured) {
    if (!lines.ok()) return lines.error();
    floors.push_back(std::move(*lines));
  }
  return meanOf(floors);
}

std::vector<FloorLine> meanOf(const std::vector<std::vector<FloorLine>>& floors) {
  std::vector<FloorLine> mean = floors.at(0);
  for (std::size_t i = 0; i < mean.size(); ++i) {
    double sum = 0;
    for (const auto& lines : floors) sum += lines.at(i).microseconds;
    mean[i].microseconds = sum / static_cast<double>(floors.size());
  }
  return mean;
}

double floorMicroseconds(const std::vector<FloorLine>& lines) {
  double sum = 0;
  for (const FloorLine& line : lines) sum += line.count * line.microseconds;
  return sum;
}

}  // namespace florin::bench
