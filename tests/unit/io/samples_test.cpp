#include "core/io/samples.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "core/base/diagnostics.h"
#include "sample_files.h"
#include "support/data.h"

namespace synfire::test {
namespace {

using testing::ElementsAre;

template <typename T>
std::vector<T> values(const Tensor& tensor) {
  const auto view = tensor.as<T>();
  return {view.begin(), view.end()};
}

TEST(Samples, AreReadRawAsTheNetworksElementType) {
  const SampleFiles folder;
  const auto path = folder.write("x.bin", bytes_of<float>({1, 2, 3, 4.5F}));
  const SampleSet samples = read_samples(path, DataType::float32, {1, 2});
  EXPECT_EQ(samples.count(), 2);
  EXPECT_THAT(values<float>(samples.data), ElementsAre(1, 2, 3, 4.5F));
  EXPECT_THAT(values<float>(samples.sample(1)), ElementsAre(3, 4.5F));
  EXPECT_EQ(samples.sample(1).shape(), (Shape{1, 2}));
}

TEST(Samples, AreLimitedWithoutReadingTheRest) {
  const SampleFiles folder;
  const auto raw = folder.write("x.bin", bytes_of<std::int8_t>({1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(read_samples(raw, DataType::int8, {2}, 2).count(), 2);
  EXPECT_EQ(read_samples(raw, DataType::int8, {2}, 9).count(), 3);
  // The second line would be refused.
  const auto csv = folder.write("x.csv", "1,2\n3,oops\n");
  EXPECT_EQ(read_samples(csv, DataType::int8, {2}, 1).count(), 1);
  // The stream is cut after the first image.
  std::string images = gzip(idx(8, {2, 1, 2}) + "abcd");
  const auto cut = folder.write("x-idx3-ubyte.gz", images);
  EXPECT_EQ(read_samples(cut, DataType::int8, {2}, 1).count(), 1);
}

TEST(Samples, OfNpyConvertExactlyBetweenNumericTypes) {
  const SampleFiles folder;
  struct Case {
    const char* descr;
    std::string data;  // 1, 2, 3, 4 as 2 samples of 2
  };
  const std::vector<Case> cases{
      {"|i1", bytes_of<std::int8_t>({1, 2, 3, 4})},
      {"|u1", bytes_of<std::uint8_t>({1, 2, 3, 4})},
      {"<i2", bytes_of<std::int16_t>({1, 2, 3, 4})},
      {">i2", bytes_of<std::uint8_t>({0, 1, 0, 2, 0, 3, 0, 4})},
      {"<u2", bytes_of<std::uint16_t>({1, 2, 3, 4})},
      {"<i4", bytes_of<std::int32_t>({1, 2, 3, 4})},
      {"<u4", bytes_of<std::uint32_t>({1, 2, 3, 4})},
      {"<i8", bytes_of<std::int64_t>({1, 2, 3, 4})},
      {"<u8", bytes_of<std::uint64_t>({1, 2, 3, 4})},
      {"<f2", bytes_of<std::uint16_t>({0x3C00, 0x4000, 0x4200, 0x4400})},
      {"<f4", bytes_of<float>({1, 2, 3, 4})},
      {"<f8", bytes_of<double>({1, 2, 3, 4})},
  };
  for (const Case& c : cases)
    for (const char version : {'\1', '\2', '\3'}) {
      const auto path = folder.write("x.npy", npy(c.descr, "(2, 2)", c.data, false, version));
      EXPECT_THAT(values<std::int8_t>(read_samples(path, DataType::int8, {2}).data),
                  ElementsAre(1, 2, 3, 4))
          << c.descr;
      EXPECT_THAT(values<float>(read_samples(path, DataType::float32, {2}).data),
                  ElementsAre(1, 2, 3, 4))
          << c.descr;
    }
}

TEST(Samples, OfFortranOrderAreTransposed) {
  const SampleFiles folder;
  // Element (s, r, c) = 100 s + 10 r + c, the first index fastest.
  const auto path = folder.write(
      "x.npy",
      npy("|i1", "(2, 2, 3)",
          bytes_of<std::int8_t>({0, 100, 10, 110, 1, 101, 11, 111, 2, 102, 12, 112}), true));
  EXPECT_THAT(values<std::int8_t>(read_samples(path, DataType::int8, {2, 3}).data),
              ElementsAre(0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112));
  EXPECT_THAT(values<std::int8_t>(read_samples(path, DataType::int8, {2, 3}, 1).data),
              ElementsAre(0, 1, 2, 10, 11, 12));
}

TEST(Samples, OfNpyMayHaveExtraDimensionsOfOneOrBeASingleSample) {
  const SampleFiles folder;
  const std::string data = bytes_of<std::int8_t>({1, 2, 3, 4, 5, 6});
  for (const char* shape :
       {"(1, 2, 3)", "(2, 3)", "(1, 1, 2, 3)", "(1, 2, 3, 1)", "(1, 6)", "(6,)"}) {
    const auto path = folder.write("x.npy", npy("|i1", shape, data));
    EXPECT_EQ(read_samples(path, DataType::int8, {2, 3, 1}).count(), 1) << shape;
  }
}

TEST(Samples, OfCsvMayHaveAHeader) {
  const SampleFiles folder;
  for (const char* text : {"a,b\n1,-2\n\n3,4\n", "1,-2\r\n3,4", "1; -2\n3;4\n",
                           "\xEF\xBB\xBF\"a\",\"b\"\n1,-2\n3,4\n"}) {
    const auto path = folder.write("x.csv", text);
    EXPECT_THAT(values<std::int8_t>(read_samples(path, DataType::int8, {2}).data),
                ElementsAre(1, -2, 3, 4))
        << text;
  }
}

TEST(Samples, OfIdxImagesAreScaledToTheInput) {
  const SampleFiles folder;
  const std::string images = idx(8, {2, 1, 2}) + bytes_of<std::uint8_t>({0, 51, 128, 255});
  for (const auto& [name, content] :
       {std::pair{"images-idx3-ubyte", images}, std::pair{"images-idx3-ubyte.gz", gzip(images)}}) {
    const auto path = folder.write(name, content);
    EXPECT_THAT(values<float>(read_samples(path, DataType::float32, {1, 2, 1}).data),
                ElementsAre(0, 0.2F, 128 / 255.0F, 1));
    EXPECT_THAT(values<std::int8_t>(read_samples(path, DataType::int8, {2}).data),
                ElementsAre(-128, -77, 0, 127));
  }
}

TEST(Samples, OfAFolderFollowItsListOfLabels) {
  const SampleFiles folder;
  folder.write("set/b.bin", "\x03\x04");
  folder.write("set/a.bin", "\x01\x02");
  const auto path = folder.path("set");
  EXPECT_THAT(values<std::int8_t>(read_samples(path, DataType::int8, {2}).data),
              ElementsAre(1, 2, 3, 4));
  for (const char* list :
       {"b.bin,12,7\na.bin,12,2\n", "b.bin,7\na.bin,2", "name,label\nb.bin,7\na.bin,2"}) {
    folder.write("set/y_labels.csv", list);
    const SampleSet samples = read_samples(path, DataType::int8, {2});
    EXPECT_THAT(values<std::int8_t>(samples.data), ElementsAre(3, 4, 1, 2)) << list;
    EXPECT_THAT(samples.labels, ElementsAre(7, 2)) << list;
  }
  EXPECT_THAT(read_samples(path, DataType::int8, {2}, 1).labels, ElementsAre(7));
}

TEST(Samples, FirstSamplesKeepTheirLabels) {
  const SampleSet samples{Tensor::of<std::int8_t>({3, 1}, {1, 2, 3}), {1}, {4, 5, 6}};
  const SampleSet first = first_samples(samples, 2);
  EXPECT_EQ(first.count(), 2);
  EXPECT_THAT(first.labels, ElementsAre(4, 5));
}

TEST(Labels, AreReadFromEveryFormat) {
  const SampleFiles folder;
  const std::vector<std::pair<std::string, std::string>> cases{
      {"plain.csv", "7\n2\n"},
      {"header.csv", "label\n7\n2\n"},
      {"column.csv", "name,y,other\na,7,1\nb,2,1\n"},
      {"tiny.csv", "tst_000000_Stop_7.bin,12,7\ntst_000001_Left_2.bin,12,2\n"},
      {"y.npy", npy("<i8", "(2,)", bytes_of<std::int64_t>({7, 2}))},
      {"column.npy", npy("|u1", "(2, 1)", "\x07\x02")},
      {"y-idx1-ubyte", idx(8, {2}) + "\x07\x02"},
      {"y-idx1-ubyte.gz", gzip(idx(8, {2}) + "\x07\x02")},
  };
  for (const auto& [name, content] : cases)
    EXPECT_THAT(read_labels(folder.write(name, content)), ElementsAre(7, 2)) << name;
}

TEST(Tensors, ReadBackAsTheyWereWritten) {
  const SampleFiles folder;
  const float tenth = 0.1F;
  const Tensor reals =
      Tensor::of<float>({2, 2}, {tenth, -std::numeric_limits<float>::infinity(), 3e-39F, 4});
  const Tensor integers = Tensor::of<std::int8_t>({3, 1}, {-128, 0, 127});
  for (const char* name : {"y.bin", "y.npy", "y.csv"}) {
    write_tensor(folder.path(name), reals);
    EXPECT_EQ(read_rows(folder.path(name), DataType::float32, 2), reals) << name;
    write_tensor(folder.path(name), integers);
    EXPECT_EQ(read_rows(folder.path(name), DataType::int8, 1), integers) << name;
  }
  EXPECT_THROW(write_tensor(folder.path("y.txt"), reals), Failure);
  EXPECT_FALSE(std::filesystem::exists(folder.path("y.txt")));
}

TEST(Samples, OfRealDataFitTheirModels) {
  SYNFIRE_SHARED_DATA_OR_SKIP(data);
  const SampleSet images =
      read_samples(data / "inputs/t10k-images-idx3-ubyte.gz", DataType::float32, {28, 28});
  EXPECT_EQ(images.count(), 10000);
  EXPECT_EQ(read_labels(data / "inputs/t10k-labels-idx1-ubyte.gz").size(), 10000U);
  const SampleSet words =
      read_samples(data / "inputs/kws01_int8_500x490.bin", DataType::int8, {49, 10, 1});
  EXPECT_EQ(words.count(), 500);
  EXPECT_THAT(read_labels(data / "inputs/kws01_labels_500.csv"), testing::SizeIs(500));
}

}  // namespace
}  // namespace synfire::test
