// What no terminal in its right mind sends: random commands, most of them nearly right, in any
// order.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/limits.h"
#include "card/card_session.h"
#include "card/test_cards.h"
#include "fakes/seeded_random.h"

namespace florin::card {
namespace {

constexpr unsigned kCommands = 100'000;
constexpr std::uint8_t kGenerateAc = 0xAE;

std::vector<Bytes> wellFormedCommands() {
  std::vector<Bytes> commands;
  for (const std::string_view hex :
       {"00a404000e325041592e5359532e444446303100", "00a4040009f000464c4f52494e0200",
        "00a4040205f000464c4f00", "80a80000088306e0f0c802762200", "00b2010c00", "00b2021400",
        "80ae80002000000000125000000000000002760000040000097826033100010203041f060200",
        "80ae40002000000000125000000000000002760000040000097826033100010203041f060200",
        "80ae00002000000000125000000000000002760000040000097826033100010203041f060200"}) {
    commands.push_back(base::fromHex(hex).value());
  }
  return commands;
}

// Half of the commands stay as they are; the others lose, gain or change something.
Bytes nextCommand(const std::vector<Bytes>& commands, fakes::SeededRandom& random) {
  Bytes command = commands[random.below(commands.size())];
  switch (random.below(8)) {
    case 0:
      command[random.below(command.size())] = static_cast<std::uint8_t>(random.below(256));
      break;
    case 1: command.resize(random.below(command.size() + 1)); break;
    case 2: base::append(command, random.bytes(1 + random.below(300))); break;
    case 3: command = random.bytes(random.below(20)); break;
    default: break;
  }
  return command;
}

TEST(RandomCommandsTest, EveryCommandIsAnsweredAndOnlyACryptogramSpendsOneKey) {
  const emv::Profile one = testProfile();
  const emv::Profile two = testProfile(testProgram(0x12, "OTHER"));
  const std::vector<Bytes> commands = wellFormedCommands();
  fakes::SeededRandom random(8);
  TestKeys keys(0xFFFF);
  TestCardholder cardholder;
  CardSession session({{testToken(1), &one, true}, {testToken(2), &two, true}}, keys, cardholder);
  std::size_t cryptograms = 0;
  for (unsigned i = 0; i < kCommands; ++i) {
    if (random.below(64) == 0) session.deactivated();
    const Bytes command = nextCommand(commands, random);
    const std::size_t before = keys.spent();
    const Bytes response = session.process(command);
    ASSERT_GE(response.size(), 2U) << i;
    ASSERT_LE(response.size(), base::limits::kApduResponse) << i;
    const bool isCryptogram =
        command.size() > 1 && command[1] == kGenerateAc && base::toHex(response).ends_with("9000");
    ASSERT_EQ(keys.spent() - before, isCryptogram ? 1U : 0U) << i;
    if (isCryptogram) ++cryptograms;
  }
  EXPECT_GT(cryptograms, 100U);
  EXPECT_EQ(keys.spent(), cryptograms);
}

}  // namespace
}  // namespace florin::card
