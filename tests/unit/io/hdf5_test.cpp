#include "core/io/hdf5.h"

#include <gtest/gtest.h>
#include <hdf5.h>

#include <functional>

#include "core/base/diagnostics.h"
#include "support/scratch.h"

namespace synfire {
namespace {

using test::ScratchFolder;

Code code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Failure& failure) {
    return failure.diagnostics().front().code;
  }
  ADD_FAILURE() << "no Failure";
  return Code::internal;
}

void make(const std::filesystem::path& path, const std::function<void(Hdf5Writer&)>& fill) {
  Hdf5Writer root = Hdf5Writer::create(path);
  fill(root);
  root.close();
}

Hdf5Group root_of(const std::filesystem::path& path) { return Hdf5Group::open(path); }

class Hdf5TensorType : public testing::TestWithParam<DataType> {};

TEST_P(Hdf5TensorType, RoundTripsInEveryStorage) {
  const ScratchFolder folder;
  Tensor tensor(GetParam(), {3, 5});
  for (std::size_t i = 0; i < tensor.bytes().size(); ++i)
    tensor.bytes()[i] = static_cast<std::byte>(7 * i % 64);
  make(folder / "a.h5", [&](Hdf5Writer& root) {
    root.write("plain", tensor);
    root.write("packed", tensor, Hdf5Storage::compressed);
  });
  EXPECT_EQ(root_of(folder / "a.h5").read("plain"), tensor);
  EXPECT_EQ(root_of(folder / "a.h5").read("packed"), tensor);
}

INSTANTIATE_TEST_SUITE_P(All, Hdf5TensorType,
                         testing::Values(DataType::int8, DataType::uint8, DataType::int16,
                                         DataType::int32, DataType::int64, DataType::float32,
                                         DataType::float64),
                         [](const auto& type) { return std::string(to_string(type.param)); });

TEST(Hdf5, RoundTripsScalarsEmptyAndNullTensors) {
  const ScratchFolder folder;
  const Tensor scalar = Tensor::of<double>({}, std::vector{0.1});
  const Tensor empty(DataType::int32, {0, 4});
  make(folder / "a.h5", [&](Hdf5Writer& root) {
    root.write("scalar", scalar);
    root.write("empty", empty, Hdf5Storage::compressed);
    root.write("null", Tensor());
  });
  const Hdf5Group root = root_of(folder / "a.h5");
  EXPECT_EQ(root.read("scalar"), scalar);
  EXPECT_EQ(root.read("empty"), empty);
  EXPECT_EQ(root.read("null"), Tensor());
}

