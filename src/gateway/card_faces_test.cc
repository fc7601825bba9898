#include "gateway/card_faces.h"

#include "crypto/hash.h"
#include "gateway/gateway_fixture.h"
#include "messages/gateway.h"

namespace florin::gateway {
namespace {

struct CardFacesTest : DigitizingTest {
  ports::HttpResponse get(const base::DigitalCardId& id, const std::string& what) {
    return call("GET", "/gateway/v1/cards/{}/" + what, id.toString(), "", walletKey);
  }
};

TEST_F(CardFacesTest, WalletSeesItsCardsFaceAndPicture) {
  tsp::CardOffer offered;
  offered.face.background = "#000000";
  offered.face.artType = "image/png";
  offered.face.art = random.bytes(5000);
  offer(offered);
  const auto card = replyOf(request());
  const auto answer = get(card.digitalCardId, "metadata");
  ASSERT_EQ(answer.status, 200);
  const auto metadata = messages::decodeCardMetadata(base::asText(answer.body));
  ASSERT_TRUE(metadata.ok());
  EXPECT_EQ(metadata->product, "Test Card");
  EXPECT_EQ(metadata->issuerName, "Test Bank");
  EXPECT_EQ(metadata->panLastFour, card.panLastFour);
  EXPECT_EQ(metadata->background, "#000000");
  EXPECT_EQ(metadata->foreground, "#ffffff");
  EXPECT_EQ(metadata->artHash, base::toBytes(crypto::sha256(offered.face.art)));
  const auto art = get(card.digitalCardId, "art");
  EXPECT_EQ(art.contentType, "image/png");
  EXPECT_EQ(art.body, offered.face.art);
}

TEST_F(CardFacesTest, NoPictureAndAnothersCardAreUnknown) {
  const auto card = replyOf(request());
  const auto metadata =
      messages::decodeCardMetadata(base::asText(get(card.digitalCardId, "metadata").body));
  ASSERT_TRUE(metadata.ok());
  EXPECT_TRUE(metadata->artType.empty());
  for (const auto& answer :
       {get(card.digitalCardId, "art"), get(base::DigitalCardId::random(random), "metadata"),
        get(base::DigitalCardId::random(random), "art")}) {
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(messages::decodeErrorBody(base::asText(answer.body))->code,
              static_cast<std::int64_t>(MGErrorCode::UNKNOWN_DIGITAL_CARD_ID));
  }
}

}  // namespace
}  // namespace florin::gateway
