// Files that lie, are cut short or are something else: a numbered, located failure, never a crash.
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include "core/base/diagnostics.h"
#include "core/io/samples.h"
#include "sample_files.h"

namespace synfire::test {
namespace {

struct HostileCase {
  const char* name;
  std::string content;
  Code code;
};

std::ostream& operator<<(std::ostream& stream, const HostileCase& c) { return stream << c.name; }

/// The first diagnostic of a failure; nothing when there was none.
std::optional<Diagnostic> failure_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Failure& failure) {
    return failure.diagnostics().front();
  }
  return std::nullopt;
}

void expect_failure(const std::function<void()>& action, Code code, const std::string& where) {
  const auto found = failure_of(action);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(info_of(found->code).number, info_of(code).number) << found->message;
  EXPECT_NE(found->where.find(where), std::string::npos) << found->where;
  EXPECT_FALSE(found->message.empty());
}

std::vector<HostileCase> sample_cases() {
  const std::string six = "abcdef";
  const std::string images = idx(8, {1, 2, 3}) + six;
  const std::string packed = gzip(images);
  const float nan = std::nanf("");
  return {
      {"empty.bin", "", Code::file_truncated},
      {"odd.bin", std::string(25, 'x'), Code::sample_size},
      {"nan.bin", bytes_of<float>({1, 2, nan, 4, 5, 6}), Code::file_corrupt},
      {"infinite.bin", bytes_of<float>({1, 2, HUGE_VALF, 4, 5, 6}), Code::file_corrupt},
      {"noise.txt", "some text that is nothing", Code::file_format},
      {"empty.npy", "", Code::file_truncated},
      {"magic.npy", "\x93NUMPX\x01", Code::file_format},
      {"start.npy", "\x93NUMPY", Code::file_truncated},
      {"version.npy", npy("|i1", "(1, 6)", six, false, 9), Code::file_format},
      {"short.npy", npy("|i1", "(2, 6)", six), Code::file_truncated},
      {"long.npy", npy("|i1", "(1, 6)", six + "g"), Code::file_corrupt},
      {"huge.npy", npy("|i1", "(2147483648, 6)", six), Code::file_truncated},
      {"overflow.npy", npy("<f8", "(9223372036854775807, 6)", six), Code::file_corrupt},
      {"zero_overflow.npy", npy("<f8", "(0, 9223372036854775807, 9)", ""), Code::file_corrupt},
      {"beyond.npy", npy("<f8", "(99999999999999999999, 6)", six), Code::file_corrupt},
      {"negative.npy", npy("|i1", "(-1, 6)", six), Code::file_corrupt},
      {"shape.npy", npy("|i1", "6", six), Code::file_corrupt},
      {"other_shape.npy", npy("|i1", "(1, 3, 2)", six), Code::sample_size},
      {"none.npy", npy("|i1", "(0, 6)", ""), Code::sample_size},
      {"object.npy", npy("|O", "(1, 6)", six), Code::file_format},
      {"text.npy", npy("<U6", "(1, 6)", six), Code::file_format},
      {"record.npy", "\x93NUMPY\x01" + std::string("\0\x30\0", 3) + std::string(48, ' '),
       Code::file_corrupt},
      {"inexact.npy", npy("<f8", "(1, 6)", bytes_of<double>({1, 2, 3, 4, 5, 0.1})),
       Code::sample_size},
      {"empty.csv", "", Code::sample_size},
      {"nan.csv", "1,2,3,4,5,nan\n", Code::file_corrupt},
      {"word.csv", "1,2,3,4,5,6\n1,2,oops,4,5,6\n", Code::file_corrupt},
      {"narrow.csv", "1,2,3\n", Code::sample_size},
      {"wide.csv", std::string(5000, '1') + "\n", Code::file_corrupt},
      {"binary.csv", std::string("\0\x01\xff,,\n", 6), Code::file_corrupt},
      {"empty.gz", "", Code::file_truncated},
      {"cut.gz", packed.substr(0, packed.size() / 2), Code::file_truncated},
      {"no_end.gz", packed.substr(0, packed.size() - 6), Code::file_truncated},
      {"not_idx.gz", gzip("hello, this is no IDX file"), Code::file_format},
      {"bomb.gz", gzip(idx(8, {1, 2, 3}) + std::string(1 << 22, '\0')), Code::file_corrupt},
      {"claims.gz", gzip(idx(8, {0x7fffffff, 2, 3}) + six), Code::file_truncated},
      {"overflow.gz", gzip(idx(8, {1, 0xffffffff, 0xffffffff, 0xffffffff}) + six),
       Code::file_corrupt},
      {"cut-idx3-ubyte", images.substr(0, images.size() - 1), Code::file_truncated},
      {"head-idx3-ubyte", images.substr(0, 9), Code::file_truncated},
      {"long-idx3-ubyte", images + "x", Code::file_corrupt},
      {"other-idx3-ubyte", idx(8, {1, 3, 2}) + six, Code::sample_size},
      {"claims-idx3-ubyte", idx(8, {0xffffffff, 2, 3}) + six, Code::file_truncated},
  };
}

class HostileSamples : public testing::TestWithParam<HostileCase> {};

