#include "protocol/noise_pattern.h"

namespace florin::protocol {
namespace {

using enum NoiseToken;

constexpr NoiseToken kNN1[] = {kE};
constexpr NoiseToken kNN2[] = {kE, kEe};
constexpr NoiseToken kNNpsk1[] = {kPsk, kE};
constexpr NoiseToken kKKpsk1[] = {kPsk, kE, kEs, kSs};
constexpr NoiseToken kKK2[] = {kE, kEe, kSe};

}  // namespace

constexpr NoisePattern kNoiseNN{"NN", false, false, {kNN1, kNN2}};
constexpr NoisePattern kNoiseNNpsk0{"NNpsk0", false, true, {kNNpsk1, kNN2}};
constexpr NoisePattern kNoiseKKpsk0{"KKpsk0", true, true, {kKKpsk1, kKK2}};

}  // namespace florin::protocol
