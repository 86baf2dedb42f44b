// HDF5 files in the shape of the Heidelberg data sets.
#pragma once

#include <hdf5.h>

#include <filesystem>
#include <optional>
#include <vector>

namespace synfire::test {

struct HeidelbergData {
  std::vector<std::vector<double>> times_s;  // stored as float16, as in the published files
  std::vector<std::vector<double>> units;    // as uint16
  std::optional<std::vector<int>> labels;
};

/// IEEE 754's binary16.
inline hid_t half_type() {
  const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(type, 15, 10, 5, 0, 10);
  H5Tset_size(type, 2);
  H5Tset_ebias(type, 15);
  return type;
}

inline void write_lists(hid_t group, const char* name, hid_t element,
                        std::vector<std::vector<double>> lists) {
  std::vector<hvl_t> references;
  for (std::vector<double>& list : lists) references.push_back({list.size(), list.data()});
  const hsize_t count = references.size();
  const hid_t stored = H5Tvlen_create(element), memory = H5Tvlen_create(H5T_NATIVE_DOUBLE);
  const hid_t space = H5Screate_simple(1, &count, nullptr);
  const hid_t set = H5Dcreate2(group, name, stored, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (count > 0) H5Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, references.data());
  H5Dclose(set), H5Sclose(space), H5Tclose(stored), H5Tclose(memory);
}

inline void write_heidelberg_file(const std::filesystem::path& path, const HeidelbergData& data) {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t spikes = H5Gcreate2(file, "spikes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t half = half_type();
  write_lists(spikes, "times", half, data.times_s);
  write_lists(spikes, "units", H5T_STD_U16LE, data.units);
  if (data.labels) {
    const hsize_t count = data.labels->size();
    const hid_t space = H5Screate_simple(1, &count, nullptr);
    const hid_t set =
        H5Dcreate2(file, "labels", H5T_STD_U16LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, data.labels->data());
    H5Dclose(set), H5Sclose(space);
  }
  H5Tclose(half), H5Gclose(spikes), H5Fclose(file);
}

}  // namespace synfire::test
