#include "florin/version.h"

namespace florin {

std::string_view sdkVersion() { return FLORIN_VERSION; }

}  // namespace florin
