// Project Wycheproof's vectors (C2SP/wycheproof): the inputs on which implementations have failed.
#include <functional>

#include "crypto/aead.h"
#include "crypto/cmac.h"
#include "crypto/equal.h"
#include "crypto/hmac.h"
#include "crypto/kdf.h"
#include "crypto/keywrap.h"
#include "crypto/p256.h"
#include "vector_file.h"

namespace florin::vectors {
namespace {

using crypto::equal;

// What every vector has. `valid` is what the library has to do with it.
struct Expectation {
  std::string where;
  std::string result;
  bool valid = false;
};

using CheckVector = std::function<void(Fields& group, Fields& vector, const Expectation&)>;

Expectation expectation(Fields& vector, const std::string& name) {
  Expectation expected;
  expected.where =
      name + " tcId " + std::to_string(vector.number("tcId")) + " (" + vector.text("comment") + ")";
  expected.result = vector.text("result");
  expected.valid = expected.result == "valid";
  EXPECT_TRUE(expected.valid || expected.result == "invalid" || expected.result == "acceptable")
      << expected.where << ": " << expected.result;
  vector.skip({"flags"});
  return expected;
}

// Calls `check` for every vector of the file, and counts that none is left out.
void checkFile(const boost::json::value& json, const std::string& name,
               const std::string& algorithm, const CheckVector& check) {
  Fields file(json, name);
  EXPECT_EQ(file.text("algorithm"), algorithm);
  file.skip({"schema", "header", "notes"});
  std::size_t count = 0;
  for (const auto& groupJson : file.value("testGroups").as_array()) {
    Fields group(groupJson, name + " group");
    group.skip({"type", "source"});
    for (const auto& vectorJson : group.value("tests").as_array()) {
      Fields vector(vectorJson, name + " vector");
      const Expectation expected = expectation(vector, name);
      check(group, vector, expected);
      ++count;
    }
  }
  EXPECT_EQ(count, file.number("numberOfTests"));
}

#define FLORIN_LOAD_OR_SKIP(json, name)                                   \
  const auto json = readVectorFile(name);                                 \
  if (!json.has_value()) {                                                \
    GTEST_SKIP() << "no file " << (name) << " in " << FLORIN_VECTORS_DIR; \
  }

// Sizes that only the program can get wrong end the process. That is checked once per combination
// of sizes, because a process that ends takes a while to test.
class RefusedSizes {
 public:
  bool isFirst(std::initializer_list<std::size_t> sizes) { return seen_.insert(sizes).second; }

