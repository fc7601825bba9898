#include "http/connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/bytes.h"
#include "http/response_writer.h"

// g++ 12.2 destroys aggregate temporaries inside a co_await expression twice: everything that is
// passed to a coroutine here is a named local.
namespace florin::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

auto into(error_code& code) { return asio::redirect_error(asio::use_awaitable, code); }

}  // namespace

// Job is a request in the hands of a worker. It is shared, because either side may end first when
// the server stops.
struct Connection::Job {
  explicit Job(asio::io_context& io) : done(io, asio::steady_timer::time_point::max()) {}
  ports::HttpRequest request;
  ports::HttpResponse response;
  asio::steady_timer done;  // cancelled, on the thread of `io`, when the response is there
};

// Deadline bounds the phases in which a client sends. Unlike the stream's own, it leaves the socket
// open, so that the client can be told (408). It is shared with the timer's handler, which may come
// when the connection is gone.
struct Connection::Deadline {
  Deadline(asio::io_context& io, Connection& owner) : timer(io), connection(&owner) {}
  asio::steady_timer timer;
  Connection* connection;
};

Connection::Connection(Services services, Socket socket, std::string peer, TlsContext tls)
    : services_(services),
      peer_(std::move(peer)),
      tls_(std::move(tls)),
      stream_(boost::beast::tcp_stream(std::move(socket)), *tls_),
      reader_(services.limits.maxHeader),
      deadline_(std::make_shared<Deadline>(services.io, *this)) {}

Connection::~Connection() {
  deadline_->connection = nullptr;
  deadline_->timer.cancel();
}

// What the client has sent already, or a part of a TLS record of it, is the beginning of a request.
void Connection::endIfIdle() {
  error_code code;
  const bool waits =
      tcp().socket().available(code) == 0 && SSL_has_pending(stream_.native_handle()) == 0;
  if (idle_ && waits) tcp().cancel();
}

void Connection::close() { tcp().close(); }

Connection::Awaitable<void> Connection::run() {
  error_code code;
  tcp().expires_after(services_.limits.handshake);
  co_await stream_.async_handshake(asio::ssl::stream_base::server, into(code));
  if (code) {
    services_.metrics.count("http_handshakes", "failed");
    co_return;
  }
  clientCertificate_ = clientCertificateOf(stream_.native_handle());
  // A new connection gets no time to be idle: it was made for a request.
  std::chrono::milliseconds patience = services_.limits.header;
  Next next = Next::kRequest;
  while (next == Next::kRequest && !services_.draining) {
    next = co_await serveOne(patience);
    patience = services_.limits.idle;
  }
  if (next != Next::kGone) co_await shutdown();
}

// begin gives the phase that begins its time.
void Connection::begin(std::chrono::milliseconds patience) {
  late_ = false;
  tcp().expires_never();
  deadline_->timer.expires_after(patience);
  deadline_->timer.async_wait([deadline = deadline_](error_code code) {
    // A handler that was queued already when its phase ended finds a later expiry.
    const bool passed = deadline->timer.expiry() <= asio::steady_timer::clock_type::now();
    if (!code && passed && deadline->connection != nullptr) deadline->connection->passDeadline();
  });
}

void Connection::passDeadline() {
  late_ = true;
  tcp().cancel();
}

// Every deadline is set once per phase. The stream closes the socket when its own passes; begin's
// is for a client that is owed an answer.
Connection::Awaitable<bool> Connection::readSome() {
  error_code code;
  std::size_t got = 0;
  if (!late_) got = co_await stream_.async_read_some(asio::buffer(chunk_), into(code));
  if (late_) refused_ = Error(Code::kDeadline, "request came too slowly");
  if (late_ || code) co_return false;
  reader_.feed(ByteView(chunk_.data(), got));
  co_return true;
}

Connection::Awaitable<bool> Connection::readHead(std::chrono::milliseconds patience) {
  refused_.reset();
  late_ = false;
  idle_ = reader_.untouched();
  if (idle_) {
    tcp().expires_after(patience);
    if (!co_await readSome()) co_return false;
    idle_ = false;
  }
  for (bool begun = false;; begun = true) {
    const Result<bool> whole = reader_.readHead();
    if (!whole.ok()) refused_ = whole.error();
    if (!whole.ok() || *whole) co_return whole.ok();
    if (!begun) begin(services_.limits.header);
    if (!co_await readSome()) co_return false;
  }
}

Connection::Awaitable<bool> Connection::readBody(std::size_t maxBody) {
  bool asked = !reader_.wantsContinue();
  for (bool begun = false;; begun = true) {
    const Result<bool> whole = reader_.readBody(maxBody);
    if (!whole.ok()) refused_ = whole.error();
    if (!whole.ok() || *whole) co_return whole.ok();
    if (!asked) {
      asked = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
      if (!asked) co_return false;
    }
    if (!begun) begin(services_.limits.body);
    if (!co_await readSome()) co_return false;
  }
}

