// The commands of florin-bench that measure a whole florind, or the SDK. Each takes what stands
// behind its name and gives the exit status.
#pragma once

namespace florin::bench {

// `florin-bench enroll`: devices that enroll and fetch their first card.
int runEnroll(int argc, char** argv);

// `florin-bench exchange`: devices that used up their keys and come for ten more.
int runExchange(int argc, char** argv);

// `florin-bench idle`: devices that ask again and there is nothing for them.
int runIdle(int argc, char** argv);

// `florin-bench grow`: the exchange with few and with many wallets in the store.
int runGrow(int argc, char** argv);

// `florin-bench authorize`: payments of which each has a key of its own.
int runAuthorize(int argc, char** argv);

// `florin-bench digitize`: cards that the issuer approves; with --drain, until florind is ended.
int runDigitize(int argc, char** argv);

// `florin-bench connections`: many that wait for their next request.
int runConnections(int argc, char** argv);

// `florin-bench tap`: the SDK's card, in this process.
int runTap(int argc, char** argv);

// `florin-bench push`: the outbox, drained into a local push service.
int runPush(int argc, char** argv);

}  // namespace florin::bench
