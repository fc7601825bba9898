#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include "http/tls_client.h"

namespace florin::http {

std::string Response::header(const std::string& name) const {
  const std::string start = "\r\n" + name + ": ";
  const std::size_t at = head.find(start);
  if (at == std::string::npos) return "absent";
  const std::size_t value = at + start.size();
  return head.substr(value, head.find("\r\n", value) - value);
}

int connectTcp(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  // A test that waits for what never comes fails, rather than hangs.
  const timeval patience{20, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

void TlsClient::Free::operator()(const int* fd) const {
  ::close(*fd);
  delete fd;
}

TlsClient::ContextPtr TlsClient::makeContext(const ClientOptions& options) {
  ContextPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_max_proto_version(context.get(), options.maxVersion);
  if (!options.caPem.empty()) {
    BIO* const bio = BIO_new_mem_buf(options.caPem.data(), static_cast<int>(options.caPem.size()));
    X509* const certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), certificate);
    X509_free(certificate);
    BIO_free(bio);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  if (options.identity != nullptr) {
    SSL_CTX_use_certificate(context.get(), options.identity->certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), options.identity->key.get());
  }
  if (!options.alpn.empty()) {
    const std::string list = static_cast<char>(options.alpn.size()) + options.alpn;
    SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(list.data()),
                            static_cast<unsigned>(list.size()));
  }
  return context;
}

std::unique_ptr<TlsClient> TlsClient::connect(std::uint16_t port, const ClientOptions& options) {
  std::unique_ptr<TlsClient> client(new TlsClient);
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to a socket that the server may have closed
  const int fd = connectTcp(port);
  if (fd < 0) return nullptr;
  client->fd_.reset(new int(fd));
  client->context_ = makeContext(options);
  client->ssl_.reset(SSL_new(client->context_.get()));
  SSL_set_fd(client->ssl_.get(), fd);
  return SSL_connect(client->ssl_.get()) == 1 ? std::move(client) : nullptr;
}

bool TlsClient::send(std::string_view text) {
  return SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) > 0;
}

bool TlsClient::readMore() {
  char buffer[4096];
  const int got = SSL_read(ssl_.get(), buffer, sizeof buffer);
  if (got <= 0) {
    patienceOver_ = SSL_get_error(ssl_.get(), got) == SSL_ERROR_WANT_READ;
    return false;
  }
  received_.append(buffer, static_cast<std::size_t>(got));
  return true;
}

Response TlsClient::receive() {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!readMore()) return {};
  }
  Response response;
  response.head = received_.substr(0, end + 2);
  const std::string length = response.header("Content-Length");
  const std::size_t body = length == "absent" ? 0 : std::stoul(length);
  while (received_.size() < end + 4 + body) {
    if (!readMore()) return {};
  }
  response.body = received_.substr(end + 4, body);
  received_.erase(0, end + 4 + body);
  response.status = std::stoi(response.head.substr(9, 3));
  return response;
}

bool TlsClient::hasTicket() const {
  return SSL_SESSION_is_resumable(SSL_get0_session(ssl_.get())) == 1;
}

bool TlsClient::ended() { return received_.empty() && !readMore() && !patienceOver_; }

}  // namespace florin::http
