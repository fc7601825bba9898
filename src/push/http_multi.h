// HttpMulti carries the adapters' requests by libcurl's multi interface: HTTP/2 where the provider
// has it, one thread. No redirect, no proxy, no cookie; TLS 1.2 at least, always verified.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::push {

struct HttpCall {
  std::string url;  // "https://..." or, for this machine alone, "http://..."
  const std::string* authorities = nullptr;  // PEM; null or empty: the machine's
  std::string contentType;
  std::vector<std::pair<std::string, SecretBytes>> headers;
  SecretBytes body;
};

// HttpAnswer: status 0 when no whole answer came, whatever the reason; `error` is libcurl's then.
struct HttpAnswer {
  int status = 0;
  CURLcode error = CURLE_OK;
  std::optional<base::Duration> retryAfter;
  SecretBytes body;
};

class HttpMulti {
 public:
  using Done = std::function<void(HttpAnswer)>;

  // make: `deadline` is for a whole request. kInternal: libcurl does not start.
  static Result<std::unique_ptr<HttpMulti>> make(base::Duration deadline);
  HttpMulti(const HttpMulti&) = delete;
  HttpMulti& operator=(const HttpMulti&) = delete;

  // The destructor ends what is in flight and calls no `done`.
  ~HttpMulti();

  [[nodiscard]] base::Duration deadline() const { return deadline_; }

  // start calls `done` once, from a later work: never before it returns. `done` may start more.
  void start(HttpCall call, Done done);

  // work does what is to be done until it is `enough`, wake was called since it last returned for
  // that reason, or `atMost` has passed.
  void work(base::Duration atMost, const std::function<bool()>& enough);
  void wake();  // from any thread

 private:
  struct Transfer;
  struct MultiCleanup {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  HttpMulti(CURLM* multi, base::Duration deadline);
  Status prepare(Transfer& transfer);
  CURLcode setConnection(const Transfer& transfer);
  void perform();
  void wait(base::Duration atMost);
  void finish(CURL* easy, CURLcode code);

  const base::Duration deadline_;
  std::unique_ptr<CURLM, MultiCleanup> multi_;
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> running_;
  std::vector<Done> stillborn_;  // libcurl did not take them
  std::atomic<bool> woken_ = false;
};

}  // namespace florin::push
