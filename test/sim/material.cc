#include "material.h"

#include "base/check.h"
#include "fakes/seeded_random.h"
#include "softkeys/soft_keys.h"

namespace florin::sim {

Material Material::make() {
  Material material;
  fakes::SeededRandom random(0);
  material.issuer_ = base::TenantId::random(random);
  material.walletProvider_ = base::TenantId::random(random);
  const SecretBytes keys = softkeys::SoftKeys::create(random, {"K2"});
  const auto newKeys = softkeys::SoftKeys::rotateChannelKey(keys, random);
  FLORIN_CHECK(newKeys.ok());
  auto custody = softkeys::SoftKeys::open(keys);
  auto rotated = softkeys::SoftKeys::open(*newKeys);
  tsp::Program program;
  program.card = emv::programK2();
  program.card.name = "K2";
  program.card.keys.stock = kKeyStock;
  program.product = "Simulated Card";
  program.dpanPrefix = "999990";
  program.amountLimit = 100'000;
  auto catalog = tsp::Catalog::make(
      {program}, {{material.issuer_, "Simulated Bank", {{"999900", "999909", "K2"}}}});
  FLORIN_CHECK(custody.ok() && rotated.ok() && catalog.ok());
  material.custody_ = std::move(*custody);
  material.rotatedCustody_ = std::move(*rotated);
  material.catalog_ = std::make_unique<tsp::Catalog>(std::move(*catalog));
  return material;
}

}  // namespace florin::sim
