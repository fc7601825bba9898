#include "served_routes.h"

#include "api_documents.h"
#include "base/bytes.h"

namespace florin::apps {
namespace {

// A text of the program itself, for everyone.
class TextHandler : public ports::HttpHandler {
 public:
  TextHandler(const char* contentType, std::string_view text, std::string_view policy)
      : contentType_(contentType), text_(text), policy_(policy) {}

  ports::HttpResponse handle(const ports::HttpRequest& /*request*/) override {
    ports::HttpResponse response;
    response.contentType = contentType_;
    response.headers.emplace_back("Content-Security-Policy", policy_);
    response.body = base::toBytes(base::asBytes(text_));
    return response;
  }

 private:
  const char* contentType_;
  std::string_view text_;
  std::string_view policy_;
};

}  // namespace

std::vector<ports::Route> makeServedRoutes(std::vector<ports::Route> backend, MetricsParts parts) {
  std::vector<ports::Route> routes = std::move(backend);
  routes.push_back(
      makeMetricsRoute(parts.metrics, std::move(parts.admit), std::move(parts.refresh)));
  routes.push_back({"GET", "/openapi.json", 0,
                    std::make_unique<TextHandler>("application/json", openApiDocument(),
                                                  "default-src 'none'; frame-ancestors 'none'")});
  routes.push_back({"GET", "/docs", 0,
                    std::make_unique<TextHandler>("text/html; charset=utf-8", openApiPage(),
                                                  openApiPagePolicy())});
  return routes;
}

}  // namespace florin::apps
