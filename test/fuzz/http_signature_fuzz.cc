// The input is the three headers of a signed request, one per line: Content-Digest,
// Signature-Input, Signature. What readSignature takes has exactly the headers that signRequest
// writes for the same facts.
#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "proof/http_signature.h"

namespace {

std::string takeLine(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string line(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  std::string_view text = base::asText({data, size});
  proof::SignatureHeaders headers;
  headers.contentDigest = takeLine(text);
  headers.signatureInput = takeLine(text);
  headers.signature = takeLine(text);

  const proof::RequestFacts request = {"POST", "/gateway/v1/cards", {}};
  const auto facts = proof::readSignature(request, headers);
  if (!facts.ok()) return 0;
  const auto written =
      proof::signRequest(request, {facts->walletId, facts->created, facts->nonce},
                         [&](ByteView message) -> Result<Bytes> {
                           FLORIN_CHECK(base::toBytes(message) == facts->signatureBase);
                           return facts->signature;
                         });
  FLORIN_CHECK(written.ok());
  FLORIN_CHECK(written->contentDigest == headers.contentDigest);
  FLORIN_CHECK(written->signatureInput == headers.signatureInput);
  FLORIN_CHECK(written->signature == headers.signature);
  return 0;
}
