// Internal to this room: why an address cannot be listened on.
#pragma once

#include <boost/asio/error.hpp>

#include "florin/result.h"

namespace florin::http {

// listenError: kConflict, the port is taken; kRefused, it needs a privilege; kInvalidArgument, the
// address is not of this machine; kUnavailable, anything else. With errno.
inline Error listenError(const boost::system::error_code& code) {
  switch (code.value()) {
    case EADDRINUSE: return {Code::kConflict, "port is in use", code.value()};
    case EACCES: return {Code::kRefused, "port needs a privilege", code.value()};
    case EADDRNOTAVAIL:
      return {Code::kInvalidArgument, "listen address is not of this machine", code.value()};
    default: return {Code::kUnavailable, "cannot listen", code.value()};
  }
}

}  // namespace florin::http
