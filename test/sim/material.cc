#include "material.h"

#include "base/check.h"
#include "fakes/seeded_random.h"
#include "softkeys/soft_keys.h"

namespace florin::sim {
namespace {

tsp::Program programOf(Keys keys) {
  const bool limited = keys == Keys::kLimitedUse;
  tsp::Program program;
  program.card = emv::programK2();
  program.card.name = limited ? "LUK" : "K2";
  program.card.keys.stock = kKeyStock;
  if (limited) {
    program.card.keys.scheme = emv::KeyScheme::kLuk;
    program.card.keys.lukUses = kLukUses;
    program.card.keys.lukLifetime = kLukLifetime;
  }
  program.product = "Simulated Card";
  program.dpanPrefix = limited ? "999991" : "999990";
  program.amountLimit = 100'000;
  return program;
}

}  // namespace

Material Material::make() {
  Material material;
  fakes::SeededRandom random(0);
  material.issuer_ = base::TenantId::random(random);
  material.walletProvider_ = base::TenantId::random(random);
  const SecretBytes keys = softkeys::SoftKeys::create(random, {"K2", "LUK"});
  const auto newKeys = softkeys::SoftKeys::rotateChannelKey(keys, random);
  FLORIN_CHECK(newKeys.ok());
  auto custody = softkeys::SoftKeys::open(keys);
  auto rotated = softkeys::SoftKeys::open(*newKeys);
  auto catalog = tsp::Catalog::make({programOf(Keys::kSingleUse), programOf(Keys::kLimitedUse)},
                                    {{material.issuer_,
                                      "Simulated Bank",
                                      {{"999900", "999909", "K2"}, {"999910", "999919", "LUK"}}}});
  FLORIN_CHECK(custody.ok() && rotated.ok() && catalog.ok());
  material.custody_ = std::move(*custody);
  material.rotatedCustody_ = std::move(*rotated);
  material.catalog_ = std::make_unique<tsp::Catalog>(std::move(*catalog));
  return material;
}

}  // namespace florin::sim
