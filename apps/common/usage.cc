#include "common/usage.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <numeric>
#include <vector>

namespace florin::apps {
namespace {

// Option groups are nameless sub-commands to CLI11.
std::vector<const CLI::App*> subCommands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* sub) { return !sub->get_name().empty(); });
}

// distance is how many letters must be put in, left out or changed (Levenshtein).
std::size_t distance(const std::string& from, const std::string& to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t changed = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, diagonal + 1, changed});
    }
  }
  return row.back();
}

std::string namesOf(const std::vector<const CLI::App*>& commands) {
  std::string names;
  for (const CLI::App* command : commands) {
    names += (names.empty() ? "" : ", ") + command->get_name();
  }
  return names;
}

// unknownCommand names the closest that there is, or all of them when none is like it.
std::string unknownCommand(const std::vector<const CLI::App*>& commands, const std::string& word) {
  const std::string said = "there is no sub-command `" + word + "`, ";
  const auto apart = [start = word.substr(0, 64)](const CLI::App* command) {
    return distance(start, command->get_name());
  };
  const CLI::App* nearest = *std::ranges::min_element(commands, {}, apart);
  if (2 * apart(nearest) <= word.size())
    return said + "the closest is `" + nearest->get_name() + "`";
  return said + "give one of: " + namesOf(commands);
}

// Place is how far the words of a command line name sub-commands.
struct Place {
  const CLI::App* level;
  std::string path;     // "florin wallet"
  std::string unknown;  // the word that stands where a sub-command is expected and is none
  bool unknownIsOption = false;
};

Place placeOf(const CLI::App& app, int argc, const char* const* argv) {
  Place place{&app, app.get_name(), {}};
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto commands = subCommands(*place.level);
    if (word.starts_with("-")) {
      const std::string option = word.substr(0, word.find('='));
      if (commands.empty() || place.level->get_option_no_throw(option) != nullptr) break;
      place.unknown = option;
      place.unknownIsOption = true;
      break;
    }
    const auto named = std::ranges::find_if(
        commands, [&](const CLI::App* command) { return command->check_name(word); });
    if (named == commands.end()) {
      if (!commands.empty()) place.unknown = word;
      break;
    }
    place.level = *named;
    place.path += " " + word;
  }
  return place;
}

}  // namespace

Failure usageFailure(const CLI::App& app, const CLI::ParseError& error, int argc,
                     const char* const* argv) {
  const Place place = placeOf(app, argc, argv);
  const auto commands = subCommands(*place.level);
  std::string what = error.what();
  if (place.unknownIsOption) {
    what = "there is no option `" + place.unknown + "`";
  } else if (!place.unknown.empty()) {
    what = unknownCommand(commands, place.unknown);
  } else if (!commands.empty() && error.get_name() == "RequiredError") {
    what = "a sub-command is missing, give one of: " + namesOf(commands);
  }
  std::ranges::replace_if(
      what, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return {Exit::kUsage, what + "; see `" + place.path + " --help`"};
}

}  // namespace florin::apps
