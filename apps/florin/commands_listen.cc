// florin wallet listen
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

#include "bounds.h"
#include "commands.h"
#include "conversations.h"
#include "http/plain_receiver.h"
#include "posix/system_clock.h"
#include "push/provider.h"
#include "push/webhook.h"
#include "token_file.h"
#include "wallet_view.h"

namespace florin::apps {
namespace {

using Bundle = std::map<std::string, std::string>;

// Inbox hands pushes from the receiver's thread to the command's.
class Inbox {
 public:
  // put is false when there is no room; the backend sends that push again.
  bool put(Bundle bundle) {
    const std::lock_guard lock(mutex_);
    if (bundles_.size() == bounds::kPushes) return false;
    bundles_.push_back(std::move(bundle));
    came_.notify_one();
    return true;
  }

  // refuse notes that something came which is no push of this backend.
  void refuse() { refused_ = true; }

  // take waits for one; nothing when the user interrupts. What was refused is told once.
  std::optional<Bundle> take(Interrupts& interrupts, Console& console) {
    std::unique_lock lock(mutex_);
    while (bundles_.empty()) {
      if (refused_ && !std::exchange(told_, true)) {
        console.warning(
            "a push was refused: its signature or its time is wrong. Is --secret-file the file "
            "that push.webhook.secret_file names, and is the clock right?");
      }
      if (interrupts.pending()) return std::nullopt;
      came_.wait_for(lock, bounds::kPoll);
    }
    Bundle first = std::move(bundles_.front());
    bundles_.pop_front();
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::atomic<bool> refused_ = false;
  bool told_ = false;
  std::deque<Bundle> bundles_;
};

int receive(const SecretBytes& key, Inbox& inbox, const ports::HttpRequest& request) {
  if (request.path != "/push") return 404;
  if (request.method != "POST") return 405;
  auto bundle = push::openWebhookPush(key, posix::SystemClock().now(), request);
  if (!bundle.ok()) inbox.refuse();
  if (!bundle.ok()) return bundle.error().code() == Code::kUnauthenticated ? 401 : 400;
  return inbox.put(std::move(*bundle)) ? 204 : 503;
}

Outcome<std::unique_ptr<http::PlainReceiver>> startReceiver(std::uint16_t port,
                                                            const SecretBytes& key, Inbox& inbox) {
  auto receiver =
      http::PlainReceiver::start(port, [&key, &inbox](const ports::HttpRequest& request) {
        ports::HttpResponse response;
        response.status = receive(key, inbox, request);
        return response;
      });
  if (receiver.ok()) return std::move(*receiver);
  return Failure{Exit::kLocalState, "cannot listen on 127.0.0.1:" + std::to_string(port) + ": " +
                                        describe(receiver.error()) + "; give another --port"};
}

// announce shows that pushes are taken from now on, and how the backend is told where.
void announce(Console& console, std::uint16_t port) {
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/push";
  console.line("Listening on " + url + "; Ctrl-C ends it. In the backend's florind.toml:");
  console.line("  [push.webhook]");
  console.line("  url = \"" + url + "\"");
  console.result(codec::JsonObject().add("listening", url));
}

// endedBy tells whether there is nothing to listen for any more: the backend let this wallet begin
// anew, by a wipe or because it does not know it.
bool endedBy(Console& console, WalletSession& session,
             const Outcome<std::vector<ServerMessage>>& messages) {
  if (session.wallet().getEnrollingBusinessService().isEnrolled() !=
      EnrollmentStatus::ENROLLMENT_NEEDED) {
    return false;
  }
  if (messages.ok()) console.line("The backend wiped this wallet: its cards and keys are gone.");
  console.line("Listening ends. `florin wallet init` registers it anew.");
  return true;
}

}  // namespace

Done walletListen(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const std::uint16_t port, portOf(options.port));
  FLORIN_TRY_ASSIGN(const SecretBytes key,
                    readWebhookSecret(options.webhookSecretFile, "push.webhook.secret_file"));
  Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}, &interrupts));
  Inbox inbox;
  FLORIN_TRY_ASSIGN(const auto receiver, startReceiver(port, key, inbox));
  // The backend must have a token to push to; which one is the receiver's business.
  FLORIN_TRY(updatePushToken(
      *session, "listen-" + session->wallet().getCardEnrollmentService().getWalletId()));
  announce(console, receiver->port());
  FLORIN_TRY_ASSIGN(const auto waited, synchronize(*session));
  showReceived(console, session->wallet(), waited);
  while (const auto bundle = inbox.take(interrupts, console)) {
    const auto messages = processPush(*session, *bundle);
    if (messages.ok()) {
      showReceived(console, session->wallet(), *messages);
    } else if (interrupts.pending()) {
      break;
    } else {
      console.warning(messages.error().text);
    }
    if (options.once || endedBy(console, *session, messages)) break;
  }
  return {};
}

}  // namespace florin::apps
