#include "tsp/catalog.h"

#include "tsp/tsp_fixture.h"

namespace florin::tsp {
namespace {

Program program(const std::string& name) {
  Program made;
  made.card = emv::programK2();
  made.card.name = name;
  made.dpanPrefix = "999990";
  return made;
}

Issuer issuer(std::vector<BinRange> bins) { return {{}, "Bank", std::move(bins)}; }

Result<CardProduct> productOf(const Catalog& catalog, std::string_view pan) {
  return catalog.productOf(base::asBytes(pan));
}

TEST(CatalogTest, PanBelongsToTheRangeOfItsPrefixBothEndsIncluded) {
  const auto catalog =
      Catalog::make({program("K2"), program("K3")},
                    {issuer({{"999900", "999904", "K2"}}), issuer({{"9999050", "9999059", "K3"}})});
  ASSERT_TRUE(catalog.ok());
  EXPECT_EQ(productOf(*catalog, "9999000000000000")->program->card.name, "K2");
  EXPECT_EQ(productOf(*catalog, "9999049999999999")->program->card.name, "K2");
  EXPECT_EQ(productOf(*catalog, "9999059000000000")->program->card.name, "K3");
  for (const char* pan : {"9998999999999999", "9999060000000000", "99990", ""}) {
    EXPECT_EQ(productOf(*catalog, pan).error().code(), Code::kNotFound) << pan;
  }
}

TEST(CatalogTest, NamesAreUniqueAndRangesNameThem) {
  EXPECT_FALSE(Catalog::make({program("K2"), program("K2")}, {}).ok());
  EXPECT_FALSE(Catalog::make({program("")}, {}).ok());
  EXPECT_FALSE(Catalog::make({program("K2")}, {issuer({{"999900", "999900", "K3"}})}).ok());
}

TEST(CatalogTest, RangesOfOnePanAreRefused) {
  const auto both = [](const BinRange& a, const BinRange& b) {
    return Catalog::make({program("K2")}, {issuer({a}), issuer({b})}).ok();
  };
  EXPECT_TRUE(both({"999900", "999904", "K2"}, {"999905", "999909", "K2"}));
  EXPECT_FALSE(both({"999900", "999905", "K2"}, {"999905", "999909", "K2"}));
  EXPECT_FALSE(both({"999900", "999900", "K2"}, {"99990000", "99990000", "K2"}));
}

TEST(CatalogTest, PrefixesHaveTheirForm) {
  for (const auto& [from, to] :
       {std::pair("99990", "99990"), std::pair("999900000000", "999900000000"),
        std::pair("999905", "999900"), std::pair("999900", "9999000"),
        std::pair("99990x", "99990x"), std::pair("", "")}) {
    EXPECT_FALSE(Catalog::make({program("K2")}, {issuer({{from, to, "K2"}})}).ok()) << from;
  }
  for (const char* prefix : {"", "99999", "999999999", "99999x"}) {
    Program bad = program("K2");
    bad.dpanPrefix = prefix;
    EXPECT_FALSE(Catalog::make({bad}, {}).ok()) << prefix;
  }
}

}  // namespace
}  // namespace florin::tsp
