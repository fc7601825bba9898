// ApiClient talks to the backend's APIs for issuers and operators (docs/issuer-api.md,
// docs/operations.md): JSON over TLS with a token from a file.
#pragma once

#include <memory>
#include <string>

#include "backend_link.h"
#include "codec/json.h"
#include "options.h"
#include "token_file.h"

namespace florin::apps {

class ApiClient {
 public:
  // open reads certificate and token; it connects to nothing yet. `interrupts` may be null and must
  // outlive the client.
  static Outcome<ApiClient> open(const Options& options, const TokenKind& kind,
                                 Interrupts* interrupts = nullptr);

  // get and post give the answer. kRefused, or kInput for what has not its form: the backend said
  // no, and the failure's name is its problem type; kUnreachable: no answer, or a fault there.
  Outcome<codec::JsonValue> get(const std::string& path);
  Outcome<codec::JsonValue> post(const std::string& path, const std::string& body = "");

 private:
  ApiClient(std::unique_ptr<BackendLink> link, SecretBytes token, Interrupts* interrupts)
      : link_(std::move(link)), token_(std::move(token)), interrupts_(interrupts) {}

  Outcome<codec::JsonValue> call(std::string method, const std::string& path,
                                 const std::string& body);

  std::unique_ptr<BackendLink> link_;
  SecretBytes token_;
  Interrupts* interrupts_;
};

}  // namespace florin::apps
