// What operators look at, once or until they have seen enough.
#pragma once

#include <functional>

#include "api_client.h"
#include "console.h"

namespace florin::apps {

// showOrFollow prints what `ask` gives; with --follow again whenever it has changed, until Ctrl-C.
Done showOrFollow(Console& console, const Options& options,
                  const std::function<Outcome<codec::JsonValue>(ApiClient&)>& ask,
                  const std::function<void(const codec::JsonValue&)>& print);

// checkDevice and checkCard: kInput when --device or --digital-card-id has not the form of an id.
Done checkDevice(const Options& options);
Done checkCard(const Options& options);

}  // namespace florin::apps
