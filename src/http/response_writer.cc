#include "http/response_writer.h"

#include <algorithm>
#include <array>
#include <cstdio>

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

// A browser that is led to an answer of ours shows it to nobody, loads nothing for it and takes it
// for nothing else than it is.
constexpr std::string_view kAlways =
    "Strict-Transport-Security: max-age=31536000\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n";
constexpr std::string_view kNoStore = "Cache-Control: no-store\r\n";
constexpr std::string_view kNothingLoads =
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";

bool names(const ports::HttpResponse& response, std::string_view lowercase) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::any_of(response.headers, [&](const auto& header) {
    return isVisible(header.second) && std::ranges::equal(header.first, lowercase, {}, lower);
  });
}

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string httpDate(base::Time now) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - day));
  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
      kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
      kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

std::string writeResponse(const ports::HttpResponse& response,
                          const base::CorrelationId& correlationId, base::Time now, bool close) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " \r\n";
  addHeader(out, "Date", httpDate(now));
  if (!response.contentType.empty()) addHeader(out, "Content-Type", response.contentType);
  // 204 and 304 have no body and must not name its length (RFC 9110, 8.6).
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) addHeader(out, "Content-Length", std::to_string(response.body.size()));
  addHeader(out, "X-Correlation-Id", correlationId.toString());
  out += kAlways;
  if (!names(response, "cache-control")) out += kNoStore;
  if (!names(response, "content-security-policy")) out += kNothingLoads;
  if (close) addHeader(out, "Connection", "close");
  for (const auto& [name, value] : response.headers) addHeader(out, name, value);
  out += "\r\n";
  if (!bodiless) out += base::asText(response.body);
  return out;
}

}  // namespace florin::http
