// Recordings in the form of the Heidelberg data sets.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/io/hdf5.h"
#include "encoders/common/address_event.h"

namespace synfire {
namespace {

Hdf5Group open_spikes(const Hdf5Group& root) {
  if (root.kind("spikes") != Hdf5Kind::group)
    fail(Code::file_format, root.where("spikes"), "this group is missing",
         "recordings in one HDF5 file are lists in /spikes/times and /spikes/units, a class each "
         "in /labels");
  return root.group("spikes");
}

class HeidelbergFile final : public EventSet {
 public:
  HeidelbergFile(std::filesystem::path path, const Shape& shape)
      : path_(std::move(path)),
        shape_(shape),
        root_(Hdf5Group::open(path_)),
        spikes_(open_spikes(root_)),
        times_(spikes_.lists("times")),
        units_(spikes_.lists("units")) {
    if (times_.size() != units_.size())
      fail(Code::file_corrupt, spikes_.where("units"),
           std::to_string(units_.size()) + " recordings, in times there are " +
               std::to_string(times_.size()));
    read_labels();
  }

  std::size_t samples() const override { return times_.size(); }
  std::vector<std::int64_t> labels() const override { return labels_; }
  std::vector<std::filesystem::path> files() const override { return {path_}; }

  EventSample read(std::size_t sample) override {
    const Tensor times = times_.read(sample), units = units_.read(sample);
    const std::string where = spikes_.where("units") + "[" + std::to_string(sample) + "]";
    if (times.size() != units.size())
      fail(Code::file_corrupt, where,
           std::to_string(units.size()) + " units for " + std::to_string(times.size()) + " times");
    const auto neurons = static_cast<double>(element_count(shape_));
    EventSample result;
    result.times_ms.reserve(times.size()), result.neurons.reserve(times.size());
    for (std::size_t k = 0; k < times.size(); ++k) {
      const double time_s = times.number(k), unit = units.number(k);
      if (!(time_s >= 0 && std::isfinite(time_s)))
        fail(Code::file_corrupt, spikes_.where("times") + "[" + std::to_string(sample) + "]",
             "event " + std::to_string(k) + " is at no time from 0 on");
      if (!(unit >= 0 && unit < neurons && unit == std::floor(unit)))
        refuse_event(where, k, "unit " + text_of(unit), shape_);
      result.times_ms.push_back(time_s * 1000);
      result.neurons.push_back(static_cast<std::uint32_t>(unit));
    }
    return in_order(std::move(result));
  }

 private:
  static std::string text_of(double unit) {
    const bool whole = unit == std::floor(unit) && std::abs(unit) < 0x1p53;
    return whole ? std::to_string(static_cast<std::int64_t>(unit)) : std::to_string(unit);
  }

  void read_labels() {
    if (!root_.has("labels")) return;
    const Tensor stored = root_.read("labels");
    if (stored.size() != samples())
      fail(Code::label_mismatch, root_.where("labels"),
           std::to_string(stored.size()) + " labels for " + std::to_string(samples()) +
               " recordings");
    for (std::size_t i = 0; i < stored.size(); ++i) {
      const double label = stored.number(i);
      if (!(label >= 0 && label < 0x1p31 && label == std::floor(label)))
        fail(Code::label_mismatch, root_.where("labels"),
             "label " + std::to_string(i) + " is no class number: 0, 1, 2 ...");
      labels_.push_back(static_cast<std::int64_t>(label));
    }
  }

  std::filesystem::path path_;
  Shape shape_;
  Hdf5Group root_, spikes_;
  Hdf5Lists times_, units_;
  std::vector<std::int64_t> labels_;
};

std::unique_ptr<EventSet> open(const std::filesystem::path& path, const Shape& shape) {
  return std::make_unique<HeidelbergFile>(path, shape);
}

}  // namespace

extern const SourceInfo shd_source;
const SourceInfo shd_source{
    .name = "shd",
    .summary = "Spiking Heidelberg Digits, Spiking Speech Commands: one HDF5 file of recordings",
    .extensions = {".h5", ".hdf5"},
    .layout =
        "lists of variable length, one a recording: /spikes/times in s, /spikes/units "
        "(neurons from 0, in C order of the population's shape); classes in /labels",
    .source =
        "Cramer, Stradmann, Schemmel and Zenke, IEEE Trans. Neural Netw. Learn. Syst. 33, "
        "2022",
    .open = open};

}  // namespace synfire
