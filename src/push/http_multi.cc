#include "push/http_multi.h"

#include "base/bytes.h"
#include "base/limits.h"

namespace florin::push {
namespace {

namespace limits = base::limits;

// set stops at the first option that libcurl refuses.
template <class Value>
void set(CURLcode& code, CURL* easy, CURLoption option, Value value) {
  if (code == CURLE_OK) code = curl_easy_setopt(easy, option, value);
}

}  // namespace

// Transfer owns an easy handle and all that it points to.
struct HttpMulti::Transfer {
  struct EasyCleanup {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  struct ListFree {
    void operator()(curl_slist* list) const {
      for (curl_slist* line = list; line != nullptr; line = line->next) {
        for (volatile char* c = line->data; *c != '\0'; ++c) *c = ' ';
      }
      curl_slist_free_all(list);
    }
  };

  bool addLine(const char* line) {
    curl_slist* const longer = curl_slist_append(lines.get(), line);
    if (longer == nullptr) return false;
    static_cast<void>(lines.release());
    lines.reset(longer);
    return true;
  }

  static std::size_t onBody(char* data, std::size_t size, std::size_t count, void* self) {
    auto& body = static_cast<Transfer*>(self)->answer;
    const std::size_t length = size * count;
    if (body.size() + length > limits::kPushAnswer) return 0;  // libcurl gives up
    base::append(body, {reinterpret_cast<const std::uint8_t*>(data), length});
    return length;
  }

  HttpCall call;
  Done done;
  Bytes answer;
  std::unique_ptr<curl_slist, ListFree> lines;
  std::unique_ptr<CURL, EasyCleanup> easy;  // after what it points to: it goes first
};

Result<std::unique_ptr<HttpMulti>> HttpMulti::make(base::Duration deadline) {
  static const CURLcode kGlobal = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM* const multi = kGlobal == CURLE_OK ? curl_multi_init() : nullptr;
  if (multi == nullptr) return Error(Code::kInternal, "libcurl does not start", kGlobal);
  return std::unique_ptr<HttpMulti>(new HttpMulti(multi, deadline));
}

HttpMulti::HttpMulti(CURLM* multi, base::Duration deadline) : deadline_(deadline), multi_(multi) {
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, long{CURLPIPE_MULTIPLEX});
  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 8L);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 32L);
}

HttpMulti::~HttpMulti() {
  for (const auto& [easy, transfer] : running_) curl_multi_remove_handle(multi_.get(), easy);
}

