// Files that are written, by the HDF5 library.
#include <hdf5.h>

#include <algorithm>
#include <utility>

#include "core/base/diagnostics.h"
#include "core/io/hdf5.h"

namespace synfire {
namespace {

static_assert(sizeof(hid_t) == sizeof(std::int64_t));

/// Owns one identifier of the library.
class Handle {
 public:
  using Closer = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, Closer closer) : id_(id), closer_(closer) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), closer_(other.closer_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(closer_, other.closer_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { close(); }

  hid_t get() const { return id_; }
  herr_t close() { return id_ < 0 ? 0 : closer_(std::exchange(id_, -1)); }

 private:
  hid_t id_ = -1;
  Closer closer_ = nullptr;
};

/// The handle, or a failure when the library gave none.
Handle checked(hid_t id, Handle::Closer closer, const std::string& where, const char* what) {
  if (id < 0) fail(Code::file_write, where, what);
  return {id, closer};
}

Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), H5T_VARIABLE);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  H5Tset_strpad(type.get(), H5T_STR_NULLTERM);
  return type;
}

std::shared_ptr<const std::int64_t> share_group(hid_t id) {
  return {new std::int64_t(id), [](const std::int64_t* open) {
            H5Gclose(*open);
            delete open;
          }};
}

Handle access_properties() {
  Handle properties(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  // Locks fail on some network file systems and protect nothing here: files are renamed into place.
  H5Pset_file_locking(properties.get(), false, true);
  H5Pset_fclose_degree(properties.get(), H5F_CLOSE_STRONG);
  return properties;
}

constexpr hsize_t kChunkBytes = hsize_t{1} << 20U;

// What is in the file is little endian on every machine.
hid_t stored_type(DataType type) {
  switch (type) {
    case DataType::int8:
      return H5T_STD_I8LE;
    case DataType::uint8:
      return H5T_STD_U8LE;
    case DataType::int16:
      return H5T_STD_I16LE;
    case DataType::int32:
      return H5T_STD_I32LE;
    case DataType::int64:
      return H5T_STD_I64LE;
    case DataType::float32:
      return H5T_IEEE_F32LE;
    case DataType::float64:
      return H5T_IEEE_F64LE;
  }
  return -1;
}

hid_t memory_type(DataType type) {
  switch (type) {
    case DataType::int8:
      return H5T_NATIVE_INT8;
    case DataType::uint8:
      return H5T_NATIVE_UINT8;
    case DataType::int16:
      return H5T_NATIVE_INT16;
    case DataType::int32:
      return H5T_NATIVE_INT32;
    case DataType::int64:
      return H5T_NATIVE_INT64;
    case DataType::float32:
      return H5T_NATIVE_FLOAT;
    case DataType::float64:
      return H5T_NATIVE_DOUBLE;
  }
  return -1;
}

Handle space_of(const Shape& shape, const std::string& where) {
  if (shape.empty()) return checked(H5Screate(H5S_SCALAR), H5Sclose, where, "no dataspace");
  if (shape.size() > H5S_MAX_RANK) fail(Code::file_write, where, "HDF5 has 32 dimensions at most");
  std::vector<hsize_t> dims;
  for (const std::int64_t dimension : shape) dims.push_back(static_cast<hsize_t>(dimension));
  return checked(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose,
                 where, "no dataspace");
}

// Rows of the first dimension up to 1 MiB make a chunk.
Handle storage_properties(Hdf5Storage storage, const Shape& shape, std::size_t element) {
  Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(properties.get(), false);  // equal networks make equal files
  if (storage == Hdf5Storage::contiguous || shape.empty() || element_count(shape) == 0)
    return properties;
  std::vector<hsize_t> chunk;
  for (const std::int64_t dimension : shape) chunk.push_back(static_cast<hsize_t>(dimension));
  const hsize_t row = static_cast<hsize_t>(element_count(shape)) / chunk[0] * element;
  chunk[0] = std::clamp<hsize_t>(kChunkBytes / std::max<hsize_t>(row, 1), 1, chunk[0]);
  H5Pset_chunk(properties.get(), static_cast<int>(chunk.size()), chunk.data());
  H5Pset_shuffle(properties.get());
  H5Pset_deflate(properties.get(), 1);
  return properties;
}

Handle create_dataset(hid_t group, std::string_view member, hid_t type, hid_t space,
                      hid_t properties, const std::string& where) {
  return checked(H5Dcreate2(group, std::string(member).c_str(), type, space, H5P_DEFAULT,
                            properties, H5P_DEFAULT),
                 H5Dclose, where, "the dataset cannot be created");
}

void write_data(hid_t dataset, hid_t type, const void* data, const std::string& where) {
  if (H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
    fail(Code::file_write, where, "the data cannot be written; is the disk full?");
}

// C strings end at a NUL: a text with one inside would come back shorter.
std::vector<const char*> pointers_to(std::span<const std::string> texts, const std::string& where) {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) {
    if (text.find('\0') != std::string::npos)
      fail(Code::file_write, where, "a text with a NUL byte cannot be stored");
    pointers.push_back(text.c_str());
  }
  return pointers;
}

void write_attribute(hid_t group, std::string_view member, std::string_view name, hid_t stored,
                     hid_t memory, const Shape& shape, const void* data, const std::string& where) {
  const std::string object = member.empty() ? "." : std::string(member);
  const Handle space = space_of(shape, where);
  const Handle attribute =
      checked(H5Acreate_by_name(group, object.c_str(), std::string(name).c_str(), stored,
                                space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
              H5Aclose, where, "the attribute cannot be created");
  if (element_count(shape) > 0 && H5Awrite(attribute.get(), memory, data) < 0)
    fail(Code::file_write, where, "the attribute cannot be written");
}

}  // namespace

struct Hdf5Handles {
  Handle file;
  std::string name;
};

Hdf5Writer Hdf5Writer::create(const std::filesystem::path& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // the library would print its own messages
  auto file = std::make_shared<Hdf5Handles>();
  file->name = path.string();
  const Handle properties = access_properties();
  file->file = checked(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, properties.get()),
                       H5Fclose, file->name, "the file cannot be created");
  const hid_t root = H5Gopen2(file->file.get(), "/", H5P_DEFAULT);
  return {std::move(file), "/", root};
}

