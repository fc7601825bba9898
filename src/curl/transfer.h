// Internal to this room: one request on its way through libcurl.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <string>

#include "curl/transport.h"

namespace florin::curl {

// Settings are CurlOptions, checked, in the form that libcurl takes.
struct Settings {
  std::string origin;  // "https://host:port"
  std::string caPem;
  std::string pins;  // "sha256//...;sha256//...", or empty
  SecretBytes clientPem;
  std::chrono::milliseconds connectTimeout;
  std::size_t maxResponseBytes;
  std::string userAgent;
};

// settingsFrom gives the errors of CurlTransport::make.
Result<Settings> settingsFrom(const CurlOptions& options);

// Transfer owns an easy handle and everything that it points to. It does not move, since libcurl
// holds its address.
class Transfer {
 public:
  using Clock = std::chrono::steady_clock;

  Transfer(TransportRequest request, Clock::time_point deadline, Transport::Done done)
      : request_(std::move(request)), deadline_(deadline), done_(std::move(done)) {}
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // prepare makes the handle. kInvalidArgument: the request is not well-formed; kDeadline: its time
  // is over already; kInternal: libcurl refuses an option. `settings` must outlive the transfer.
  Status prepare(const Settings& settings);

  [[nodiscard]] CURL* handle() const { return easy_.get(); }

  // finish or fail calls `done`: one of them, once in a transfer's life.
  void finish(CURLcode code);
  void fail(Error error) { done_(error); }

 private:
  struct EasyCleanup {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct ListFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  Status makeHeaders();
  CURLcode setConnection(const Settings& settings);
  CURLcode setRequest(const Settings& settings);
  [[nodiscard]] Error errorOf(CURLcode code) const;
  [[nodiscard]] Error certificateError() const;
  void takeHeader(std::string_view line);

  static std::size_t onHeader(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t onBody(char* data, std::size_t size, std::size_t count, void* self);

  TransportRequest request_;
  Clock::time_point deadline_;
  Transport::Done done_;
  std::unique_ptr<curl_slist, ListFree> headers_;
  std::unique_ptr<CURL, EasyCleanup> easy_;  // after what it points to: it goes first
  TransportResponse response_;
  std::size_t headerBytes_ = 0;
  std::size_t maxBody_ = 0;
  bool tooLarge_ = false;
};

}  // namespace florin::curl
