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

Result<Client> Client::connect(const Endpoint& endpoint) {
  posix::UniqueFd fd = connectTcp(endpoint);
  if (!fd.open()) return unavailable("cannot connect to the backend");
  std::unique_ptr<SSL_CTX, FreeSsl> context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_load_verify_locations(context.get(), endpoint.caFile.c_str(), nullptr) != 1) {
    return Error(Code::kInvalidArgument, "the CA file is not usable");
  }
  std::unique_ptr<SSL, FreeSsl> ssl(SSL_new(context.get()));
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), endpoint.host.c_str());
  SSL_set_fd(ssl.get(), fd.get());
  if (SSL_connect(ssl.get()) != 1) return unavailable("TLS handshake with the backend failed");
  return Client(endpoint.host + ":" + std::to_string(endpoint.port), std::move(fd),
                std::move(context), std::move(ssl));
}

Result<Bytes> Client::post(const std::string& path, const Headers& headers, ByteView body) {
  std::string request = "POST " + path + " HTTP/1.1\r\nhost: " + host_ + "\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  request += "content-length: " + std::to_string(body.size()) + "\r\n\r\n";
  request += base::asText(body);
  std::size_t written = 0;
  if (SSL_write_ex(ssl_.get(), request.data(), request.size(), &written) != 1) {
    return unavailable("the backend ended the connection");
  }
  return receive();
}

bool Client::readMore() {
  std::array<char, kChunk> chunk;
  std::size_t got = 0;
  if (SSL_read_ex(ssl_.get(), chunk.data(), chunk.size(), &got) != 1) return false;
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
  const std::size_t status = number(head, space);
  if (status != 200) {
    return Error(Code::kRefused, "the backend refused", static_cast<std::int64_t>(status));
  }
  return answer;
}

}  // namespace florin::bench
