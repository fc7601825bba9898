// openWallet is Wallet::open with the clock and the randomness as arguments, for tests and the
// simulator.
#pragma once

#include "base/random.h"
#include "base/time.h"
#include "florin/wallet.h"

namespace florin::wallet {

// openWallet: as Wallet::open. `clock` and `random` must outlive the wallet; `random` is used from
// any thread.
Result<std::unique_ptr<Wallet>> openWallet(WalletConfig config,
                                           const WalletEnvironment& environment, base::Clock& clock,
                                           base::Random& random);

}  // namespace florin::wallet
