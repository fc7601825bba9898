// A terminal survives any card: whatever is answered, the tap ends in a result, and a request that
// goes on line can be written.
//
//   input = (length (2) response)*; then the card is gone
#include "base/bytes.h"
#include "base/check.h"
#include "fakes/seeded_random.h"
#include "terminal/terminal.h"

namespace {

using namespace florin;

class NoTrace : public terminal::TraceSink {
 public:
  void step(const terminal::TraceStep& step) override { FLORIN_CHECK(!step.commandHex.empty()); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView rest(data, size);
  const terminal::Transceive card = [&rest](ByteView) -> Result<Bytes> {
    if (rest.size() < 2) return Error(Code::kUnavailable, "the card is gone");
    const std::size_t length = base::readBigEndian(rest.first(2));
    rest = rest.subspan(2);
    if (length > rest.size()) return Error(Code::kUnavailable, "the card is gone");
    Bytes response = base::toBytes(rest.first(length));
    rest = rest.subspan(length);
    return response;
  };
  terminal::TapRequest request;
  request.amount = {1250, 978};
  request.country = 276;
  request.now = base::fromMs(1'774'958'400'000);  // 2026-03-31
  fakes::SeededRandom random;
  NoTrace trace;
  const auto result = terminal::tap(request, random, card, trace);
  if (result.ok() && result->request) {
    FLORIN_CHECK(!emv::encodeCryptogramRequest(*result->request).empty());
  }
  return 0;
}
