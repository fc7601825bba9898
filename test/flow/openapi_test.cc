// docs/openapi.json against the routes that florind serves, both ways.
#include <map>
#include <set>

#include "api_documents.h"
#include "served_routes.h"
#include "tsp/routes.h"
#include "world.h"

namespace florin::test {
namespace {

using codec::JsonValue;

constexpr std::size_t kDocument = 4 * 1024 * 1024;

// namesOf gives an object's members; none when it is no object.
std::set<std::string> namesOf(const JsonValue* value) {
  std::set<std::string> names;
  if (value == nullptr || value->object() == nullptr) return names;
  for (const codec::JsonMember& member : *value->object()) names.insert(member.name);
  return names;
}

const JsonValue* at(const JsonValue* value, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (value != nullptr) value = value->find(name);
  }
  return value;
}

// "/cards/{digitalCardId}/idv" as a route has it: "/cards/{}/idv".
std::string patternOf(const std::string& path) {
  std::string pattern;
  bool inName = false;
  for (const char c : path) {
    if (c == '}') inName = false;
    if (!inName) pattern += c;
    if (c == '{') inName = true;
  }
  return pattern;
}

struct OpenApiTest : ::testing::Test {
  OpenApiTest() {
    for (const codec::JsonMember& path : *document.find("paths")->object()) {
      for (const codec::JsonMember& method : *path.value.object()) {
        std::string verb = method.name;
        std::ranges::transform(verb, verb.begin(), [](char c) { return c - 'a' + 'A'; });
        documented.emplace(verb + " " + patternOf(path.name), &method.value);
      }
    }
    for (const ports::Route& route : routes)
      served.emplace(route.method + " " + route.path, &route);
  }

  BackendWorld backend;
  apps::Prometheus metrics;
  std::vector<ports::Route> routes = apps::makeServedRoutes(
      backend.makeRoutes(), {metrics, [](const auto&) { return Status(); }, [] {}});
  JsonValue document = codec::parseJson(apps::openApiDocument(), kDocument).value();
  std::map<std::string, const JsonValue*> documented;
  std::map<std::string, const ports::Route*> served;
};

TEST_F(OpenApiTest, EveryRouteIsInTheDocument) {
  for (const auto& [name, route] : served) {
    EXPECT_TRUE(documented.contains(name))
        << name
        << " is served, but not in docs/openapi.json: add it there (test/openapi/README.md)";
  }
}

TEST_F(OpenApiTest, EveryOperationOfTheDocumentIsServed) {
  for (const auto& [name, operation] : documented) {
    EXPECT_TRUE(served.contains(name))
        << name << " is in docs/openapi.json, but no route serves it: remove it there";
  }
  EXPECT_EQ(routes.size(), served.size()) << "two routes have one method and path";
}

TEST_F(OpenApiTest, BodiesAreWhatTheRoutesTake) {
  for (const auto& [name, route] : served) {
    if (!documented.contains(name)) continue;
    const JsonValue& operation = *documented.at(name);
    const auto types = namesOf(at(&operation, {"requestBody", "content"}));
    const bool hasType = operation.find("responses")->find("415") != nullptr;
    EXPECT_EQ(hasType, !route->contentType.empty())
        << name << ": 415 is documented where, and only where, the route asks for a Content-Type";
    EXPECT_TRUE(route->maxBody != 0 || types.empty()) << name << " takes no body";
    if (!types.empty() && !route->contentType.empty()) {
      EXPECT_EQ(types, std::set<std::string>{route->contentType}) << name;
    }
  }
}

TEST_F(OpenApiTest, DocumentHasTheVersionOfTheProgram) {
  EXPECT_EQ(document.find("info")->find("version")->text(), FLORIN_VERSION);
}

TEST_F(OpenApiTest, PageNeedsNothingFromElsewhereAndNoScript) {
  ports::HttpRequest request;
  const ports::HttpResponse page = served.at("GET /docs")->handler->handle(request);
  const std::string_view text = base::asText(page.body);
  EXPECT_EQ(page.contentType, "text/html; charset=utf-8");
  ASSERT_EQ(page.headers.size(), 1U);
  EXPECT_EQ(page.headers[0].first, "Content-Security-Policy");
  EXPECT_TRUE(page.headers[0].second.starts_with("default-src 'none'; style-src 'sha256-"));
  for (const char* const foreign :
       {"<script", "<link", "<img", "http://", "https://", "url(", "@import"}) {
    EXPECT_EQ(text.find(foreign), std::string_view::npos) << foreign;
  }
  for (const auto& [name, operation] : documented) {
    const std::string anchor = "id=\"" + std::string(operation->find("operationId")->text()) + "\"";
    EXPECT_NE(text.find(anchor), std::string_view::npos) << name;
  }
}

TEST_F(OpenApiTest, ProblemLeadsToItsPlaceInThePage) {
  const ports::HttpResponse refused = tsp::problem(404, "unknown-card", "", {});
  const auto body = codec::parseJson(base::asText(refused.body)).value();
  EXPECT_EQ(body.find("type")->text(), "urn:florin:problem:unknown-card");
  EXPECT_EQ(body.find("help")->text(), "/docs#problem-unknown-card");
  EXPECT_NE(apps::openApiPage().find("id=\"problem-unknown-card\""), std::string_view::npos);
}

}  // namespace
}  // namespace florin::test