TEST(Hdf5, RoundTripsTexts) {
  const ScratchFolder folder;
  const std::vector<std::string> texts{"", "Neuron ü", std::string(100'000, 'x'), "a/b"};
  make(folder / "a.h5", [&](Hdf5Writer& root) {
    root.write_texts("list", {2, 2}, texts);
    root.write_text("one", "LIF");
    root.write_texts("none", {0}, {});
    root.set_attribute("one", "units", "ms");
    root.set_attribute("", "wall_s", 1.5);
    root.set_attribute("", "argv", texts);
  });
  const Hdf5Group root = root_of(folder / "a.h5");
  Shape shape;
  EXPECT_EQ(root.read_texts("list", &shape), texts);
  EXPECT_EQ(shape, (Shape{2, 2}));
  EXPECT_EQ(root.read_text("one"), "LIF");
  EXPECT_TRUE(root.read_texts("none").empty());
  EXPECT_EQ(root.text_attribute("one", "units"), "ms");
  EXPECT_EQ(root.number_attribute("", "wall_s"), 1.5);
  EXPECT_EQ(root.texts_attribute("", "argv"), texts);
}

TEST(Hdf5, ListsMembersAndTheirKinds) {
  const ScratchFolder folder;
  make(folder / "a.h5", [](Hdf5Writer& root) {
    root.make_group("group").write_text("inner", "x");
    root.write_text("data", "y");
  });
  const Hdf5Group root = root_of(folder / "a.h5");
  EXPECT_EQ(root.children(), (std::vector<std::string>{"data", "group"}));
  EXPECT_EQ(root.kind("group"), Hdf5Kind::group);
  EXPECT_EQ(root.kind("data"), Hdf5Kind::dataset);
  EXPECT_EQ(root.kind("none"), Hdf5Kind::absent);
  EXPECT_EQ(root.group("group").where("inner"), (folder / "a.h5").string() + ":/group/inner");
}

TEST(Hdf5, NamesWhatIsWrong) {
  const ScratchFolder folder;
  test::write_all(folder / "text.h5", "this is not HDF5");
  make(folder / "a.h5", [](Hdf5Writer& root) { root.write_text("data", "y"); });
  test::write_all(folder / "short.h5", test::read_all(folder / "a.h5").substr(0, 900));
  EXPECT_EQ(code_of([&] { Hdf5Group::open(folder / "none.h5"); }), Code::file_not_found);
  EXPECT_EQ(code_of([&] { Hdf5Group::open(folder.path()); }), Code::file_format);
  EXPECT_EQ(code_of([&] { Hdf5Group::open(folder / "text.h5"); }), Code::file_format);
  EXPECT_EQ(code_of([&] { Hdf5Group::open(folder / "short.h5"); }), Code::file_truncated);
  EXPECT_EQ(code_of([&] { root_of(folder / "a.h5").read("data"); }), Code::file_format);
  EXPECT_EQ(code_of([&] { root_of(folder / "a.h5").group("data"); }), Code::file_format);
  EXPECT_EQ(code_of([&] { root_of(folder / "a.h5").read("none"); }), Code::file_format);
  EXPECT_EQ(code_of([&] { Hdf5Writer::create(folder / "none" / "a.h5"); }), Code::file_write);
}

// What an attacker would use; written with the library itself.
class Hdf5Hostile : public testing::Test {
 protected:
  Hdf5Hostile() : file_(H5Fcreate(path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {}

  std::filesystem::path path() const { return folder_ / "a.h5"; }
  void close() {
    if (file_ >= 0) H5Fclose(file_);
    file_ = -1;
  }
  ~Hdf5Hostile() override { close(); }
  void dataset(const char* name, std::vector<hsize_t> dims, hid_t properties) {
    const hid_t space = H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr);
    const hid_t set =
        H5Dcreate2(file_, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    ASSERT_GE(set, 0);
    H5Dclose(set);
    H5Sclose(space);
  }
  Code read(const char* name) {
    close();
    return code_of([&] { root_of(path()).read(name); });
  }

  ScratchFolder folder_;
  hid_t file_;
};

TEST_F(Hdf5Hostile, ClaimsMoreThanItStores) {
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t chunk = 1024;
  H5Pset_chunk(properties, 1, &chunk);
  H5Pset_deflate(properties, 9);
  dataset("huge", {hsize_t{1} << 28U}, properties);
  H5Pclose(properties);
  EXPECT_EQ(read("huge"), Code::file_corrupt);
}

TEST_F(Hdf5Hostile, ClaimsMoreThanTheLimit) {
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t chunk = 1024;
  H5Pset_chunk(properties, 1, &chunk);
  dataset("huge", {hsize_t{1} << 31U}, properties);
  H5Pclose(properties);
  EXPECT_EQ(read("huge"), Code::file_too_large);
}

TEST_F(Hdf5Hostile, StoresDataElsewhere) {
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_external(properties, "/etc/hostname", 0, 64);
  dataset("outside", {8}, properties);
  H5Pclose(properties);
  EXPECT_EQ(read("outside"), Code::file_format);
}

TEST_F(Hdf5Hostile, IsVirtual) {
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t dims = 8;
  const hid_t space = H5Screate_simple(1, &dims, nullptr);
  H5Pset_virtual(properties, space, "other.h5", "data", space);
  dataset("virtual", {8}, properties);
  H5Sclose(space);
  H5Pclose(properties);
  EXPECT_EQ(read("virtual"), Code::file_format);
}

TEST_F(Hdf5Hostile, LinksOutOfTheTree) {
  H5Lcreate_external("other.h5", "/data", file_, "external", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("/soft", file_, "soft", H5P_DEFAULT, H5P_DEFAULT);
  close();
  EXPECT_EQ(code_of([&] { (void)root_of(path()).kind("external"); }), Code::file_format);
  EXPECT_EQ(code_of([&] { root_of(path()).group("soft"); }), Code::file_format);
}

TEST_F(Hdf5Hostile, HasNumbersOfNoKnownType) {
  const hid_t type = H5Tcopy(H5T_IEEE_F64LE);
  H5Tset_size(type, 16);
  const hid_t space = H5Screate(H5S_SCALAR);
  H5Dclose(H5Dcreate2(file_, "odd", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Sclose(space);
  H5Tclose(type);
  EXPECT_EQ(read("odd"), Code::file_format);
}

TEST(Hdf5, DamagedFilesFailInGoodOrder) {
  const ScratchFolder folder;
  Tensor tensor(DataType::float32, {16, 16});
  make(folder / "a.h5", [&](Hdf5Writer& root) {
    root.write("packed", tensor, Hdf5Storage::compressed);
    root.write_texts("texts", {2}, std::vector<std::string>{"a", "bc"});
  });
  const std::string bytes = test::read_all(folder / "a.h5");
  for (std::size_t i = 0; i < bytes.size(); i += 7) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    test::write_all(folder / "b.h5", damaged);
    try {
      const Hdf5Group root = root_of(folder / "b.h5");
      root.children();
      root.read("packed");
      root.read_texts("texts");
    } catch (const Failure& failure) {
      EXPECT_GE(failure.exit_status(), 3);
      EXPECT_LE(failure.exit_status(), 5);
    }
  }
}

}  // namespace
}  // namespace synfire
