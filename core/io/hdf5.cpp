// Opening, creating and walking files; values are in hdf5_read.cpp and hdf5_write.cpp.
#include "core/io/hdf5.h"

#include <algorithm>

#include "core/io/common/hdf5_handle.h"
#include "core/io/common/hdf5_superblock.h"

namespace synfire {
namespace {

static_assert(sizeof(hid_t) == sizeof(std::int64_t));

// Children of one group; more would be an attack or a mistake.
constexpr hsize_t kMaxChildren = 1'000'000;

std::shared_ptr<const std::int64_t> share_group(hid_t id) {
  return {new std::int64_t(id), [](const std::int64_t* open) {
            H5Gclose(*open);
            delete open;
          }};
}

herr_t collect_name(hid_t, const char* name, const H5L_info_t*, void* list) {
  static_cast<std::vector<std::string>*>(list)->emplace_back(name);
  return 0;
}

Handle access_properties() {
  Handle properties(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  // Locks fail on some network file systems and protect nothing here: files are renamed into place.
  H5Pset_file_locking(properties.get(), false, true);
  H5Pset_fclose_degree(properties.get(), H5F_CLOSE_STRONG);
  return properties;
}

Hdf5Kind kind_of_object(hid_t group, const char* name) {
  H5O_info_t info;
  if (H5Oget_info_by_name2(group, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
    return Hdf5Kind::other;
  if (info.type == H5O_TYPE_GROUP) return Hdf5Kind::group;
  return info.type == H5O_TYPE_DATASET ? Hdf5Kind::dataset : Hdf5Kind::other;
}

}  // namespace

void silence_hdf5() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);  // a file must not choose code to load
}

void spend(Hdf5State& state, std::uint64_t bytes, const std::string& where) {
  if (bytes > state.budget)
    fail(Code::file_too_large, where,
         "more than " + std::to_string(kHdf5ReadLimit >> 20U) + " MiB would be read from the file");
  state.budget -= bytes;
}

Hdf5File Hdf5File::open(const std::filesystem::path& path) {
  silence_hdf5();
  const Superblock block = check_superblock(path);
  Hdf5File result;
  result.state_ = std::make_shared<Hdf5State>();
  result.state_->name = path.string();
  result.state_->path = path;
  result.state_->file_size = block.file_size;
  result.state_->user_block = block.user_block;
  const Handle properties = access_properties();
  result.state_->file = checked(H5Fopen(path.c_str(), H5F_ACC_RDONLY, properties.get()), H5Fclose,
                                Code::file_corrupt, path.string(), "the HDF5 file cannot be opened");
  return result;
}

Hdf5File Hdf5File::create(const std::filesystem::path& path) {
  silence_hdf5();
  Hdf5File result;
  result.state_ = std::make_shared<Hdf5State>();
  result.state_->name = path.string();
  result.state_->path = path;
  const Handle properties = access_properties();
  result.state_->file =
      checked(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, properties.get()), H5Fclose,
              Code::file_write, path.string(), "the file cannot be created");
  return result;
}

Hdf5Group Hdf5File::root() const {
  Hdf5Group group(state_, "/");
  const hid_t id = H5Gopen2(state_->file.get(), "/", H5P_DEFAULT);
  if (id < 0) fail(Code::file_corrupt, group.where(), "the root group cannot be opened");
  group.id_ = share_group(id);
  return group;
}

void Hdf5File::close() {
  if (H5Fflush(state_->file.get(), H5F_SCOPE_LOCAL) < 0 || state_->file.close() < 0)
    fail(Code::file_write, state_->name, "the file could not be written to its end");
}

Hdf5Group::Hdf5Group(std::shared_ptr<Hdf5State> state, std::string path)
    : state_(std::move(state)), path_(std::move(path)) {}

std::string Hdf5Group::where(std::string_view member) const {
  std::string text = state_->name + ":" + path_;
  if (!member.empty()) {
    if (path_ != "/") text += '/';
    text += member;
  }
  return text;
}

std::vector<std::string> Hdf5Group::children() const {
  H5G_info_t info;
  if (H5Gget_info(*id_, &info) < 0)
    fail(Code::file_corrupt, where(), "the group's members cannot be listed");
  if (info.nlinks > kMaxChildren)
    fail(Code::file_too_large, where(), std::to_string(info.nlinks) + " members in one group");
  std::vector<std::string> names;
  hsize_t position = 0;
  if (H5Literate(*id_, H5_INDEX_NAME, H5_ITER_NATIVE, &position, collect_name, &names) < 0)
    fail(Code::file_corrupt, where(), "the group's members cannot be listed");
  std::sort(names.begin(), names.end());
  return names;
}

Hdf5Kind Hdf5Group::kind(std::string_view member) const {
  const std::string name(member);
  const htri_t exists = H5Lexists(*id_, name.c_str(), H5P_DEFAULT);
  if (exists < 0) fail(Code::file_corrupt, where(member), "the link cannot be read");
  if (exists == 0) return Hdf5Kind::absent;
  H5L_info_t link;
  if (H5Lget_info(*id_, name.c_str(), &link, H5P_DEFAULT) < 0)
    fail(Code::file_corrupt, where(member), "the link cannot be read");
  if (link.type != H5L_TYPE_HARD)
    fail(Code::file_format, where(member), "a symbolic or external link is not followed");
  return kind_of_object(*id_, name.c_str());
}

Hdf5Group Hdf5Group::group(std::string_view member) const {
  if (kind(member) != Hdf5Kind::group)
    fail(Code::file_format, where(member), has(member) ? "not a group" : "the group is missing");
  Hdf5Group result(state_, (path_ == "/" ? path_ : path_ + "/") + std::string(member));
  const hid_t id = H5Gopen2(*id_, std::string(member).c_str(), H5P_DEFAULT);
  if (id < 0) fail(Code::file_corrupt, where(member), "the group cannot be opened");
  result.id_ = share_group(id);
  return result;
}

Hdf5Group Hdf5Group::make_group(std::string_view member) {
  Hdf5Group result(state_, (path_ == "/" ? path_ : path_ + "/") + std::string(member));
  const hid_t id =
      H5Gcreate2(*id_, std::string(member).c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (id < 0) fail(Code::file_write, where(member), "the group cannot be created");
  result.id_ = share_group(id);
  return result;
}

}  // namespace synfire
