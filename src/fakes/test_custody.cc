#include "fakes/test_custody.h"

#include "fakes/seeded_random.h"
#include "softkeys/soft_keys.h"

namespace florin::fakes {

std::unique_ptr<ports::KeyCustody> makeTestCustody() {
  static const SecretBytes kFile = [] {
    SeededRandom random(11);
    return softkeys::SoftKeys::create(random, {"K2"});
  }();
  return softkeys::SoftKeys::open(kFile).value();
}

}  // namespace florin::fakes
