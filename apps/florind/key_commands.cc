#include "key_commands.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>

#include "crypto/random.h"
#include "data_dir.h"
#include "florin/log.h"
#include "health.h"
#include "posix/file.h"
#include "softkeys/soft_keys.h"
#include "sqlite/store.h"

namespace florin::apps {
namespace {

// checkNew: a store that knew such a key had one, which an older copy of the file lacks.
Done checkNew(const DataDir& dir, const std::string& key) {
  std::error_code missing;
  if (!std::filesystem::exists(dir.store(), missing)) return {};
  NullLog log;
  const auto store = sqlite::openStore(dir.store(), {}, log);
  if (!store.ok()) return Failure{Exit::kLocalState, dir.store() + ": " + describe(store.error())};
  const auto known = remembersKey(**store, key);
  if (!known.ok()) return Failure{Exit::kLocalState, dir.store() + ": " + describe(known.error())};
  const auto file = posix::readSecretFile(dir.custody());
  const auto custody = file.ok() ? softkeys::SoftKeys::open(*file)
                                 : Result<std::unique_ptr<softkeys::SoftKeys>>(file.error());
  if (!*known || !custody.ok()) return {};
  const auto keys = (*custody)->keyCheckValues();
  const bool has = keys.ok() && std::ranges::find(*keys, key, [](const auto& value) {
                                  return value.first;
                                }) != keys->end();
  if (has) return {};
  return Failure{Exit::kLocalState, dir.custody() +
                                        " is an older copy: there was such a key before, and the "
                                        "store knows it. Put the newest copy in its place"};
}

using Change = std::function<Result<SecretBytes>(const SecretBytes& before, base::Random& random)>;

// changeKeys gives the path of the key file that it changed.
Outcome<std::string> changeKeys(const std::string& dataDir, const Change& change,
                                const std::string& newKey = "") {
  const DataDir dir{std::filesystem::absolute(dataDir)};
  std::error_code failed;
  if (!std::filesystem::exists(dir.custody(), failed)) {
    return Failure{Exit::kLocalState, dir.custody() +
                                          " is not there: give --data-dir a folder that "
                                          "`florind init` made"};
  }
  FLORIN_TRY(lockDataDir(dir));
  if (!newKey.empty()) FLORIN_TRY(checkNew(dir, newKey));
  const auto before = posix::readSecretFile(dir.custody());
  if (!before.ok()) {
    return Failure{Exit::kLocalState, dir.custody() + ": " + describe(before.error())};
  }
  crypto::OsRandom random;
  const auto after = change(*before, random);
  if (!after.ok()) {
    return Failure{Exit::kLocalState, dir.custody() + ": " + describe(after.error())};
  }
  const Status written = posix::writeFileAtomic(dir.custody(), after->expose(), 0600);
  if (!written.ok()) {
    return Failure{Exit::kLocalState, dir.custody() + ": " + describe(written.error())};
  }
  return dir.custody();
}

}  // namespace

Done rotateChannelKey(const std::string& dataDir) {
  FLORIN_TRY_ASSIGN(const std::string file,
                    changeKeys(dataDir, &softkeys::SoftKeys::rotateChannelKey));
  std::cout << "A new channel key is in " << file
            << "; the one before it stays valid.\n"
               "Devices get it with their next exchange once florind serves again. Rotate no\n"
               "further before they had time for one: those that did not must enroll again.\n";
  return {};
}

Done addProgramKey(const std::string& dataDir, const std::string& program) {
  FLORIN_TRY_ASSIGN(const std::string file,
                    changeKeys(
                        dataDir,
                        [&](const SecretBytes& before, base::Random& random) {
                          return softkeys::SoftKeys::addProgram(before, program, random);
                        },
                        "issuer/" + program + "/1"));
  std::cout << "An issuer master key for program " << program << " is in " << file
            << ".\nKeep a copy of the file: cards of the program are worth nothing without it.\n"
               "Next: write the program's file in programs/, and the issuer's PANs for it in "
               "florind.toml.\n";
  return {};
}

Done addProgramAuthority(const std::string& dataDir, const std::string& program) {
  FLORIN_TRY_ASSIGN(const std::string file, changeKeys(
                                                dataDir,
                                                [&](const SecretBytes& before, base::Random&) {
                                                  return softkeys::SoftKeys::addAuthority(before,
                                                                                          program);
                                                },
                                                "authority/" + program));
  std::cout
      << "A certification authority and an issuer key for program " << program << " are in " << file
      << ".\nKeep a copy of the file: terminals stop proving the program's cards without it.\n"
         "Next: write offline_authentication = \"cda\" in the program's file; cards that\n"
         "are there get keys of their own with `florin issuer card renew`. Terminals need the\n"
         "authority's key: `florin program export-ca`.\n";
  return {};
}

}  // namespace florin::apps
