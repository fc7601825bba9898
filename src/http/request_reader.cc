#include "http/request_reader.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/vector_body.hpp>

#include "base/bytes.h"

#ifndef BOOST_DISABLE_ASSERTS
#error "an assertion of Beast 1.81 would let a client end the server (cmake/Rooms.cmake)"
#endif

namespace florin::http {

namespace beast = boost::beast;
using beast::http::field;

struct RequestReader::Parser : beast::http::request_parser<beast::http::vector_body<std::uint8_t>> {
};

namespace {

std::string lowercase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

bool isOriginForm(std::string_view target) {
  return target.starts_with('/') && std::all_of(target.begin(), target.end(), [](char c) {
           return c > ' ' && c < 0x7F && c != '#';
         });
}

// isAuthority: the characters of a name, an IPv4 or [IPv6] address, and a port.
bool isAuthority(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view(".-_:[]").find(c) != std::string_view::npos;
  });
}

bool isNumber(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// isFolded: some take the second line of a header for a header of its own (RFC 9112, 5.2).
bool isFolded(ByteView head) {
  const std::string_view text = base::asText(head);
  return text.find("\r\n ") != std::string_view::npos ||
         text.find("\r\n\t") != std::string_view::npos;
}

// checkFraming: the body's end can be read in one way only.
template <class Fields>
Status checkFraming(const Fields& fields) {
  const auto lengths = fields.count(field::content_length);
  const auto codings = fields.count(field::transfer_encoding);
  if (lengths + codings > 1) return Error(Code::kMalformed, "body is framed twice");
  if (lengths == 1 && !isNumber(fields[field::content_length])) {
    return Error(Code::kMalformed, "Content-Length is no number");
  }
  if (codings == 1 && !beast::iequals(fields[field::transfer_encoding], "chunked")) {
    return Error(Code::kMalformed, "Transfer-Encoding is not chunked");
  }
  return {};
}

}  // namespace

RequestReader::RequestReader(std::size_t maxHeader)
    : maxHeader_(maxHeader), parser_(std::make_unique<Parser>()) {}

RequestReader::~RequestReader() = default;

void RequestReader::feed(ByteView bytes) {
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

bool RequestReader::untouched() const { return buffer_.empty() && !parser_->got_some(); }

Result<bool> RequestReader::readHead() {
  parser_->header_limit(static_cast<std::uint32_t>(maxHeader_));
  parser_->body_limit(boost::none);  // the route decides, once the head is known
  parser_->eager(false);
  FLORIN_TRY_ASSIGN(const bool whole, advance(true));
  if (whole) FLORIN_TRY(checkHead());
  return whole;
}

Result<bool> RequestReader::readBody(std::size_t maxBody) {
  if (parser_->content_length().value_or(0) > maxBody) {
    return Error(Code::kTooLarge, "body exceeds the route's bound");
  }
  // The parser counts down what it was given, so it is told once.
  if (!bodyBegun_) parser_->body_limit(maxBody);
  bodyBegun_ = true;
  parser_->eager(true);
  return advance(false);
}

Result<bool> RequestReader::advance(bool headOnly) {
  const auto reached = [&] { return headOnly ? parser_->is_header_done() : parser_->is_done(); };
  while (!reached()) {
    if (buffer_.empty()) return false;
    boost::system::error_code code;
    const std::size_t used =
        parser_->put(boost::asio::const_buffer(buffer_.data(), buffer_.size()), code);
    // The parser takes a head as a whole.
    if (headOnly && isFolded(ByteView(buffer_).first(used))) {
      return Error(Code::kMalformed, "a header goes on in the next line");
    }
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(used));
    if (code == beast::http::error::header_limit || code == beast::http::error::body_limit) {
      return Error(Code::kTooLarge, "request is too large");
    }
    if (code == beast::http::error::need_more) {
      // Chunk headers and trailers have no bound in the parser.
      if (buffer_.size() > maxHeader_) return Error(Code::kTooLarge, "a line is too long");
      return false;
    }
    if (code) return Error(Code::kMalformed, "not an HTTP/1.1 request", code.value());
  }
  return true;
}

Status RequestReader::checkHead() {
  const auto& message = parser_->get();
  const std::string_view target = message.target();
  request_.method = message.method_string();
  if (message.version() != 11) return Error(Code::kMalformed, "version is not HTTP/1.1");
  if (!isOriginForm(target)) return Error(Code::kMalformed, "target is not in origin form");
  FLORIN_TRY(checkFraming(message.base()));
  if (message.count(field::host) != 1 || !isAuthority(message[field::host])) {
    return Error(Code::kMalformed, "not exactly one Host");
  }
  const std::size_t question = std::min(target.find('?'), target.size());
  request_.path = target.substr(0, question);
  request_.query = target.substr(std::min(question + 1, target.size()));
  for (const auto& header : message.base()) {
    request_.headers.emplace_back(lowercase(header.name_string()), header.value());
  }
  return {};
}

bool RequestReader::wantsContinue() const {
  return beast::iequals(parser_->get()[field::expect], "100-continue");
}

bool RequestReader::keepAlive() const { return parser_->keep_alive(); }

ports::HttpRequest RequestReader::take() {
  ports::HttpRequest request = std::move(request_);
  request.body = std::move(parser_->get().body());
  request_ = {};
  parser_ = std::make_unique<Parser>();
  bodyBegun_ = false;
  return request;
}

}  // namespace florin::http
