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
inline constexpr std::size_t kS2CodeLength = 10;  // typed codes that we issue: 50 bits
inline constexpr unsigned kCodeTries = 5;
inline constexpr auto kCodeLifetime = 30 * 24h;
inline constexpr auto kAnsweredShareLifetime = 24h;
inline constexpr auto kBoundLifetime = 30 * 24h;
inline constexpr unsigned kOpenCodesPerWallet = 16;

// Channel messages (D5, D6).
inline constexpr std::size_t kEnrollmentMessage = 24 * 1024;  // an attestation and a push token
inline constexpr std::size_t kNoiseMessage = 65'535;
inline constexpr std::size_t kExchangeBody = kNoiseMessage + 1024;
inline constexpr std::size_t kPushToken = 4096;
inline constexpr std::size_t kDeviceInfo = 1024;
inline constexpr std::size_t kAttestation = 16 * 1024;
inline constexpr std::size_t kRequestsPerExchange = 16;
inline constexpr std::size_t kAcksPerExchange = 256;
inline constexpr std::size_t kOperationsPerExchange = 64;
inline constexpr std::size_t kIdvMethods = 16;  // that an issuer offers for one card
inline constexpr std::size_t kIdvMethodId = 32;
inline constexpr std::size_t kOtpDigits = 6;
inline constexpr std::size_t kOtpMax = 16;     // bytes of what is handed in as an OTP
inline constexpr std::uint32_t kOtpTries = 5;  // of one OTP
inline constexpr std::uint32_t kOtpSends = 5;  // for one card
inline constexpr auto kOtpLifetime = 10min;
inline constexpr std::uint32_t kOtpsPerPan = 15;   // sent, in whichever wallets, and
inline constexpr std::uint32_t kWrongPerPan = 15;  // handed in wrong
inline constexpr auto kPanWindow = 24h;            // within so long from the first
inline constexpr std::size_t kApiTokens = 1000;    // of one backend, revoked ones too
inline constexpr std::size_t kAccessToken = 1024;  // bytes of a wallet's access token
inline constexpr auto kAccessTokenLifetime = 10min;
inline constexpr std::size_t kDecisionToken = 4096;  // bytes of an issuer's signed decision
inline constexpr std::size_t kKeyName = 64;          // "kid" of an issuer's key
inline constexpr auto kDecisionTokenLifetime = 24h;
inline constexpr auto kDecisionTokenSkew = 1min;      // between the issuer's clock and ours
inline constexpr std::size_t kDeviceType = 16;        // "PHONE", "WATCH"
inline constexpr std::size_t kTermsText = 24 * 1024;  // fits in kJsonBody, escapes and all
inline constexpr std::size_t kTermsLanguages = 32;
inline constexpr std::size_t kCardArt = 256 * 1024;         // bytes of an image
inline constexpr auto kPushSessionLifetime = 15min;         // a card that its issuer pushes
inline constexpr std::uint32_t kPushSessionsOpen = 10'000;  // of one issuer
inline constexpr std::size_t kHistoryRecords = 100;         // of one answer, to wallet and issuer
inline constexpr std::size_t kAuditPage = 100;              // entries of one answer to the operator
inline constexpr std::size_t kOperationBytesPerExchange = 60'000;  // payloads of one reply
inline constexpr std::size_t kCardsPerWallet = 100;
inline constexpr std::size_t kProfileBytes = 16 * 1024;
inline constexpr std::size_t kKeysPerOperation = 64;
inline constexpr std::size_t kWrappedKey = 2048;  // an ICC key with its CRT values
inline constexpr std::size_t kDisplayName = 64;   // product, scheme, application
inline constexpr std::size_t kStoredResults = 64;
inline constexpr unsigned kExchangesPerSession = 16;  // follow-ups asked for by `more`
inline constexpr std::size_t kTicket = 512;
inline constexpr auto kTicketLifetime = 15min;  // from the exchange with static keys

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
inline constexpr std::size_t kHttpConnectionsPerAddress = 1024;
inline constexpr auto kHttpHandshakeDeadline = 10s;
inline constexpr auto kHttpWriteDeadline = 20s;
inline constexpr auto kHttpLinger = 2s;  // at the end, until the client has ended too
inline constexpr std::size_t kHttpLingerBytes = 256 * 1024;
inline constexpr int kHttpBacklog = 1024;
inline constexpr std::size_t kHttpClients = 16 * 1024;  // that are counted at a time, of each kind
inline constexpr auto kLockoutFirst = 1s;               // of an address that guesses; doubles
inline constexpr auto kLockoutForgotten = 10min;        // after which it begins anew
inline constexpr int kPlainConnections = 16;            // of a receiver of this machine's requests
inline constexpr auto kWebhookClock = std::chrono::minutes(5);  // a push's timestamp from ours

