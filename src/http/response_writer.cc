#include "http/response_writer.h"

#include <algorithm>

#include "base/bytes.h"

namespace florin::http {
namespace {

bool isVisible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= ' ' && byte != 0x7F;
  });
}

void addHeader(std::string& to, std::string_view name, std::string_view value) {
  if (!isVisible(name) || !isVisible(value)) return;
  to.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string writeResponse(const ports::HttpResponse& response,
                          const base::CorrelationId& correlationId, bool close) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " \r\n";
  if (!response.contentType.empty()) addHeader(out, "Content-Type", response.contentType);
  // 204 and 304 have no body and must not name its length (RFC 9110, 8.6).
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) addHeader(out, "Content-Length", std::to_string(response.body.size()));
  addHeader(out, "X-Correlation-Id", correlationId.toString());
  addHeader(out, "Strict-Transport-Security", "max-age=31536000");
  addHeader(out, "X-Content-Type-Options", "nosniff");
  addHeader(out, "Cache-Control", "no-store");
  if (close) addHeader(out, "Connection", "close");
  for (const auto& [name, value] : response.headers) addHeader(out, name, value);
  out += "\r\n";
  if (!bodiless) out += base::asText(response.body);
  return out;
}

}  // namespace florin::http