Connection::Awaitable<Connection::Next> Connection::serveOne(std::chrono::milliseconds patience) {
  const bool headRead = co_await readHead(patience);
  if (!headRead && !refused_) co_return idle_&& services_.draining ? Next::kClose : Next::kGone;
  ports::HttpRequest head = reader_.head();
  identify(head);
  const bool ours = !headRead || services_.hosts.contains(head.header("host"));
  if (!headRead || !ours) {
    const Refusal why = ours ? refusal(Refusal::kHeaderTooLarge) : Refusal::kMisdirected;
    const ports::HttpResponse response = services_.dispatcher.refuse(head, why);
    co_return co_await answer(head, response, Next::kClose);
  }

  // Without a route the dispatcher refuses, and a body is not worth reading.
  const std::optional<std::size_t> maxBody = services_.dispatcher.maxBody(head);
  const bool bodyRead = co_await readBody(maxBody.value_or(0));
  if (!bodyRead && !refused_) co_return Next::kGone;
  if (!bodyRead) {
    const ports::HttpResponse response =
        maxBody ? services_.dispatcher.refuse(head, refusal(Refusal::kBodyTooLarge))
                : services_.dispatcher.dispatch(head);
    co_return co_await answer(head, response, Next::kClose);
  }

  const Next next = reader_.keepAlive() ? Next::kRequest : Next::kClose;
  ports::HttpRequest request = reader_.take();
  request.correlationId = head.correlationId;
  request.peer = peer_;
  request.clientCertificate = clientCertificate_;
  const ports::HttpResponse response = co_await handle(request);
  co_return co_await answer(head, response, next);
}

Refusal Connection::refusal(Refusal whenTooLarge) const {
  switch (refused_->code()) {
    case Code::kTooLarge: return whenTooLarge;
    case Code::kDeadline: return Refusal::kTooSlow;
    default: return Refusal::kMalformed;
  }
}

Connection::Awaitable<ports::HttpResponse> Connection::handle(ports::HttpRequest& request) {
  if (!services_.addresses.takeRequest(peer_, std::chrono::steady_clock::now())) {
    services_.metrics.count("http_throttled", "address");
    co_return services_.dispatcher.refuse(request, Refusal::kTooManyRequests);
  }
  deadline_->timer.expires_at(asio::steady_timer::time_point::max());
  const auto job = std::make_shared<Job>(services_.io);
  job->request = std::move(request);
  const bool taken =
      services_.workers.submit([job, &services = services_.dispatcher, &io = services_.io] {
        job->response = services.dispatch(job->request);
        asio::post(io, [job] { job->done.cancel(); });
      });
  if (!taken) co_return services_.dispatcher.refuse(job->request, Refusal::kBusy);
  error_code cancelled;
  // The cancellation is posted to this thread, so it cannot come before the wait begins.
  co_await job->done.async_wait(into(cancelled));
  co_return std::move(job->response);
}

Connection::Awaitable<Connection::Next> Connection::answer(const ports::HttpRequest& request,
                                                           const ports::HttpResponse& response,
                                                           Next next) {
  if (next == Next::kRequest && services_.draining) next = Next::kClose;
  deadline_->timer.expires_at(asio::steady_timer::time_point::max());
  const std::string bytes =
      writeResponse(response, request.correlationId, services_.clock.now(), next != Next::kRequest);
  const bool written = co_await write(bytes);
  co_return written ? next : Next::kGone;
}

Connection::Awaitable<bool> Connection::write(std::string_view bytes) {
  error_code code;
  tcp().expires_after(services_.limits.write);
  co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), into(code));
  co_return !code;
}

// shutdown says the end and waits for the client to say it too. After a refusal the client may
// still be sending: a socket closed with unread bytes is reset, and the answer may be lost on its
// way, so they are read and forgotten.
Connection::Awaitable<void> Connection::shutdown() {
  error_code code;
  tcp().expires_after(base::limits::kHttpLinger);
  co_await stream_.async_shutdown(into(code));
  tcp().socket().shutdown(Socket::shutdown_send, code);
  for (std::size_t total = 0; total < base::limits::kHttpLingerBytes && !code;) {
    total += co_await tcp().async_read_some(asio::buffer(chunk_), into(code));
  }
}

void Connection::identify(ports::HttpRequest& request) const {
  const auto given = base::CorrelationId::parse(request.header("x-correlation-id"));
  request.correlationId = given.ok() ? *given : base::CorrelationId::random(services_.random);
  request.peer = peer_;
}

}  // namespace florin::http
