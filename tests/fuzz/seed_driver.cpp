// Feeds seeds and damaged copies of them to a fuzzer's function, the same ones in every run: what
// any compiler can build, where libFuzzer needs clang. Input that ends the program, or takes too
// long, is told on stderr and kept in the file fuzz_input.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace {

constexpr std::size_t kTruncations = 64;
constexpr int kFlips = 200;
constexpr unsigned kSeconds = 10;  // for one input

using Bytes = std::vector<std::uint8_t>;

// The input that is being read, for whoever ends the program.
const Bytes* g_input = nullptr;
std::string g_name;

void tell() {
  static bool told = false;
  if (told || g_input == nullptr) return;
  told = true;
  const int file = open("fuzz_input", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const bool kept =
      write(file, g_input->data(), g_input->size()) == static_cast<ssize_t>(g_input->size());
  std::fprintf(stderr, "seed_driver: it was %s%s\n", g_name.c_str(),
               kept ? ", kept in fuzz_input" : "");
}

extern "C" void tell_and_end(int signal) {
  tell();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void tell_of_deaths() {
  for (const int signal : {SIGABRT, SIGALRM}) std::signal(signal, tell_and_end);
  if (__sanitizer_set_death_callback != nullptr)
    __sanitizer_set_death_callback(tell);
  else
    std::signal(SIGSEGV, tell_and_end);
}

void feed(const Bytes& input, std::string name) {
  g_name = std::move(name);
  g_input = &input;
  alarm(kSeconds);
  LLVMFuzzerTestOneInput(input.data(), input.size());
  g_input = nullptr;
}

/// How many inputs were made of the seed.
std::size_t feed_damaged(const Bytes& seed, const std::string& name) {
  feed(seed, name);
  for (std::size_t i = 0; i < kTruncations; ++i) {
    const std::size_t size = seed.size() * i / kTruncations;
    feed({seed.begin(), seed.begin() + static_cast<std::ptrdiff_t>(size)},
         name + " cut to " + std::to_string(size) + " bytes");
  }
  if (seed.empty()) return 1 + kTruncations;
  std::mt19937 random(1);
  for (int i = 0; i < kFlips; ++i) {
    Bytes damaged = seed;
    const std::size_t at = random() % seed.size();
    damaged[at] ^= static_cast<std::uint8_t>(1 + random() % 255);
    feed(damaged,
         name + " with byte " + std::to_string(at) + " changed to " + std::to_string(damaged[at]));
  }
  return 1 + kTruncations + kFlips;
}

}  // namespace

int main(int count, char** words) {
  tell_of_deaths();
  std::size_t inputs = 0;
  for (const std::string& name : std::vector<std::string>(words + 1, words + count)) {
    std::ifstream file(name, std::ios::binary);
    if (!file) return std::fprintf(stderr, "seed_driver: %s cannot be read\n", name.c_str()), 2;
    inputs += feed_damaged(Bytes(std::istreambuf_iterator<char>(file), {}), name);
  }
  std::printf("%d seeds, %zu inputs\n", count - 1, inputs);
  return inputs > 0 ? 0 : 2;
}
