#include <gtest/gtest.h>

#include <random>

#include "converters/nir/nir.h"
#include "converters/nir_networks.h"
#include "support/scratch.h"

namespace synfire {
namespace {

using test::ScratchFolder;

void read_anyhow(const std::filesystem::path& path) {
  for (int pass = 0; pass < 2; ++pass) {
    try {
      if (pass == 0) (void)read_nir(path);
      if (pass == 1) (void)summarize_nir(path);
    } catch (const Failure& failure) {
      EXPECT_GE(failure.exit_status(), 3) << failure.what();
      EXPECT_LE(failure.exit_status(), 5) << failure.what();
    }
  }
}

TEST(NirDamage, EveryTruncationIsRefused) {
  const ScratchFolder folder;
  write_nir(test::integer_network(), folder / "a.nir");
  const std::string bytes = test::read_all(folder / "a.nir");
  for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 300) {
    test::write_all(folder / "b.nir", bytes.substr(0, size));
    EXPECT_THROW(read_nir(folder / "b.nir"), Failure) << size;
  }
}

TEST(NirDamage, FlippedBitsNeverCrash) {
  const ScratchFolder folder;
  write_nir(test::plain_network(), folder / "a.nir");
  const std::string bytes = test::read_all(folder / "a.nir");
  std::mt19937 random(1);
  for (int i = 0; i < 1000; ++i) {
    std::string damaged = bytes;
    for (int j = 0; j < 1 + i % 3; ++j) {
      char& byte = damaged[random() % damaged.size()];
      byte = static_cast<char>(byte ^ (1 << random() % 8));
    }
    test::write_all(folder / "b.nir", damaged);
    read_anyhow(folder / "b.nir");
  }
}

TEST(NirDamage, AFileThatIsNotNirSaysSo) {
  const ScratchFolder folder;
  test::write_all(folder / "a.nir", "PK not a network");
  try {
    read_nir(folder / "a.nir");
    FAIL() << "no Failure";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics().front().code, Code::file_format);
  }
}

}  // namespace
}  // namespace synfire
