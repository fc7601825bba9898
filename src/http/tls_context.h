// Internal to this room: the server's side of TLS.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "http/server.h"

namespace florin::http {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// makeTlsContext: TLS 1.3, ALPN http/1.1 (a client that offers ALPN without it is refused).
// kInvalidArgument: chain or key is not usable, or they do not belong together.
Result<TlsContext> makeTlsContext(const Certificate& certificate);

}  // namespace florin::http
