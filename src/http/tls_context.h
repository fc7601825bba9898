// Internal to this room: the server's side of TLS.
#pragma once

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "http/server.h"

namespace florin::http {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// makeTlsContext: TLS 1.3, ALPN http/1.1 (a client that offers ALPN without it is refused). With
// clientAuthoritiesPem a client may show a certificate, which is verified; one that does gets no
// session ticket, so that each of its connections proves the certificate anew.
// kInvalidArgument: chain, key or authorities are not usable, or the first two do not belong
// together.
Result<TlsContext> makeTlsContext(const Certificate& certificate);

// clientCertificateOf gives the SHA-256 of the certificate that the client has proved; empty: none.
Bytes clientCertificateOf(SSL* connection);

}  // namespace florin::http
