// A connection's bytes: after the first one, which is the size of the pieces that they arrive in.
// However they are cut, the same requests come out, and none breaks a bound.
#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "http/request_reader.h"

namespace {

using namespace florin;

constexpr std::size_t kMaxHeader = 512;
constexpr std::size_t kMaxBody = 256;

// readAll gives what the reader made of the stream, as text.
std::string readAll(ByteView stream, std::size_t step) {
  http::RequestReader reader(kMaxHeader);
  std::string out;
  bool inBody = false;
  for (;;) {
    const Result<bool> whole = inBody ? reader.readBody(kMaxBody) : reader.readHead();
    if (!whole.ok()) return out + "refused";
    if (*whole && inBody) {
      const ports::HttpRequest request = reader.take();
      FLORIN_CHECK(request.body.size() <= kMaxBody);
      FLORIN_CHECK(request.path.starts_with('/') && !request.header("host").empty());
      out += request.method + " " + request.path + "?" + request.query + "\n";
      for (const auto& [name, value] : request.headers) out += name + ": " + value + "\n";
      out += base::toHex(request.body) + "\n";
      inBody = false;
    } else if (*whole) {
      inBody = true;
    } else if (stream.empty()) {
      return out + "wants more";
    } else {
      const std::size_t size = std::min(step, stream.size());
      reader.feed(stream.first(size));
      stream = stream.subspan(size);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView stream(data + 1, size - 1);
  const std::string whole = readAll(stream, size);
  const std::string cut = readAll(stream, data[0] % 32U + 1U);
  // A line that is too long is refused where its pieces are counted: what was read before is equal.
  const std::size_t common = std::min(whole.rfind('\n') + 1, cut.rfind('\n') + 1);
  FLORIN_CHECK(whole.compare(0, common, cut, 0, common) == 0);
  return 0;
}
