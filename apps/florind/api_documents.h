// The OpenAPI document of every route (docs/openapi.json) and its page, put into the program by
// tools/embed_api.py.
#pragma once

#include <string_view>

namespace florin::apps {

std::string_view openApiDocument();    // JSON
std::string_view openApiPage();        // HTML, without scripts
std::string_view openApiPagePolicy();  // its Content-Security-Policy

}  // namespace florin::apps
