#include "network.h"

namespace florin::sim {
namespace {

using std::chrono_literals::operator""ms;

constexpr Error kNoConnection(Code::kUnavailable, "no connection");
constexpr Error kNoAnswer(Code::kDeadline, "no answer in time");
constexpr std::size_t kRecorded = 64;  // that may be replayed

std::int64_t statusOf(const Result<TransportResponse>& response) {
  return response.ok() ? response->status : -static_cast<std::int64_t>(response.error().code());
}

// restsOnTls: WSE's and the gateway's answers are JSON that nothing but TLS protects (D5 begins
// after them), so that damage is a lost connection.
bool restsOnTls(const Message& message) {
  return message.request.path == "/cps/v1/wallets" || message.request.path.starts_with("/gateway/");
}

}  // namespace

const char* nameOf(Fate fate) {
  switch (fate) {
    case Fate::kArrives: return "arrives";
    case Fate::kRequestLost: return "request lost";
    case Fate::kReplyLost: return "reply lost";
    case Fate::kDoubled: return "doubled";
    case Fate::kDelayed: return "delayed";
    case Fate::kReplyDelayed: return "reply delayed";
    case Fate::kRequestCut: return "request cut";
    case Fate::kReplyCut: return "reply cut";
    case Fate::kRequestCorrupt: return "request corrupt";
    case Fate::kReplyCorrupt: return "reply corrupt";
    case Fate::kForged: return "forged";
  }
  return "unknown";
}

base::Duration Network::latency() { return chance_.between(1ms, 40ms); }

void Network::damage(Bytes& body, bool cut) {
  if (body.empty()) return;
  const std::size_t at = chance_.below(body.size());
  if (cut) {
    body.resize(at);
  } else {
    body[at] ^= static_cast<std::uint8_t>(1U << chance_.below(8));
  }
}

std::optional<TransportResponse> Network::deliver(const Message& message) {
  const bool up = backend_.up();
  auto response = backend_.serve(message.request);
  trace_.line("served", message.number, message.request.path.substr(0, 30),
              message.request.body.size(), response ? response->status : -1,
              response ? response->body.size() : 0);
  if (up) watcher_.served(message, response);
  return response;
}

void Network::answer(const Message& message, base::Duration after, const Transport::Done& done,
                     const Response& response) {
  schedule_.after(after, [this, message, done, held = std::make_shared<Response>(response)] {
    trace_.line("answer", message.number, statusOf(*held));
    watcher_.replied(message);
    done(std::move(*held));
  });
}

// roundTrip delivers the request now and answers for it.
void Network::roundTrip(const Message& message, Fate fate, const Transport::Done& done) {
  const bool up = backend_.up();
  Message sent = message;
  if (fate == Fate::kRequestCut || fate == Fate::kRequestCorrupt) {
    damage(sent.request.body, fate == Fate::kRequestCut);
  }
  sent.barred = watcher_.isBarred(message.wallet);
  auto response = deliver(sent);
  if (!response) return answer(sent, latency(), done, up ? kNoAnswer : kNoConnection);
  const bool damaged = fate == Fate::kReplyCut || fate == Fate::kReplyCorrupt;
  if (fate == Fate::kReplyLost || (damaged && restsOnTls(message)))
    return answer(sent, latency(), done, kNoAnswer);
  if (damaged) {
    damage(response->body, fate == Fate::kReplyCut);
  }
  answer(sent, latency(), done, std::move(*response));
}

void Network::send(std::size_t device, TransportRequest request, base::Duration deadline,
                   Transport::Done done) {
  const Message message{++messages_, device, watcher_.walletOf(device), std::move(request)};
  if (recorded_.size() < kRecorded) {
    recorded_.push_back(message);
  } else {
    recorded_[message.number % kRecorded] = message;
  }
  const Fate fate = watcher_.fateOf(message);
  trace_.line("send", message.number, "device", device, message.request.path.substr(0, 30),
              nameOf(fate));
  switch (fate) {
    case Fate::kRequestLost: return answer(message, latency(), done, kNoConnection);
    case Fate::kForged: {
      TransportResponse bare;
      bare.status = chance_.percent(50) ? 404 : 503;
      return answer(message, latency(), done, std::move(bare));
    }
    case Fate::kDelayed:
      schedule_.after(deadline + latency(), [this, message] { deliver(message); });
      return answer(message, deadline, done, kNoAnswer);
    case Fate::kReplyDelayed:
      schedule_.after(latency(), [this, message] { deliver(message); });
      return answer(message, deadline, done, kNoAnswer);
    case Fate::kDoubled:
      schedule_.after(latency() * 10, [this, message] { deliver(message); });
      break;
    default: break;
  }
  schedule_.after(latency(), [this, message, fate, done] { roundTrip(message, fate, done); });
}

void Network::replay(std::size_t index) {
  trace_.line("replay", recorded_.at(index).number);
  schedule_.after(latency(), [this, message = recorded_.at(index)] { deliver(message); });
}

}  // namespace florin::sim