// Requests signed by the wallet key (RFC 9421): how far `created` may be from our clock.
inline constexpr auto kSignatureWindow = 5min;
inline constexpr std::size_t kNoncesRemembered = 32 * 1024;  // per window; 16 bytes each

// SDK.
inline constexpr auto kTransportDeadline = 30s;
inline constexpr unsigned kTransportRetries = 3;
inline constexpr auto kRetryDelay = 500ms;    // before the first repetition; doubles
inline constexpr auto kRetryAdvice = 30s;     // longest advice of the backend that is followed
inline constexpr auto kRefillDelayMin = 30s;  // until a refill that failed is tried again; doubles
inline constexpr auto kRefillDelayMax = 1h;
inline constexpr auto kPollIntervalMin = 1min;  // the shortest and the longest that may be set
inline constexpr auto kPollIntervalMax = 30 * 24h;
inline constexpr auto kPollDelayMin = 1min;  // until a poll that failed is due again; doubles
inline constexpr auto kPollDelayMax = 1h;
inline constexpr auto kTransportConnect = 10s;
inline constexpr std::size_t kTransportRequests = 1024;  // in flight on one transport
inline constexpr std::size_t kTransportResponse = 1024 * 1024;
inline constexpr std::size_t kTransportHeader = 32 * 1024;
inline constexpr auto kTransportWakeUp = 1s;  // the worker looks around at least this often
inline constexpr std::size_t kVaultTransaction = 1024 * 1024;
inline constexpr std::size_t kVaultFile = 64 * 1024 * 1024;
inline constexpr std::size_t kVaultRewrite = 256 * 1024;  // a smaller file is never compacted
inline constexpr auto kArmingWait = 300ms;

// Adapters of the operating system (posix).
inline constexpr std::size_t kSecretFile = 64 * 1024;
inline constexpr std::size_t kCertificateFile = 32 * 1024;
inline constexpr std::size_t kLogValue = 1024;  // bytes of one field's text
inline constexpr std::size_t kExecutorTasks = 64 * 1024;

// Stores.
inline constexpr std::size_t kUnitsPerCommit = 128;
inline constexpr std::size_t kStoreQueue = 4096;
inline constexpr unsigned kStoreReaders = 4;  // snapshots at a time
inline constexpr auto kStoreLockWait = 5s;    // for another process that holds the database
inline constexpr unsigned kUnitRetries = 8;
inline constexpr std::size_t kPurgeBatch = 500;    // rows of one unit of housekeeping
inline constexpr auto kHousekeeping = 1h;          // from one round to the next
inline constexpr auto kOperationsKept = 90 * 24h;  // after they were written, once they are over
inline constexpr unsigned kEraseOldEvery = 16;     // acknowledged operations of a device

// Pushes: the outbox worker (notify) and the providers' adapters (push).
inline constexpr std::size_t kPushesInFlight = 512;
inline constexpr auto kPushPoll = 500ms;    // for rows of other instances and for due ones
inline constexpr auto kPushGather = 5ms;    // verdicts that come this close are stored together
inline constexpr auto kPushLease = 2min;    // longer than a token's and a message's deadlines
inline constexpr auto kPushDeadline = 20s;  // of one request to a provider
inline constexpr auto kPushLifetime = 24h;  // then the device finds out by polling
inline constexpr unsigned kPushAttempts = 20;
inline constexpr auto kPushRetryFirst = 1s;  // doubles
inline constexpr auto kPushRetryLast = 15min;
inline constexpr auto kPushRetryAdvice = 1h;  // longest advice of a provider that is followed
inline constexpr auto kPushFarthest = 2h;     // no push waits longer for its turn
inline constexpr unsigned kPushBreaker = 8;   // failures in a row that stop sending to a provider
inline constexpr auto kPushBreakerOpen = 15s;
inline constexpr std::size_t kPushAnswer = 64 * 1024;  // of a provider
inline constexpr std::size_t kPushAccessToken = 8192;
inline constexpr auto kPushDrain = 5s;  // at the end, for what is in flight

