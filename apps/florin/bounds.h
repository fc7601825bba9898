// Bounds of this command alone; those of the product stand in base/limits.h.
#pragma once

#include <chrono>
#include <cstddef>

namespace florin::apps::bounds {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;

inline constexpr auto kConversation = 5min;  // a listener's last call, all retries included
inline constexpr auto kPoll = 20ms;          // between two looks at Ctrl-C
inline constexpr auto kProbe = 10s;          // the first look at a backend
inline constexpr auto kWatch = 200ms;        // between two looks at what is awaited or followed
inline constexpr unsigned kLongestWait = 86'400;  // seconds, of --deadline
inline constexpr std::size_t kSecret = 256;       // bytes of a typed code or PAN
inline constexpr std::size_t kConfiguration = 64 * 1024;
inline constexpr std::size_t kCaFile = 32 * 1024;
inline constexpr std::size_t kToken = 512;
inline constexpr std::size_t kDeviceAnswers = 256 * 1024;  // of several requests, joined
inline constexpr auto kServerStart = 20s;   // florind init, and serve until it listens
inline constexpr auto kServerStop = 3s;     // from SIGTERM to SIGKILL
inline constexpr auto kChildPoll = 2ms;     // between two looks whether a program has ended
inline constexpr std::size_t kPushes = 64;  // that wait for `wallet listen`
inline constexpr std::size_t kReadyLine = 128;
inline constexpr auto kAuthorities = 5s;  // a terminal gets its keys, or goes on without
inline constexpr auto kReader = 10s;      // to connect, and for one message of a virtual reader

}  // namespace florin::apps::bounds
