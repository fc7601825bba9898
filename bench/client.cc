#include "client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <charconv>

#include "base/bytes.h"

namespace florin::bench {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kLength = "content-length:";
constexpr std::size_t kChunk = 16 * 1024;

Error unavailable(Literal text) { return {Code::kUnavailable, text}; }

posix::UniqueFd connectTcp(const Endpoint& endpoint) {
  posix::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  if (::inet_pton(AF_INET, endpoint.host.c_str(), &address.sin_addr) != 1) return {};
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return {};
  }
  const int one = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

// number reads the digits at `at`, after spaces; 0 when there are none.
std::size_t number(const std::string& text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  std::size_t value = 0;
  std::from_chars(text.data() + at, text.data() + text.size(), value);
  return value;
}

}  // namespace

Result<Tls> Tls::open(const Endpoint& endpoint) {
  std::unique_ptr<SSL_CTX, FreeSsl> context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_load_verify_locations(context.get(), endpoint.caFile.c_str(), nullptr) != 1) {
    return Error(Code::kInvalidArgument, "the CA file is not usable");
  }
  return Tls(std::move(context));
}

Result<Client> Client::connect(const Endpoint& endpoint) {
  FLORIN_TRY_ASSIGN(const Tls tls, Tls::open(endpoint));
  return connect(endpoint, tls);
}

Result<Client> Client::connect(const Endpoint& endpoint, const Tls& tls) {
  posix::UniqueFd fd = connectTcp(endpoint);
  if (!fd.open()) return unavailable("cannot connect to the backend");
  std::unique_ptr<SSL, FreeSsl> ssl(SSL_new(tls.context()));
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), endpoint.host.c_str());
  SSL_set_fd(ssl.get(), fd.get());
  if (SSL_connect(ssl.get()) != 1) return unavailable("TLS handshake with the backend failed");
  return Client(endpoint.host + ":" + std::to_string(endpoint.port), std::move(fd), std::move(ssl));
}

Result<Bytes> Client::post(const std::string& path, const Headers& headers, ByteView body) {
  std::string request = "POST " + path + " HTTP/1.1\r\nhost: " + host_ + "\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  request += "content-length: " + std::to_string(body.size()) + "\r\n\r\n";
  return ask(std::move(request), body);
}

Result<Bytes> Client::get(const std::string& path) {
  return ask("GET " + path + " HTTP/1.1\r\nhost: " + host_ + "\r\n\r\n", {});
}

// A connection that the backend has ended in order takes what is written and gives no answer.
Result<Bytes> Client::ask(std::string request, ByteView body) {
  request += base::asText(body);
  std::size_t written = 0;
  const int sent = SSL_write_ex(ssl_.get(), request.data(), request.size(), &written);
  if (sent != 1 && readMore()) return unavailable("the backend answered before it was asked");
  auto answer = sent == 1 ? receive() : unavailable("the backend ended the connection");
  if (!answer.ok() && endedInOrder_ && received_.empty()) {
    return Error(Code::kCancelled, "the backend had ended the connection");
  }
  return answer;
}

bool Client::readMore() {
  std::array<char, kChunk> chunk;
  std::size_t got = 0;
  const int read = SSL_read_ex(ssl_.get(), chunk.data(), chunk.size(), &got);
  if (read != 1) {
    endedInOrder_ = SSL_get_error(ssl_.get(), read) == SSL_ERROR_ZERO_RETURN;
    return false;
  }
  received_.append(chunk.data(), got);
  return true;
}

Result<Bytes> Client::receive() {
  std::size_t headEnd = received_.find(kHeadEnd);
  while (headEnd == std::string::npos) {
    if (!readMore()) return unavailable("the backend ended the connection");
    headEnd = received_.find(kHeadEnd);
  }
  const std::string head = lower(std::string_view(received_).substr(0, headEnd));
  const std::size_t space = head.find(' ');
  const std::size_t length = head.find(kLength);
  if (space == std::string::npos || length == std::string::npos) {
    return Error(Code::kMalformed, "the backend's answer has no status or no length");
  }
  const std::size_t whole = headEnd + kHeadEnd.size() + number(head, length + kLength.size());
  while (received_.size() < whole) {
    if (!readMore()) return unavailable("the backend ended the connection");
  }
  const std::string_view body = std::string_view(received_).substr(
      headEnd + kHeadEnd.size(), whole - headEnd - kHeadEnd.size());
  Bytes answer = base::toBytes(base::asBytes(body));
  received_.erase(0, whole);
  ended_ = head.find("\r\nconnection: close") != std::string::npos;
  const std::size_t status = number(head, space);
  if (status != 200) {
    return Error(Code::kRefused, "the backend refused", static_cast<std::int64_t>(status));
  }
  return answer;
}

}  // namespace florin::bench