// Notices to issuers: their worker (notify), and what holds of an issuer's webhook (issuers).
inline constexpr std::size_t kNotices = 100'000;    // of one issuer, waiting or given up
inline constexpr std::size_t kNoticesInFlight = 8;  // of one issuer, each of another card
inline constexpr auto kNoticePoll = 500ms;          // for rows of other instances and for due ones
inline constexpr auto kNoticeGather = 5ms;          // verdicts this close are stored together
inline constexpr auto kNoticeLease = 2min;          // longer than a request's deadline
inline constexpr auto kNoticeDeadline = 10s;        // of one request
inline constexpr auto kNoticeLifetime = 72h;        // then it is parked
inline constexpr unsigned kNoticeAttempts = 150;    // or after so many
inline constexpr unsigned kNoticeRefusals = 8;      // attempts, of one that the issuer refuses
inline constexpr auto kNoticeRetryFirst = 1s;       // doubles
inline constexpr auto kNoticeRetryLast = 1h;
inline constexpr auto kNoticeRetryAdvice = 1h;   // longest advice of an issuer that is followed
inline constexpr auto kNoticeFarthest = 3h;      // none waits longer for its turn
inline constexpr auto kNoticesKept = 30 * 24h;   // parked ones
inline constexpr std::size_t kNoticePage = 100;  // of one answer to the operator
inline constexpr auto kNoticeDrain = 5s;         // at the end, for what is in flight
inline constexpr unsigned kIssuerBreaker = 5;    // silences in a row that stop asking an issuer
inline constexpr auto kIssuerBreakerOpen = 15s;

// What an operator looks for.
inline constexpr std::size_t kSearchPage = 100;         // cards of one answer
inline constexpr std::size_t kSearchRead = 1000;        // rows that are read for it
inline constexpr std::size_t kDigitizationSteps = 200;  // kept of one correlation
inline constexpr auto kDigitizationStepsKept = 90 * 24h;
inline constexpr std::size_t kTimelineAudit = 500;  // audit entries of one timeline

// Key custody.
inline constexpr std::size_t kChannelKeys = 2;  // valid at once, while one replaces the other
inline constexpr std::size_t kIssuerMasterKeys = 256;
inline constexpr std::size_t kCardAuthorities = 32;  // programs whose cards do CDA
inline constexpr std::size_t kCardKeysInStock = 16;  // RSA keys made ahead, for cards to come
inline constexpr std::size_t kProgramName = 32;

// Payment keys (D8).
inline constexpr std::uint32_t kRenewAtcBelow =
    1000;                                      // ATCs left of a PSN: the card gets the next one
inline constexpr auto kReplacedKeyGrace = 1h;  // of a LUK, after its successor has arrived
inline constexpr unsigned kKeyIndexesPerHour = 10;  // of a card, in one store epoch

// EMV.
inline constexpr std::size_t kApduCommand = 261;   // short: header, Lc, 255 data, Le
inline constexpr std::size_t kApduResponse = 258;  // short: 256 data and SW1 SW2
inline constexpr std::size_t kTlvDepth = 8;
inline constexpr std::size_t kPanDigits = 19;            // ISO/IEC 7812-1
inline constexpr std::size_t kProfileRecords = 64;       // of one card
inline constexpr std::size_t kIssuerData = 32;           // 9F10
inline constexpr std::size_t kTapCommands = 96;          // of one tap, by a terminal
inline constexpr std::size_t kCryptogramRequest = 1024;  // "field 55" of an authorization

}  // namespace florin::base::limits