Hdf5Writer::Hdf5Writer(std::shared_ptr<Hdf5Handles> file, std::string path, std::int64_t id)
    : file_(std::move(file)), path_(std::move(path)) {
  if (id < 0) fail(Code::file_write, where(), "the group cannot be created");
  id_ = share_group(id);
}

std::string Hdf5Writer::where(std::string_view member) const {
  return file_->name + ":" + path_ + (path_ == "/" || member.empty() ? "" : "/") +
         std::string(member);
}

Hdf5Writer Hdf5Writer::make_group(std::string_view member) {
  const std::string name(member);
  return {file_, (path_ == "/" ? path_ : path_ + "/") + name,
          H5Gcreate2(*id_, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)};
}

void Hdf5Writer::close() {
  id_.reset();
  if (H5Fflush(file_->file.get(), H5F_SCOPE_LOCAL) < 0 || file_->file.close() < 0)
    fail(Code::file_write, file_->name, "the file could not be written to its end");
}

void Hdf5Writer::write(std::string_view member, const Tensor& tensor, Hdf5Storage storage) {
  const std::string place = where(member);
  const bool null = tensor.shape().empty() && tensor.empty();  // a Tensor that was never given one
  const Handle space = null ? checked(H5Screate(H5S_NULL), H5Sclose, place, "no dataspace")
                            : space_of(tensor.shape(), place);
  const Handle properties = storage_properties(null ? Hdf5Storage::contiguous : storage,
                                               tensor.shape(), size_of(tensor.type()));
  const Handle dataset = create_dataset(*id_, member, stored_type(tensor.type()), space.get(),
                                        properties.get(), place);
  if (!tensor.empty())
    write_data(dataset.get(), memory_type(tensor.type()), tensor.bytes().data(), place);
}

void Hdf5Writer::write_unsigned(std::string_view member, std::span<const std::uint64_t> values,
                                Hdf5Storage storage) {
  const std::string place = where(member);
  const Shape shape{static_cast<std::int64_t>(values.size())};
  const Handle space = space_of(shape, place);
  const Handle properties = storage_properties(storage, shape, sizeof(std::uint64_t));
  const Handle dataset =
      create_dataset(*id_, member, H5T_STD_U64LE, space.get(), properties.get(), place);
  if (!values.empty()) write_data(dataset.get(), H5T_NATIVE_UINT64, values.data(), place);
}

/// Of chunks small enough for many datasets to grow at the same time. Not compressed: that would
/// take most of the time that a recording costs its simulation.
static Handle growing_dataset(hid_t group, std::string_view member, hid_t type,
                              const std::string& place) {
  constexpr hsize_t kChunk = kHdf5AppendChunk, kNone = 0, kNoLimit = H5S_UNLIMITED;
  const Handle space =
      checked(H5Screate_simple(1, &kNone, &kNoLimit), H5Sclose, place, "no dataspace");
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(properties.get(), false);
  H5Pset_chunk(properties.get(), 1, &kChunk);
  return create_dataset(group, member, type, space.get(), properties.get(), place);
}

void Hdf5Writer::append(std::string_view member, std::int64_t stored, std::int64_t memory,
                        const void* data, std::size_t count) {
  const std::string name(member), place = where(member);
  const bool there = H5Lexists(*id_, name.c_str(), H5P_DEFAULT) > 0;
  const Handle dataset =
      there ? checked(H5Dopen2(*id_, name.c_str(), H5P_DEFAULT), H5Dclose, place, "no dataset")
            : growing_dataset(*id_, member, stored, place);
  hsize_t size = 0;
  const Handle before = checked(H5Dget_space(dataset.get()), H5Sclose, place, "no dataspace");
  H5Sget_simple_extent_dims(before.get(), &size, nullptr);
  const hsize_t added = count, grown = size + added;
  if (H5Dset_extent(dataset.get(), &grown) < 0)
    fail(Code::file_write, place, "the dataset cannot grow");
  const Handle space = checked(H5Dget_space(dataset.get()), H5Sclose, place, "no dataspace");
  const Handle part =
      checked(H5Screate_simple(1, &added, nullptr), H5Sclose, place, "no dataspace");
  H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &size, nullptr, &added, nullptr);
  if (count > 0 && H5Dwrite(dataset.get(), memory, part.get(), space.get(), H5P_DEFAULT, data) < 0)
    fail(Code::file_write, place, "the data cannot be written; is the disk full?");
}

