// Filler makes a store as large as one that has served for years: rows with the sizes and shapes of
// those of one real device, and ids of their own. They are of use to nobody; they are in the way.
#pragma once

#include <cstddef>
#include <string>

#include "florin/result.h"
#include "interrupts.h"

namespace florin::bench {

// fillStore multiplies the rows of all devices of the database, which nobody else has open, by
// `wallets`. On a terminal it tells how far it is. kUnavailable: the disk is full. kCancelled: a
// signal came; the database is not to be used any more.
Status fillStore(const std::string& database, std::size_t wallets, apps::Interrupts& interrupts);

}  // namespace florin::bench
