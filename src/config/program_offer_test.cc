#include "config/program_offer.h"

#include "base/limits.h"
#include "config/config_fixture.h"
#include "config/server_config.h"

namespace florin::config {
namespace {

namespace fs = std::filesystem;

TEST_F(ConfigFilesTest, OfferIsReadWithItsFiles) {
  put("en.html", "<p>Yes?</p>\n");
  put("de.txt", "Ja?\n");
  put("card.png", "\x89PNG");
  put("p.toml", kProgram +
                    "[eligibility]\nclosed = true\ncards_per_wallet = 2\n"
                    "device_types = [\"PHONE\"]\n"
                    "[[terms]]\nlanguage = \"en\"\nfile = \"en.html\"\n"
                    "[[terms]]\nlanguage = \"de\"\nfile = \"de.txt\"\n"
                    "[card_face]\nbackground = \"#000000\"\nart_file = \"card.png\"\n");
  const auto read = loadProgram(folder / "p.toml");
  ASSERT_TRUE(read.ok()) << read.error().toString();
  const tsp::CardOffer& offer = read.value().offer;
  EXPECT_TRUE(offer.eligibility.closed);
  EXPECT_EQ(offer.eligibility.cardsPerWallet, 2U);
  EXPECT_EQ(offer.eligibility.deviceTypes, std::vector<std::string>{"PHONE"});
  ASSERT_EQ(offer.terms.size(), 2U);
  EXPECT_EQ(offer.termsIn("de")->text, "Ja?\n");
  EXPECT_EQ(offer.termsIn("de")->contentType, "text/plain");
  EXPECT_EQ(offer.termsIn("fr")->text, "<p>Yes?</p>\n");
  EXPECT_TRUE(offer.takes(offer.terms[1].id));
  EXPECT_FALSE(offer.takes(Bytes(32)));
  EXPECT_EQ(offer.face.artType, "image/png");
  EXPECT_EQ(offer.face.art.size(), 4U);
  EXPECT_EQ(offer.face.background, "#000000");
}

TEST_F(ConfigFilesTest, WhatIsWrongInTheFilesOfAnOfferIsNamed) {
  const fs::path program = folder / "p.toml";
  const auto errorWith = [&](const std::string& more) {
    put("p.toml", kProgram + more);
    const auto read = loadProgram(program);
    return read.ok() ? "good" : read.error().toString();
  };
  const std::string terms = "[[terms]]\nlanguage = \"en\"\nfile = \"t.txt\"\n";
  const std::string at = program.string() + ":7: terms[0].file: " + (folder / "t.txt").string();
  EXPECT_EQ(errorWith(terms), at + " cannot be read: is it there?");
  put("t.txt", "");
  EXPECT_EQ(errorWith(terms), at + " must hold text in UTF-8 without control characters");
  put("t.txt", "\x1b[31m");
  EXPECT_EQ(errorWith(terms), at + " must hold text in UTF-8 without control characters");
  put("t.txt", std::string(base::limits::kTermsText + 1, 'x'));
  EXPECT_EQ(errorWith(terms), at + " is over 24 KiB");
  put("t.txt", "Yes?");
  EXPECT_EQ(errorWith(terms), "good");
  EXPECT_EQ(errorWith(terms + terms),
            program.string() + ":9: terms[1].language: has terms already");
  put("card.gif", "GIF");
  EXPECT_EQ(errorWith("[card_face]\nart_file = \"card.gif\"\n"),
            program.string() + ":6: card_face.art_file: must end in .png, .jpg, .jpeg or .webp");
  EXPECT_EQ(
      errorWith("[card_face]\nforeground = \"white\"\n"),
      program.string() + ":6: card_face.foreground: is a colour such as \"#1b3a4b\", in lowercase");
  EXPECT_EQ(errorWith("[eligibility]\ndevice_types = [\"phone\"]\n"),
            program.string() +
                ":6: eligibility.device_types: are of 1 to 16 letters A-Z and _,"
                " such as \"PHONE\"");
  EXPECT_EQ(errorWith("[eligibility]\nclosed = 1\n"),
            program.string() + ":6: eligibility.closed: must be true or false");
}

}  // namespace
}  // namespace florin::config
