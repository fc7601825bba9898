#include "backend_link.h"

#include "answer.h"

namespace florin::apps {
namespace {

const char* adviceOn(CertificateFault fault) {
  switch (fault) {
    case CertificateFault::kUnknownAuthority:
      return "; give --ca the tls/certificate.pem of this very backend; for a wallet that is there "
             "already: `florin wallet init --update --ca`";
    case CertificateFault::kOtherHost:
      return "; give --backend a name or address that stands in the certificate, or have one made "
             "for this name with `florind init --host`";
    case CertificateFault::kNotValidNow:
      return "; check this machine's clock, else renew the certificate at the backend and give it "
             "with --ca; to a wallet with `florin wallet init --update --ca`";
    case CertificateFault::kOtherKey:
    case CertificateFault::kOther: break;
  }
  return "; give the right one with --ca; to a wallet with `florin wallet init --update --ca`";
}

}  // namespace

Outcome<std::unique_ptr<BackendLink>> BackendLink::open(const Connection& connection) {
  HttpsOptions options;
  options.baseUrl = connection.backend;
  options.caPem = connection.caPem;
  options.clientPemFile = connection.clientPemFile;
  auto transport = makeHttpsTransport(options);
  if (!transport.ok() && !connection.clientPemFile.empty()) {
    // With the same address and authority it works, or fails, without the file.
    options.clientPemFile.clear();
    if (makeHttpsTransport(options).ok()) {
      return Failure{Exit::kInput, connection.clientPemFile +
                                       " cannot be used: " + describe(transport.error()) +
                                       ": give --client-pem a file of mode 0600 with the "
                                       "certificate and its private key, PEM"};
    }
  }
  if (!transport.ok()) {
    return Failure{Exit::kInput, describe(transport.error()) +
                                     ": give --backend https://host:port and --ca the backend's "
                                     "tls/certificate.pem"};
  }
  return std::unique_ptr<BackendLink>(
      new BackendLink(connection.backend, std::move(transport).value()));
}

void BackendLink::send(TransportRequest request, std::chrono::milliseconds deadline, Done done) {
  transport_->send(std::move(request), deadline,
                   [watch = watch_, done = std::move(done)](Result<TransportResponse> response) {
                     if (!response.ok()) {
                       const std::lock_guard lock(watch->mutex);
                       watch->last = response.error();
                     }
                     done(std::move(response));
                   });
}

Outcome<TransportResponse> BackendLink::call(TransportRequest request,
                                             std::chrono::milliseconds deadline,
                                             Interrupts* interrupts) {
  const auto answer = std::make_shared<Answer<Result<TransportResponse>>>();
  send(std::move(request), deadline,
       [answer](Result<TransportResponse> response) { answer->give(std::move(response)); });
  FLORIN_TRY_ASSIGN(auto response, answer->take(interrupts));
  if (!response.ok()) return unreachable();
  return std::move(*response);
}

Failure BackendLink::unreachable() const {
  const std::lock_guard lock(watch_->mutex);
  if (!watch_->last) return {Exit::kUnreachable, backend_ + " gave no usable answer: try again"};
  const std::string reason(watch_->last->text());
  switch (watch_->last->code()) {
    case Code::kUnauthenticated:
      return {Exit::kUnreachable,
              backend_ + ": " + reason + adviceOn(CertificateFault(watch_->last->detail()))};
    case Code::kInvalidArgument: return {Exit::kInput, reason + ": see the file of --client-pem"};
    case Code::kDeadline: return {Exit::kUnreachable, backend_ + ": " + reason + "; try again"};
    default:
      return {Exit::kUnreachable,
              backend_ + ": " + reason +
                  "; see that the address is right and that the backend runs, then try again"};
  }
}

}  // namespace florin::apps
