// Every bound of Florin. A queue, a message, a loop over input, a retry or a wait that has no line
// here has no bound, which is a fault.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace florin::base::limits {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

// Activation codes (D1): characters of 0-9A-Za-z.
inline constexpr std::size_t kCodeMin = 4;
inline constexpr std::size_t kCodeMax = 32;
inline constexpr std::size_t kS1CodeLength = 26;  // base32 characters, 130 bits
inline constexpr unsigned kCodeTries = 5;
inline constexpr auto kCodeLifetime = 30 * 24h;
inline constexpr auto kAnsweredShareLifetime = 24h;
inline constexpr auto kBoundLifetime = 30 * 24h;
inline constexpr unsigned kOpenCodesPerWallet = 16;

// Channel messages (D5, D6).
inline constexpr std::size_t kEnrollmentMessage = 8 * 1024;
inline constexpr std::size_t kNoiseMessage = 65'535;
inline constexpr std::size_t kExchangeBody = kNoiseMessage + 1024;
inline constexpr std::size_t kPushToken = 4096;
inline constexpr std::size_t kDeviceInfo = 1024;
inline constexpr std::size_t kAttestation = 16 * 1024;
inline constexpr std::size_t kRequestsPerExchange = 16;
inline constexpr std::size_t kAcksPerExchange = 256;
inline constexpr std::size_t kOperationsPerExchange = 64;
inline constexpr std::size_t kCardsPerWallet = 100;
inline constexpr std::size_t kProfileBytes = 16 * 1024;
inline constexpr std::size_t kKeysPerOperation = 64;
inline constexpr std::size_t kStoredResults = 64;
inline constexpr unsigned kExchangesPerSession = 16;  // follow-ups asked for by `more`

// JSON (gateway, TSP).
inline constexpr std::size_t kJsonBody = 64 * 1024;
inline constexpr unsigned kJsonDepth = 16;
inline constexpr std::size_t kJsonMembers = 1024;  // of one object
inline constexpr std::size_t kIdempotencyKey = 64;

// Cryptography on behalf of others (crypto).
inline constexpr std::size_t kCmsEnvelope = 16 * 1024;
inline constexpr std::uint64_t kScryptMemory = 64 * 1024 * 1024;
inline constexpr std::uint64_t kScryptWork = 4 * kScryptMemory;  // 128 * r * n * p
inline constexpr unsigned kCertificateDays = 3650;

// HTTP server.
inline constexpr std::size_t kHttpHeader = 16 * 1024;
inline constexpr std::size_t kHttpBody = 128 * 1024;
inline constexpr auto kHttpHeaderDeadline = 10s;
inline constexpr auto kHttpBodyDeadline = 20s;
inline constexpr auto kHttpIdle = 60s;
inline constexpr auto kHttpDrain = 10s;
inline constexpr std::size_t kHttpQueue = 256;
inline constexpr std::size_t kHttpConnections = 16 * 1024;

// Requests signed by the wallet key (RFC 9421): how far `created` may be from our clock.
inline constexpr auto kSignatureWindow = 5min;

// SDK.
inline constexpr auto kTransportDeadline = 30s;
inline constexpr unsigned kTransportRetries = 3;
inline constexpr std::size_t kVaultTransaction = 1024 * 1024;
inline constexpr std::size_t kVaultFile = 64 * 1024 * 1024;
inline constexpr auto kArmingWait = 300ms;

// Stores.
inline constexpr std::size_t kUnitsPerCommit = 128;
inline constexpr std::size_t kStoreQueue = 4096;
inline constexpr unsigned kUnitRetries = 8;

// EMV.
inline constexpr std::size_t kApduCommand = 261;   // short: header, Lc, 255 data, Le
inline constexpr std::size_t kApduResponse = 258;  // short: 256 data and SW1 SW2
inline constexpr std::size_t kTlvDepth = 8;
inline constexpr std::uint16_t kLastAtc = 0xFFFF;

}  // namespace florin::base::limits