Status HttpMulti::prepare(Transfer& transfer) {
  bool added = transfer.addLine("Expect:") && transfer.addLine("Accept: application/json") &&
               transfer.addLine(("Content-Type: " + transfer.call.contentType).c_str());
  for (const auto& [name, value] : transfer.call.headers) {
    SecretBytes line = SecretBytes::take(
        base::concat(base::asBytes(name), base::asBytes(": "), value.expose(), Bytes{0}));
    added = added && transfer.addLine(reinterpret_cast<const char*>(line.expose().data()));
  }
  transfer.easy.reset(curl_easy_init());
  if (!added || !transfer.easy) return Error(Code::kInternal, "out of memory");
  CURL* const easy = transfer.easy.get();
  CURLcode code = setConnection(transfer);
  set(code, easy, CURLOPT_URL, transfer.call.url.c_str());
  set(code, easy, CURLOPT_HTTPHEADER, transfer.lines.get());
  set(code, easy, CURLOPT_POST, 1L);
  const ByteView body = transfer.call.body.expose();
  set(code, easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  set(code, easy, CURLOPT_POSTFIELDS, reinterpret_cast<const char*>(body.data()));
  set(code, easy, CURLOPT_WRITEFUNCTION, &Transfer::onBody);
  set(code, easy, CURLOPT_WRITEDATA, &transfer);
  if (code != CURLE_OK) return Error(Code::kInternal, "libcurl refuses an option", code);
  return {};
}

CURLcode HttpMulti::setConnection(const Transfer& transfer) {
  CURL* const easy = transfer.easy.get();
  CURLcode code = CURLE_OK;
  set(code, easy, CURLOPT_NOSIGNAL, 1L);
  const bool plain = transfer.call.url.starts_with("http://");
  set(code, easy, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
  set(code, easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS});
  set(code, easy, CURLOPT_PIPEWAIT, 1L);  // rather a stream of a connection than a new one
  set(code, easy, CURLOPT_PROXY, "");     // also not from the environment
  set(code, easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(code, easy, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  set(code, easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(code, easy, CURLOPT_SSL_VERIFYHOST, 2L);
  const std::string* const pem = transfer.call.authorities;
  if (pem != nullptr && !pem->empty()) {
    curl_blob blob = {const_cast<char*>(pem->data()), pem->size(), CURL_BLOB_NOCOPY};
    // Debian builds libcurl with its own list of authorities; null takes it away.
    set(code, easy, CURLOPT_CAINFO, static_cast<const char*>(nullptr));
    set(code, easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    set(code, easy, CURLOPT_CAINFO_BLOB, &blob);
  }
  const long deadline = deadline_.count();
  set(code, easy, CURLOPT_TIMEOUT_MS, deadline);
  set(code, easy, CURLOPT_CONNECTTIMEOUT_MS, deadline / 2);
  return code;
}

void HttpMulti::start(HttpCall call, Done done) {
  auto transfer = std::make_unique<Transfer>();
  transfer->call = std::move(call);
  transfer->done = std::move(done);
  const bool taken = prepare(*transfer).ok() &&
                     curl_multi_add_handle(multi_.get(), transfer->easy.get()) == CURLM_OK;
  if (!taken) {
    stillborn_.push_back(std::move(transfer->done));
    return;
  }
  CURL* const easy = transfer->easy.get();
  running_.emplace(easy, std::move(transfer));
}

// perform does what can be done without waiting.
void HttpMulti::perform() {
  int running = 0;
  curl_multi_perform(multi_.get(), &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // `message` dies with the handle's removal
    finish(message->easy_handle, code);
  }
  for (const Done& done : std::exchange(stillborn_, {})) {
    done({0, CURLE_FAILED_INIT, std::nullopt, {}});
  }
}

void HttpMulti::finish(CURL* easy, CURLcode code) {
  const auto node = running_.extract(easy);
  curl_multi_remove_handle(multi_.get(), easy);
  const auto& transfer = node.mapped();
  HttpAnswer answer;
  answer.error = code;
  answer.body = SecretBytes::take(std::move(transfer->answer));
  long status = 0;
  curl_off_t after = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &after);
  if (code == CURLE_OK) answer.status = static_cast<int>(status);
  if (code == CURLE_OK && after > 0) {
    const base::Duration most = limits::kPushRetryAdvice;
    const auto seconds = std::min<std::int64_t>(after, most.count() / 1000);
    answer.retryAfter = std::chrono::seconds(seconds);
  }
  transfer->done(std::move(answer));
}

// wait returns when there is something to do, when wake was called, or after `atMost`.
void HttpMulti::wait(base::Duration atMost) {
  const int ms = static_cast<int>(atMost.count());
  if (stillborn_.empty()) curl_multi_poll(multi_.get(), nullptr, 0, ms, nullptr);
}

void HttpMulti::wake() {
  woken_ = true;
  curl_multi_wakeup(multi_.get());
}

void HttpMulti::work(base::Duration atMost, const std::function<bool()>& enough) {
  using Steady = std::chrono::steady_clock;
  const auto until = Steady::now() + atMost;
  perform();
  while (!enough() && !woken_.exchange(false)) {
    const auto left = std::chrono::ceil<base::Duration>(until - Steady::now());
    if (left.count() <= 0) return;
    wait(left);
    perform();
  }
}

}  // namespace florin::push
