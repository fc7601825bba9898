// For tests: a folder with configuration files in it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace florin::config {

// A folder of its own, removed at the end.
struct ConfigFilesTest : ::testing::Test {
  ConfigFilesTest() {
    folder = std::filesystem::temp_directory_path() /
             ("florin-config-" +
              std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
  }
  ~ConfigFilesTest() override { std::filesystem::remove_all(folder); }

  std::filesystem::path put(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name) << text;
    return folder / name;
  }

  std::filesystem::path folder;
};

// The least that a program says.
inline const std::string kProgram =
    "name = \"K2\"\n"
    "base = \"K2\"\n"
    "product = \"Card\"\n"
    "dpan_prefix = \"999990\"\n";

}  // namespace florin::config
