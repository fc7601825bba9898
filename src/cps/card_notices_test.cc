#include "cps/card_notices.h"

#include "codec/json.h"
#include "cps/card_fixture.h"
#include "fakes/fake_notice_sender.h"
#include "notify/notices.h"

namespace florin::cps {
namespace {

using messages::AckVerdict;
using messages::OperationType;

// A card that a device has claimed, and whose InstallCard and InstallKeys wait.
struct CardNoticesTest : CardTest {
  void SetUp() override {
    backend.notices = &notices;
    claimed();
    ASSERT_EQ(pendingTypes(),
              (std::vector{OperationType::kInstallCard, OperationType::kInstallKeys}));
  }

  // told gives "change state" of each notice.
  std::vector<std::string> told() {
    std::vector<std::string> all;
    const auto rows =
        store.read([](auto& unit) { return unit.notices().list({}, false, 100); }).value();
    for (const records::Notice& notice : rows) {
      const auto body = codec::parseJson(notice.body).value();
      all.push_back(std::string(body.find("change")->text()) + " " +
                    std::string(body.find("state")->text()));
    }
    return all;
  }

  using Texts = std::vector<std::string>;
  fakes::FakeNoticeSender bell{clock, {}};
  notify::Notices notices{{{issuer, true, false}}, bell, clock, random};
};

TEST_F(CardNoticesTest, EachStepOfProvisioningIsToldOnce) {
  ASSERT_TRUE(acknowledge({{1}}).ok());
  EXPECT_EQ(told(), Texts{"provisioned PROVISIONED"});
  ASSERT_TRUE(acknowledge({{1}, {2}}).ok());
  EXPECT_EQ(told(), (Texts{"provisioned PROVISIONED", "provisioned ACTIVE"}));
  ASSERT_TRUE(acknowledge({{1}, {2}}).ok());
  EXPECT_EQ(told().size(), 2U);
}

TEST_F(CardNoticesTest, WhatComesTogetherIsOneNotice) {
  ASSERT_TRUE(acknowledge({{1}, {2}}).ok());
  EXPECT_EQ(told(), Texts{"provisioned ACTIVE"});
}

TEST_F(CardNoticesTest, CardThatItsDeviceCannotInstallIsTold) {
  ASSERT_TRUE(acknowledge({{1, AckVerdict::kCannotApply, 11}}).ok());
  EXPECT_EQ(told(), Texts{"provision_failed PROVISION_FAILED"});
}

TEST_F(CardNoticesTest, NobodyIsToldWithoutAWish) {
  notify::Notices none({}, bell, clock, random);
  backend.notices = &none;
  ASSERT_TRUE(acknowledge({{1}, {2}}).ok());
  backend.notices = nullptr;
  EXPECT_TRUE(told().empty());
}

}  // namespace
}  // namespace florin::cps
