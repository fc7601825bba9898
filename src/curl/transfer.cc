#include "curl/transfer.h"

#include <algorithm>

namespace florin::curl {
namespace {

using base::limits::kTransportHeader;

// What OpenSSL found out about the certificate (x509_vfy.h). libcurl compares the host name itself,
// before it has taken OpenSSL's verdict over.
constexpr long kVerified = 0;
constexpr long kNotLookedAt = 1;
constexpr long kNotYetValid = 9;
constexpr long kExpired = 10;
constexpr long kSelfSigned = 18;
constexpr long kSelfSignedInChain = 19;
constexpr long kNoIssuerAtHand = 20;
constexpr long kNoIssuer = 21;

Error unauthenticated(CertificateFault fault, Literal text) {
  return {Code::kUnauthenticated, text, static_cast<std::int64_t>(fault)};
}

// isVisible: no control character, so that no line can be ended early (and no space where it ends
// the request target).
bool isVisible(std::string_view text, unsigned char lowest) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= lowest && byte != 0x7F;
  });
}

bool isHeader(const std::pair<std::string, std::string>& header) {
  return !header.first.empty() && isVisible(header.first, '!') &&
         header.first.find(':') == std::string::npos && isVisible(header.second, ' ');
}

// set stops at the first option that libcurl refuses.
template <class Value>
void set(CURLcode& code, CURL* easy, CURLoption option, Value value) {
  if (code == CURLE_OK) code = curl_easy_setopt(easy, option, value);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string lowercase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

Status Transfer::prepare(const Settings& settings) {
  if (request_.method != "GET" && request_.method != "POST") {
    return Error(Code::kInvalidArgument, "method is neither GET nor POST");
  }
  if (!request_.path.starts_with('/') || !isVisible(request_.path, '!') ||
      request_.path.find('#') != std::string::npos) {
    return Error(Code::kInvalidArgument, "path is not well-formed");
  }
  FLORIN_TRY(makeHeaders());
  easy_.reset(curl_easy_init());
  if (!easy_) return Error(Code::kInternal, "libcurl gives no handle");
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
  if (left.count() <= 0) return Error(Code::kDeadline, "request's time was over before it began");

  CURLcode code = setConnection(settings);
  if (code == CURLE_OK) code = setRequest(settings);
  set(code, handle(), CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  if (code != CURLE_OK) return Error(Code::kInternal, "libcurl refuses an option", code);
  return {};
}

Status Transfer::makeHeaders() {
  const auto add = [this](const std::string& line) {
    curl_slist* const longer = curl_slist_append(headers_.get(), line.c_str());
    if (longer == nullptr) return false;
    static_cast<void>(headers_.release());
    headers_.reset(longer);
    return true;
  };
  // Empty headers take out what libcurl would add of its own.
  bool added = add("Expect:") && add("Accept:");
  if (request_.method == "POST") added = added && add("Content-Type:");
  for (const auto& header : request_.headers) {
    if (!isHeader(header)) return Error(Code::kInvalidArgument, "header is not well-formed");
    // "Name;" is libcurl's way to say a header without value.
    const auto& [name, value] = header;
    std::string line = name;
    line += value.empty() ? ";" : ": ";
    line += value;
    added = added && add(line);
  }
  if (!added) return Error(Code::kInternal, "out of memory");
  return {};
}

CURLcode Transfer::setConnection(const Settings& settings) {
  CURLcode code = CURLE_OK;
  CURL* const easy = handle();
  set(code, easy, CURLOPT_NOSIGNAL, 1L);
  set(code, easy, CURLOPT_PROTOCOLS_STR, "https");
  set(code, easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  set(code, easy, CURLOPT_PROXY, "");  // also not from the environment
  set(code, easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connectTimeout.count()));
  set(code, easy, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_3});
  // Debian builds libcurl with its own list of authorities; null takes it away.
  set(code, easy, CURLOPT_CAINFO, static_cast<const char*>(nullptr));
  set(code, easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  if (settings.caPem.empty()) {
    // The pinned key is the identity: TLS 1.3 proves that the server has its private half, and a
    // name or a chain would add nothing.
    set(code, easy, CURLOPT_SSL_VERIFYPEER, 0L);
    set(code, easy, CURLOPT_SSL_VERIFYHOST, 0L);
  } else {
    curl_blob blob = {const_cast<char*>(settings.caPem.data()), settings.caPem.size(),
                      CURL_BLOB_NOCOPY};
    set(code, easy, CURLOPT_CAINFO_BLOB, &blob);
    set(code, easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(code, easy, CURLOPT_SSL_VERIFYHOST, 2L);
  }
  if (!settings.clientPem.empty()) {
    const ByteView pem = settings.clientPem.expose();
    curl_blob blob = {const_cast<std::uint8_t*>(pem.data()), pem.size(), CURL_BLOB_NOCOPY};
    set(code, easy, CURLOPT_SSLCERT_BLOB, &blob);
    set(code, easy, CURLOPT_SSLKEY_BLOB, &blob);
  }
  if (!settings.pins.empty()) set(code, easy, CURLOPT_PINNEDPUBLICKEY, settings.pins.c_str());
  return code;
}

CURLcode Transfer::setRequest(const Settings& settings) {
  CURLcode code = CURLE_OK;
  CURL* const easy = handle();
  maxBody_ = settings.maxResponseBytes;
  set(code, easy, CURLOPT_URL, (settings.origin + request_.path).c_str());
  set(code, easy, CURLOPT_PATH_AS_IS, 1L);  // signatures cover the path as it is
  set(code, easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(code, easy, CURLOPT_USERAGENT, settings.userAgent.c_str());
  set(code, easy, CURLOPT_HTTPHEADER, headers_.get());
  if (request_.method == "POST") {
    set(code, easy, CURLOPT_POST, 1L);
    set(code, easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    // Null would make libcurl read from a callback.
    const void* const body = request_.body.empty() ? "" : static_cast<void*>(request_.body.data());
    set(code, easy, CURLOPT_POSTFIELDS, body);
  }
  set(code, easy, CURLOPT_HEADERFUNCTION, &Transfer::onHeader);
  set(code, easy, CURLOPT_HEADERDATA, this);
  set(code, easy, CURLOPT_WRITEFUNCTION, &Transfer::onBody);
  set(code, easy, CURLOPT_WRITEDATA, this);
  set(code, easy, CURLOPT_PRIVATE, this);
  return code;
}

void Transfer::finish(CURLcode code) {
  if (code != CURLE_OK) return fail(errorOf(code));
  long status = 0;
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  done_(std::move(response_));
}

Error Transfer::errorOf(CURLcode code) const {
  if (tooLarge_) return {Code::kTooLarge, "backend's answer is too large", code};
  curl_off_t requestSentAt = 0;
  curl_easy_getinfo(handle(), CURLINFO_PRETRANSFER_TIME_T, &requestSentAt);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Code::kUnavailable, "backend's host name is not known", code};
    case CURLE_COULDNT_CONNECT:
      return {Code::kUnavailable, "backend does not take connections", code};
    case CURLE_OPERATION_TIMEDOUT:
      if (requestSentAt == 0) {
        return {Code::kUnavailable, "no connection to the backend within the time", code};
      }
      return {Code::kDeadline, "backend did not answer in time", code};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR: return certificateError();
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return unauthenticated(CertificateFault::kOtherKey,
                             "backend's key is none of the pinned ones");
    case CURLE_SSL_CERTPROBLEM:
      return {Code::kInvalidArgument, "client's certificate and key are no pair", code};
    case CURLE_SSL_CONNECT_ERROR:
      return {Code::kUnavailable, "no TLS 1.3 connection with the backend", code};
    default: return {Code::kUnavailable, "the connection to the backend failed", code};
  }
}

Error Transfer::certificateError() const {
  long verified = 0;
  curl_easy_getinfo(handle(), CURLINFO_SSL_VERIFYRESULT, &verified);
  switch (verified) {
    case kVerified:
    case kNotLookedAt:
      return unauthenticated(CertificateFault::kOtherHost,
                             "backend's certificate is for another host name or address");
    case kNotYetValid:
    case kExpired:
      return unauthenticated(CertificateFault::kNotValidNow,
                             "backend's certificate has expired or is not valid yet");
    case kSelfSigned:
    case kSelfSignedInChain:
    case kNoIssuerAtHand:
    case kNoIssuer:
      return unauthenticated(CertificateFault::kUnknownAuthority,
                             "backend's certificate is not of the given CA");
    default:
      return unauthenticated(CertificateFault::kOther, "backend's certificate does not verify");
  }
}

std::size_t Transfer::onHeader(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t length = size * count;
  transfer.headerBytes_ += length;
  transfer.tooLarge_ = transfer.headerBytes_ > kTransportHeader;
  if (transfer.tooLarge_) return 0;  // libcurl gives up
  transfer.takeHeader({data, length});
  return length;
}

void Transfer::takeHeader(std::string_view line) {
  if (line.starts_with("HTTP/")) {  // also after an interim answer (1xx)
    response_.headers.clear();
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  response_.headers.emplace_back(lowercase(line.substr(0, colon)),
                                 std::string(trimmed(line.substr(colon + 1))));
}

std::size_t Transfer::onBody(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t length = size * count;
  Bytes& body = transfer.response_.body;
  transfer.tooLarge_ = length > transfer.maxBody_ - body.size();
  if (transfer.tooLarge_) return 0;
  body.insert(body.end(), data, data + length);
  return length;
}

}  // namespace florin::curl
