#include "curl/transport.h"

#include <csignal>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "curl/transfer.h"

namespace florin::curl {
namespace {

// startThread makes a thread that takes no signal: those are the application's, and a SIGPIPE of a
// broken connection must not end it.
std::thread startThread(std::function<void()> body) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(body));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

// Worker is the thread's side. Submissions come through `waiting_`; everything of libcurl but the
// wake-up is touched by the thread only.
class CurlTransport::Worker {
 public:
  Worker(Settings settings, CURLM* multi) : settings_(std::move(settings)), multi_(multi) {}

  static void start(const std::shared_ptr<Worker>& worker) {
    worker->thread_ = startThread([worker] { worker->run(); });
  }

  void submit(std::unique_ptr<Transfer> transfer) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(transfer));
    }
    curl_multi_wakeup(multi_.get());
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_.get());
    if (thread_.get_id() == std::this_thread::get_id()) {
      thread_.detach();
    } else {
      thread_.join();
    }
  }

 private:
  struct MultiCleanup {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  void run() {
    while (takeWaiting()) {
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      finishReady();
      curl_multi_poll(multi_.get(), nullptr, 0, kWakeUpMs, nullptr);
    }
    cancelAll();
  }

  // takeWaiting starts what was submitted; false: the end.
  bool takeWaiting() {
    std::deque<std::unique_ptr<Transfer>> taken;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return false;
      taken.swap(waiting_);
    }
    for (auto& transfer : taken) begin(std::move(transfer));
    return true;
  }

  void begin(std::unique_ptr<Transfer> transfer) {
    if (running_.size() >= base::limits::kTransportRequests) {
      return transfer->fail(Error(Code::kExhausted, "too many requests at once"));
    }
    if (const Status ready = transfer->prepare(settings_); !ready.ok()) {
      return transfer->fail(ready.error());
    }
    CURL* const easy = transfer->handle();
    if (const CURLMcode code = curl_multi_add_handle(multi_.get(), easy); code != CURLM_OK) {
      return transfer->fail(Error(Code::kInternal, "libcurl takes no request", code));
    }
    running_.emplace(easy, std::move(transfer));
  }

  void finishReady() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;  // `message` dies with the handle's removal
      const auto transfer = remove(message->easy_handle);
      transfer->finish(code);
    }
  }

  std::unique_ptr<Transfer> remove(CURL* easy) {
    auto node = running_.extract(easy);
    curl_multi_remove_handle(multi_.get(), easy);
    return std::move(node.mapped());
  }

  void cancelAll() {
    const Error cancelled(Code::kCancelled, "the transport was closed");
    while (!running_.empty()) remove(running_.begin()->first)->fail(cancelled);
    std::deque<std::unique_ptr<Transfer>> never;
    {
      const std::lock_guard lock(mutex_);
      never.swap(waiting_);
    }
    for (const auto& transfer : never) transfer->fail(cancelled);
  }

  static constexpr int kWakeUpMs =
      std::chrono::milliseconds(base::limits::kTransportWakeUp).count();

  const Settings settings_;
  const std::unique_ptr<CURLM, MultiCleanup> multi_;
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> running_;  // goes before multi_
  std::thread thread_;
  std::mutex mutex_;
  std::deque<std::unique_ptr<Transfer>> waiting_;
  bool stopping_ = false;
};

Result<std::unique_ptr<CurlTransport>> CurlTransport::make(const CurlOptions& options) {
  static const CURLcode kGlobal = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (kGlobal != CURLE_OK) return Error(Code::kInternal, "libcurl does not start", kGlobal);
  FLORIN_TRY_ASSIGN(Settings settings, settingsFrom(options));
  CURLM* const multi = curl_multi_init();
  if (multi == nullptr) return Error(Code::kInternal, "libcurl gives no handle");
  auto worker = std::make_shared<Worker>(std::move(settings), multi);
  Worker::start(worker);
  return std::unique_ptr<CurlTransport>(new CurlTransport(std::move(worker)));
}

CurlTransport::CurlTransport(std::shared_ptr<Worker> worker) : worker_(std::move(worker)) {}

CurlTransport::~CurlTransport() { worker_->stop(); }

void CurlTransport::send(TransportRequest request, std::chrono::milliseconds deadline, Done done) {
  // Held by this call too: `done` may run and destroy the transport before submit has returned.
  const std::shared_ptr<Worker> worker = worker_;
  worker->submit(std::make_unique<Transfer>(std::move(request), Transfer::Clock::now() + deadline,
                                            std::move(done)));
}

}  // namespace florin::curl
