#include "rotate.h"

#include <iostream>

#include "crypto/random.h"
#include "data_dir.h"
#include "posix/file.h"
#include "softkeys/soft_keys.h"

namespace florin::apps {

Done rotateChannelKey(const std::string& dataDir) {
  const DataDir dir{std::filesystem::absolute(dataDir)};
  std::error_code failed;
  if (!std::filesystem::exists(dir.custody(), failed)) {
    return Failure{Exit::kLocalState, dir.custody() +
                                          " is not there: give --data-dir a folder that "
                                          "`florind init` made"};
  }
  FLORIN_TRY(lockDataDir(dir));
  const auto before = posix::readSecretFile(dir.custody());
  if (!before.ok()) {
    return Failure{Exit::kLocalState, dir.custody() + ": " + describe(before.error())};
  }
  crypto::OsRandom random;
  const auto after = softkeys::SoftKeys::rotateChannelKey(*before, random);
  if (!after.ok()) {
    return Failure{Exit::kLocalState, dir.custody() + ": " + describe(after.error())};
  }
  const Status written = posix::writeFileAtomic(dir.custody(), after->expose(), 0600);
  if (!written.ok()) {
    return Failure{Exit::kLocalState, dir.custody() + ": " + describe(written.error())};
  }
  std::cout << "A new channel key is in " << dir.custody()
            << "; the one before it stays valid.\n"
               "Devices get it with their next exchange once florind serves again. Rotate no\n"
               "further before they had time for one: those that did not must enroll again.\n";
  return {};
}

}  // namespace florin::apps
