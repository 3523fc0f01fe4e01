// Runs a fuzz target without libFuzzer: on every file of the folders and files given, on damaged
// copies of them, and on random inputs. The same inputs every time.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

constexpr std::size_t random_inputs = 3000;
constexpr std::size_t damaged_copies = 200;
constexpr std::size_t largest_random_input = 256;

class Random {
 public:
  std::uint64_t below(std::uint64_t bound) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ % bound;
  }

 private:
  std::uint64_t state_ = 88172645463325252ULL;
};

void run(const Input& input) {
  // A block of exactly this size, so that a sanitizer sees a read behind its end.
  const auto block = std::make_unique<std::uint8_t[]>(input.size());
  std::copy(input.begin(), input.end(), block.get());
  static_cast<void>(LLVMFuzzerTestOneInput(block.get(), input.size()));
}

std::vector<Input> load(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(path)) {
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      files.push_back(entry.path());
    }
  } else if (std::filesystem::exists(path)) {
    files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  std::vector<Input> inputs;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return inputs;
}

Input damaged(Input input, Random& random) {
  const std::uint64_t changes = 1 + random.below(4);
  for (std::uint64_t i = 0; i < changes && !input.empty(); ++i) {
    const std::size_t at = random.below(input.size());
    if (random.below(4) == 0) {
      input.resize(at);
    } else {
      input[at] = static_cast<std::uint8_t>(random.below(256));
    }
  }
  return input;
}

/// Small numbers more often than others: they are what lengths, versions and tags look like.
Input random_input(Random& random) {
  Input input(random.below(largest_random_input));
  for (std::uint8_t& byte : input) {
    byte = static_cast<std::uint8_t>(random.below(3) == 0 ? random.below(256) : random.below(4));
  }
  return input;
}

}  // namespace

int main(int count, char** arguments) {
  Random random;
  std::size_t files = 0;
  for (int i = 1; i < count; ++i) {
    for (const Input& input : load(arguments[i])) {
      ++files;
      run(input);
      for (std::size_t copy = 0; copy < damaged_copies; ++copy) run(damaged(input, random));
    }
  }
  for (std::size_t i = 0; i < random_inputs; ++i) run(random_input(random));
  std::printf("%zu files, %zu random inputs\n", files, random_inputs);
  return 0;
}
