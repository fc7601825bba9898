#include "crypto/key_transport.h"

#include <gtest/gtest.h>

#include <functional>

#include "crypto/equal.h"
#include "crypto/hash.h"

namespace florin::crypto {
namespace {

template <class IdType>
IdType idOf(std::uint8_t byte) {
  return IdType::fromBytes(Bytes(16, byte)).value();
}

PaymentKeyLabel exampleLabel() {
  PaymentKeyLabel label;
  label.transportKeyId = idOf<base::KeyId>(0x11);
  label.deviceId = idOf<base::DeviceId>(0x22);
  label.tokenId = idOf<base::TokenId>(0x33);
  label.kind = 1;
  label.number = 0x01020304;
  return label;
}

SecretBytes secretOf(std::size_t size, std::uint8_t byte) {
  return SecretBytes::take(Bytes(size, byte));
}

TEST(KeyTransportTest, LabelIsTheDigestOfItsFieldsInOrder) {
  const Bytes text = base::concat(base::asBytes("florin kt/1"), Bytes(16, 0x11), Bytes(16, 0x22),
                                  Bytes(16, 0x33), Bytes{1, 1, 2, 3, 4});
  const Digest digest = sha256(text);
  EXPECT_EQ(paymentKeyLabelDigest(exampleLabel()), base::toBytes(digest));
}

TEST(KeyTransportTest, WrappedKeyComesBack) {
  const SecretBytes shared = secretOf(32, 0x44);
  const SecretBytes key = secretOf(16, 0x55);
  const Bytes wrapped = wrapPaymentKey(shared, exampleLabel(), key);
  auto unwrapped = unwrapPaymentKey(shared, exampleLabel(), wrapped);
  ASSERT_TRUE(unwrapped.ok());
  EXPECT_TRUE(equal(unwrapped->expose(), key.expose()));
}

TEST(KeyTransportTest, EveryFieldOfTheLabelGivesAnotherKek) {
  const SecretBytes shared = secretOf(32, 0x44);
  const Bytes wrapped = wrapPaymentKey(shared, exampleLabel(), secretOf(16, 0x55));
  const std::function<void(PaymentKeyLabel&)> changes[] = {
      [](auto& label) { label.transportKeyId = idOf<base::KeyId>(0x12); },
      [](auto& label) { label.deviceId = idOf<base::DeviceId>(0x12); },
      [](auto& label) { label.tokenId = idOf<base::TokenId>(0x12); },
      [](auto& label) { label.kind = 2; },
      [](auto& label) { label.number += 1; },
  };
  for (const auto& change : changes) {
    PaymentKeyLabel label = exampleLabel();
    change(label);
    auto unwrapped = unwrapPaymentKey(shared, label, wrapped);
    ASSERT_FALSE(unwrapped.ok());
    EXPECT_EQ(unwrapped.error().code(), Code::kUnauthenticated);
  }
  EXPECT_FALSE(unwrapPaymentKey(secretOf(32, 0x45), exampleLabel(), wrapped).ok());
}

}  // namespace
}  // namespace florin::crypto