TEST_P(HostileSamples, FailAtTheFile) {
  const SampleFiles folder;
  const auto path = folder.write(GetParam().name, GetParam().content);
  expect_failure(
      [&] {
        read_samples(path, DataType::float32, {2, 3});
      },
      GetParam().code, GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(Table, HostileSamples, testing::ValuesIn(sample_cases()));

class HostileLabels : public testing::TestWithParam<HostileCase> {};

TEST_P(HostileLabels, FailAtTheFile) {
  const SampleFiles folder;
  const auto path = folder.write(GetParam().name, GetParam().content);
  expect_failure([&] { read_labels(path); }, GetParam().code, GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(
    Table, HostileLabels,
    testing::Values(
        HostileCase{"empty.csv", "", Code::label_mismatch},
        HostileCase{"header.csv", "label\n", Code::label_mismatch},
        HostileCase{"word.csv", "1\ncat\n", Code::label_mismatch},
        HostileCase{"negative.csv", "-1\n", Code::label_mismatch},
        HostileCase{"fraction.csv", "1.5\n", Code::label_mismatch},
        HostileCase{"ragged.csv", "a,1\nb\n", Code::label_mismatch},
        HostileCase{"huge.csv", "99999999999999999999\n", Code::label_mismatch},
        HostileCase{"wide.npy", npy("|u1", "(2, 2)", "abcd"), Code::label_mismatch},
        HostileCase{"negative.npy", npy("|i1", "(1,)", "\xff"), Code::label_mismatch},
        HostileCase{"real.npy", npy("<f8", "(1,)", bytes_of<double>({1.5})), Code::sample_size},
        HostileCase{"images.gz", gzip(idx(8, {1, 2, 2}) + "abcd"), Code::label_mismatch},
        HostileCase{"y.bin", "abc", Code::file_format}));

TEST(HostileFiles, AreLocatedAtTheLine) {
  const SampleFiles folder;
  const auto path = folder.write("x.csv", "a,b\n1,2\n3,x\n");
  expect_failure([&] { read_samples(path, DataType::int8, {2}); }, Code::file_corrupt, "x.csv:3");
  const auto labels = folder.write("y.csv", "1\n2\nx\n");
  expect_failure([&] { read_labels(labels); }, Code::label_mismatch, "y.csv:3");
}

TEST(HostileFiles, MayBeMissingFoldersOrDevices) {
  const SampleFiles folder;
  const auto missing = folder.path("missing.bin");
  expect_failure([&] { read_samples(missing, DataType::int8, {2}); }, Code::file_not_found,
                 "missing");
  expect_failure([&] { read_labels(missing); }, Code::file_not_found, "missing");
  expect_failure([&] { read_labels(folder.path("")); }, Code::file_format, "synfire-");
  expect_failure([&] { read_rows(folder.path(""), DataType::int8, 2); }, Code::file_format,
                 "synfire-");
  expect_failure([] { read_samples("/dev/zero", DataType::int8, {2}); }, Code::file_format,
                 "/dev/zero");
}

struct FolderCase {
  const char* name;
  const char* list;
  Code code;
};

class HostileFolders : public testing::TestWithParam<FolderCase> {};

TEST_P(HostileFolders, FailAtTheLine) {
  const SampleFiles folder;
  folder.write("set/a.bin", "ab");
  folder.write("set/long.bin", "abc");
  folder.write("set/y_labels.csv", GetParam().list);
  expect_failure([&] { read_samples(folder.path("set"), DataType::int8, {2}); }, GetParam().code,
                 "set");
}

INSTANTIATE_TEST_SUITE_P(Table, HostileFolders,
                         testing::Values(FolderCase{"empty", "", Code::sample_size},
                                         FolderCase{"climbs", "../a.bin,1\n", Code::file_corrupt},
                                         FolderCase{"absolute", "/a.bin,1\n", Code::file_corrupt},
                                         FolderCase{"missing", "b.bin,1\n", Code::file_not_found},
                                         FolderCase{"long", "long.bin,1\n", Code::sample_size},
                                         FolderCase{"label", "a.bin,1\na.bin,x\n",
                                                    Code::label_mismatch},
                                         FolderCase{"one", "a.bin\n", Code::label_mismatch},
                                         FolderCase{"wide", "a.bin,1,2,3\n", Code::label_mismatch}),
                         [](const auto& at) { return std::string(at.param.name); });

TEST(HostileFiles, MayHaveAnyBitFlippedOrAnyEndCutOff) {
  const SampleFiles folder;
  const std::vector<std::pair<std::string, std::string>> files{
      {"x.npy", npy("<f4", "(1, 6)", bytes_of<float>({1, 2, 3, 4, 5, 6}))},
      {"x.gz", gzip(idx(8, {1, 2, 3}) + "abcdef")},
      {"x-idx3-ubyte", idx(8, {1, 2, 3}) + "abcdef"},
      {"x.csv", "1,2,3,4,5,6\n"},
  };
  // A result or a failure; anything else fails the test.
  const auto read = [&](const std::string& name, const std::string& content) {
    const auto path = folder.write(name, content);
    failure_of([&] { read_samples(path, DataType::float32, {2, 3}); });
    failure_of([&] { read_labels(path); });
    failure_of([&] { read_rows(path, DataType::int8, 6); });
  };
  for (const auto& [name, content] : files)
    for (std::size_t at = 0; at < content.size(); ++at) {
      read(name, content.substr(0, at));
      for (int bit = 0; bit < 8; ++bit) {
        std::string flipped = content;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
        read(name, flipped);
      }
    }
}

}  // namespace
}  // namespace synfire::test