void Hdf5Writer::append(std::string_view member, std::span<const double> values) {
  append(member, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.data(), values.size());
}

void Hdf5Writer::append(std::string_view member, std::span<const std::uint64_t> values) {
  append(member, H5T_STD_U64LE, H5T_NATIVE_UINT64, values.data(), values.size());
}

/// Of files that are in memory only.
static Handle memory_properties() {
  constexpr std::size_t kStep = std::size_t{1} << 20;
  Handle properties = access_properties();
  H5Pset_fapl_core(properties.get(), kStep, /*backing_store=*/false);
  return properties;
}

constexpr const char* kImageRoot = "group";

std::vector<std::byte> Hdf5Writer::image_of(std::string_view member) const {
  const std::string place = where(member);
  const Handle properties = memory_properties();
  const Handle file = checked(H5Fcreate("image", H5F_ACC_TRUNC, H5P_DEFAULT, properties.get()),
                              H5Fclose, place, "no file in memory");
  if (H5Ocopy(*id_, std::string(member).c_str(), file.get(), kImageRoot, H5P_DEFAULT, H5P_DEFAULT) <
          0 ||
      H5Fflush(file.get(), H5F_SCOPE_LOCAL) < 0)
    fail(Code::file_write, place, "the group cannot be copied");
  std::vector<std::byte> image(
      static_cast<std::size_t>(std::max<ssize_t>(0, H5Fget_file_image(file.get(), nullptr, 0))));
  if (H5Fget_file_image(file.get(), image.data(), image.size()) <= 0)
    fail(Code::file_write, place, "the group cannot be copied");
  return image;
}

void Hdf5Writer::insert(std::string_view member, std::span<const std::byte> image) {
  const std::string place = where(member);
  const Handle properties = memory_properties();
  // The library copies it, and takes a pointer that is not const all the same.
  H5Pset_file_image(properties.get(), const_cast<std::byte*>(image.data()), image.size());
  const Handle file = checked(H5Fopen("image", H5F_ACC_RDONLY, properties.get()), H5Fclose, place,
                              "the copy in memory cannot be opened");
  if (H5Ocopy(file.get(), kImageRoot, *id_, std::string(member).c_str(), H5P_DEFAULT, H5P_DEFAULT) <
      0)
    fail(Code::file_write, place, "the data cannot be written; is the disk full?");
}

void Hdf5Writer::flush() {
  if (H5Fflush(file_->file.get(), H5F_SCOPE_LOCAL) < 0)
    fail(Code::file_write, file_->name, "the data cannot be written; is the disk full?");
}

void Hdf5Writer::write_text(std::string_view member, std::string_view text) {
  const std::string copy(text);
  write_texts(member, {}, {&copy, 1});
}

void Hdf5Writer::write_texts(std::string_view member, const Shape& shape,
                             std::span<const std::string> texts) {
  const std::string place = where(member);
  const Handle type = text_type();
  const Handle space = space_of(shape, place);
  const Handle properties = storage_properties(Hdf5Storage::contiguous, shape, 1);
  const Handle dataset =
      create_dataset(*id_, member, type.get(), space.get(), properties.get(), place);
  const std::vector<const char*> pointers = pointers_to(texts, place);
  if (!pointers.empty()) write_data(dataset.get(), type.get(), pointers.data(), place);
}

void Hdf5Writer::set_attribute(std::string_view member, std::string_view name,
                               std::string_view text) {
  const std::string copy(text);
  const Handle type = text_type();
  const std::string place = where(member) + "@" + std::string(name);
  write_attribute(*id_, member, name, type.get(), type.get(), {},
                  pointers_to({&copy, 1}, place).data(), place);
}

void Hdf5Writer::set_attribute(std::string_view member, std::string_view name,
                               std::span<const std::string> texts) {
  const Handle type = text_type();
  const std::string place = where(member) + "@" + std::string(name);
  write_attribute(*id_, member, name, type.get(), type.get(),
                  {static_cast<std::int64_t>(texts.size())}, pointers_to(texts, place).data(),
                  place);
}

void Hdf5Writer::set_attribute(std::string_view member, std::string_view name, std::int64_t value) {
  write_attribute(*id_, member, name, H5T_STD_I64LE, H5T_NATIVE_INT64, {}, &value, where(member));
}

void Hdf5Writer::set_attribute(std::string_view member, std::string_view name,
                               std::uint64_t value) {
  write_attribute(*id_, member, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, {}, &value, where(member));
}

void Hdf5Writer::set_attribute(std::string_view member, std::string_view name, double value) {
  write_attribute(*id_, member, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, {}, &value, where(member));
}

}  // namespace synfire