 private:
  std::set<std::vector<std::size_t>> seen_;
};

TEST(WycheproofDeathTest, AesCmac) {
  const std::string name = "wycheproof/aes_cmac_test.json";
  FLORIN_LOAD_OR_SKIP(json, name);
  RefusedSizes refused;
  checkFile(
      *json, name, "AES-CMAC", [&](Fields& group, Fields& vector, const Expectation& expected) {
        const std::size_t keySize = group.number("keySize") / 8;
        const std::size_t tagSize = group.number("tagSize") / 8;
        const SecretBytes key = vector.secret("key");
        const Bytes message = vector.bytes("msg");
        const Bytes tag = vector.bytes("tag");
        ASSERT_EQ(key.size(), keySize) << expected.where;
        if (keySize != 16 && keySize != 24 && keySize != 32) {
          EXPECT_FALSE(expected.valid) << expected.where;
          if (refused.isFirst({keySize})) {
            EXPECT_DEATH((void)crypto::aesCmac(key, message), "check failed") << expected.where;
          }
          return;
        }
        const auto ours = crypto::aesCmac(key, message);
        EXPECT_EQ(equal(ByteView(ours).first(tagSize), tag), expected.valid) << expected.where;
      });
}

TEST(WycheproofDeathTest, AesGcm) {
  const std::string name = "wycheproof/aes_gcm_test.json";
  FLORIN_LOAD_OR_SKIP(json, name);
  RefusedSizes refused;
  checkFile(*json, name, "AES-GCM",
            [&](Fields& group, Fields& vector, const Expectation& expected) {
              const std::size_t keySize = group.number("keySize") / 8;
              const std::size_t nonceSize = group.number("ivSize") / 8;
              ASSERT_EQ(group.number("tagSize"), crypto::kGcmTag * 8);
              const SecretBytes key = vector.secret("key");
              const Bytes nonce = vector.bytes("iv");
              const Bytes aad = vector.bytes("aad");
              const Bytes message = vector.bytes("msg");
              const Bytes ciphertext = vector.bytes("ct");
              const Bytes sealed = base::concat(ciphertext, vector.bytes("tag"));
              if (keySize != crypto::kGcmKey || nonceSize != crypto::kGcmNonce) {
                if (refused.isFirst({keySize, nonceSize})) {
                  EXPECT_DEATH((void)crypto::aesGcmOpen(key, nonce, aad, sealed), "check failed")
                      << expected.where;
                }
                return;
              }
              const auto opened = crypto::aesGcmOpen(key, nonce, aad, sealed);
              ASSERT_EQ(opened.ok(), expected.valid) << expected.where;
              EXPECT_EQ(crypto::aesGcmSeal(key, nonce, aad, message) == sealed, expected.valid)
                  << expected.where;
              if (expected.valid) {
                EXPECT_TRUE(equal(opened->expose(), message)) << expected.where;
              } else {
                EXPECT_EQ(opened.error().code(), Code::kUnauthenticated) << expected.where;
              }
            });
}

TEST(WycheproofTest, AesKwp) {
  const std::string name = "wycheproof/aes_kwp_test.json";
  FLORIN_LOAD_OR_SKIP(json, name);
  checkFile(*json, name, "AES-KWP", [](Fields& group, Fields& vector, const Expectation& expected) {
    const SecretBytes kek = vector.secret("key");
    ASSERT_EQ(kek.size(), group.number("keySize") / 8) << expected.where;
    const SecretBytes key = vector.secret("msg");
    const Bytes wrapped = vector.bytes("ct");
    const auto unwrapped = crypto::kwpUnwrap(kek, wrapped);
    ASSERT_EQ(unwrapped.ok(), expected.valid) << expected.where;
    if (!key.empty()) {
      EXPECT_EQ(crypto::kwpWrap(kek, key) == wrapped, expected.valid) << expected.where;
    }
    if (expected.valid) {
      EXPECT_TRUE(equal(unwrapped->expose(), key.expose())) << expected.where;
    } else {
      EXPECT_EQ(unwrapped.error().code(), Code::kUnauthenticated) << expected.where;
    }
  });
}

// Wycheproof writes scalars as signed numbers: a zero byte may stand in front, and leading zeros
// are left out.
SecretBytes scalarOf32Bytes(const Bytes& number) {
  ByteView view = number;
  while (!view.empty() && view[0] == 0) view = view.subspan(1);
  Bytes padded(view.size() < 32 ? 32 - view.size() : 0);
  base::append(padded, view);
  return SecretBytes::take(std::move(padded));
}

TEST(WycheproofTest, EcdhP256) {
  const std::string name = "wycheproof/ecdh_secp256r1_ecpoint_test.json";
  FLORIN_LOAD_OR_SKIP(json, name);
  checkFile(*json, name, "ECDH", [](Fields& group, Fields& vector, const Expectation& expected) {
    ASSERT_EQ(group.text("curve"), "secp256r1");
    ASSERT_EQ(group.text("encoding"), "ecpoint");
    const auto key = crypto::P256Key::fromScalar(scalarOf32Bytes(vector.bytes("private")));
    ASSERT_TRUE(key.ok()) << expected.where;
    const Bytes shared = vector.bytes("shared");
    const auto agreed = key->agree(vector.bytes("public"));
    // "acceptable" is a compressed point, which we do not take.
    ASSERT_EQ(agreed.ok(), expected.valid) << expected.where;
    if (expected.valid) {
      EXPECT_TRUE(equal(agreed->expose(), shared)) << expected.where;
    } else {
      EXPECT_EQ(agreed.error().code(), Code::kMalformed) << expected.where;
    }
  });
}

TEST(WycheproofDeathTest, HkdfSha256) {
  const std::string name = "wycheproof/hkdf_sha256_test.json";
  FLORIN_LOAD_OR_SKIP(json, name);
  checkFile(
      *json, name, "HKDF-SHA-256", [](Fields& group, Fields& vector, const Expectation& expected) {
        const SecretBytes ikm = vector.secret("ikm");
        ASSERT_EQ(ikm.size(), group.number("keySize") / 8) << expected.where;
        const Bytes salt = vector.bytes("salt");
        const Bytes info = vector.bytes("info");
        const std::size_t size = vector.number("size");
        const Bytes okm = vector.bytes("okm");
        if (!expected.valid) {
          EXPECT_DEATH((void)crypto::hkdf(ikm, salt, info, size), "check failed") << expected.where;
          return;
        }
        EXPECT_TRUE(equal(crypto::hkdf(ikm, salt, info, size).expose(), okm)) << expected.where;
      });
}

TEST(WycheproofTest, HmacSha256) {
  const std::string name = "wycheproof/hmac_sha256_test.json";
  FLORIN_LOAD_OR_SKIP(json, name);
  checkFile(
      *json, name, "HMACSHA256", [](Fields& group, Fields& vector, const Expectation& expected) {
        const std::size_t tagSize = group.number("tagSize") / 8;
        const SecretBytes key = vector.secret("key");
        ASSERT_EQ(key.size(), group.number("keySize") / 8) << expected.where;
        const Bytes message = vector.bytes("msg");
        const Bytes tag = vector.bytes("tag");
        const auto ours = crypto::hmacSha256(key, message);
        EXPECT_EQ(equal(ByteView(ours).first(tagSize), tag), expected.valid) << expected.where;
        EXPECT_EQ(crypto::verifyHmac(key, message, tag), expected.valid && tagSize == 32)
            << expected.where;
      });
}

}  // namespace
}  // namespace florin::vectors
