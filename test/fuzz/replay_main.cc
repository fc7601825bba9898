// Runs one fuzzer without libFuzzer: over every file of the corpus folder that is its only
// argument, and for small files also over every prefix and every single flipped bit. The sanitizers
// judge.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kSmallFile = 512;

std::vector<std::uint8_t> read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// run gives the fuzzer an allocation of exactly the input's size, so that ASan sees a read past it.
void run(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::uint8_t> exact(data, data + size);
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void runCutAndBent(std::vector<std::uint8_t> input) {
  for (std::size_t size = 0; size < input.size(); ++size) run(input.data(), size);
  for (std::uint8_t& byte : input) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      byte ^= static_cast<std::uint8_t>(1U << bit);
      run(input.data(), input.size());
      byte ^= static_cast<std::uint8_t>(1U << bit);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    std::fprintf(stderr, "usage: %s CORPUS-FOLDER (it must exist and hold at least one seed)\n",
                 argv[0]);
    return 2;
  }
  std::vector<std::filesystem::path> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1]))
    seeds.push_back(entry.path());
  if (seeds.empty()) {
    std::fprintf(stderr, "%s holds no seed\n", argv[1]);
    return 2;
  }
  std::sort(seeds.begin(), seeds.end());
  run(nullptr, 0);
  for (const std::filesystem::path& seed : seeds) {
    std::printf("%s\n", seed.c_str());
    std::fflush(stdout);
    const std::vector<std::uint8_t> input = read(seed);
    run(input.data(), input.size());
    if (input.size() <= kSmallFile) runCutAndBent(input);
  }
  return 0;
}
