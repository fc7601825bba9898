#include "secrets.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/bytes.h"
#include "base/limits.h"
#include "bounds.h"
#include "codec/luhn.h"

namespace florin::apps {
namespace {

constexpr std::uint8_t kCtrlC = 0x03;
constexpr std::uint8_t kCtrlD = 0x04;
constexpr std::uint8_t kBackspace = 0x08;
constexpr std::uint8_t kDelete = 0x7f;

// readByte gives one byte, or nothing at the end.
std::optional<std::uint8_t> readByte(int fd) {
  std::uint8_t byte = 0;
  ssize_t got = 0;
  do {
    got = ::read(fd, &byte, 1);
  } while (got < 0 && errno == EINTR);
  return got == 1 ? std::optional(byte) : std::nullopt;
}

// Silent switches echo, line editing and signals of a terminal off while it lives, so that no way
// out leaves it silent.
class Silent {
 public:
  explicit Silent(int fd) : fd_(fd), changed_(::tcgetattr(fd, &before_) == 0) {
    if (!changed_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    ::tcsetattr(fd, TCSAFLUSH, &silent);
  }
  ~Silent() {
    if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  Silent(const Silent&) = delete;
  Silent& operator=(const Silent&) = delete;

 private:
  int fd_;
  termios before_{};
  bool changed_;
};

// typed reads what is typed until Enter; nothing when the user gave up.
std::optional<Bytes> typed(int fd) {
  const Silent silent(fd);
  Bytes text;
  text.reserve(bounds::kSecret);
  while (const auto byte = readByte(fd)) {
    if (*byte == '\r' || *byte == '\n') return text;
    if (*byte == kCtrlC || *byte == kCtrlD) break;
    if (*byte == kBackspace || *byte == kDelete) {
      if (!text.empty()) text.pop_back();
    } else if (text.size() < bounds::kSecret) {
      text.push_back(*byte);
    }
  }
  return std::nullopt;
}

}  // namespace

Outcome<SecretBytes> SecretInput::fromOption(const std::string& name, const std::string& value) {
  if (value != "-") {
    console_.warning(name +
                     " on the command line is visible to every user of this machine: give `-` and "
                     "write it to standard input");
    return SecretBytes::copyOf(base::asBytes(value));
  }
  if (::isatty(STDIN_FILENO) != 0) return ask(name, "Type " + name.substr(name.rfind('-') + 1));
  Bytes text;
  text.reserve(bounds::kSecret + 1);
  while (text.size() <= bounds::kSecret) {
    const auto byte = readByte(STDIN_FILENO);
    if (!byte || *byte == '\n') break;
    text.push_back(*byte);
  }
  if (!text.empty() && text.back() == '\r') text.pop_back();
  SecretBytes secret = SecretBytes::take(std::move(text));
  if (secret.empty()) {
    return Failure{Exit::kInput, "standard input has no line for " + name +
                                     ": write one line for each `-`, in the order pan, cvv, code"};
  }
  if (secret.size() > bounds::kSecret) {
    return Failure{Exit::kInput, "the line for " + name + " is too long"};
  }
  return secret;
}

Outcome<SecretBytes> SecretInput::ask(const std::string& name, const std::string& question) {
  const int fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (fd < 0) {
    return Failure{Exit::kInput,
                   "there is no terminal to ask on: give `" + name + " -` and standard input"};
  }
  const std::string prompt = question + " (not shown): ";
  const bool asked = ::write(fd, prompt.data(), prompt.size()) > 0;
  auto text = asked ? typed(fd) : std::nullopt;
  const bool ended = ::write(fd, "\n", 1) == 1;
  ::close(fd);
  if (!text || !ended) return Failure{Exit::kInput, "the entry was cancelled; nothing was changed"};
  return SecretBytes::take(std::move(*text));
}

SecretBytes withoutSpaces(const SecretBytes& digits) {
  Bytes kept;
  kept.reserve(digits.size());
  std::ranges::copy_if(digits.expose(), std::back_inserter(kept),
                       [](std::uint8_t c) { return c != ' ' && c != '-'; });
  return SecretBytes::take(std::move(kept));
}

SecretBytes withoutLineEnd(const SecretBytes& text) {
  ByteView kept = text.expose();
  while (!kept.empty() && (kept.back() == '\n' || kept.back() == '\r')) {
    kept = kept.first(kept.size() - 1);
  }
  return SecretBytes::copyOf(kept);
}

bool isHeaderText(const SecretBytes& text) {
  return !text.empty() &&
         std::ranges::all_of(text.expose(), [](std::uint8_t c) { return c > ' ' && c <= '~'; });
}

void enter(const SecretBytes& code, SecureCodeInputer& inputer) {
  for (const std::uint8_t byte : code.expose()) inputer.input(byte);
  inputer.finish();
}

std::string shown(const SecretBytes& secret) { return std::string(base::asText(secret.expose())); }

bool isPan(const SecretBytes& digits) {
  return digits.size() >= 12 && digits.size() <= base::limits::kPanDigits &&
         codec::luhnValid(digits.expose());
}

std::string lastFour(const SecretBytes& digits) {
  const std::string_view text = base::asText(digits.expose());
  return std::string(text.substr(text.size() - std::min<std::size_t>(text.size(), 4)));
}

bool isCode(const SecretBytes& code) {
  return code.size() >= base::limits::kCodeMin && code.size() <= base::limits::kCodeMax &&
         std::ranges::all_of(code.expose(), [](std::uint8_t c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
         });
}

}  // namespace florin::apps
